#include "cloudapi/admin/admin.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "cloudapi/base/crash_points.h"
#include "cloudapi/testing/sample_world.h"

namespace cloudapi {
namespace {

using nlohmann::json;
using std::chrono::seconds;

class AdminTest : public testing::Test {
 protected:
  AdminTest() : blocks_(Images(cloud_.folder.path())), http_(Listen(cloud_.env)), admin_(Deps()) {
    PutSampleWorld(cloud_);
    keys_.Add("k", "secret", "of-k");
  }
  // The jobs' thread may call what follows it.
  ~AdminTest() override { jobs_.Stop(); }

  static std::unique_ptr<Blocks> Images(const std::filesystem::path& folder) {
    auto opened = OpenBlocks({.data_dir = folder, .pool = PoolMode::kOff, .proof = "p"}, nullptr);
    if (!opened) std::abort();
    return std::move(*opened);
  }
  static std::unique_ptr<HttpServer> Listen(Env& env) {
    auto started = HttpServer::Start(
        {}, [](const HttpRequest&) { return HttpResponse{.status = 404}; }, env);
    if (!started) std::abort();
    return std::move(*started);
  }
  AdminDeps Deps() {
    return {.info = {.version = "0.1.0",
                     .region = "cn-hangzhou",
                     .listen = "127.0.0.1:1",
                     .blocks_dir = "/blocks",
                     .max_connections = 7},
            .env = cloud_.env,
            .clock = cloud_.env,
            .store = *cloud_.store,
            .blocks = *blocks_,
            .catalogue = holder_,
            .jobs = jobs_,
            .sessions = sessions_,
            .keys = keys_,
            .limits = limits_,
            .metrics = metrics_,
            .coverage = coverage_,
            .http = *http_,
            .withdraw_at_most = {},
            .advance_at_most = {}};
  }
  // The node that holds kHeldDisk has an agent, which says nothing.
  void GiveAgent() {
    cloud_.Put(Instance{.id = kNodeB,
                        .account = "default",
                        .region = "cn-hangzhou",
                        .zone = "cn-hangzhou-b",
                        .type = "ecs.g7.large",
                        .has_agent = true,
                        .seq = 1001});
  }
  std::string AddDiskDue(std::chrono::milliseconds delay) {
    const Disk disk{.id = "d-bp1new0000000000000a",
                    .account = "default",
                    .region = "cn-hangzhou",
                    .zone = "cn-hangzhou-b",
                    .category = "cloud_efficiency",
                    .size_gib = 20,
                    .creation_time = cloud_.env.CloudNow(),
                    .seq = 3000};
    const auto added = cloud_.store->Write("", [&](Tx& tx) -> Result<void> {
      tx.Put(disk);
      tx.Schedule(disk, Step::kDiskCreate, delay);
      return {};
    });
    EXPECT_TRUE(added);
    return disk.id;
  }

  HttpResponse Ask(std::string method, const std::string& path, std::string body = {},
                   Params query = {}) {
    return admin_.Handle({.method = std::move(method),
                          .path = "/_zonedisk/" + path,
                          .query = std::move(query),
                          .body = std::move(body)});
  }
  json AskJson(const std::string& method, const std::string& path, std::string body = {}) {
    const auto response = Ask(method, path, std::move(body));
    EXPECT_EQ(response.status, 200) << response.body;
    return json::parse(response.body);
  }

