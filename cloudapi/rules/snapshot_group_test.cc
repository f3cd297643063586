#include "cloudapi/rules/snapshot_group.h"

#include <gtest/gtest.h>

#include "cloudapi/rules/limits.h"
#include "cloudapi/testing/disk_states.h"

namespace cloudapi {
namespace {

Disk Member(const std::string& id) {
  Disk disk = DiskIn(DiskStatus::kInUse);
  disk.id = id;
  return disk;
}

std::string CodeOfDisks(const std::vector<Disk>& disks) {
  const auto checked = CheckGroupDisks(disks);
  return checked ? "" : checked.error().code;
}

TEST(CheckGroupDisksTest, GivenSixteenDisksThenTakenAndOneMoreRefused) {
  std::vector<Disk> disks(kMaxDisksOfGroup, Member("d-1"));
  EXPECT_EQ(CodeOfDisks(disks), "");
  disks.push_back(Member("d-2"));
  EXPECT_EQ(CodeOfDisks(disks), "NumberExceed.TooManyDisks");
}

TEST(CheckGroupDisksTest, GivenThirtyTwoTiBThenTakenAndOneGiBMoreRefused) {
  std::vector<Disk> disks(2, Member("d-1"));
  disks[0].size_gib = kMaxGibOfGroup - 20;
  EXPECT_EQ(CodeOfDisks(disks), "");
  disks[1].size_gib = 21;
  EXPECT_EQ(CodeOfDisks(disks), "CapacityExceed.TooManyDisks");
}

TEST(CheckGroupDisksTest, GivenDisksThatNoGroupTakesThenTheCodeOfEach) {
  std::vector<Disk> disks = {Member("d-1"), Member("d-2")};
  disks[1].zone = "cn-hangzhou-d";
  EXPECT_EQ(CodeOfDisks(disks), "InvalidDiskIds.NotInSameZone");
  disks[1].multi_attach = true;
  EXPECT_EQ(CodeOfDisks(disks), "InvalidOperation.MultiAttachDisk");
  disks[1].category = "cloud_efficiency";
  EXPECT_EQ(CodeOfDisks(disks), "DiskCategory.OperationNotSupported");
  for (const char* category : {"cloud_essd", "cloud_auto", "cloud_essd_entry"}) {
    disks[0].category = category;
    EXPECT_EQ(CodeOfDisks({disks[0]}), "") << category;
  }
}

TEST(StartMemberTest, GivenGroupWhenAMemberStartsThenItNamesItsGroup) {
  const SnapshotGroup group{.id = "ssg-1", .name = "all", .resource_group_id = "rg-1"};
  const auto member = StartMember(group, Member("d-1"), {});
  ASSERT_TRUE(member);
  EXPECT_EQ(member->group_id, "ssg-1");
  EXPECT_EQ(member->name, "all");
  EXPECT_EQ(member->description, "Created_from_ssg-1");
  EXPECT_EQ(member->resource_group_id, "rg-1");
  EXPECT_EQ(StartMember(group, Member("d-1"), {.snapshot_progressing = true}).error().code,
            "IncorrectDiskStatus.TooManyCreatingSnapshots");
  EXPECT_EQ(StartMember(group, Member("d-1"), {.existing = kMaxSnapshotsPerDisk}).error().code,
            "QuotaExceed.Snapshot");
  Disk fresh = DiskIn(DiskStatus::kAvailable);
  fresh.ever_attached = false;
  EXPECT_EQ(StartMember(group, fresh, {}).error().code, "IncorrectDiskStatus.NeverAttached");
}

TEST(StatusOfGroupTest, GivenMembersThenFailedWithOneAndAccomplishedWithAll) {
  using enum SnapshotStatus;
  const auto status = [](std::vector<SnapshotStatus> of) {
    std::vector<Snapshot> members;
    for (const SnapshotStatus one : of) members.push_back({.status = one});
    return StatusOfGroup(members);
  };
  EXPECT_EQ(status({kAccomplished, kAccomplished}), SnapshotGroupStatus::kAccomplished);
  EXPECT_EQ(status({kAccomplished, kProgressing}), SnapshotGroupStatus::kProgressing);
  EXPECT_EQ(status({kProgressing, kFailed}), SnapshotGroupStatus::kFailed);
}

TEST(ModifyGroupTest, GivenTextsThenSetOrTheirCodes) {
  const SnapshotGroup group{.name = "old", .description = "text"};
  EXPECT_EQ(ModifyGroup(group, {.name = "new"})->name, "new");
  EXPECT_EQ(ModifyGroup(group, {.name = "new"})->description, "text");
  EXPECT_EQ(ModifyGroup(group, {.description = ""})->description, "");
  EXPECT_EQ(ModifyGroup(group, {.name = "1"}).error().code, "InvalidParameter.Name");
  EXPECT_EQ(ModifyGroup(group, {.description = "http://x"}).error().code,
            "InvalidDescription.Malformed");
}

}  // namespace
}  // namespace cloudapi
