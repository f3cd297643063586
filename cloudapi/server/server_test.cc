#include "cloudapi/server/server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <fstream>

#include "cloudapi/gateway/signature.h"
#include "cloudapi/http/http.h"
#include "cloudapi/http/request_framing.h"
#include "cloudapi/resources/kinds.h"
#include "cloudapi/store/schema.h"
#include "cloudapi/store/testing/first_database.h"
#include "cloudapi/testing/socket_client.h"
#include "cloudapi/testing/temp_folder.h"
#include "common/base/text.h"
#include "common/base/time.h"

namespace cloudapi {
namespace {

using testing::HasSubstr;
using testing::Not;

class ServerTest : public testing::Test {
 protected:
  ServerTest() {
    options_.port = 0;
    options_.data_dir = folder_.path() / "data";
    options_.delays = "none";
    options_.durability = "off";
    options_.blocks = "none";
  }

  void Start() {
    server_.reset();
    auto started = Server::Start(options_, env_);
    ASSERT_TRUE(started) << started.error().message;
    server_ = std::move(*started);
  }
  int Port() const {
    const auto address = server_->Address();
    return std::atoi(address.substr(address.rfind(':') + 1).c_str());
  }
  RawAnswer Send(const std::string& method, const std::string& target, const std::string& body = "",
                 const std::string& headers = "") const {
    return SocketClient(Port()).Ask(method + " " + target + " HTTP/1.1\r\nHost: a\r\n" + headers +
                                    "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
                                    body);
  }
  RawAnswer Get(const std::string& target) const { return Send("GET", target); }
  // DescribeRegions, signed.
  std::string SignedTarget(const std::string& id, const std::string& secret,
                           const std::string& action = "DescribeRegions") {
    Params params({{"Action", action},
                   {"RegionId", "cn-hangzhou"},
                   {"Format", "JSON"},
                   {"Version", "2014-05-26"},
                   {"AccessKeyId", id},
                   {"SignatureMethod", "HMAC-SHA1"},
                   {"SignatureVersion", "1.0"},
                   {"SignatureNonce", "n-" + std::to_string(++nonce_)},
                   {"Timestamp", base::FormatTime(env_.WallNow())}});
    params.Set("Signature", SigningKey(secret).SignV1(StringToSignV1("GET", params)));
    std::string target = "/?";
    for (const auto& [name, value] : params.All()) {
      target += name + "=";
      base::AppendPercentEncoded(target, value);
      target += "&";
    }
    return target;
  }
  std::filesystem::path WriteFile(const std::string& name, const std::string& text) const {
    const auto file = folder_.path() / name;
    std::ofstream(file) << text;
    return file;
  }