  TestCloud cloud_;
  CatalogueHolder holder_{BuiltInCatalogue()};
  std::unique_ptr<Blocks> blocks_;
  AgentSessions sessions_{cloud_.env};
  Jobs jobs_{{cloud_.env, cloud_.env, *cloud_.store, *blocks_, sessions_, holder_, Delays{}}};
  Keys keys_;
  AccountLimits limits_;
  Metrics metrics_;
  Coverage coverage_;
  std::unique_ptr<HttpServer> http_;
  Admin admin_;
};

TEST_F(AdminTest, GivenServerWhenAskedThenHealthReadyAndInfo) {
  EXPECT_EQ(AskJson("GET", "health").at("status"), "ok");
  EXPECT_EQ(AskJson("GET", "ready").at("ready"), true);
  const auto facts = AskJson("GET", "info");
  EXPECT_EQ(facts.at("blocks_dir"), "/blocks");
  EXPECT_EQ(facts.at("zones").front(), "cn-hangzhou-b");
  EXPECT_EQ(facts.at("limits").at("connections"), 7);
}

TEST_F(AdminTest, GivenResourcesWhenMetricsAreReadThenExactGauges) {
  const auto response = Ask("GET", "metrics");
  EXPECT_THAT(response.content_type, testing::StartsWith("text/plain"));
  for (const char* line :
       {"zonedisk_disks 5\n", "zonedisk_disks_by_status{status=\"In_use\"} 2\n",
        "zonedisk_disks_by_zone{zone=\"cn-hangzhou-d\"} 1\n", "zonedisk_snapshots 2\n",
        "zonedisk_instances 2\n", "zonedisk_disks_size_gib{type=\"data\"} ",
        "# TYPE zonedisk_disks gauge\n", "\nzonedisk_http_connections 0\n",
        "# TYPE zonedisk_http_threads gauge\n"})
    EXPECT_THAT(response.body, testing::HasSubstr(line));
}

TEST_F(AdminTest, GivenRefusedCallsWhenCoverageIsReadThenCountedBesideAllParameters) {
  const ApiError refusal{.http_status = 404, .code = "InvalidDiskId.NotFound"};
  coverage_.Refused("DeleteDisk", refusal);
  coverage_.Refused("DeleteDisk", refusal);
  const auto actions = AskJson("GET", "coverage").at("actions");
  const auto found = std::ranges::find_if(
      actions, [](const json& action) { return action.at("action") == "DeleteDisk"; });
  ASSERT_NE(found, actions.end());
  EXPECT_EQ(found->at("parameters").at(0).at("name"), "DiskId");
  EXPECT_EQ(found->at("parameters").at(0).at("calls"), 0);
  const auto counted = std::ranges::find_if(found->at("refusals"), [](const json& row) {
    return row.at("name") == "404 InvalidDiskId.NotFound";
  });
  ASSERT_NE(counted, found->at("refusals").end());
  EXPECT_EQ(counted->at("calls"), 2);
}

TEST_F(AdminTest, GivenWrongMethodOrPathThenSaysWhatIsTaken) {
  const auto response = Ask("DELETE", "clock");
  EXPECT_EQ(response.status, 405);
  EXPECT_THAT(response.headers, testing::Contains(testing::Pair("Allow", "GET, POST")));
  EXPECT_EQ(Ask("GET", "nothing").status, 404);
  EXPECT_EQ(Ask("DELETE", "instances/").status, 404);
  EXPECT_EQ(admin_.Handle({.method = "GET", .path = "/"}).status, 404);
}

TEST_F(AdminTest, GivenHeldDisksWhenResetThenRefusesUntilForced) {
  GiveAgent();
  ASSERT_TRUE(blocks_->Create(DiskImage(kHeldDisk, 0), 4096));
  const auto refused = Ask("POST", "reset");
  EXPECT_EQ(refused.status, 409);
  EXPECT_EQ(json::parse(refused.body).at("disks"), json::array({kHeldDisk}));
  EXPECT_EQ(AskJson("GET", "instances").at("instances").size(), 2U);
  Params force;
  force.Set("force", "true");
  EXPECT_EQ(Ask("POST", "reset", "", force).status, 200);
  EXPECT_EQ(AskJson("GET", "instances").at("instances").size(), 0U);
}

TEST_F(AdminTest, GivenStockChangedWhenResetThenBuiltInAgain) {
  const std::string sold_out =
      R"({"ZoneId":"cn-hangzhou-b","DiskCategory":"cloud_ssd","InStock":false})";
  EXPECT_EQ(AskJson("POST", "zones", sold_out).at("InStock"), false);
  EXPECT_FALSE(holder_.Get()->Sells("cn-hangzhou-b", "cloud_ssd"));
  EXPECT_EQ(AskJson("GET", "zones").at("zones")[0].at("DiskCategories").at("cloud_ssd"), false);
  AskJson("POST", "reset");
  EXPECT_TRUE(holder_.Get()->Sells("cn-hangzhou-b", "cloud_ssd"));
  EXPECT_EQ(
      Ask("POST", "zones", R"({"ZoneId":"cn-hangzhou-i","DiskCategory":"cloud","InStock":true})")
          .status,
      404);
}

TEST_F(AdminTest, GivenStockChangedWhenStartedAgainThenStillChanged) {
  AskJson("POST", "zones",
          R"({"ZoneId":"cn-hangzhou-b","DiskCategory":"cloud_ssd","InStock":false})");
  AskJson("POST", "zones",
          R"({"ZoneId":"cn-hangzhou-d","DiskCategory":"cloud_ssd","InStock":false})");
  AskJson("POST", "zones",
          R"({"ZoneId":"cn-hangzhou-d","DiskCategory":"cloud_ssd","InStock":true})");
  CatalogueHolder next(BuiltInCatalogue());
  RestoreStock(next, cloud_.store->Meta(kStockMeta).value_or(""));
  EXPECT_EQ(next.Changes(), holder_.Changes());
  EXPECT_EQ(next.Changes(), (std::vector<StockChange>{{"cn-hangzhou-b", "cloud_ssd", false}}));
  AskJson("POST", "reset");
  CatalogueHolder last(BuiltInCatalogue());
  RestoreStock(last, cloud_.store->Meta(kStockMeta).value_or(""));
  EXPECT_TRUE(last.Changes().empty());
}

TEST_F(AdminTest, GivenQuotasWhenSetThenOfThatAccountUntilReset) {
  auto answer = AskJson("GET", "quotas");
  EXPECT_EQ(answer.at("Account"), "default");
  EXPECT_EQ(answer.at("Quotas").at("PostPaidDisks"), "off");
  EXPECT_EQ(answer.at("Quotas").at("SnapshotsPerDisk"), 256);
  answer = AskJson(
      "POST", "quotas",
      R"({"AccessKeyId":"k","Quotas":{"PostPaidDisks":5,"SnapshotsPerDisk":"off","DiskCapacity":9}})");
  EXPECT_EQ(answer.at("Account"), "of-k");
  EXPECT_EQ(answer.at("Quotas").at("PostPaidDisks"), 5);
  EXPECT_EQ(answer.at("Quotas").at("SnapshotsPerDisk"), "off");
  AskJson("POST", "quotas", R"({"AccessKeyId":"k","Quotas":{"DiskCapacity":"default"}})");
  EXPECT_EQ(limits_.quotas.Of("of-k").Limit(Quota::kDiskGib), std::nullopt);
  EXPECT_EQ(limits_.quotas.Of("default"), Quotas());
  QuotaBook next;
  next.Restore(cloud_.store->Meta(kQuotasMeta).value_or(""));
  EXPECT_EQ(next.Of("of-k"), limits_.quotas.Of("of-k")) << "kept over restarts";
  AskJson("POST", "reset");
  EXPECT_EQ(limits_.quotas.Of("of-k"), Quotas());
  EXPECT_EQ(cloud_.store->Meta(kQuotasMeta), "{}");
}

TEST_F(AdminTest, GivenThrottlesWhenSetThenKeptUntilTakenAwayOrReset) {
  AskJson("POST", "throttles", R"({"AccessKeyId":"k","Burst":3,"PerMinute":60})");
  AskJson("POST", "throttles", R"({"Action":"CreateDisk","Burst":1,"PerMinute":0})");
  auto rows = AskJson("GET", "throttles").at("throttles");
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].at("Account"), "of-k");
  EXPECT_EQ(rows[1].at("Action"), "CreateDisk");
  Throttles next;
  next.Restore(cloud_.store->Meta(kThrottlesMeta).value_or(""));
  EXPECT_EQ(next.All(), limits_.throttles.All());
  rows = AskJson("POST", "throttles", R"({"AccessKeyId":"k","Off":true})").at("throttles");
  EXPECT_EQ(rows.size(), 1U);
  EXPECT_EQ(Ask("POST", "throttles", R"({"Action":"Nothing","Burst":1,"PerMinute":1})").status,
            404);
  AskJson("POST", "reset");
  EXPECT_TRUE(limits_.throttles.All().empty());
}

