#include "cloudapi/store/selection.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "cloudapi/resources/kinds.h"
#include "cloudapi/store/schema.h"

namespace cloudapi {
namespace {

// The plan of an empty database is the plan of every database: nothing is ever analysed.
class Planner {
 public:
  Planner() : database_(":memory:", SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE) {
    MakeSchema(database_);
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
  std::vector<Condition> conditions;
  std::string index;    // that the plan must use
  bool sorted = false;  // whether the index does not deliver the order by itself
  std::string region = "r";
};

class DiskPlanTest : public testing::TestWithParam<PlanCase> {};

Query DisksWhere(std::vector<Condition> conditions, std::string region = "r") {
  return {.kind = &KindOf<Disk>(),
          .account = "a",
          .region = std::move(region),
          .conditions = std::move(conditions)};
}

TEST_P(DiskPlanTest, GivenConditionsWhenPlannedThenTheirIndexAndNoScan) {
  const Selection selection = Select(DisksWhere(GetParam().conditions, GetParam().region));
  const std::string plan = Planner().Plan(PageSql(selection, {.limit = 10, .before_seq = 5}));
  EXPECT_THAT(plan, testing::HasSubstr(GetParam().index));
  // But the wanted ids and the combinations of facets.
  const auto no_scan = testing::Not(testing::ContainsRegex("SCAN [^wc]"));
  EXPECT_THAT(plan, no_scan);
  EXPECT_EQ(plan.find("TEMP B-TREE FOR ORDER BY") != std::string::npos, GetParam().sorted) << plan;
  EXPECT_THAT(Planner().Plan(CountSql(selection)), no_scan);
}

using where::Is;
using where::Like;

// Each combination is looked up with every facet, from the newest row that is wanted.
constexpr const char* kByFacets =
    "SEARCH o USING COVERING INDEX disks_facets (account=? AND region=? AND zone=? AND status=? "
    "AND "
    "category=? AND type=? AND portable=? AND delete_with_instance=? AND delete_auto_snapshot=? "
    "AND "
    "enable_auto_snapshot=? AND encrypted=? AND multi_attach=? AND rowid<?)";

INSTANTIATE_TEST_SUITE_P(
    Conditions, DiskPlanTest,
    testing::Values(
        PlanCase{"Place", {}, "disks_place"},
        PlanCase{"OneId", {where::Ids{{"d"}}}, "(account=? AND id=? AND region=?"},
        PlanCase{"Ids", {where::Ids{{"d", "e"}}}, "(account=? AND id=? AND region=?", true},
        PlanCase{"Name", {Like{"name", "n"}}, "disks_name"},
        PlanCase{
            "NamePrefix", {Like{"name", "n*"}}, "SEARCH o USING COVERING INDEX disks_name", true},
        PlanCase{"NamePattern", {Like{"name", "n*m"}}, "USING COVERING INDEX disks_name", true},
        PlanCase{
            "NameSuffix", {Like{"name", "*n"}}, "SEARCH o USING COVERING INDEX disks_name", true},
        PlanCase{"AnyName", {Like{"name", "*"}}, "disks_place"},
        PlanCase{"NameSuffixAndSnapshot",
                 {Like{"name", "*n"}, Is{"source_snapshot_id", "s"}},
                 "disks_snapshot"},
        PlanCase{"NameSuffixAndZone", {Like{"name", "*n"}, Is{"zone", "z"}}, "disks_facets", true},
        PlanCase{"Tag",
                 {where::Tags{{{"k", "v"}}}},
                 "SEARCH t USING PRIMARY KEY (account=? AND region=? AND kind=? AND key=? AND "
                 "value=? AND seq<?)"},
        PlanCase{"TagKey",
                 {where::Tags{{{"k", std::nullopt}}}},
                 "(account=? AND region=? AND kind=? AND key=?)",
                 true},
        PlanCase{"TwoTags",
                 {where::Tags{{{"k", "v"}, {"l", "w"}}}},
                 "tags_object (account=? AND region=? AND kind=? AND seq=? AND key=?"},
        PlanCase{"Instance",
                 {where::OnInstance{"i"}},
                 "(account=? AND region=? AND instance_id=? AND disk_seq<?)"},
        PlanCase{"Snapshot", {Is{"source_snapshot_id", "s"}}, "disks_snapshot"},
        PlanCase{"Policy",
                 {where::UnderPolicy{"p"}},
                 "policy_disks_policy (account=? AND region=? AND policy_id=?)",
                 true},
        PlanCase{"IdAndPolicy",
                 {where::Ids{{"d"}}, where::UnderPolicy{"p"}},
                 "policy_disks_disk (account=? AND region=? AND disk_id=?)"},
        PlanCase{"AnyPolicy", {where::Filled{"auto_snapshot_policy_id"}}, "disks_policy", true},
        PlanCase{"NoPolicy", {where::Filled{"auto_snapshot_policy_id", false}}, "disks_place"},
        PlanCase{"ResourceGroup", {Is{"resource_group_id", "rg"}}, "disks_resource_group"},
        PlanCase{"KmsKey", {Is{"kms_key_id", "k"}}, "disks_kms_key"},
        PlanCase{"Zone", {Is{"zone", "z"}}, kByFacets, true},
        PlanCase{"Flag", {Is{"encrypted", std::int64_t{1}}}, kByFacets, true},
        PlanCase{"ZoneAndStatus", {Is{"zone", "z"}, Is{"status", "Available"}}, kByFacets, true},
        PlanCase{"StatusAndSnapshot",
                 {Is{"status", "Available"}, Is{"source_snapshot_id", "s"}},
                 "disks_snapshot"},
        PlanCase{"IdAndStatus",
                 {where::Ids{{"d"}}, Is{"status", "Available"}},
                 "(account=? AND id=? AND region=?"},
        PlanCase{"IdAnywhere", {where::Ids{{"d"}}}, "(account=? AND id=?", true, ""}),
    [](const testing::TestParamInfo<PlanCase>& test) { return test.param.name; });

TEST(SelectionTest, GivenPlaceAndFacetsWhenCountedThenByTheCounters) {
  const auto counted = [](std::vector<Condition> conditions, std::string region = "r") {
    return Select(DisksWhere(std::move(conditions), std::move(region))).counted;
  };
  EXPECT_TRUE(counted({}));
  EXPECT_TRUE(counted({Is{"zone", "z"}}));
  EXPECT_TRUE(counted({Is{"zone", "z"}, Is{"status", "Available"}}));
  EXPECT_TRUE(counted({Is{"category", "cloud"}, Is{"encrypted", std::int64_t{0}}}));
  EXPECT_FALSE(counted({Is{"zone", "z"}, Is{"source_snapshot_id", "s"}}));
  EXPECT_FALSE(counted({where::Ids{{"d"}}}, ""));
}

TEST(SelectionTest, GivenCombinationsWhenMatchedThenEveryFacetThatIsAskedFor) {
  const auto matches = [](std::vector<Condition> conditions) {
    const Query instances{.kind = &KindOf<Instance>(),
                          .account = "a",
                          .region = "r",
                          .conditions = std::move(conditions)};
    return Matches(Select(instances), "z\nRunning\necs.g7.large");
  };
  EXPECT_TRUE(matches({Is{"zone", "z"}}));
  EXPECT_FALSE(matches({Is{"zone", "y"}}));
  EXPECT_TRUE(matches({Is{"zone", "z"}, where::BeforeDot{"type", "ecs.g7"}}));
  EXPECT_FALSE(matches({Is{"zone", "z"}, where::BeforeDot{"type", "ecs.g"}}));
  EXPECT_TRUE(matches({where::AnyOf{"status", {"Stopped", "Running"}}}));
  EXPECT_FALSE(matches({where::AnyOf{"status", {}}}));
}

TEST(SelectionTest, GivenWhatAnotherTableSaysWhenCountedThenNoObjectIsRead) {
  const auto count_plan = [](Condition condition) {
    return Planner().Plan(CountSql(Select(DisksWhere({std::move(condition)}))));
  };
  // A total, or one for each value.
  EXPECT_EQ(
      count_plan(where::Tags{{{"k", "v"}}}),
      "SEARCH t USING PRIMARY KEY (account=? AND region=? AND key=? AND value=? AND kind=?)\n");
  EXPECT_EQ(count_plan(where::Tags{{{"k", std::nullopt}}}),
            "SEARCH t USING PRIMARY KEY (account=? AND region=? AND key=?)\n");
  EXPECT_EQ(count_plan(where::OnInstance{"i"}),
            "SEARCH a USING PRIMARY KEY (account=? AND region=? AND instance_id=?)\n");
  EXPECT_EQ(count_plan(where::UnderPolicy{"p"}),
            "SEARCH p USING COVERING INDEX policy_disks_policy (account=? AND region=? AND "
            "policy_id=?)\n");
  EXPECT_EQ(count_plan(where::Filled{"auto_snapshot_policy_id", false}),
            "SEARCH o USING COVERING INDEX disks_policy (account=? AND region=?)\n"
            "SCALAR SUBQUERY 1\n"
            "SEARCH counters USING PRIMARY KEY (account=? AND kind=? AND facet=? AND value=? AND "
            "region=?)\n");
  EXPECT_THAT(count_plan(where::Ids{{"d", "e"}}), testing::HasSubstr("SEARCH o "));
  EXPECT_THAT(count_plan(where::Tags{{{"k", "v"}, {"l", "w"}}}), testing::HasSubstr("SEARCH o "));
}

TEST(SelectionTest, GivenATagsKeyWhenListedThenOnlyTheRowsOfThePageAreRead) {
  EXPECT_EQ(Planner().Plan(PageSql(Select(DisksWhere({where::Tags{{{"k", std::nullopt}}}})), {})),
            "SEARCH o USING INTEGER PRIMARY KEY (rowid=?)\n"
            "LIST SUBQUERY 1\n"
            "SEARCH t USING PRIMARY KEY (account=? AND region=? AND kind=? AND key=?)\n"
            "USE TEMP B-TREE FOR ORDER BY\n");
}

TEST(SelectionTest, GivenOtherKindsWhenPlannedThenNoScan) {
  Query snapshots{.kind = &KindOf<Snapshot>(), .account = "a", .region = "r"};
  snapshots.conditions = {where::DiskOnInstance{"source_disk_id", "i"}};
  EXPECT_THAT(Planner().Plan(PageSql(Select(snapshots), {})),
              testing::Not(testing::HasSubstr("SCAN")));
  snapshots.conditions = {Is{"source_disk_id", "d"}};
  EXPECT_THAT(Planner().Plan(PageSql(Select(snapshots), {})), testing::HasSubstr("snapshots_disk"));
  Query instances{.kind = &KindOf<Instance>(), .account = "a", .region = "r"};
  instances.conditions = {where::BeforeDot{"type", "ecs.g7"}, where::Member{"$.ImageId", {"m"}}};
  EXPECT_THAT(Planner().Plan(PageSql(Select(instances), {})),
              testing::HasSubstr("instances_facets"));
  instances.conditions = {where::AnyOf{"private_ip", {"10.0.0.1", "10.0.0.2"}}};
  EXPECT_THAT(Planner().Plan(PageSql(Select(instances), {})),
              testing::HasSubstr("instances_address (account=? AND region=? AND private_ip=?)"));
}

TEST(SelectionTest, GivenPatternWhenMadeAGlobThenOnlyTheStarIsSpecial) {
  EXPECT_EQ(ToGlob("a*b?c[d]"), "a*b[?]c[[]d]");
}

}  // namespace
}  // namespace cloudapi
