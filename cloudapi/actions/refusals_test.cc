#include "cloudapi/actions/refusals.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace cloudapi {
namespace {

bool HasRow(std::string_view action, std::string_view refusal) {
  return std::ranges::any_of(Refusals(), [&](const RefusalRow& row) {
    return (row.action == action || row.action == "*") && row.how.empty() &&
           fmt::format("{} {}", row.status, row.code) == refusal;
  });
}

TEST(RefusalsTest, GivenTableWhenReadThenEachRowSaysHowItComesAbout) {
  ASSERT_GT(Refusals().size(), 900U);
  for (const RefusalRow& row : Refusals()) {
    const std::string text = fmt::format("{} {} {}", row.action, row.status, row.code);
    EXPECT_TRUE(row.status >= 400 && row.status < 600) << text;
    EXPECT_EQ(row.how == kByRule, !row.message.empty()) << text;
    if (row.how.empty() || row.how == kByRule) continue;
    ASSERT_TRUE(row.how.starts_with("as ")) << text;
    EXPECT_TRUE(HasRow(row.action, row.how.substr(3))) << text << ": " << row.how;
  }
}

TEST(RefusalsTest, GivenCodeWhenLookedUpThenTheActionsOwnBeforeThatOfAll) {
  EXPECT_EQ(FindRefusal("AttachDisk", "DiskInArrears")->status, 403);
  EXPECT_EQ(FindRefusal("AttachDisk", "Throttling")->action, "*");
  EXPECT_EQ(FindRefusal("CreateDisk", "OperationDenied", 400)->status, 400);
  EXPECT_EQ(FindRefusal("AttachDisk", "DiskInArrears", 404), nullptr);
  EXPECT_EQ(FindRefusal("DescribeZones", "DiskInArrears"), nullptr);
}

}  // namespace
}  // namespace cloudapi