TEST_F(AdminTest, GivenFaultRulesWhenSetThenListedWithTheirHitsUntilTakenAwayOrReset) {
  AskJson("POST", "faults",
          R"({"Action":"AttachDisk","Code":"DiskInArrears","AccessKeyId":"k","Times":2})");
  AskJson("POST", "faults", R"({"Action":"DescribeZones","Code":"Odd","Status":503,"Nth":3})");
  EXPECT_FALSE(limits_.faults.Pass("of-k", "AttachDisk", "req-1"));
  auto rows = AskJson("GET", "faults").at("faults");
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].at("Account"), "of-k");
  EXPECT_EQ(rows[0].at("Status"), 403);
  EXPECT_EQ(rows[0].at("Hits"), 1);
  EXPECT_EQ(rows[0].at("RequestIds"), json::array({"req-1"}));
  EXPECT_EQ(rows[1].at("Nth"), 3);
  Faults next;
  next.Restore(cloud_.store->Meta(kFaultsMeta).value_or(""));
  EXPECT_EQ(next.Text(), limits_.faults.Text());
  EXPECT_EQ(AskJson("DELETE", "faults/1").at("faults").size(), 1U);
  EXPECT_EQ(Ask("DELETE", "faults/1").status, 404);
  EXPECT_EQ(Ask("DELETE", "faults/x").status, 404);
  for (const char* wrong :
       {"[]", R"({"Action":"AttachDisk"})", R"({"Action":"Nothing","Code":"DiskInArrears"})",
        R"({"Action":"DescribeZones","Code":"DiskInArrears"})",
        R"({"Action":"AttachDisk","Code":"DiskInArrears","Status":0})",
        R"({"Action":"AttachDisk","Code":"DiskInArrears","Times":-1})"})
    EXPECT_EQ(Ask("POST", "faults", wrong).status, 400) << wrong;
  EXPECT_TRUE(AskJson("DELETE", "faults").at("faults").empty());
  AskJson("POST", "faults", R"({"Action":"AttachDisk","Code":"DiskInArrears"})");
  AskJson("POST", "reset");
  EXPECT_TRUE(limits_.faults.All().empty());
}

