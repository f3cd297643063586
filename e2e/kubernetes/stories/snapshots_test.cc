// Snapshots: what names what, and that a restore has the bytes, in any zone.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "e2e/kubernetes/harness/snapshot_story.h"
#include "e2e/kubernetes/harness/watch.h"

namespace e2e {
namespace {

class Snapshots : public SnapshotStory {};

TEST_F(Snapshots, GivenDurableDataWhenSnapshotIsTakenThenObjectsAndCloudNameEachOther) {
  WriteSource();
  const FieldWatch watch(Ns(), "volumesnapshot", "{.status.readyToUse}");
  TakeSnapshot("snap");

  const auto content = ContentOf("snap");
  const auto disk = DiskOf("source");
  const auto snapshot = TheCloud().Snapshot(Field(content, "/status/snapshotHandle"));
  EXPECT_NE(snapshot.id, "");
  EXPECT_EQ(snapshot.disk, disk.id);
  // Ready is earlier than done: this kind of disk gives access while its copy is still made.
  EXPECT_TRUE(Eventually("snapshot done", kStepLimit, [&]() -> std::string {
    const auto status = TheCloud().Snapshot(snapshot.id).status;
    return status == "accomplished" ? "" : status;
  }));
  EXPECT_EQ(Field(content, "/spec/source/volumeHandle"), disk.id);
  EXPECT_EQ(Field(content, "/spec/volumeSnapshotRef/name"), "snap");
  EXPECT_EQ(Field(content, "/spec/volumeSnapshotRef/namespace"), Ns());
  EXPECT_EQ(Field(content, "/spec/volumeSnapshotRef/uid"),
            Field("volumesnapshot/snap", "/metadata/uid"));
  EXPECT_EQ(Field(content, "/spec/driver"), kDriverName);
  EXPECT_EQ(Field("volumesnapshot/snap", "/spec/source/persistentVolumeClaimName"), "source");
  EXPECT_EQ(Field("volumesnapshot/snap", "/status/restoreSize"), "20Gi");
  EXPECT_EQ(Field(content, "/status/restoreSize"), std::to_string(std::int64_t{20} << 30));

  const auto seen = watch.Seen();
  const auto waiting = std::ranges::find(seen, "false");
  ASSERT_NE(waiting, seen.end()) << testing::PrintToString(seen);
  EXPECT_NE(std::find(waiting, seen.end(), "true"), seen.end()) << testing::PrintToString(seen);
}

TEST_F(Snapshots, GivenSnapshotWhenRestoredThenBytesAreThereInEveryZone) {
  const auto sum = WriteSource();
  TakeSnapshot("snap");
  // What is written after the cut is not in it.
  InPod("source", "echo later > /data/later && sync /data/later");
  Restore("near", "20Gi", kSourceZone);
  Restore("far", "20Gi", kFarZone);
  for (const std::string name : {"near", "far"}) {
    ASSERT_TRUE(WaitRunning(name));
    EXPECT_EQ(ChecksumOf(name, "/data/bytes"), sum) << name;
    EXPECT_EQ(InPod(name, "ls /data | grep -c later || true"), "0") << name;
    EXPECT_EQ(DiskOf(name).zone, name == "near" ? kSourceZone : kFarZone);
    EXPECT_EQ(AffinityZones(name), std::vector<std::string>{DiskOf(name).zone});
  }
  // The restored disks are disks of their own.
  EXPECT_NE(WriteFile("near", "/data/bytes"), sum);
  EXPECT_EQ(ChecksumOf("far", "/data/bytes"), sum);
  EXPECT_EQ(ChecksumOf("source", "/data/bytes"), sum);
}

TEST_F(Snapshots, GivenSnapshotWhenRestoredLargerThenGrownAndSmallerThenRefused) {
  const auto sum = WriteSource();
  TakeSnapshot("snap");
  Restore("larger", "40Gi", "");
  Restore("smaller", "19Gi", "");
  ASSERT_TRUE(WaitRunning("larger"));
  EXPECT_EQ(ChecksumOf("larger", "/data/bytes"), sum);
  EXPECT_EQ(DiskOf("larger").size_gib, 40);
  EXPECT_EQ(Field("persistentvolumeclaim/larger", "/status/capacity/storage"), "40Gi");
  // The file system too, less what ext4 keeps for itself.
  const auto gib = std::stoi(InPod("larger", "df --block-size=1G --output=size /data | tail -n 1"));
  EXPECT_GE(gib, 38);
  EXPECT_TRUE(WaitEvent("persistentvolumeclaim/smaller", "ProvisioningFailed", "less than"));
  EXPECT_EQ(Field("persistentvolumeclaim/smaller", "/status/phase"), "Pending");
}

}  // namespace
}  // namespace e2e
