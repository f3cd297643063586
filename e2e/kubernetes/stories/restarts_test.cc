// The processes of zonedisk that a flow needs are killed in the middle of it: all of it
// converges, with one disk, one snapshot and the same bytes. The cloud's clock stands still
// meanwhile, so that the middle lasts as long as the killing.
//
// Alone in the cluster: its processes die.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "e2e/kubernetes/harness/story.h"
#include "e2e/kubernetes/harness/workloads.h"

namespace e2e {
namespace {

class RestartsAlone : public Story {
 protected:
  static Container Cloud() { return {.pod = PodOf("zonedisk-cloud"), .name = "cloud"}; }
  static Container Sidecar(const std::string& name) {
    return {.pod = LeaderOf(name), .name = name};
  }
  // The driver that this sidecar speaks to.
  static Container DriverOf(const std::string& sidecar) {
    return {.pod = LeaderOf(sidecar), .name = "driver"};
  }
  Container Agent() const { return {.pod = PodOf("zonedisk-agent", node_), .name = "agent"}; }
  Container NodePlugin() const {
    return {.pod = PodOf("zonedisk-csi-node", node_), .name = "driver"};
  }

  // The one disk of this story is in that state.
  testing::AssertionResult WaitDisk(const std::string& status) const {
    return Eventually("the disk " + status, kStepLimit, [&]() -> std::string {
      const auto disks = TheCloud().DisksOf(Ns());
      if (disks.size() == 1 && disks.front().status == status) return "";
      return disks.empty() ? "no disk" : fmt::format("{} {}", disks.size(), disks.front().status);
    });
  }

  void StartPod() {
    ASSERT_TRUE(Apply(
        PodYaml({.name = "data", .mounts = {{.claim = "data", .path = "/data"}}, .node = node_})));
  }

  // A claim and a Pod that have written; every process on that Pod's node is known by it.
  void StartWritten() {
    ASSERT_TRUE(Apply(ClaimYaml({.name = "data", .storage_class = kDelayedClass})));
    StartPod();
    ASSERT_TRUE(WaitRunning("data"));
    node_ = Field("pod/data", "/spec/nodeName");
    sum_ = WriteFile("data", "/data/bytes");
  }