TEST_F(AdminTest, GivenStockThatCannotBeReadWhenRestoredThenTheCatalogueStays) {
  for (const char* text : {"", "{", "{}", "[1]", R"([{"ZoneId":"cn-hangzhou-b"}])",
                           R"([{"ZoneId":"gone","DiskCategory":"cloud","InStock":true}])"}) {
    RestoreStock(holder_, text);
    EXPECT_TRUE(holder_.Changes().empty()) << text;
  }
}

TEST_F(AdminTest, GivenRowsWhenStateIsReadThenAllOfThemAndWhatDisagrees) {
  ASSERT_TRUE(blocks_->Create("d-bp1stray00000000000001.g1.img", 4096));
  const auto state = AskJson("GET", "state");
  EXPECT_EQ(state.at("disks").size(), 5U);
  EXPECT_EQ(state.at("snapshots").size(), 2U);
  EXPECT_EQ(state.at("settled"), true);
  bool attached = false;
  for (const auto& disk : state.at("disks"))
    for (const auto& attachment : disk.at("Attachments"))
      attached = attached || attachment.at("InstanceId") == kNodeB;
  EXPECT_TRUE(attached);
  EXPECT_EQ(state.at("disks").back().at("Type"), "system");
  EXPECT_THAT(state.at("disagreements").dump(),
              testing::HasSubstr("image d-bp1stray00000000000001.g1.img belongs to nothing"));
}

