#include "driver/node/metadata_client.h"

#include <fmt/core.h>
#include <httplib.h>

#include <atomic>
#include <functional>
#include <thread>

#include "driver/testing/fake_clock.h"
#include "driver/testing/staging_fixture.h"

namespace driver {
namespace {

using grpc::StatusCode;

constexpr const char* kDocument =
    R"({"zone-id":"cn-hangzhou-b","region-id":"cn-hangzhou","instance-id":"i-1",)"
    R"("instance-type":"ecs.g7.large","serial-number":7})";

// Returns the token, and the document to a request that shows it.
class MetadataTest : public testing::Test {
 protected:
  void SetUp() override {
    server_.Put("/latest/api/token",
                [this](const httplib::Request& request, httplib::Response& answer) {
                  ++tokens_;
                  lifetime_ = request.get_header_value("X-aliyun-ecs-metadata-token-ttl-seconds");
                  answer.status = Next(token_statuses_);
                  answer.set_content(fmt::format("token-{}", tokens_.load()), "text/plain");
                });
    server_.Get("/latest/dynamic/instance-identity/document",
                [this](const httplib::Request& request, httplib::Response& answer) {
                  const auto token = request.get_header_value("X-aliyun-ecs-metadata-token");
                  answer.status = token == fmt::format("token-{}", tokens_.load())
                                      ? Next(document_statuses_)
                                      : 403;
                  answer.set_content(document_, "application/json");
                });
    port_ = server_.bind_to_any_port("127.0.0.1");
    thread_ = std::jthread([this] { server_.listen_after_bind(); });
    while (!server_.is_running()) std::this_thread::yield();
  }
  void TearDown() override {
    server_.stop();
    EXPECT_TRUE(token_statuses_.empty());
    EXPECT_TRUE(document_statuses_.empty());
  }

  // The scripted statuses one after the other, then 200.
  static int Next(std::vector<int>& statuses) {
    if (statuses.empty()) return 200;
    const int status = statuses.front();
    statuses.erase(statuses.begin());
    return status;
  }
  Result<NodePlace> Fetch() {
    return FetchIdentity(clock_, {.url = fmt::format("http://127.0.0.1:{}", port_)});
  }

  std::vector<int> token_statuses_;
  std::vector<int> document_statuses_;
  std::string document_ = kDocument;
  std::atomic<int> tokens_ = 0;
  std::string lifetime_;
  FakeClock clock_;
  httplib::Server server_;
  int port_ = 0;
  std::jthread thread_;
};

TEST_F(MetadataTest, GivenDocumentWhenFetchedThenPlace) {
  const auto place = Fetch();
  ASSERT_TRUE(place) << MessageOf(place);
  EXPECT_EQ(*place, (NodePlace{.instance_id = "i-1",
                               .region = "cn-hangzhou",
                               .zone = "cn-hangzhou-b",
                               .instance_type = "ecs.g7.large"}));
  EXPECT_EQ(lifetime_, "60");
}

TEST_F(MetadataTest, GivenPassingRefusalsWhenFetchedThenTriesAgainWithANewToken) {
  token_statuses_ = {500, 429};
  document_statuses_ = {401, 503};
  const auto started = clock_.Now();
  EXPECT_TRUE(Fetch());
  EXPECT_EQ(clock_.Now() - started, std::chrono::seconds(4));
  EXPECT_EQ(tokens_, 5);
}

TEST_F(MetadataTest, GivenNotFoundWhenFetchedThenFinal) {
  document_statuses_ = {404};
  EXPECT_EQ(CodeOf(Fetch()), StatusCode::NOT_FOUND);
  EXPECT_EQ(tokens_, 1);
}

TEST_F(MetadataTest, GivenForbiddenWhenFetchedThenFinal) {
  token_statuses_ = {403};
  EXPECT_EQ(CodeOf(Fetch()), StatusCode::UNAVAILABLE);
  EXPECT_EQ(tokens_, 1);
}

TEST_F(MetadataTest, GivenRefusalsWithoutEndWhenFetchedThenGivesUpAtTheLimit) {
  token_statuses_ = std::vector<int>(10, 500);
  const auto started = clock_.Now();
  EXPECT_EQ(CodeOf(Fetch()), StatusCode::UNAVAILABLE);
  EXPECT_LT(clock_.Now() - started, std::chrono::seconds(10));
}

TEST_F(MetadataTest, GivenMalformedDocumentsWhenFetchedThenUnavailable) {
  for (const auto* text : {"", "[]", "{", R"({"zone-id":"z"})", R"({"region-id":7})"}) {
    document_ = text;
    EXPECT_EQ(CodeOf(Fetch()), StatusCode::UNAVAILABLE) << text;
  }
}

TEST(MetadataUrlTest, GivenNoServerWhenFetchedThenUnavailable) {
  FakeClock clock;
  httplib::Server closed;
  const int port = closed.bind_to_any_port("127.0.0.1");
  closed.stop();
  EXPECT_EQ(CodeOf(FetchIdentity(clock, {.url = fmt::format("http://127.0.0.1:{}", port),
                                         .limit = std::chrono::seconds(1)})),
            StatusCode::UNAVAILABLE);
  EXPECT_EQ(CodeOf(FetchIdentity(clock, {.url = "nonsense://"})), StatusCode::UNAVAILABLE);
}

}  // namespace
}  // namespace driver
