// How snapshots end: deleted, kept, imported again, deleted in the middle of something, failed.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "e2e/harness/api.h"
#include "e2e/kubernetes/harness/blocks_folder.h"
#include "e2e/kubernetes/harness/snapshot_story.h"
#include "e2e/kubernetes/harness/workloads.h"

namespace e2e {
namespace {

class SnapshotEnds : public SnapshotStory {
 protected:
  // No snapshot of that disk is left in the cloud.
  testing::AssertionResult WaitNoSnapshotOf(const std::string& disk) const {
    return Eventually("no snapshot of " + disk, kStepLimit, [&]() -> std::string {
      const auto ids = SnapshotsOf(disk);
      return ids.empty() ? "" : testing::PrintToString(ids);
    });
  }
};

TEST_F(SnapshotEnds, GivenSnapshotWhenDeletedThenContentAndCloudSnapshotGo) {
  WriteSource();
  TakeSnapshot("snap");
  const auto content = ContentOf("snap");
  const auto handle = Field(content, "/status/snapshotHandle");
  ASSERT_NE(TheCloud().Snapshot(handle).id, "");
  ASSERT_TRUE(Remove("volumesnapshot/snap"));
  EXPECT_TRUE(WaitGone(content));
  EXPECT_EQ(TheCloud().Snapshot(handle).id, "");
}

TEST_F(SnapshotEnds, GivenRetainWhenDeletedThenKeptAndImportedAgain) {
  const auto sum = WriteSource();
  TakeSnapshot("kept", kRetainingSnapshotClass);
  const auto content = ContentOf("kept");
  const auto handle = Field(content, "/status/snapshotHandle");
  ASSERT_TRUE(Remove("volumesnapshot/kept"));
  EXPECT_NE(Field(content, "/metadata/name"), "");
  ASSERT_TRUE(Remove(content));
  EXPECT_NE(TheCloud().Snapshot(handle).id, "");

  // By its id alone, from now on to be deleted with its objects.
  ASSERT_TRUE(
      Apply(fmt::format("apiVersion: snapshot.storage.k8s.io/v1\n"
                        "kind: VolumeSnapshotContent\n"
                        "metadata:\n"
                        "  name: {}\n"
                        "spec:\n"
                        "  driver: {}\n"
                        "  deletionPolicy: Delete\n"
                        "  source:\n"
                        "    snapshotHandle: {}\n"
                        "  volumeSnapshotRef:\n"
                        "    name: imported\n"
                        "    namespace: {}\n",
                        Named("imported"), kDriverName, handle, Ns())));
  ASSERT_TRUE(Apply(SnapshotYaml({.name = "imported", .content = Named("imported")})));
  ASSERT_TRUE(WaitField("volumesnapshot/imported", "/status/readyToUse", "true"));
  Restore("restored", "20Gi", kFarZone, "imported");
  ASSERT_TRUE(WaitRunning("restored"));
  EXPECT_EQ(ChecksumOf("restored", "/data/bytes"), sum);
  ASSERT_TRUE(Remove("volumesnapshot/imported"));
  EXPECT_TRUE(
      Eventually("snapshot gone", kStepLimit, [&] { return TheCloud().Snapshot(handle).id; }));
}

// A claim that waits for its Pod holds the snapshot, and gets an event that it comes too late.
TEST_F(SnapshotEnds, GivenRestoreWaitingWhenSnapshotIsDeletedThenItIsHeldUntilTheClaimGoes) {
  WriteSource();
  ASSERT_TRUE(
      Apply(ClaimYaml({.name = "late", .storage_class = kDelayedClass, .from_snapshot = "snap"})));
  TakeSnapshot("snap");
  // The snapshot controller has seen its own changes of the source's claim, so also the earlier
  // claim: for one that it has not seen yet it holds nothing.
  ASSERT_TRUE(Eventually("the source's claim let go", kStepLimit, [this]() -> std::string {
    const auto held = Field("persistentvolumeclaim/source", "/metadata/finalizers");
    return held.find("pvc-as-source-protection") == std::string::npos ? "" : held;
  }));
  ASSERT_TRUE(Delete("volumesnapshot/snap"));
  EXPECT_TRUE(WaitEvent("volumesnapshot/snap", "SnapshotDeletePending", "used to restore"));
  ASSERT_TRUE(Apply(PodYaml({.name = "late", .mounts = {{.claim = "late", .path = "/data"}}})));
  EXPECT_TRUE(WaitEvent("persistentvolumeclaim/late", "ProvisioningFailed", "is being deleted"));
  EXPECT_NE(Field("volumesnapshot/snap", "/metadata/name"), "");
  ASSERT_TRUE(Remove("pod/late"));
  ASSERT_TRUE(Remove("persistentvolumeclaim/late"));
  EXPECT_TRUE(WaitGone("volumesnapshot/snap"));
  EXPECT_TRUE(WaitNoSnapshotOf(DiskOf("source").id));
}

TEST_F(SnapshotEnds, GivenRestoredVolumeInUseWhenSnapshotAndSourceAreDeletedThenItStays) {
  const auto sum = WriteSource();
  TakeSnapshot("snap");
  Restore("restored", "20Gi", kSourceZone);
  ASSERT_TRUE(WaitRunning("restored"));
  const auto disk = DiskOf("source").id;
  ASSERT_TRUE(Remove("volumesnapshot/snap"));
  ASSERT_TRUE(Remove("pod/source"));
  ASSERT_TRUE(Remove("persistentvolumeclaim/source"));
  EXPECT_TRUE(Eventually("source disk gone", kStepLimit, [&] { return TheCloud().Disk(disk).id; }));
  EXPECT_EQ(ChecksumOf("restored", "/data/bytes"), sum);
}

// Stop the cloud's clock, or fill what every disk of the cloud writes to.
class SnapshotEndsAlone : public SnapshotEnds {};

TEST_F(SnapshotEndsAlone, GivenSnapshotBeingMadeWhenDeletedThenNothingStays) {
  WriteSource();
  const auto disk = DiskOf("source").id;
  FrozenCloud frozen;
  ASSERT_TRUE(frozen.Ok());
  ApplySnapshot("snap");
  ASSERT_TRUE(Eventually("a snapshot in the cloud", kStepLimit, [&]() -> std::string {
    return SnapshotsOf(disk).size() == 1 ? "" : "none yet";
  }));
  ASSERT_TRUE(Delete("volumesnapshot/snap"));
  // It is being made, and its deletion is known.
  EXPECT_EQ(TheCloud().Snapshot(SnapshotsOf(disk).at(0)).status, "progressing");
  EXPECT_NE(Field("volumesnapshot/snap", "/metadata/deletionTimestamp"), "");
  EXPECT_NE(Field("volumesnapshot/snap", "/status/readyToUse"), "true");
  frozen.Thaw();
  EXPECT_TRUE(WaitGone("volumesnapshot/snap"));
  EXPECT_TRUE(WaitNoSnapshotOf(disk));
  // The claim is not held back by it.
  ASSERT_TRUE(Remove("pod/source"));
  EXPECT_TRUE(Remove("persistentvolumeclaim/source"));
}

TEST_F(SnapshotEndsAlone, GivenRestoreRunningWhenSnapshotIsDeletedThenRestoreEnds) {
  const auto sum = WriteSource();
  TakeSnapshot("snap");
  ASSERT_TRUE(WaitAccomplished("snap"));
  const auto handle = Field(ContentOf("snap"), "/status/snapshotHandle");
  FrozenCloud frozen;
  ASSERT_TRUE(frozen.Ok());
  Restore("restored", "20Gi", kFarZone);
  std::string made;
  ASSERT_TRUE(Eventually("a disk made from it", kStepLimit, [&]() -> std::string {
    for (const auto& disk : TheCloud().DisksOf(Ns())) {
      if (disk.snapshot == handle) made = disk.id;
    }
    return made.empty() ? "none" : "";
  }));
  ASSERT_TRUE(Delete("volumesnapshot/snap"));
  EXPECT_EQ(TheCloud().Disk(made).status, "Creating");
  EXPECT_EQ(Field("persistentvolumeclaim/restored", "/status/phase"), "Pending");
  EXPECT_NE(Field("volumesnapshot/snap", "/metadata/deletionTimestamp"), "");
  frozen.Thaw();
  ASSERT_TRUE(WaitRunning("restored"));
  EXPECT_EQ(DiskOf("restored").id, made);
  EXPECT_EQ(ChecksumOf("restored", "/data/bytes"), sum);
  EXPECT_TRUE(WaitGone("volumesnapshot/snap"));
  EXPECT_TRUE(WaitNoSnapshotOf(DiskOf("source").id));
}

TEST_F(SnapshotEndsAlone, GivenImageFolderFullWhenSnapshotFailsThenErrorIsShownAndRepairHelps) {
  const auto sum = WriteSource();
  const auto filled = std::make_unique<FilledBlocksFolder>();
  ASSERT_TRUE(filled->Ok());
  ApplySnapshot("snap");
  EXPECT_TRUE(Eventually("an error in the status", kStepLimit, [this]() -> std::string {
    return Field("volumesnapshot/snap", "/status/error/message").empty() ? "none" : "";
  }));
  EXPECT_NE(Field("volumesnapshot/snap", "/status/readyToUse"), "true");

  filled->Empty();
  ASSERT_TRUE(WaitField("volumesnapshot/snap", "/status/readyToUse", "true"));
  EXPECT_EQ(Field("volumesnapshot/snap", "/status/error"), "");
  Restore("restored", "20Gi", kFarZone);
  ASSERT_TRUE(WaitRunning("restored"));
  EXPECT_EQ(ChecksumOf("restored", "/data/bytes"), sum);
  // What failed is not left beside what was made.
  EXPECT_EQ(SnapshotsOf(DiskOf("source").id).size(), 1U);
}

}  // namespace
}  // namespace e2e