struct BadBody {
  std::string name;
  std::string path;
  std::string body;
};
class AdminBodyTest : public AdminTest, public testing::WithParamInterface<BadBody> {};

TEST_P(AdminBodyTest, GivenMalformedBodyThenRefusesInOneLine) {
  const auto response = Ask("POST", GetParam().path, GetParam().body);
  EXPECT_EQ(response.status, 400);
  EXPECT_FALSE(json::parse(response.body).at("error").get<std::string>().empty());
  EXPECT_EQ(cloud_.env.Get(), ClockState{});
}

INSTANTIATE_TEST_SUITE_P(
    Bodies, AdminBodyTest,
    testing::Values(
        BadBody{"Empty", "clock", ""}, BadBody{"NoJson", "clock", "{"},
        BadBody{"NoObject", "clock", "[1]"}, BadBody{"Nothing", "clock", "{}"},
        BadBody{"TwoThings", "clock", R"({"mode":"real","offset_seconds":1})"},
        BadBody{"Mode", "clock", R"({"mode":"slow"})"},
        BadBody{"ModeType", "clock", R"({"mode":1})"},
        BadBody{"Backwards", "clock", R"({"advance_seconds":-1})"},
        BadBody{"Fraction", "clock", R"({"advance_seconds":1.5})"},
        BadBody{"TooFar", "clock", R"({"advance_seconds":99999999999})"},
        BadBody{"NoZone", "instances", R"({"InstanceType":"ecs.g7.large"})"},
        BadBody{"UnknownZone", "instances", R"({"ZoneId":"cn-hangzhou-z"})"},
        BadBody{"UnknownType", "instances",
                R"({"ZoneId":"cn-hangzhou-b","InstanceType":"ecs.x.large"})"},
        BadBody{"BadId", "instances", R"({"ZoneId":"cn-hangzhou-b","InstanceId":"I 1"})"},
        BadBody{"NoQuotas", "quotas", "{}"}, BadBody{"QuotasType", "quotas", R"({"Quotas":[]})"},
        BadBody{"UnknownQuota", "quotas", R"({"Quotas":{"Disks":1}})"},
        BadBody{"QuotaBelowZero", "quotas", R"({"Quotas":{"DiskCapacity":-1}})"},
        BadBody{"QuotaWord", "quotas", R"({"Quotas":{"DiskCapacity":"many"}})"},
        BadBody{"ThrottleOfAll", "throttles", R"({"Burst":1,"PerMinute":1})"},
        BadBody{"ThrottleBelowZero", "throttles",
                R"({"Action":"CreateDisk","Burst":-1,"PerMinute":1})"},
        BadBody{"ThrottleWithoutRate", "throttles", R"({"Action":"CreateDisk","Burst":1})"},
        BadBody{"NoStock", "zones", R"({"ZoneId":"cn-hangzhou-b","DiskCategory":"cloud"})"}),
    [](const testing::TestParamInfo<BadBody>& test) { return test.param.name; });

