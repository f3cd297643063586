#include "driver/controller/snapshot_parameters.h"

#include <gtest/gtest.h>

namespace driver {
namespace {

const ParameterRules kTaking{.region = "cn-hangzhou"};

TEST(SnapshotParametersTest, GivenClassesOfAnyYearWhenParsedThenTaken) {
  const auto read = ParseSnapshotParameters({{"retentionDays", "0"},
                                             {"snapshotType", "InstantAccess"},
                                             {"instantAccessRetentionDays", "1"},
                                             {"forceDelete", "true"},
                                             {"resourceGroupId", "rg-1"},
                                             {"snapshotTags/b", "2"},
                                             {"snapshotTags/a", "1"},
                                             {"RetentionDays", "3"},
                                             {"csi.storage.k8s.io/volumesnapshot/name", "s"}},
                                            kTaking);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_FALSE(read->retention_days) << "0 is for ever";
  EXPECT_EQ(read->resource_group_id, "rg-1");
  EXPECT_EQ(read->tags,
            (Tags{{"a", "1"}, {"b", "2"}, {"csi.alibabacloud.com/snapshot/name", "s"}}));
  EXPECT_EQ(read->ignored,
            (std::vector<std::string>{"RetentionDays is unknown", "forceDelete has no effect",
                                      "instantAccessRetentionDays has no effect",
                                      "snapshotType has no effect"}));
  EXPECT_EQ(ParseSnapshotParameters({{"retentionDays", "7"}}, kTaking)->retention_days, 7);
}

struct SnapshotRefusal {
  std::string name;
  Parameters parameters;
  std::string message;
  bool strict = false;
};

class RefusedSnapshotParametersTest : public testing::TestWithParam<SnapshotRefusal> {};

TEST_P(RefusedSnapshotParametersTest, GivenParametersWhenParsedThenInvalidArgument) {
  const auto read = ParseSnapshotParameters(GetParam().parameters,
                                            {.region = "cn-hangzhou", .strict = GetParam().strict});
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(read.error().message, "parameter " + GetParam().message);
}

INSTANTIATE_TEST_SUITE_P(
    Table, RefusedSnapshotParametersTest,
    testing::Values(SnapshotRefusal{"Word",
                                    {{"retentionDays", "week"}},
                                    "retentionDays is not a whole number of at least 0"},
                    SnapshotRefusal{"Negative",
                                    {{"retentionDays", "-1"}},
                                    "retentionDays is not a whole number of at least 0"},
                    SnapshotRefusal{"OwnTag",
                                    {{"snapshotTags/createdby", "me"}},
                                    "snapshotTags/createdby is written by the driver itself"},
                    SnapshotRefusal{"EveryOne",
                                    {{"retentionDays", "week"}, {"snapshotTags/createdby", "me"}},
                                    "retentionDays is not a whole number of at least 0; parameter "
                                    "snapshotTags/createdby is written by the driver itself"},
                    SnapshotRefusal{
                        "Strict", {{"forceDelete", "true"}}, "forceDelete has no effect", true}),
    [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace driver
