#include "cloudapi/http/http_server.h"

#include <absl/synchronization/notification.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <optional>
#include <thread>

#include "cloudapi/base/blocking.h"
#include "cloudapi/http/request_framing.h"
#include "cloudapi/testing/fake_env.h"
#include "cloudapi/testing/socket_client.h"

namespace cloudapi {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;

constexpr std::size_t kBig = 24 * 1024 * 1024;  // more than both sockets' buffers hold

std::string Get(const std::string& target) {
  return "GET " + target + " HTTP/1.1\r\nHost: a\r\n\r\n";
}

std::string Post(const std::string& target, const std::string& body) {
  return "POST " + target +
         " HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
         body;
}

class HttpServerTest : public testing::Test {
 protected:
  void SetUp() override { Start(); }
  void TearDown() override {
    if (!go_.HasBeenNotified()) go_.Notify();
  }

  void Start() {
    options_.on_loop = [](std::string_view, std::string_view target) { return target == "/loop"; };
    options_.refusal = [](const HttpRequest& request, int status, std::string_view message) {
      return HttpResponse{.status = status,
                          .body = "refused: " + std::string(message) +
                                  request.query.StringOr("Format", "") +
                                  request.Header("authorization")};
    };
    options_.workers = {.workers = 2, .in_commits = 4, .in_polls = 4};
    server_.reset();
    auto started = HttpServer::Start(
        options_, [this](const HttpRequest& request) { return Handle(request); }, env_);
    ASSERT_TRUE(started) << started.error().message;
    server_ = std::move(*started);
  }

  HttpResponse Handle(const HttpRequest& request) {
    if (request.path == "/big") return {.body = std::string(kBig, 'b')};
    if (request.path == "/wait") {
      const BlockingScope scope(BlockingScope::Why::kLongPoll);
      waiting_.fetch_add(1);
      go_.WaitForNotification();
    }
    return {.body = request.method + " " + request.path + " " + request.query.StringOr("n", "") +
                    request.form.StringOr("n", "") + " " + request.body};
  }

  SocketClient Connect() { return SocketClient(server_->Port()); }
  void AwaitConnections(std::size_t count) const {
    while (server_->Connections() != count) std::this_thread::yield();
  }
  void AwaitWaiting(int count) const {
    while (waiting_ != count) std::this_thread::yield();
  }
  // Moves the clock until every connection was closed; nullopt if they still are open after five
  // minutes.
  std::optional<seconds> ClosedAfter(const SocketClient& client) {
    constexpr seconds kStep{15};
    for (seconds passed{0}; passed <= seconds(300); passed += kStep) {
      // The server looks at its deadlines every 100 ms of real time.
      for (int i = 0; i < 7; ++i) {
        if (server_->Connections() == 0) return passed;
        if (client.EndsSoon()) AwaitConnections(0);
      }
      env_.Advance(kStep);
    }
    return std::nullopt;
  }

