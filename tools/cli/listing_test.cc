#include "tools/cli/listing.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace zonedisk {
namespace {

const Listing& Named(std::string_view command) {
  return *std::ranges::find(Listings(), command, &Listing::command);
}

// Answers pages of one disk each and keeps what was asked.
struct Pages {
  std::vector<std::string> tokens;  // of each answer; empty: the last
  std::vector<ecs::Parameters> asked;

  Result<Json> operator()(const ecs::Parameters& parameters) {
    asked.push_back(parameters);
    const Json disk = {{"DiskId", "d-" + std::to_string(asked.size())}};
    return Json{{"Disks", {{"Disk", Json::array({disk})}}},
                {"NextToken", tokens[asked.size() - 1]}};
  }
};

TEST(AllRowsTest, GivenSeveralPagesWhenReadThenAllRowsAndTheTokensWereSent) {
  Pages pages{.tokens = {"t1", "t2", ""}};
  const auto rows = AllRows(Named("disks"), {{"ZoneId", "cn-hangzhou-b"}}, std::ref(pages));
  ASSERT_TRUE(rows);
  ASSERT_EQ(rows->size(), 3U);
  EXPECT_EQ(rows->back().at("DiskId"), "d-3");
  EXPECT_EQ(pages.asked[0], (ecs::Parameters{{"MaxResults", "500"}, {"ZoneId", "cn-hangzhou-b"}}));
  EXPECT_EQ(pages.asked[1].at("NextToken"), "t1");
  EXPECT_EQ(pages.asked[2].at("NextToken"), "t2");
}

TEST(AllRowsTest, GivenATokenThatRepeatsWhenReadThenStops) {
  Pages pages{.tokens = {"t1", "t1", "t1"}};
  const auto rows = AllRows(Named("disks"), {}, std::ref(pages));
  ASSERT_FALSE(rows);
  EXPECT_EQ(rows.error().code, ExitCode::kRefused);
  EXPECT_EQ(pages.asked.size(), 2U);
}

TEST(AllRowsTest, GivenARefusedPageWhenReadThenTheRefusal) {
  const Describe refuse = [](const ecs::Parameters&) -> Result<Json> {
    return Fail(ExitCode::kRefused, "no");
  };
  const auto rows = AllRows(Named("snapshots"), {}, refuse);
  ASSERT_FALSE(rows);
  EXPECT_EQ(rows.error().message, "no");
}

TEST(AllRowsTest, GivenAnAnswerWithoutTheListWhenReadThenRefused) {
  const Describe empty = [](const ecs::Parameters&) -> Result<Json> { return Json::object(); };
  const auto rows = AllRows(Named("instances"), {}, empty);
  ASSERT_FALSE(rows);
  EXPECT_EQ(rows.error().message, "the answer holds no /Instances/Instance");
}

class PagingFilterTest : public testing::TestWithParam<std::string> {};

TEST_P(PagingFilterTest, GivenPagingAmongFiltersWhenReadThenUsageErrorAndNoCall) {
  Pages pages;
  const auto rows = AllRows(Named("disks"), {{GetParam(), "1"}}, std::ref(pages));
  ASSERT_FALSE(rows);
  EXPECT_EQ(rows.error().code, ExitCode::kUsage);
  EXPECT_TRUE(pages.asked.empty());
}

INSTANTIATE_TEST_SUITE_P(All, PagingFilterTest,
                         testing::Values("NextToken", "MaxResults", "PageNumber", "PageSize"));

TEST(TableOfTest, GivenDisksWhenShownThenLevelAndEveryInstance) {
  const Json attached = {{"DiskId", "d-1"},
                         {"DiskName", "data"},
                         {"Status", "In_use"},
                         {"Type", "data"},
                         {"Category", "cloud_essd"},
                         {"PerformanceLevel", "PL1"},
                         {"Size", 20},
                         {"ZoneId", "cn-hangzhou-b"},
                         {"InstanceId", "i-1"},
                         {"CreationTime", "2026-01-01T00:00:00Z"}};
  const Json shared = {
      {"DiskId", "d-2"},
      {"Category", "cloud_auto"},
      {"InstanceId", ""},
      {"Attachments",
       {{"Attachment", Json::array({{{"InstanceId", "i-1"}}, {{"InstanceId", "i-2"}}})}}}};
  EXPECT_EQ(TableOf(Named("disks").columns, {attached, shared}),
            "DISK  NAME  STATUS  TYPE  CATEGORY        GiB  ZONE           INSTANCE  CREATED\n"
            "d-1   data  In_use  data  cloud_essd PL1  20   cn-hangzhou-b  i-1       "
            "2026-01-01T00:00:00Z\n"
            "d-2                       cloud_auto                          i-1,i-2\n");
}

TEST(TableOfTest, GivenSnapshotsAndInstancesWhenShownThenTheirColumns) {
  EXPECT_EQ(TableOf(Named("snapshots").columns, {{{"SnapshotId", "s-1"}, {"Available", true}}}),
            "SNAPSHOT  NAME  STATUS  PROGRESS  AVAILABLE  DISK  GiB  CREATED\n"
            "s-1                               true\n");
  EXPECT_EQ(TableOf(Named("instances").columns, {{{"InstanceId", "i-1"}, {"Status", "Running"}}}),
            "INSTANCE  NAME  STATUS   TYPE  ZONE  CREATED\n"
            "i-1             Running\n");
}

}  // namespace
}  // namespace zonedisk