  std::string node_;  // empty: whichever the scheduler takes
  std::string sum_;
};

TEST_F(RestartsAlone, GivenVolumeBeingProvisionedWhenEachProcessIsKilledThenOneDiskIsBound) {
  FrozenCloud frozen;
  ASSERT_TRUE(frozen.Ok());
  ASSERT_TRUE(Apply(ClaimYaml({.name = "data", .storage_class = kImmediateClass})));
  ASSERT_TRUE(WaitDisk("Creating"));
  EXPECT_TRUE(Restart({Sidecar("csi-provisioner"), DriverOf("csi-provisioner"), Cloud()}));
  EXPECT_EQ(Field("persistentvolumeclaim/data", "/status/phase"), "Pending");
  frozen.Thaw();
  ASSERT_TRUE(WaitBound("data"));
  EXPECT_EQ(TheCloud().DisksOf(Ns()).size(), 1U);
}

TEST_F(RestartsAlone, GivenVolumeOnItsWayToPodWhenEachProcessIsKilledThenPodRuns) {
  StartWritten();
  if (HasFatalFailure()) return;
  ASSERT_TRUE(Remove("pod/data"));
  ASSERT_TRUE(WaitDisk("Available"));
  ASSERT_TRUE(WaitDetached("data"));
  {
    FrozenCloud frozen;
    ASSERT_TRUE(frozen.Ok());
    StartPod();
    ASSERT_TRUE(WaitDisk("Attaching"));
    EXPECT_TRUE(Restart(
        {Sidecar("csi-attacher"), DriverOf("csi-attacher"), Agent(), NodePlugin(), Cloud()}));
  }
  ASSERT_TRUE(WaitRunning("data"));
  EXPECT_EQ(ChecksumOf("data", "/data/bytes"), sum_);

  // And back: kubelet has let go, the cloud has not.
  {
    FrozenCloud frozen;
    ASSERT_TRUE(frozen.Ok());
    ASSERT_TRUE(Delete("pod/data"));
    ASSERT_TRUE(WaitDisk("Detaching"));
    EXPECT_TRUE(Restart(
        {Sidecar("csi-attacher"), DriverOf("csi-attacher"), Agent(), NodePlugin(), Cloud()}));
  }
  ASSERT_TRUE(WaitDisk("Available"));
  ASSERT_TRUE(WaitDetached("data"));
  node_.clear();
  StartPod();
  ASSERT_TRUE(WaitRunning("data"));
  EXPECT_EQ(ChecksumOf("data", "/data/bytes"), sum_);
}

TEST_F(RestartsAlone, GivenSnapshotBeingTakenWhenEachProcessIsKilledThenItHasTheBytes) {
  StartWritten();
  if (HasFatalFailure()) return;
  const auto before = TheCloud().Snapshots().size();
  {
    FrozenCloud frozen;
    ASSERT_TRUE(frozen.Ok());
    ASSERT_TRUE(
        Apply(SnapshotYaml({.name = "snap", .snapshot_class = kSnapshotClass, .claim = "data"})));
    ASSERT_TRUE(Eventually("a snapshot that progresses", kStepLimit, [&]() -> std::string {
      return TheCloud().Snapshots().size() == before + 1 ? "" : "none";
    }));
    EXPECT_TRUE(Restart({Sidecar("snapshot-controller"), Sidecar("csi-snapshotter"),
                         DriverOf("csi-snapshotter"), Agent(), Cloud()}));
    EXPECT_NE(Field("volumesnapshot/snap", "/status/readyToUse"), "true");
  }
  ASSERT_TRUE(WaitField("volumesnapshot/snap", "/status/readyToUse", "true"));
  EXPECT_EQ(TheCloud().Snapshots().size(), before + 1);
  // The restore meets the same.
  {
    FrozenCloud frozen;
    ASSERT_TRUE(frozen.Ok());
    ASSERT_TRUE(Apply(
        ClaimYaml({.name = "copy", .storage_class = kImmediateClass, .from_snapshot = "snap"})));
    ASSERT_TRUE(Eventually("the copy being made", kStepLimit, [this]() -> std::string {
      return TheCloud().DisksOf(Ns()).size() == 2 ? "" : "not yet";
    }));
    EXPECT_TRUE(Restart({Sidecar("csi-provisioner"), DriverOf("csi-provisioner"), Cloud()}));
  }
  ASSERT_TRUE(Apply(PodYaml({.name = "copy", .mounts = {{.claim = "copy", .path = "/data"}}})));
  ASSERT_TRUE(WaitRunning("copy"));
  EXPECT_EQ(ChecksumOf("copy", "/data/bytes"), sum_);
  EXPECT_EQ(TheCloud().DisksOf(Ns()).size(), 2U);
}

TEST_F(RestartsAlone, GivenVolumeBeingGrownAndDeletedWhenEachProcessIsKilledThenItIs) {
  StartWritten();
  if (HasFatalFailure()) return;
  ASSERT_TRUE(TheCluster().Merge("persistentvolumeclaim/data", Ns(),
                                 R"({"spec": {"resources": {"requests": {"storage": "40Gi"}}}})"));
  EXPECT_TRUE(
      Restart({Sidecar("csi-resizer"), DriverOf("csi-resizer"), Agent(), NodePlugin(), Cloud()}));
  ASSERT_TRUE(Eventually("disk of 40 GiB", kStepLimit, [this]() -> std::string {
    return DiskOf("data").size_gib == 40 ? "" : fmt::format("{} GiB", DiskOf("data").size_gib);
  }));
  EXPECT_EQ(ChecksumOf("data", "/data/bytes"), sum_);

  ASSERT_TRUE(Delete("pod/data"));
  ASSERT_TRUE(Delete("persistentvolumeclaim/data"));
  EXPECT_TRUE(Restart({NodePlugin(), Sidecar("csi-attacher"), Agent(), Sidecar("csi-provisioner"),
                       DriverOf("csi-provisioner"), Cloud()}));
  ASSERT_TRUE(WaitGone("pod/data"));
  ASSERT_TRUE(WaitGone("persistentvolumeclaim/data"));
  EXPECT_TRUE(Eventually("no disk", kStepLimit, [this]() -> std::string {
    const auto disks = TheCloud().DisksOf(Ns());
    return disks.empty() ? "" : disks.front().status + " " + disks.front().instance;
  }));
}

}  // namespace
}  // namespace e2e
