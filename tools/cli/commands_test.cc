#include "tools/cli/commands.h"

#include <gtest/gtest.h>

#include "tools/cli/testing/stub_cloud.h"

namespace zonedisk {
namespace {

// A stub that gives the listed answers, and a client of it.
struct Rig {
  explicit Rig(std::vector<StubCloud::Answer> answers)
      : stub(std::move(answers)),
        cloud({.endpoint = stub.Endpoint(),
               .credentials = {"testid", "testsecret"},
               .region = "cn-hangzhou"},
              [] {
                return Stamp{"n", "2026-01-01T00:00:00Z"};
              }) {}
  StubCloud stub;
  CloudClient cloud;
};

TEST(ListTest, GivenPagesWhenListedAsJsonThenOneArray) {
  Rig rig({{200, R"({"Disks":{"Disk":[{"DiskId":"d-1"}]},"NextToken":"t"})"},
           {200, R"({"Disks":{"Disk":[{"DiskId":"d-2"}]},"NextToken":""})"}});
  const auto output = List(rig.cloud, Listings()[0], {"Status=Available"}, Format::kJson);
  ASSERT_TRUE(output) << output.error().message;
  EXPECT_EQ(Json::parse(output->text), Json::parse(R"([{"DiskId":"d-1"},{"DiskId":"d-2"}])"));
  const auto requests = rig.stub.Requests();
  EXPECT_NE(requests.at(0).body.find("Status=Available"), std::string::npos);
  EXPECT_NE(requests.at(1).body.find("NextToken=t"), std::string::npos);
}

TEST(ListTest, GivenNoRowsWhenListedAsJsonThenEmptyArray) {
  Rig rig({{200, R"({"Disks":{"Disk":[]}})"}});
  const auto output = List(rig.cloud, Listings()[0], {}, Format::kJson);
  ASSERT_TRUE(output);
  EXPECT_EQ(output->text, "[]\n");
}

TEST(CallActionTest, GivenAnswerWhenCalledThenPrettyInItsOwnOrder) {
  Rig rig({{200, R"({"RequestId":"R","DiskId":"d-1"})"}});
  const auto output = CallAction(rig.cloud, "CreateDisk", {"Size=20"});
  ASSERT_TRUE(output);
  EXPECT_EQ(output->text, "{\n  \"RequestId\": \"R\",\n  \"DiskId\": \"d-1\"\n}\n");
  EXPECT_NE(rig.stub.Requests().at(0).body.find("Size=20"), std::string::npos);
}

TEST(CallActionTest, GivenXmlWhenCalledThenShownAsItCame) {
  Rig rig({{200, "<CreateDiskResponse/>"}});
  const auto output = CallAction(rig.cloud, "CreateDisk", {"Format=XML"});
  ASSERT_TRUE(output);
  EXPECT_EQ(output->text, "<CreateDiskResponse/>\n");
}

TEST(CallActionTest, GivenBadWordWhenCalledThenNothingIsSent) {
  Rig rig({});
  const auto output = CallAction(rig.cloud, "CreateDisk", {"20"});
  ASSERT_FALSE(output);
  EXPECT_EQ(output.error().code, ExitCode::kUsage);
  EXPECT_TRUE(rig.stub.Requests().empty());
}

TEST(InstanceTest, GivenZoneAndNameWhenAddedThenBodyAndId) {
  Rig rig({{200, R"({"InstanceId":"i-1"})"}});
  const auto output = AddInstance(
      rig.cloud, {.zone = "cn-hangzhou-b", .type = "ecs.g7.xlarge", .name = "n"}, Format::kTable);
  ASSERT_TRUE(output);
  EXPECT_EQ(output->text, "i-1\n");
  EXPECT_EQ(rig.stub.Requests().at(0).target, "/_zonedisk/instances");
  EXPECT_EQ(rig.stub.Requests().at(0).body,
            R"({"ZoneId":"cn-hangzhou-b","InstanceType":"ecs.g7.xlarge",)"
            R"("AccessKeyId":"testid","InstanceName":"n"})");
}

TEST(InstanceTest, GivenANameThatIsNoUtf8WhenAddedThenItIsReplaced) {
  Rig rig({{200, R"({"InstanceId":"i-1"})"}});
  ASSERT_TRUE(AddInstance(rig.cloud, {.zone = "z", .name = "\xff"}, Format::kTable));
  EXPECT_NE(rig.stub.Requests().at(0).body.find("\xEF\xBF\xBD"), std::string::npos);
}

TEST(InstanceTest, GivenIdWhenRemovedThenItIsEncodedInThePath) {
  Rig rig({{200, ""}});
  const auto output = RemoveInstance(rig.cloud, "i-1/x");
  ASSERT_TRUE(output);
  EXPECT_EQ(output->text, "");
  EXPECT_EQ(rig.stub.Requests().at(0).method, "DELETE");
  EXPECT_EQ(rig.stub.Requests().at(0).target, "/_zonedisk/instances/i-1%2Fx?AccessKeyId=testid")
      << "of the caller's account";
}

TEST(QuotasTest, GivenNoChangeWhenAskedThenThoseOfTheKeysAccount) {
  Rig rig({{200, R"({"Account":"default","Quotas":{"PostPaidDisks":"off","DiskCapacity":9}})"}});
  const auto output = QuotasOf(rig.cloud, {}, Format::kTable);
  ASSERT_TRUE(output);
  EXPECT_NE(output->text.find("PostPaidDisks  off"), std::string::npos) << output->text;
  EXPECT_EQ(rig.stub.Requests().at(0).target, "/_zonedisk/quotas?AccessKeyId=testid");
}

TEST(QuotasTest, GivenChangesWhenSetThenNumbersAndWords) {
  Rig rig({{200, R"({"Quotas":{}})"}});
  ASSERT_TRUE(QuotasOf(rig.cloud, {"DiskCapacity=9", "PostPaidDisks=off"}, Format::kTable));
  EXPECT_EQ(rig.stub.Requests().at(0).body,
            R"({"AccessKeyId":"testid","Quotas":{"DiskCapacity":9,"PostPaidDisks":"off"}})");
}

TEST(ThrottlesTest, GivenThrottleWhenSetAndTakenAwayThenBodyAndTable) {
  const std::string left =
      R"({"throttles":[{"Account":"default","Action":"CreateDisk","Burst":1,"PerMinute":60}]})";
  Rig rig({{200, left}, {200, R"({"throttles":[]})"}, {200, left}});
  const auto set = SetThrottle(rig.cloud, {.action = "CreateDisk", .burst = 1, .per_minute = 60},
                               Format::kTable);
  ASSERT_TRUE(set);
  EXPECT_NE(set->text.find("default  CreateDisk  1      60"), std::string::npos) << set->text;
  ASSERT_TRUE(SetThrottle(rig.cloud, {.action = "CreateDisk", .all_accounts = true, .off = true},
                          Format::kTable));
  ASSERT_TRUE(ShowThrottles(rig.cloud, Format::kJson));
  EXPECT_EQ(rig.stub.Requests().at(0).body,
            R"({"AccessKeyId":"testid","Action":"CreateDisk","Burst":1,"PerMinute":60})");
  EXPECT_EQ(rig.stub.Requests().at(1).body, R"({"Action":"CreateDisk","Off":true})");
  EXPECT_EQ(rig.stub.Requests().at(2).target, "/_zonedisk/throttles");
}

TEST(FaultsTest, GivenRuleWhenAddedAndTakenAwayThenBodyAndTable) {
  const std::string one =
      R"({"faults":[{"Id":3,"Action":"AttachDisk","Account":"default","Status":403,)"
      R"("Code":"DiskInArrears","Message":"m","Nth":2,"Times":1,"Hits":0,"RequestIds":[]}]})";
  const std::string none = R"({"faults":[]})";
  Rig rig({{200, one}, {200, one}, {200, one}, {200, none}, {200, none}});
  const auto added =
      AddFault(rig.cloud, {.action = "AttachDisk", .code = "DiskInArrears", .nth = 2, .times = 1},
               Format::kTable);
  ASSERT_TRUE(added);
  EXPECT_NE(added->text.find("3   default  AttachDisk  403     DiskInArrears  2    1      0"),
            std::string::npos)
      << added->text;
  ASSERT_TRUE(AddFault(rig.cloud,
                       {.action = "AttachDisk",
                        .code = "Other",
                        .status = 500,
                        .message = "m",
                        .all_accounts = true},
                       Format::kTable));
  ASSERT_TRUE(ShowFaults(rig.cloud, Format::kJson));
  ASSERT_TRUE(RemoveFaults(rig.cloud, "3", Format::kTable));
  ASSERT_TRUE(RemoveFaults(rig.cloud, "", Format::kTable));
  EXPECT_EQ(rig.stub.Requests().at(0).body,
            R"({"Action":"AttachDisk","Code":"DiskInArrears","Nth":2,"Times":1,)"
            R"("AccessKeyId":"testid"})");
  EXPECT_EQ(rig.stub.Requests().at(1).body,
            R"({"Action":"AttachDisk","Code":"Other","Nth":1,"Times":0,"Status":500,)"
            R"("Message":"m"})");
  EXPECT_EQ(rig.stub.Requests().at(2).method, "GET");
  EXPECT_EQ(rig.stub.Requests().at(3).method, "DELETE");
  EXPECT_EQ(rig.stub.Requests().at(3).target, "/_zonedisk/faults/3");
  EXPECT_EQ(rig.stub.Requests().at(4).target, "/_zonedisk/faults");
}

TEST(ClockTest, GivenNoChangeWhenAskedThenOneLine) {
  Rig rig({{200, R"({"mode":"real","now":"2026-01-01T00:00:00Z","offset_seconds":-5})"}});
  const auto output = Clock(rig.cloud, std::nullopt, Format::kTable);
  ASSERT_TRUE(output);
  EXPECT_EQ(*output, (Output{"2026-01-01T00:00:00Z  real, offset -5 s\n"}));
  EXPECT_EQ(rig.stub.Requests().at(0).method, "GET");
}

TEST(ClockTest, GivenAdvanceThatDoesNotSettleWhenDoneThenExitCodeAndWhatPends) {
  Rig rig({{200, R"({"mode":"frozen","now":"2026-01-01T00:01:00Z","offset_seconds":0,)"
                 R"("settled":false,"pending":["disk d-1 Attaching"]})"}});
  const auto output = Clock(rig.cloud, Json{{"advance_seconds", 60}}, Format::kTable);
  ASSERT_TRUE(output);
  EXPECT_EQ(*output, (Output{"2026-01-01T00:01:00Z  frozen, offset 0 s\n", ExitCode::kRefused,
                             "not settled, still pending:\n  disk d-1 Attaching"}));
  EXPECT_EQ(rig.stub.Requests().at(0).body, R"({"advance_seconds":60})");
}

TEST(ClockTest, GivenAdvanceThatSettlesWhenDoneThenOk) {
  const Json state = {{"mode", "real"}, {"now", "t"}, {"offset_seconds", 0}, {"settled", true}};
  EXPECT_EQ(ClockOutput(state, Format::kTable).code, ExitCode::kOk);
  EXPECT_EQ(Json::parse(ClockOutput(state, Format::kJson).text), state);
}

TEST(ResetTest, GivenForceWhenResetThenItIsInTheQuery) {
  Rig rig({{200, "{}"}, {200, "{}"}});
  ASSERT_TRUE(Reset(rig.cloud, false));
  ASSERT_TRUE(Reset(rig.cloud, true));
  EXPECT_EQ(rig.stub.Requests().at(0).target, "/_zonedisk/reset");
  EXPECT_EQ(rig.stub.Requests().at(1).target, "/_zonedisk/reset?force=true");
}

TEST(ServerFactsTest, GivenFactsWhenShownThenALineEach) {
  Rig rig({{200, R"({"version":"0.1.0","max_connections":1024})"}});
  const auto output = ServerFacts(rig.cloud, Format::kTable);
  ASSERT_TRUE(output);
  EXPECT_EQ(output->text,
            "NAME             VALUE\nversion          0.1.0\nmax_connections  1024\n");
}

}  // namespace
}  // namespace zonedisk