  TempFolder folder_;
  SystemEnv env_{7};
  ServerOptions options_;
  std::unique_ptr<Server> server_;
  int nonce_ = 0;
};

TEST_F(ServerTest, GivenStartedWhenAskedThenApiLabAndNothingElse) {
  Start();
  EXPECT_EQ(Get("/_zonedisk/health").status, 200);
  EXPECT_EQ(Get("/_zonedisk/ready").status, 200);
  EXPECT_THAT(Get("/?Action=DescribeRegions").body, HasSubstr("<DescribeRegionsResponse>"));
  const auto elsewhere = Get("/index.html");
  EXPECT_EQ(elsewhere.status, 404);
  EXPECT_THAT(elsewhere.body, HasSubstr("<Code>InvalidPath.NotFound</Code>"));
  EXPECT_THAT(Get("/_zonedisk/metrics").body, HasSubstr("\nzonedisk_http_connections "));
}

TEST_F(ServerTest, GivenHttpRefusalsWhenAnsweredThenBodiesOfTheApi) {
  Start();
  const auto put = Send("PUT", "/?Action=DescribeRegions");
  EXPECT_EQ(put.status, 405);
  EXPECT_THAT(put.body, HasSubstr("<Code>UnsupportedHTTPMethod</Code>"));
  const auto target = Get("/?Action=DescribeRegions&X=" + std::string(9000, 'x'));
  EXPECT_EQ(target.status, 414);
  EXPECT_THAT(target.body, HasSubstr("<Code>RequestURITooLong</Code>"));
  const auto body = Send("POST", "/?Action=DescribeRegions", std::string(kBodyLimit + 1, 'x'));
  EXPECT_EQ(body.status, 413);
  EXPECT_THAT(body.body, HasSubstr("<Code>RequestEntityTooLarge</Code>"));
  const auto malformed = SocketClient(Port()).Ask("nonsense\r\n\r\n");
  EXPECT_EQ(malformed.status, 400);
  EXPECT_THAT(malformed.body, HasSubstr("<Code>InvalidRequest</Code>"));
}

TEST_F(ServerTest, GivenKeysFileAndStrictModeWhenCalledThenOnlyKnownKeysPass) {
  options_.signatures = "strict";
  options_.keys_file = WriteFile(
      "keys.json", R"({"keys":[{"AccessKeyId":"ak","AccessKeySecret":"s","Account":"team-a"}]})");
  Start();
  EXPECT_EQ(Get(SignedTarget("ak", "s")).status, 200);
  // The built-in key is none here.
  EXPECT_EQ(Get(SignedTarget("testid", "testsecret")).status, 404);
  EXPECT_THAT(Get(SignedTarget("ak", "other")).body, HasSubstr("SignatureDoesNotMatch"));
  const auto unknown = Get(SignedTarget("stranger", "s"));
  EXPECT_EQ(unknown.status, 404);
  EXPECT_THAT(unknown.body, HasSubstr("InvalidAccessKeyId.NotFound"));
  EXPECT_THAT(Get("/?Action=DescribeRegions").body, HasSubstr("MissingParameter"));
}

TEST_F(ServerTest, GivenKeysFileWithTheBuiltInKeyAndStrictModeWhenCalledThenItPasses) {
  options_.signatures = "strict";
  options_.keys_file = WriteFile(
      "keys.json", R"({"keys":[{"AccessKeyId":"testid","AccessKeySecret":"s","Account":"a"}]})");
  Start();
  EXPECT_EQ(Get(SignedTarget("testid", "s")).status, 200);
  EXPECT_EQ(Get(SignedTarget("testid", "testsecret")).status, 400);
}

TEST_F(ServerTest, GivenUnsignedCallNamingAnAccountWhenItCreatesThenThatAccountHasNothing) {
  options_.keys_file = WriteFile(
      "keys.json", R"({"keys":[{"AccessKeyId":"ak","AccessKeySecret":"s","Account":"team-a"}]})");
  Start();
  const auto created =
      Get("/?Action=CreateDisk&AccessKeyId=team-a&Version=2014-05-26&ZoneId=cn-hangzhou-b"
          "&DiskCategory=cloud_essd&Size=20");
  ASSERT_EQ(created.status, 200) << created.body;
  EXPECT_THAT(Get(SignedTarget("ak", "s", "DescribeDisks")).body, HasSubstr(R"("TotalCount":0})"));
}

TEST_F(ServerTest, GivenBadKeysFileWhenStartedThenRefusesNamingIt) {
  options_.keys_file = WriteFile("keys.json", "{}");
  const auto started = Server::Start(options_, env_);
  ASSERT_FALSE(started);
  EXPECT_THAT(started.error().message, HasSubstr("keys.json"));
}

TEST_F(ServerTest, GivenLabTokenWhenCalledWithoutThenOnlyHealthAndReadyAnswer) {
  options_.lab_token = "lab-secret";
  Start();
  EXPECT_EQ(Get("/_zonedisk/health").status, 200);
  EXPECT_EQ(Get("/_zonedisk/ready").status, 200);
  EXPECT_EQ(Get("/?Action=DescribeRegions").status, 200);
  for (const std::string path : {"info", "metrics", "clock", "instances", "zones", "reset",
                                 "agent/v1/instances/i-1", "nonsense", "health/"}) {
    EXPECT_EQ(Get("/_zonedisk/" + path).status, 403) << path;
    EXPECT_EQ(Send("POST", "/_zonedisk/" + path).status, 403) << path;
  }
  EXPECT_EQ(Send("GET", "/_zonedisk/info", "", "X-Zonedisk-Lab-Token: lab-secre\r\n").status, 403);
  const auto allowed = Send("GET", "/_zonedisk/info", "", "X-Zonedisk-Lab-Token: lab-secret\r\n");
  EXPECT_EQ(allowed.status, 200);
  EXPECT_THAT(allowed.body, Not(HasSubstr("lab-secret")));
}

TEST_F(ServerTest, GivenFrozenClockWhenRestartedThenItStillStandsThere) {
  Start();
  ASSERT_EQ(Send("POST", "/_zonedisk/clock", R"({"offset_seconds":86400})").status, 200);
  ASSERT_EQ(Send("POST", "/_zonedisk/clock", R"({"mode":"frozen"})").status, 200);
  const auto before = Get("/_zonedisk/clock").body;
  const auto stood = env_.CloudNow();
  EXPECT_THAT(before, HasSubstr("frozen"));
  server_.reset();
  env_.Set({});  // as in a new process
  Start();
  EXPECT_EQ(env_.CloudNow(), stood);
}

TEST_F(ServerTest, GivenOffsetClockWhenRestartedThenTheOffsetIsKept) {
  Start();
  ASSERT_EQ(Send("POST", "/_zonedisk/clock", R"({"offset_seconds":-3600})").status, 200);
  server_.reset();
  env_.Set({});
  Start();
  EXPECT_THAT(Get("/_zonedisk/clock").body, HasSubstr("\"offset_seconds\":-3600"));
}

TEST_F(ServerTest, GivenDelaysNoneWhenCalledThenTheNextReadSeesTheEndOfTheWork) {
  options_.delays = "none";
  Start();
  ASSERT_EQ(Send("POST", "/_zonedisk/instances", R"({"InstanceId":"i-1","ZoneId":"cn-hangzhou-b"})")
                .status,
            200);
  const auto call = [this](const std::string& parameters) {
    return Get("/?Format=JSON&RegionId=cn-hangzhou&Action=" + parameters).body;
  };
  for (int i = 0; i < 20; ++i) {
    const auto created = call("CreateDisk&ZoneId=cn-hangzhou-b&DiskCategory=cloud_essd&Size=20");
    const auto id = created.substr(created.find("d-"), 22);
    const auto status = [&] { return call("DescribeDisks&DiskIds=[%22" + id + "%22]"); };
    ASSERT_THAT(status(), HasSubstr(R"("Status":"Available")"));
    call("AttachDisk&InstanceId=i-1&DiskId=" + id);
    ASSERT_THAT(status(), HasSubstr(R"("Status":"In_use")"));
    call("DetachDisk&InstanceId=i-1&DiskId=" + id);
    ASSERT_THAT(status(), HasSubstr(R"("Status":"Available")"));
  }
}

TEST_F(ServerTest, GivenDisksWhenRestartedThenStillThere) {
  Start();
  const std::string create =
      "/?Action=CreateDisk&Format=JSON&ZoneId=cn-hangzhou-b&DiskCategory=cloud_essd&Size=20"
      "&ClientToken=t-1";
  const auto first = Get(create).body;
  const auto id = first.substr(first.find("d-"), 22);
  server_->Stop();
  Start();
  EXPECT_THAT(Get("/?Action=DescribeDisks&Format=JSON&RegionId=cn-hangzhou").body, HasSubstr(id));
  EXPECT_THAT(Get(create).body, HasSubstr(id));
}

TEST_F(ServerTest, GivenDatabaseOfBeforeWhenStartedThenEachInstanceHasASystemDiskOnce) {
  std::filesystem::create_directories(options_.data_dir);
  MakeFirstDatabase(options_.data_dir / kDatabaseFile);
  const auto describe = [this](const std::string& filter) {
    return Get("/?Action=DescribeDisks&Format=JSON&DiskType=system&RegionId=" + filter).body;
  };
  const std::vector<std::string> filters = {
      "cn-hangzhou&InstanceId=i-bp1y856daaw000000001",
      "cn-hangzhou&InstanceId=i-bp1y856daaw000000002",
      "cn-hangzhou&InstanceId=i-bp1y856daaw000000003",
      "cn-beijing&InstanceId=i-2zey856daaw000000004",
  };
  std::vector<std::string> first;
  for (int start = 0; start < 2; ++start) {
    Start();
    ASSERT_EQ(Send("POST", "/_zonedisk/clock", R"({"advance_seconds":1})").status, 200);
    std::vector<std::string> answers;
    for (const std::string& filter : filters) {
      const std::string answer = describe(filter);
      EXPECT_THAT(answer, HasSubstr(R"("TotalCount":1})"));
      EXPECT_THAT(answer, HasSubstr(R"("Status":"In_use")"));
      answers.push_back(answer.substr(answer.find("d-"), 22));
    }
    if (start == 0) first = answers;
    EXPECT_EQ(answers, first);
    EXPECT_THAT(describe("cn-hangzhou"), HasSubstr(R"("TotalCount":3})"));
  }
}

TEST_F(ServerTest, GivenDataFolderInUseWhenAnotherStartsThenRefusesInOneLine) {
  Start();
  SystemEnv other_env(8);
  const auto other = Server::Start(options_, other_env);
  ASSERT_FALSE(other);
  EXPECT_THAT(other.error().message, HasSubstr(options_.data_dir.string()));
  EXPECT_THAT(other.error().message, Not(HasSubstr("\n")));
  EXPECT_EQ(Get("/_zonedisk/health").status, 200);
}

TEST_F(ServerTest, GivenPortInUseWhenAnotherStartsThenOneLineSaysSo) {
  Start();
  ServerOptions options = options_;
  options.data_dir = folder_.path() / "other";
  options.port = Port();
  SystemEnv other_env(8);
  const auto other = Server::Start(options, other_env);
  ASSERT_FALSE(other);
  EXPECT_THAT(other.error().message, HasSubstr("Address already in use"));
  EXPECT_THAT(other.error().message, Not(HasSubstr("\n")));
}

TEST_F(ServerTest, GivenOpenConnectionsAndPollsWhenStoppedThenStopsAtOnce) {
  Start();
  std::deque<SocketClient> clients;
  for (int i = 0; i < 20; ++i) clients.emplace_back(Port()).Send("GET / HT");
  EXPECT_EQ(Get("/_zonedisk/health").status, 200);
  server_->Stop();
  for (auto& client : clients) EXPECT_TRUE(client.Ended());
}

TEST_F(ServerTest, GivenFolderOfOneKindWhenStartedWithTheOtherThenRefusesNamingBoth) {
  Start();
  server_.reset();
  options_.blocks = "real";
  options_.pool = "off";
  const auto started = Server::Start(options_, env_);
  ASSERT_FALSE(started);
  EXPECT_THAT(started.error().message,
              testing::AllOf(HasSubstr("--blocks none"), HasSubstr("--blocks real")));
  options_.blocks = "none";
  Start();
}

TEST_F(ServerTest, GivenStockChangedWhenRestartedThenStillChanged) {
  Start();
  EXPECT_EQ(Send("POST", "/_zonedisk/zones",
                 R"({"ZoneId":"cn-hangzhou-b","DiskCategory":"cloud_essd","InStock":false})")
                .status,
            200);
  Start();
  EXPECT_THAT(Get("/_zonedisk/zones").body,
              HasSubstr(R"("ZoneId":"cn-hangzhou-b","DiskCategories":{"cloud":true,)"
                        R"("cloud_efficiency":true,"cloud_ssd":true,"cloud_essd":false)"));
}

TEST_F(ServerTest, GivenQuotasAndThrottlesWhenRestartedThenTheyHold) {
  Start();
  const std::string create =
      "/?Action=CreateDisk&Version=2014-05-26&Format=JSON&RegionId=cn-hangzhou&ZoneId=cn-hangzhou-b"
      "&DiskCategory=cloud_essd&Size=20";
  Send("POST", "/_zonedisk/quotas", R"({"Quotas":{"PostPaidDisks":1}})");
  Send("POST", "/_zonedisk/throttles", R"({"Action":"DescribeZones","Burst":0,"PerMinute":0})");
  EXPECT_EQ(Get(create).status, 200);
  Start();
  EXPECT_THAT(Get(create).body, HasSubstr("QuotaExceed.PostPaidDisk"));
  EXPECT_THAT(Get("/?Action=DescribeZones&Version=2014-05-26&Format=JSON").body,
              HasSubstr(R"("Code":"Throttling.Api")"));
}

TEST_F(ServerTest, GivenCallsWhenMetricsAreReadThenEachActionIsCounted) {
  Start();
  Get("/?Action=DescribeRegions&Version=2014-05-26");
  Get("/?Action=DescribeRegions&Version=2014-05-26");
  EXPECT_THAT(Get("/_zonedisk/metrics").body,
              HasSubstr(R"(zonedisk_actions_total{action="DescribeRegions",code="OK"} 2)"));
}

}  // namespace
}  // namespace cloudapi
