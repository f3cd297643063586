#include "cloudapi/store/selection.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "cloudapi/store/schema.h"

namespace cloudapi {
namespace {

// The plan of an empty database is the plan of every database: nothing is ever analysed.
class Planner {
 public:
  Planner() : database_(":memory:", SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE) {
    database_.exec(std::string(kSchema));
  }
  std::string Plan(const std::string& sql) {
    SQLite::Statement statement(database_, "EXPLAIN QUERY PLAN " + sql);
    std::string plan;
    while (statement.executeStep()) plan += statement.getColumn(3).getString() + "\n";
    return plan;
  }

 private:
  SQLite::Database database_;
};

struct PlanCase {
  std::string name;
  std::function<void(DiskFilter&)> ask;
  std::string index;    // that the plan must use
  bool sorted = false;  // whether the index does not deliver the order by itself
};

class DiskPlanTest : public testing::TestWithParam<PlanCase> {};

TEST_P(DiskPlanTest, GivenFilterWhenPlannedThenItsIndexAndNoScan) {
  DiskFilter filter;
  filter.account = "a";
  filter.region = "r";
  GetParam().ask(filter);
  const Selection selection = Select(filter);
  const std::string plan = Planner().Plan(PageSql(selection, {.limit = 10, .before_seq = 5}));
  EXPECT_THAT(plan, testing::HasSubstr(GetParam().index));
  const auto no_scan = testing::Not(testing::ContainsRegex("SCAN [^w]"));  // but the wanted ids
  EXPECT_THAT(plan, no_scan);
  EXPECT_EQ(plan.find("TEMP B-TREE FOR ORDER BY") != std::string::npos, GetParam().sorted) << plan;
  EXPECT_THAT(Planner().Plan(CountSql(selection)), no_scan);
}

INSTANTIATE_TEST_SUITE_P(
    Filters, DiskPlanTest,
    testing::Values(
        PlanCase{"Place", [](DiskFilter&) {}, "disks_place"},
        PlanCase{"OneId", [](DiskFilter& f) { f.ids = {"d"}; }, "(account=? AND id=? AND region=?"},
        PlanCase{"Ids",
                 [](DiskFilter& f) {
                   f.ids = {"d", "e"};
                 },
                 "(account=? AND id=? AND region=?", true},
        PlanCase{"Name", [](DiskFilter& f) { f.name = "n"; }, "disks_name"},
        PlanCase{"NamePrefix", [](DiskFilter& f) { f.name = "n*"; }, "disks_name", true},
        PlanCase{"NameSuffix", [](DiskFilter& f) { f.name = "*n"; }, "disks_place"},
        PlanCase{"Tag",
                 [](DiskFilter& f) {
                   f.tags = {{"k", "v"}};
                 },
                 "SEARCH t USING PRIMARY KEY (account=? AND region=? AND kind=? AND key=? AND "
                 "value=? AND seq<?)"},
        PlanCase{"TagKey",
                 [](DiskFilter& f) {
                   f.tags = {{"k", std::nullopt}};
                 },
                 "(account=? AND region=? AND kind=? AND key=?)", true},
        PlanCase{"TwoTags",
                 [](DiskFilter& f) {
                   f.tags = {{"k", "v"}, {"l", "w"}};
                 },
                 "tags_object (account=? AND region=? AND kind=? AND seq=? AND key=?"},
        PlanCase{"Instance", [](DiskFilter& f) { f.instance_id = "i"; },
                 "(account=? AND region=? AND instance_id=? AND disk_seq<?)"},
        PlanCase{"Snapshot", [](DiskFilter& f) { f.snapshot_id = "s"; }, "disks_snapshot"},
        PlanCase{"Zone", [](DiskFilter& f) { f.zone = "z"; }, "disks_zone"},
        PlanCase{"Status", [](DiskFilter& f) { f.status = "Available"; }, "disks_status"},
        PlanCase{"ZoneAndStatus",
                 [](DiskFilter& f) {
                   f.zone = "z";
                   f.status = "Available";
                 },
                 "disks_zone"},
        PlanCase{"IdAndStatus",
                 [](DiskFilter& f) {
                   f.ids = {"d"};
                   f.status = "Available";
                 },
                 "(account=? AND id=? AND region=?"},
        PlanCase{"IdAnywhere",
                 [](DiskFilter& f) {
                   f.region.clear();
                   f.ids = {"d"};
                 },
                 "(account=? AND id=?", true}),
    [](const testing::TestParamInfo<PlanCase>& test) { return test.param.name; });

TEST(SelectionTest, GivenPlaceAndAtMostOneFacetWhenCountedThenByCounter) {
  DiskFilter filter;
  filter.account = "a";
  filter.region = "r";
  EXPECT_EQ(Select(filter).counter->facet, "");
  filter.zone = "z";
  EXPECT_EQ(Select(filter).counter->facet, "zone");
  filter.status = "Available";
  EXPECT_FALSE(Select(filter).counter);
  filter.zone.clear();
  EXPECT_EQ(Select(filter).counter->facet, "status");
  filter.status.clear();
  filter.category = "cloud";
  EXPECT_EQ(Select(filter).counter->value, "cloud");
  filter.encrypted = false;
  EXPECT_FALSE(Select(filter).counter);
  filter = {};
  filter.account = "a";
  filter.ids = {"d"};
  EXPECT_FALSE(Select(filter).counter);
}

TEST(SelectionTest, GivenOtherKindsWhenPlannedThenNoScan) {
  SnapshotFilter snapshots;
  snapshots.account = "a";
  snapshots.region = "r";
  snapshots.instance_id = "i";
  EXPECT_THAT(Planner().Plan(PageSql(Select(snapshots), {})),
              testing::Not(testing::HasSubstr("SCAN")));
  snapshots.instance_id.clear();
  snapshots.disk_id = "d";
  EXPECT_THAT(Planner().Plan(PageSql(Select(snapshots), {})), testing::HasSubstr("snapshots_disk"));
  InstanceFilter instances;
  instances.account = "a";
  instances.region = "r";
  instances.family = "ecs.g7";
  instances.members = {{"$.ImageId", {"m"}}};
  EXPECT_THAT(Planner().Plan(PageSql(Select(instances), {})),
              testing::HasSubstr("instances_place"));
}

TEST(SelectionTest, GivenPatternWhenMadeAGlobThenOnlyTheStarIsSpecial) {
  EXPECT_EQ(ToGlob("a*b?c[d]"), "a*b[?]c[[]d]");
}

}  // namespace
}  // namespace cloudapi
