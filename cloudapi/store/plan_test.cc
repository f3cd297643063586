// What the statements of the readings cost, by their plans. An empty database plans as a full one:
// nothing is ever analysed.
#include "cloudapi/store/testing/plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "cloudapi/store/schema.h"
#include "cloudapi/store/view.h"

namespace cloudapi {
namespace {

struct PlanCase {
  std::string name;
  std::function<void(View&)> ask;
  std::string look_up;  // a step that the plan has
  bool sorted = false;  // whether the rows are sorted afterwards
};

class ViewPlanTest : public testing::TestWithParam<PlanCase> {
 protected:
  // The steps of every statement that the question prepared.
  std::string PlanOfAsking() {
    std::string plan;
    auto db = std::make_unique<SQLite::Database>(":memory:",
                                                 SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    MakeSchema(*db);
    Connection connection(std::move(db), [&plan](SQLite::Database& open, const std::string& sql) {
      for (const std::string& step : PlanOf(open, sql)) plan += step + "\n";
    });
    View view(connection);
    GetParam().ask(view);
    return plan;
  }
};

TEST_P(ViewPlanTest, GivenQuestionWhenPlannedThenOneLookUpAndNoScan) {
  const std::string plan = PlanOfAsking();
  EXPECT_THAT(plan, testing::HasSubstr(GetParam().look_up));
  EXPECT_THAT(plan, testing::Not(testing::ContainsRegex("SCAN [^w(]")));
  EXPECT_EQ(plan.find("TEMP B-TREE FOR ORDER BY") != std::string::npos, GetParam().sorted) << plan;
}

const Instance kInstance{.id = "i", .account = "a", .region = "r"};
const Disk kDisk{.id = "d", .account = "a", .region = "r"};
const Snapshot kSnapshot{.id = "s", .account = "a", .region = "r"};
constexpr const char* kTagsOfOne =
    "SEARCH t USING COVERING INDEX tags_object (account=? AND region=? AND kind=? AND seq=?";
constexpr const char* kTagsOfOneWithIds =
    "SEARCH t USING INDEX tags_object (account=? AND region=? AND kind=? AND seq=?";

TagListFilter Listing() {
  return {.account = "a", .region = "r", .kind = &KindOf<Disk>()};
}

constexpr const char* kTotalOfTag =
    "SEARCH t USING PRIMARY KEY (account=? AND region=? AND key=? AND value=?)";

TagCountFilter Counting(std::vector<TagMatch> tags = {}) {
  return {.account = "a", .region = "r", .tags = std::move(tags)};
}

INSTANTIATE_TEST_SUITE_P(
    Questions, ViewPlanTest,
    testing::Values(
        PlanCase{"Find", [](View& view) { view.Find<Disk>("a", "r", "d"); }, "(account=? AND id=?"},
        PlanCase{"DataDisksOf", [](View& view) { view.DataDisksOf(kInstance); },
                 "(account=? AND region=? AND instance_id=?)", true},
        PlanCase{"CountDataDisks", [](View& view) { view.CountDataDisks(kInstance); },
                 "(account=? AND region=? AND instance_id=?)"},
        PlanCase{"SystemDiskOf", [](View& view) { view.SystemDiskOf(kInstance); },
                 "(account=? AND region=? AND instance_id=?)", true},
        PlanCase{"DisksAtHomeOn", [](View& view) { view.DisksAtHomeOn(kInstance); }, "disks_home"},
        PlanCase{"SnapshotsOf", [](View& view) { view.SnapshotsOf(kDisk); }, "snapshots_disk"},
        PlanCase{"MembersOf",
                 [](View& view) {
                   view.SnapshotsOf(SnapshotGroup{.id = "g", .account = "a", .region = "r"});
                 },
                 "snapshots_group (account=? AND region=? AND group_id=?)"},
        PlanCase{"PoliciesOf", [](View& view) { view.PoliciesOf(kDisk); },
                 "policy_disks_disk (account=? AND region=? AND disk_id=?)"},
        PlanCase{"RulesOf",
                 [](View& view) {
                   view.RulesOf(SecurityGroup{.id = "sg", .account = "a", .region = "r"});
                 },
                 "security_rules_group (account=? AND region=? AND group_id=?)"},
        PlanCase{"AddressTaken",
                 [](View& view) {
                   view.Count({.kind = &KindOf<NetworkInterface>(),
                               .account = "a",
                               .region = "r",
                               .conditions = {where::Is{"private_ip", std::string("10.0.0.1")},
                                              where::Is{"vswitch_id", std::string("vsw")}}});
                 },
                 "network_interfaces_address (account=? AND region=? AND private_ip=?)"},
        PlanCase{"KeyPairUsed",
                 [](View& view) {
                   view.Count({.kind = &KindOf<Instance>(),
                               .account = "a",
                               .region = "r",
                               .conditions = {where::Is{"key_pair_name", std::string("ops")}}});
                 },
                 "instances_key_pair (account=? AND region=? AND key_pair_name=?)"},
        PlanCase{"DisksOfPolicy",
                 [](View& view) {
                   view.DisksOf(SnapshotPolicy{.id = "p", .account = "a", .region = "r"}, 7, 10);
                 },
                 "policy_disks_policy (account=? AND region=? AND policy_id=? AND rowid>?)"},
        PlanCase{"DisksOfSnapshot", [](View& view) { view.CountDisksOf(kSnapshot); },
                 "disks_snapshot (account=? AND region=? AND source_snapshot_id=?)"},
        PlanCase{"DisksBeingFilled", [](View& view) { view.CountDisksOf(kSnapshot, true); },
                 "disks_snapshot (account=? AND region=? AND source_snapshot_id=?)"},
        PlanCase{"JobsOf", [](View& view) { view.JobsOf("a", "r", "d"); },
                 "jobs_subject (account=? AND region=? AND subject=?)", true},
        PlanCase{"TagsOfIds",
                 [](View& view) {
                   TagListFilter filter = Listing();
                   filter.ids = {"d", "e"};
                   view.Tags(filter, {}, 10);
                 },
                 kTagsOfOneWithIds, true},
        PlanCase{"TagsOfCarriers",
                 [](View& view) {
                   TagListFilter filter = Listing();
                   filter.tags = {{"k", "v"}, {"l", std::nullopt}};
                   view.Tags(filter, {}, 10);
                 },
                 "SEARCH x USING PRIMARY KEY (account=? AND region=? AND kind=? AND key=? AND "
                 "value=? AND seq>?)"},
        PlanCase{"TagsOfCarriersOfOneTag",
                 [](View& view) {
                   TagListFilter filter = Listing();
                   filter.tags = {{"k", "v"}};
                   view.Tags(filter, {}, 10);
                 },
                 kTagsOfOneWithIds},
        PlanCase{"TagCounts", [](View& view) { view.TagCounts(Counting(), 10, 0); },
                 "SEARCH t USING PRIMARY KEY (account=? AND region=?)"},
        PlanCase{"TagCountsOfATag",
                 [](View& view) {
                   view.TagCounts(Counting({{"k", "v"}}), 10, 0);
                 },
                 kTotalOfTag},
        PlanCase{"TagCountsOfTwoTags",
                 [](View& view) {
                   view.TagCounts(Counting({{"k", "v"}, {"l", "w"}}), 10, 0);
                 },
                 kTotalOfTag},
        PlanCase{"CountTags",
                 [](View& view) {
                   view.CountTags(Counting({{"k", "v"}}));
                 },
                 kTotalOfTag},
        PlanCase{
            "TagsOfOneResource",
            [](View& view) { view.TagCounts({.account = "a", .region = "r", .id = "d"}, 10, 0); },
            kTagsOfOne}),
    [](const testing::TestParamInfo<PlanCase>& test) { return test.param.name; });

TEST(ScanInTest, GivenStatementsWhenPlannedThenWholeTablesAreNamed) {
  SQLite::Database db(":memory:", SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
  MakeSchema(db);
  EXPECT_EQ(ScanIn(db, "SELECT id FROM disks WHERE description = 'x'"), "SCAN disks");
  EXPECT_EQ(ScanIn(db, "SELECT id FROM disks WHERE seq = 1"), "");
  EXPECT_EQ(ScanIn(db, "SELECT value FROM json_each('[1]')"), "");
}

}  // namespace
}  // namespace cloudapi
