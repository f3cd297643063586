#include "cloudapi/actions/coverage.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "cloudapi/actions/refusals.h"
#include "cloudapi/testing/temp_folder.h"
#include "common/base/files.h"

namespace cloudapi {
namespace {

using testing::Contains;
using testing::ElementsAre;

Arguments Given(std::string_view action, Params::Map params) {
  return Validate(*FindAction(action)->parameters, Params(std::move(params))).value();
}

class CoverageRowsTest : public testing::Test {
 protected:
  std::uint64_t CallsOf(const std::string& action, const std::string& name) const {
    for (const Coverage::Row& row : coverage_.Rows())
      if (row.action == action && row.name == name) return row.calls;
    ADD_FAILURE() << "no row " << action << " " << name;
    return 0;
  }

  std::vector<std::string> reached_;
  Coverage coverage_{[this](const std::string& row) { reached_.push_back(row); }};
};

TEST_F(CoverageRowsTest, GivenAcceptedCallWhenCountedThenWhatItGaveAndItsActionAskedFor) {
  const Arguments args =
      Given("DetachDisk", {{"DiskId", "d-1"}, {"InstanceId", "i-1"}, {"DeleteWithInstance", ""}});
  EXPECT_EQ(args.TextOrEmpty("DiskId"), "d-1");
  EXPECT_FALSE(args.Boolean("DeleteWithInstance"));
  coverage_.Accepted(args);
  coverage_.Accepted(args);
  EXPECT_THAT(reached_, ElementsAre("DetachDisk\tparameter\tDiskId"));
  EXPECT_EQ(CallsOf("DetachDisk", "DiskId"), 2U);
  EXPECT_EQ(CallsOf("DetachDisk", "InstanceId"), 0U);
}

TEST_F(CoverageRowsTest, GivenMembersOfAListWhenCountedThenByTheirNames) {
  const Arguments args =
      Given("CreateSnapshot", {{"DiskId", "d-1"}, {"Tag.1.Key", "a"}, {"Tag.2.Key", "b"}});
  for (const Arguments& tag : args.Structs("Tag")) EXPECT_NE(tag.TextOrEmpty("Key"), "");
  coverage_.Accepted(args);
  EXPECT_THAT(reached_, ElementsAre("CreateSnapshot\tparameter\tTag",
                                    "CreateSnapshot\tparameter\tTag.N.Key"));
  EXPECT_EQ(CallsOf("CreateSnapshot", "Tag.N.Key"), 2U);
}

TEST_F(CoverageRowsTest, GivenParameterWithoutEffectWhenGivenThenCountedThoughNobodyAsksForIt) {
  coverage_.Accepted(Given("StopInstance", {{"InstanceId", "i-1"}, {"ConfirmStop", "true"}}));
  EXPECT_THAT(reached_, ElementsAre("StopInstance\tparameter\tConfirmStop"));
}

TEST_F(CoverageRowsTest, GivenStructureWhenOneOfItsMembersIsAskedForThenCounted) {
  const Params::Map order = {
      {"RegionId", "cn-hangzhou"}, {"InstanceType", "t"}, {"SystemDisk.Size", "40"}};
  coverage_.Accepted(Given("CreateInstance", order));
  EXPECT_THAT(reached_, ElementsAre("CreateInstance\tparameter\tRegionId"));
  const Arguments args = Given("CreateInstance", order);
  EXPECT_EQ(args.Integer("SystemDisk.Size"), 40);
  coverage_.Accepted(args);
  EXPECT_THAT(reached_,
              testing::UnorderedElementsAre("CreateInstance\tparameter\tRegionId",
                                            "CreateInstance\tparameter\tSystemDisk",
                                            "CreateInstance\tparameter\tSystemDisk.Size"));
}

// Only with the code of its row, and only of the action that has it.
TEST_F(CoverageRowsTest, GivenRefusedParameterWhenACallIsRefusedForItThenCounted) {
  const auto refused = Validate(*FindAction("RunInstances")->parameters,
                                Params(Params::Map{{"RegionId", "cn-hangzhou"},
                                                   {"NetworkInterface.1.Ipv6AddressCount", "1"}}));
  ASSERT_FALSE(refused);
  coverage_.Refused("CreateInstance", refused.error());
  ApiError other = refused.error();
  other.code = "Other";
  coverage_.Refused("RunInstances", other);
  EXPECT_EQ(CallsOf("RunInstances", "NetworkInterface.N.Ipv6AddressCount"), 0U);
  coverage_.Refused("RunInstances", refused.error());
  EXPECT_EQ(CallsOf("RunInstances", "NetworkInterface.N.Ipv6AddressCount"), 1U);
}

TEST_F(CoverageRowsTest, GivenWhereTheCallGoesWhenCountedThenWithoutTheActionAsking) {
  coverage_.Accepted(Given("DeleteDisk", {{"DiskId", "d-1"}}));
  coverage_.Accepted(Given("DescribeZones", {{"RegionId", "cn-hangzhou"}}));
  EXPECT_THAT(reached_, ElementsAre("DescribeZones\tparameter\tRegionId"));
}

TEST_F(CoverageRowsTest, GivenOneOfTheWordsOfARowWhenCountedThenWithoutTheActionAsking) {
  coverage_.Accepted(Given("DescribeAvailableResource", {{"RegionId", "cn-hangzhou"},
                                                         {"DestinationResource", "DataDisk"},
                                                         {"ResourceType", "disk"}}));
  EXPECT_THAT(reached_, Contains("DescribeAvailableResource\tparameter\tResourceType"));
}

TEST_F(CoverageRowsTest, GivenRefusalsWhenCountedThenByStatusAndCode) {
  const ApiError refusal{.http_status = 403, .code = "IncorrectDiskStatus"};
  coverage_.Refused("DeleteDisk", refusal);
  coverage_.Refused("DeleteDisk", refusal);
  coverage_.Refused("*", {.http_status = 404, .code = "InvalidAction.NotFound"});
  EXPECT_THAT(reached_, ElementsAre("DeleteDisk\trefusal\t403 IncorrectDiskStatus",
                                    "*\trefusal\t404 InvalidAction.NotFound"));
  EXPECT_EQ(CallsOf("DeleteDisk", "403 IncorrectDiskStatus"), 2U);
}

TEST_F(CoverageRowsTest, GivenFaultRuleWhenItRefusesThenOnlyRowsThatNeedOneCount) {
  const std::string rule(kFaultRule);
  coverage_.Refused("AttachDisk", {.http_status = 403, .code = "DiskInArrears", .rule = rule});
  coverage_.Refused("AttachDisk",
                    {.http_status = 403, .code = "IncorrectDiskStatus", .rule = rule});
  coverage_.Refused("AttachDisk", {.http_status = 503, .code = "Odd", .rule = rule});
  EXPECT_THAT(reached_, ElementsAre("AttachDisk\tfault\t403 DiskInArrears"));
  EXPECT_EQ(CallsOf("AttachDisk", "403 DiskInArrears"), 1U);
  EXPECT_EQ(CallsOf("AttachDisk", "403 IncorrectDiskStatus"), 0U);
}

TEST(CoverageLogTest, GivenFileWhenRowsAreReachedThenALineEach) {
  const TempFolder folder;
  const std::filesystem::path file = folder.path() / "rows";
  for (int process = 0; process < 2; ++process) {
    Coverage coverage(AppendRowsTo(file));
    coverage.Accepted(Given("DescribeZones", {{"RegionId", "cn-hangzhou"}}));
    coverage.Accepted(Given("DescribeZones", {{"RegionId", "cn-hangzhou"}}));
  }
  EXPECT_EQ(base::ReadFile(file).value_or(""),
            "DescribeZones\tparameter\tRegionId\nDescribeZones\tparameter\tRegionId\n");
}

}  // namespace
}  // namespace cloudapi