TEST_F(AdminTest, GivenClockWhenFrozenAdvancedAndFreedThenStandsAndRuns) {
  EXPECT_EQ(AskJson("GET", "clock").at("mode"), "real");
  auto answer = AskJson("POST", "clock", R"({"mode":"frozen"})");
  EXPECT_EQ(answer.at("mode"), "frozen");
  EXPECT_EQ(answer.at("now"), "2024-01-01T00:00:00Z");
  GiveAgent();
  Params attach;
  attach.Set("DiskId", kFreeDisk);
  attach.Set("InstanceId", kNodeB);
  ASSERT_TRUE(cloud_.Call("AttachDisk", attach));
  answer = AskJson("POST", "clock", R"({"advance_seconds":3600})");
  EXPECT_EQ(answer.at("now"), "2024-01-01T01:00:00Z");
  EXPECT_EQ(answer.at("offset_seconds"), 3600);
  EXPECT_EQ(answer.at("settled"), false);
  EXPECT_EQ(
      answer.at("pending"),
      json::array({fmt::format("disk {} Attaching: the agent of {} has not reported its device",
                               kFreeDisk, kNodeB)}));
  EXPECT_TRUE(cloud_.env.Get().frozen);
  EXPECT_EQ(ParseClock(*cloud_.store->Meta(kClockMeta)), cloud_.env.Get());
  answer = AskJson("POST", "clock", R"({"mode":"real"})");
  EXPECT_EQ(answer.at("offset_seconds"), 0);
}

TEST_F(AdminTest, GivenJobDueInAnHourWhenTheClockIsSetAheadThenItRunsAtOnce) {
  jobs_.Start();
  const std::string disk = AddDiskDue(std::chrono::hours(1));
  const std::int64_t before = cloud_.store->Revision();
  EXPECT_FALSE(blocks_->Exists(DiskImage(disk, 0)));
  AskJson("POST", "clock", R"({"offset_seconds":3600})");
  cloud_.store->WaitForChanges(before, seconds(10));
  EXPECT_TRUE(blocks_->Exists(DiskImage(disk, 0)));
}

TEST_F(AdminTest, GivenRunningClockWhenOffsetAndAdvancedThenBothAdd) {
  auto answer = AskJson("POST", "clock", R"({"offset_seconds":-60})");
  EXPECT_EQ(answer.at("now"), "2023-12-31T23:59:00Z");
  answer = AskJson("POST", "clock", R"({"advance_seconds":90})");
  EXPECT_EQ(answer.at("mode"), "real");
  EXPECT_EQ(answer.at("now"), "2024-01-01T00:00:30Z");
  EXPECT_EQ(answer.at("offset_seconds"), 30);
  EXPECT_EQ(answer.at("settled"), true);
  EXPECT_EQ(cloud_.env.Get(), (ClockState{.offset = seconds(30)}));
}

TEST_F(AdminTest, GivenArmedCrashPointWhenPassedThenDiesAtTheGivenPassage) {
  EXPECT_EQ(AskJson("GET", "crash").at("crash_points").size(), kCloudCrashPoints.size());
  EXPECT_EQ(Ask("POST", "crash", R"({"At":"nowhere"})").status, 400);
  EXPECT_EQ(Ask("POST", "crash", R"({"At":"jobs.after-row:0"})").status, 400);
  AskJson("POST", "crash", R"({"At":"jobs.after-row:2"})");
  CrashPoint("jobs.before-unlink");
  CrashPoint("jobs.after-row");
  EXPECT_EXIT(CrashPoint("jobs.after-row"), testing::ExitedWithCode(137), "");
  AskJson("POST", "crash", R"({"At":""})");
  CrashPoint("jobs.after-row");
}