  FakeEnv env_;
  HttpServerOptions options_;
  absl::Notification go_;
  std::atomic<int> waiting_ = 0;
  std::unique_ptr<HttpServer> server_;
};

TEST_F(HttpServerTest, GivenRequestsWhenSentOnOneConnectionThenAllAnswered) {
  auto client = Connect();
  EXPECT_EQ(client.Ask(Get("/a?n=1")).body, "GET /a 1 ");
  EXPECT_EQ(client.Ask(Post("/b", "text")).body, "POST /b  text");
  EXPECT_EQ(client.Ask(Get("/loop")).body, "GET /loop  ");
  EXPECT_EQ(server_->Connections(), 1u);
}

TEST_F(HttpServerTest, GivenFormWhenPostedThenDecoded) {
  const auto answer = Connect().Ask(
      "POST / HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded; charset=utf-8"
      "\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nn=%\r\n3\r\n41+\r\n0\r\n\r\n");
  EXPECT_EQ(answer.body, "POST / A  n=%41+");
}

TEST_F(HttpServerTest, GivenFormOverEightKilobytesWhenPostedThenTaken) {
  const std::string value(20'000, 'x');
  const auto answer = Connect().Ask(
      "POST / HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\n"
      "Content-Length: 20002\r\n\r\nn=" +
      value);
  EXPECT_EQ(answer.body, "POST / " + value + " n=" + value);
}

TEST_F(HttpServerTest, GivenBytesOneByOneWhenSentThenAnswered) {
  auto client = Connect();
  for (const char c : Post("/a", "xy")) ASSERT_TRUE(client.Send({&c, 1}));
  EXPECT_EQ(client.Read().body, "POST /a  xy");
}

TEST_F(HttpServerTest, GivenSlowClientsWhenAnotherAsksThenItIsAnswered) {
  std::deque<SocketClient> slow;
  for (int i = 0; i < 50; ++i) slow.emplace_back(server_->Port()).Send("GET / HTT");
  for (int i = 0; i < 50; ++i)
    slow.emplace_back(server_->Port()).Send("POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\nx");
  auto client = Connect();
  EXPECT_EQ(client.Ask(Get("/a")).status, 200);
  EXPECT_EQ(client.Ask(Get("/loop")).status, 200);
  EXPECT_LE(server_->Threads(), 2u);
}

TEST_F(HttpServerTest, GivenIdleConnectionsWhenAnotherAsksThenItIsAnswered) {
  std::deque<SocketClient> idle;
  for (int i = 0; i < 300; ++i) idle.emplace_back(server_->Port());
  EXPECT_EQ(Connect().Ask(Get("/a")).status, 200);
  EXPECT_EQ(idle.front().Ask(Get("/a")).status, 200);
  EXPECT_LE(server_->Threads(), 2u);
}

TEST_F(HttpServerTest, GivenLongPollsWhenAnotherAsksThenASpareAnswers) {
  std::deque<SocketClient> polls;
  for (int i = 0; i < 4; ++i) polls.emplace_back(server_->Port()).Send(Get("/wait"));
  AwaitWaiting(4);
  EXPECT_EQ(Connect().Ask(Get("/a")).status, 200);
  go_.Notify();
  for (auto& poll : polls) EXPECT_EQ(poll.Read().status, 200);
}

TEST_F(HttpServerTest, GivenPipelinedRequestsWhenSentThenAnsweredInOrder) {
  auto client = Connect();
  std::string requests;
  for (int i = 0; i < 60; ++i) {
    const std::string n = std::to_string(i);
    requests += i % 3 == 0 ? Get("/loop") : i % 3 == 1 ? Get("/a?n=" + n) : Post("/b", n);
  }
  client.Send(requests);
  for (int i = 0; i < 60; ++i) {
    const std::string n = std::to_string(i);
    EXPECT_EQ(client.Read().body, i % 3 == 0   ? "GET /loop  "
                                  : i % 3 == 1 ? "GET /a " + n + " "
                                               : "POST /b  " + n);
  }
}

TEST_F(HttpServerTest, GivenClientThatFinishedSendingWhenAnsweredThenReadsAndSeesTheEnd) {
  auto client = Connect();
  client.Send(Get("/a") + Get("/b"));
  client.FinishSending();
  EXPECT_EQ(client.Read().body, "GET /a  ");
  EXPECT_EQ(client.Read().body, "GET /b  ");
  EXPECT_TRUE(client.Ended());
  AwaitConnections(0);
}

TEST_F(HttpServerTest, GivenClientThatLeavesInTheMiddleWhenGoneThenConnectionIsClosed) {
  auto client = Connect();
  client.Send("POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\nx");
  client.FinishSending();
  EXPECT_TRUE(client.Ended());
}

TEST_F(HttpServerTest, GivenClientThatResetsWhileItsHandlerRunsWhenDoneThenOthersGoOn) {
  auto client = Connect();
  client.Send(Get("/wait"));
  AwaitWaiting(1);
  client.Abort();
  go_.Notify();
  AwaitConnections(0);
  EXPECT_EQ(Connect().Ask(Get("/a")).status, 200);
}

TEST_F(HttpServerTest, GivenCloseAskedWhenAnsweredThenEnds) {
  auto one = Connect();
  const auto answer = one.Ask("GET /a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(answer.status, 200);
  EXPECT_THAT(answer.header, HasSubstr("Connection: close"));
  EXPECT_TRUE(one.Ended());
  auto old = Connect();
  EXPECT_EQ(old.Ask("GET /a HTTP/1.0\r\n\r\n").status, 200);
  EXPECT_TRUE(old.Ended());
}

TEST_F(HttpServerTest, GivenExpectWhenHeaderIsWholeThenContinueOnce) {
  auto client = Connect();
  client.Send("POST /a HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  EXPECT_EQ(client.Read().status, 100);
  client.Send("x");
  client.Send("y");
  EXPECT_EQ(client.Read().body, "POST /a  xy");
}

TEST_F(HttpServerTest, GivenTlsHelloWhenItsFirstByteCameThenClosed) {
  auto client = Connect();
  client.Send("\x16");
  EXPECT_TRUE(client.Ended());
}

struct RefusalCase {
  std::string name;
  std::string bytes;
  int status;
};
class HttpRefusalTest : public HttpServerTest, public testing::WithParamInterface<RefusalCase> {};
TEST_P(HttpRefusalTest, GivenBytesWhenRefusedThenTheRefusalsBodyArrivesBeforeTheEnd) {
  auto client = Connect();
  client.Send(GetParam().bytes);
  const auto answer = client.Read();
  EXPECT_EQ(answer.status, GetParam().status);
  EXPECT_THAT(answer.body, testing::StartsWith("refused: "));
  EXPECT_THAT(answer.header, HasSubstr("Connection: close"));
  EXPECT_TRUE(client.Ended());
}
INSTANTIATE_TEST_SUITE_P(
    Requests, HttpRefusalTest,
    testing::Values(
        // The body is sent whole: a reset must not take the answer away.
        RefusalCase{"LargeBody", Post("/", std::string(2 * kBodyLimit, 'x')), 413},
        RefusalCase{"LongTarget", Get("/" + std::string(9000, 'x')), 414},
        // Under the framer's limit for the line, over the library's for the target.
        RefusalCase{"LongHeaderLine", "GET / HTTP/1.1\r\nA: " + std::string(9000, 'x') + "\r\n\r\n",
                    400},
        RefusalCase{"NoHttp", "hello\r\n\r\n", 400},
        RefusalCase{"UnknownMethod", "BREW / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        RefusalCase{"TwoFramings",
                    "POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
                    400}),
    [](const auto& test) { return test.param.name; });

// What the refusal's writer needs to answer in the caller's format.
TEST_F(HttpServerTest, GivenRefusedRequestWhenItsQueryAndHeaderCameThenTheRefusalKnowsThem) {
  const std::string authorization = "Authorization: ACS3-HMAC-SHA256 Credential=a";
  const std::string query = "/?Format=JSON&Name=";
  for (const std::string& request :
       {"POST " + query + std::string(9000, 'x') + " HTTP/1.1\r\n" + authorization + "\r\n\r\n",
        "POST " + query + " HTTP/1.1\r\n" + authorization + "\r\nContent-Length: 9999999\r\n\r\n",
        "POST " + query + " HTTP/1.1\r\n" + authorization + "\r\nContent-Length: x\r\n\r\n",
        "BREW " + query + " HTTP/1.1\r\n" + authorization + "\r\n\r\n",
        "POST " + query + " HTTP/1.1\r\n" + authorization +
            "\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n"}) {
    auto client = Connect();
    // In two parts: what decides may come late.
    client.Send(request.substr(0, 4));
    client.Send(request.substr(4));
    EXPECT_THAT(client.Read().body, testing::EndsWith("JSONACS3-HMAC-SHA256 Credential=a"))
        << request.substr(0, 60);
  }
}

TEST_F(HttpServerTest, GivenLargeAnswerWhenItsReaderIsSlowThenOthersAreServedAndItIsWhole) {
  auto slow = Connect();
  slow.Send(Get("/big") + Get("/a"));
  EXPECT_EQ(Connect().Ask(Get("/a")).status, 200);
  const auto answer = slow.Read();
  EXPECT_EQ(answer.status, 200);
  EXPECT_TRUE(answer.body == std::string(kBig, 'b'));
  EXPECT_EQ(slow.Read().body, "GET /a  ");
}

TEST_F(HttpServerTest, GivenMoreConnectionsThanTheLimitWhenOpenedThenClosedAtOnce) {
  options_.max_connections = 2;
  Start();
  auto first = Connect();
  auto second = Connect();
  AwaitConnections(2);
  auto third = Connect();
  EXPECT_TRUE(third.Ended());
  EXPECT_EQ(first.Ask(Get("/a")).status, 200);
  EXPECT_EQ(second.Ask(Get("/a")).status, 200);
}

struct DeadlineCase {
  std::string name;
  milliseconds HttpServerOptions::*deadline;
  std::string sent;
};
class HttpDeadlineTest : public HttpServerTest, public testing::WithParamInterface<DeadlineCase> {};
TEST_P(HttpDeadlineTest, GivenOnlyThatDeadlineNearWhenItPassesThenClosed) {
  options_.header_deadline = options_.body_deadline = hours(1);
  options_.idle_deadline = options_.write_deadline = hours(1);
  options_.*GetParam().deadline = seconds(30);
  Start();
  auto client = Connect();
  AwaitConnections(1);
  client.Send(GetParam().sent);
  const auto passed = ClosedAfter(client);
  ASSERT_TRUE(passed);
  EXPECT_GE(*passed, seconds(30));
}
INSTANTIATE_TEST_SUITE_P(
    Deadlines, HttpDeadlineTest,
    testing::Values(DeadlineCase{"Idle", &HttpServerOptions::idle_deadline, ""},
                    DeadlineCase{"IdleAfterAnAnswer", &HttpServerOptions::idle_deadline,
                                 Get("/loop")},
                    DeadlineCase{"Header", &HttpServerOptions::header_deadline, "GET / HTTP/1.1\r"},
                    DeadlineCase{"Body", &HttpServerOptions::body_deadline,
                                 "POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\nx"},
                    DeadlineCase{"Write", &HttpServerOptions::write_deadline, Get("/big")}),
    [](const auto& test) { return test.param.name; });

TEST_F(HttpServerTest, GivenHandlerThatTakesLongWhenDeadlinesPassThenStillAnswered) {
  auto client = Connect();
  client.Send(Get("/wait"));
  AwaitWaiting(1);
  auto other = Connect();
  AwaitConnections(2);
  env_.Advance(hours(1));
  EXPECT_TRUE(other.Ended());  // the deadlines were looked at
  go_.Notify();
  EXPECT_EQ(client.Read().status, 200);
}

TEST_F(HttpServerTest, GivenOpenConnectionsWhenStoppedThenRunningHandlersEndAndAllAreClosed) {
  auto idle = Connect();
  auto partial = Connect();
  partial.Send("GET / HT");
  auto running = Connect();
  running.Send(Get("/wait"));
  AwaitWaiting(1);
  AwaitConnections(3);
  {
    const std::jthread stopper([this] { server_->Stop(); });
    go_.Notify();
  }
  EXPECT_TRUE(idle.Ended());
  EXPECT_TRUE(partial.Ended());
  // Its answer was sent by the worker before the end.
  EXPECT_EQ(running.Read().status, 200);
  EXPECT_TRUE(running.Ended());
}

TEST_F(HttpServerTest, GivenPortInUseWhenStartedThenOneLineSaysSo) {
  options_.port = server_->Port();
  const auto second = HttpServer::Start(
      options_, [](const HttpRequest&) { return HttpResponse{}; }, env_);
  ASSERT_FALSE(second);
  EXPECT_THAT(second.error().message, HasSubstr("Address already in use"));
  EXPECT_THAT(second.error().message, HasSubstr(std::to_string(server_->Port())));
  EXPECT_THAT(second.error().message, testing::Not(HasSubstr("\n")));
}

}  // namespace
}  // namespace cloudapi
