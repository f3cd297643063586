// Disks of a region, disks of one instance, and storage sets, through their lives.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "cloudapi/actions/testing/write_fixture.h"

namespace cloudapi {
namespace {

using nlohmann::json;
using Values = Params::Map;

class CategoriesTest : public WriteTest {
 protected:
  CategoriesTest() { caller.region = "cn-hangzhou"; }

  json Described(const std::string& disk) {
    const auto answer = Run("DescribeDisks", {{"RegionId", "cn-hangzhou"},
                                              {"DiskIds", "[\"" + disk + "\"]"},
                                              {"AdditionalAttributes.1", "Placement"}});
    EXPECT_TRUE(answer) << answer.error().message;
    return json::parse("{" + answer->members + "}").at("Disks").at("Disk").at(0);
  }
  std::string MakeRegional(Values values = {}) {
    values.emplace("DiskCategory", "cloud_regional_disk_auto");
    values.emplace("ZoneId", "");
    return MakeDisk(std::move(values));
  }
  std::string MakeEphemeral() {
    return MakeDisk({{"DiskCategory", "elastic_ephemeral_disk_standard"}, {"Size", "64"}});
  }
  Result<Answer> Move(std::string_view action, const std::string& disk, const std::string& instance,
                      Values values) {
    values.emplace("DiskId", disk);
    values.emplace("InstanceId", instance);
    return Run(action, std::move(values));
  }
};

TEST_F(CategoriesTest, GivenDisksWhenListedByMultiAttachThenTheOldSharedKindIsNone) {
  const auto listed = [this](const std::string& word) {
    const auto answer = Run("DescribeDisks", {{"RegionId", "cn-hangzhou"}, {"MultiAttach", word}});
    EXPECT_TRUE(answer) << answer.error().message;
    std::vector<std::string> ids;
    const json found = json::parse("{" + answer->members + "}").at("Disks").at("Disk");
    for (const json& disk : found) ids.push_back(disk.at("DiskId"));
    return ids;
  };
  const std::string shared = MakeDisk({{"MultiAttach", "Enabled"}});
  const std::string plain = MakeDisk();
  EXPECT_EQ(listed("Enabled"), std::vector{shared});
  EXPECT_EQ(listed("Disabled"), std::vector{plain});
  EXPECT_EQ(listed("LegacyShared"), std::vector<std::string>{});
}

TEST_F(CategoriesTest, GivenDisksWhenListedByWhatNoneDiffersInThenAllOrNone) {
  const auto total = [this](const std::string& parameter, const std::string& word) {
    const auto answer = Run("DescribeDisks", {{"RegionId", "cn-hangzhou"}, {parameter, word}});
    EXPECT_TRUE(answer) << answer.error().message;
    return json::parse("{" + answer->members + "}").at("TotalCount").get<int>();
  };
  MakeDisk();
  EXPECT_EQ(total("DiskChargeType", "PostPaid"), 1);
  EXPECT_EQ(total("DiskChargeType", "PrePaid"), 0);
  EXPECT_EQ(total("LockReason", "financial"), 0);
}

TEST_F(CategoriesTest, GivenRegionalDiskWhenDescribedThenWithoutZoneAndWithPlacement) {
  const json disk = Described(MakeRegional());
  EXPECT_EQ(disk.at("ZoneId"), "");
  EXPECT_EQ(disk.at("Placement").at("ZoneIds"), "cn-hangzhou-b\ncn-hangzhou-d");
  EXPECT_EQ(disk.at("IOPS"), 3000);
  EXPECT_EQ(Described(MakeDisk()).at("Placement").at("ZoneIds"), "cn-hangzhou-b");
}

TEST_F(CategoriesTest, GivenRegionalDiskWhenAttachedThenInAnyZone) {
  const std::string disk = MakeRegional();
  EXPECT_EQ(Code(Attach(disk, "i-far")), "");
  Settle();
  EXPECT_EQ(DiskOf(disk)->status, DiskStatus::kInUse);
  EXPECT_EQ(Code(Attach(disk, "i-1")), "IncorrectDiskStatus");
  const std::string snapshot = MakeSnapshot(disk);
  EXPECT_EQ(DiskOf(MakeRegional({{"SnapshotId", snapshot}}))->size_gib, 20);
}

TEST_F(CategoriesTest, GivenRegionalDiskInUseWhenForcedThenItIsDetachedForTheOther) {
  const std::string disk = MakeRegional();
  EXPECT_EQ(Code(Attach(disk, "i-far")), "");
  Settle();
  EXPECT_EQ(Code(Move("AttachDisk", disk, "i-1", {{"Force", "true"}})), "");
  EXPECT_EQ(DiskOf(disk)->status, DiskStatus::kDetaching);
  EXPECT_EQ(DiskOf(disk)->forced_to, "i-1");
  ASSERT_EQ(JobsOf(disk).size(), 1U);
  EXPECT_EQ(JobsOf(disk)[0].step, Step::kDiskDetach);
  EXPECT_EQ(JobsOf(disk)[0].detail.instance_id, "i-far");
  EXPECT_EQ(Code(Move("AttachDisk", MakeDisk(), "i-1", {{"Force", "true"}})),
            "InvalidParameterForce.DiskCategoryNotSupported");
}

TEST_F(CategoriesTest, GivenRegionalDisksOfOneZoneWhenForcedThenZoneConflict) {
  const std::string disk = MakeRegional();
  EXPECT_EQ(Code(Attach(disk, "i-1")), "");
  Settle();
  EXPECT_EQ(Code(Move("AttachDisk", disk, "i-2", {{"Force", "true"}})),
            "InvalidInstance.ZoneConflict");
}

TEST_F(CategoriesTest, GivenSnapshotWhenAnEphemeralDiskIsMadeFromItThenUnsupported) {
  const std::string snapshot = MakeSnapshot(MakeUsedDisk());
  EXPECT_EQ(Code(Create({{"DiskCategory", "elastic_ephemeral_disk_standard"},
                         {"SnapshotId", snapshot},
                         {"Size", "64"}})),
            "InvalidOperation.CreateFromSnapshotUnsupported");
}

TEST_F(CategoriesTest, GivenEphemeralDiskWhenItsInstanceGoesThenItGoesDetachedOrNot) {
  const Values goes = {{"DeleteWithInstance", "true"}};
  const std::string disk = MakeEphemeral();
  EXPECT_EQ(Code(Attach(disk, "i-1")), "InvalidParameter.DeleteWithInstance");
  EXPECT_EQ(Code(Move("AttachDisk", disk, "i-1", goes)), "");
  Settle();
  EXPECT_EQ(Code(Snapshot(disk)), "DiskCategory.OperationNotSupported");
  EXPECT_EQ(Code(Detach(disk, "i-1")), "InvalidParameter.DeleteWithInstance");
  EXPECT_EQ(Code(Move("DetachDisk", disk, "i-1", goes)), "");
  Settle();
  EXPECT_EQ(Code(Move("AttachDisk", disk, "i-2", goes)),
            "InvalidOperation.OtherInstanceUnsupported");
  const std::string attached = MakeEphemeral();
  EXPECT_EQ(Code(Move("AttachDisk", attached, "i-1", goes)), "");
  Settle();
  EXPECT_EQ(Code(Run("DeleteInstance", {{"InstanceId", "i-1"}, {"Force", "true"}})), "");
  EXPECT_FALSE(DiskOf(disk));
  EXPECT_FALSE(DiskOf(attached));
}

TEST_F(CategoriesTest, GivenStorageSetWhenADiskIsMadeInItThenItIsTold) {
  const json in_set = Described(MakeDisk({{"StorageSetId", "ss-bp1"}}));
  EXPECT_EQ(in_set.at("StorageSetId"), "ss-bp1");
  EXPECT_EQ(in_set.at("StorageSetPartitionNumber"), 2);
  const json third =
      Described(MakeDisk({{"StorageSetId", "ss-bp1"}, {"StorageSetPartitionNumber", "3"}}));
  EXPECT_EQ(third.at("StorageSetPartitionNumber"), 3);
  const json without = Described(MakeDisk({{"StorageSetPartitionNumber", "3"}}));
  EXPECT_EQ(without.at("StorageSetId"), "");
  EXPECT_EQ(without.at("StorageSetPartitionNumber"), 0);
}

}  // namespace
}  // namespace cloudapi