TEST(ClockStateTest, GivenStateWhenKeptThenReadBack) {
  for (const ClockState& state :
       {ClockState{}, ClockState{.offset = seconds(-5)},
        ClockState{.frozen = true, .frozen_at = SysMillis(seconds(1'700'000'000))}})
    EXPECT_EQ(ParseClock(FormatClock(state)), state);
  for (const char* text : {"", "real", "real x", "frozen 1x", "sometimes 5"})
    EXPECT_FALSE(ParseClock(text)) << text;
}

TEST_F(AdminTest, GivenNewInstanceWhenAddedThenListedAndRepeatable) {
  const std::string body =
      R"({"InstanceId":"i-mine","ZoneId":"cn-hangzhou-e","InstanceName":"n","AccessKeyId":"k"})";
  const auto added = AskJson("POST", "instances", body);
  EXPECT_EQ(added.at("InstanceType"), "ecs.g7.xlarge");
  EXPECT_EQ(added.at("Account"), "of-k");
  EXPECT_EQ(added.at("HasAgent"), false);
  EXPECT_EQ(AskJson("POST", "instances", body), added);
  EXPECT_EQ(AskJson("GET", "instances").at("instances").size(), 3U);
  EXPECT_EQ(Ask("POST", "instances",
                R"({"InstanceId":"i-mine","ZoneId":"cn-hangzhou-b","AccessKeyId":"k"})")
                .status,
            409);
  Params given;
  given.Set("RegionId", "cn-hangzhou");
  const auto described = cloud_.Call("DescribeInstances", given, "of-k");
  ASSERT_TRUE(described);
  EXPECT_THAT(described->members, testing::HasSubstr(R"("InstanceId":"i-mine")"));
  EXPECT_THAT(described->members, testing::HasSubstr(R"("Memory":16384)"));
}

TEST_F(AdminTest, GivenNoIdWhenAddedThenANewOneOfTheRegion) {
  const auto added = AskJson("POST", "instances", R"({"ZoneId":"cn-beijing-e"})");
  EXPECT_THAT(added.at("InstanceId").get<std::string>(), testing::StartsWith("i-2ze"));
  EXPECT_EQ(added.at("RegionId"), "cn-beijing");
}

TEST_F(AdminTest, GivenInstanceWithAgentWhenAddedThenConflict) {
  cloud_.Put(Instance{.id = "i-real",
                      .account = "default",
                      .region = "cn-hangzhou",
                      .zone = "cn-hangzhou-b",
                      .type = "ecs.g7.large",
                      .has_agent = true,
                      .seq = 2000});
  EXPECT_EQ(Ask("POST", "instances", R"({"InstanceId":"i-real","ZoneId":"cn-hangzhou-b"})").status,
            409);
}

TEST_F(AdminTest, GivenSameIdInTwoAccountsWhenDeletedThenOnlyTheCallersGoes) {
  for (const char* key : {"", "k"}) {
    AskJson("POST", "instances",
            fmt::format(R"({{"InstanceId":"i-twin","ZoneId":"cn-hangzhou-b","AccessKeyId":"{}"}})",
                        key));
  }
  Params of_k;
  of_k.Set("AccessKeyId", "k");
  EXPECT_EQ(Ask("DELETE", "instances/i-twin", "", of_k).status, 200);
  EXPECT_EQ(Ask("DELETE", "instances/i-twin", "", of_k).status, 404);
  const auto left = AskJson("GET", "instances").at("instances");
  ASSERT_EQ(left.size(), 3U);
  EXPECT_EQ(left[0].at("InstanceId"), "i-twin");
  EXPECT_EQ(left[0].at("Account"), "default");
}

TEST_F(AdminTest, GivenInstanceWhenDeletedThenOnlyWithoutDisks) {
  sessions_.Open({.account = "default", .id = kNodeE}, "");
  EXPECT_EQ(Ask("DELETE", std::string("instances/") + kNodeB).status, 409);
  EXPECT_EQ(AskJson("GET", "instances").at("instances").at(1).at("Disks"), 0);
  EXPECT_EQ(Ask("DELETE", std::string("instances/") + kNodeE).status, 200);
  EXPECT_EQ(AskJson("GET", "state").at("disks").size(), 4U) << "its system disk went with it";
  EXPECT_EQ(Ask("DELETE", std::string("instances/") + kNodeE).status, 404);
  EXPECT_FALSE(sessions_.Has({.account = "default", .id = kNodeE})) << "its agent registers anew";
  EXPECT_EQ(AskJson("GET", "instances").at("instances").size(), 1U);
}

}  // namespace
}  // namespace cloudapi
