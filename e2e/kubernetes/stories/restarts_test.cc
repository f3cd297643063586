// Each process that a flow needs is killed in the middle of it, alone: the flow converges, with one
// disk, one snapshot and the same bytes. In the middle the cloud's clock stands still, or, where a
// flow has no step that takes time, a process that it waits for does.
//
// Alone in the cluster: its processes die.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "e2e/kubernetes/harness/story.h"
#include "e2e/kubernetes/harness/workloads.h"

namespace e2e {
namespace {

class RestartsAlone : public Story {
 protected:
  // "cloud", "agent", "node plugin", a sidecar by its name, or "driver of SIDECAR".
  Container ProcessOf(const std::string& what) const {
    constexpr std::string_view kDriverOf = "driver of ";
    if (what == "cloud") return {.pod = PodOf("zonedisk-cloud"), .name = "cloud"};
    if (what == "agent") return {.pod = PodOf("zonedisk-agent", node_), .name = "agent"};
    if (what == "node plugin") return {.pod = PodOf("zonedisk-csi-node", node_), .name = "driver"};
    if (!what.starts_with(kDriverOf)) return {.pod = LeaderOf(what), .name = what};
    return {.pod = LeaderOf(what.substr(kDriverOf.size())), .name = "driver"};
  }
  testing::AssertionResult Kill(const std::string& what) const {
    return Restart({ProcessOf(what)});
  }

  // "Creating", "Available Available": of all disks of the story; empty: there is none.
  testing::AssertionResult WaitDisks(const std::string& statuses) const {
    return Eventually("disks " + statuses, kStepLimit, [&]() -> std::string {
      std::string seen;
      for (const auto& disk : TheCloud().DisksOf(Ns())) {
        seen += (seen.empty() ? "" : " ") + disk.status;
      }
      return seen == statuses ? "" : "'" + seen + "'";
    });
  }

  void StartPod() {
    ASSERT_TRUE(Apply(
        PodYaml({.name = "data", .mounts = {{.claim = "data", .path = "/data"}}, .node = node_})));
  }

  // A claim and a Pod that have written; every process on that Pod's node is known by it.
  void StartWritten(const std::string& storage_class = kDelayedClass) {
    ASSERT_TRUE(Apply(ClaimYaml({.name = "data", .storage_class = storage_class})));
    StartPod();
    ASSERT_TRUE(WaitRunning("data"));
    node_ = Field("pod/data", "/spec/nodeName");
    sum_ = WriteFile("data", "/data/bytes");
  }

  std::string node_;  // empty: whichever the scheduler takes
  std::string sum_;
};

TEST_F(RestartsAlone, GivenVolumeBeingProvisionedWhenOneProcessIsKilledThenOneDiskIsBound) {
  for (const std::string what : {"csi-provisioner", "driver of csi-provisioner", "cloud"}) {
    SCOPED_TRACE(what);
    {
      FrozenCloud frozen;
      ASSERT_TRUE(frozen.Ok());
      ASSERT_TRUE(Apply(ClaimYaml({.name = "data", .storage_class = kImmediateClass})));
      ASSERT_TRUE(WaitDisks("Creating"));
      ASSERT_TRUE(Kill(what));
      EXPECT_EQ(Field("persistentvolumeclaim/data", "/status/phase"), "Pending");
    }
    ASSERT_TRUE(WaitBound("data"));
    EXPECT_TRUE(WaitDisks("Available"));
    ASSERT_TRUE(Remove("persistentvolumeclaim/data"));
    ASSERT_TRUE(WaitDisks(""));
  }
}

TEST_F(RestartsAlone, GivenVolumeOnItsWayToPodAndBackWhenOneProcessIsKilledThenPodRuns) {
  StartWritten();
  if (HasFatalFailure()) return;
  for (const std::string what :
       {"csi-attacher", "driver of csi-attacher", "agent", "node plugin", "cloud"}) {
    SCOPED_TRACE(what);
    // Kubelet lets go, the cloud does not.
    {
      FrozenCloud frozen;
      ASSERT_TRUE(frozen.Ok());
      ASSERT_TRUE(Delete("pod/data"));
      ASSERT_TRUE(WaitDisks("Detaching"));
      ASSERT_TRUE(Kill(what));
    }
    ASSERT_TRUE(WaitDisks("Available"));
    ASSERT_TRUE(WaitDetached("data"));
    ASSERT_TRUE(WaitGone("pod/data"));
    {
      FrozenCloud frozen;
      ASSERT_TRUE(frozen.Ok());
      StartPod();
      ASSERT_TRUE(WaitDisks("Attaching"));
      ASSERT_TRUE(Kill(what));
      EXPECT_EQ(Field("pod/data", "/status/phase"), "Pending");
    }
    ASSERT_TRUE(WaitRunning("data"));
    EXPECT_EQ(ChecksumOf("data", "/data/bytes"), sum_);
  }
}

TEST_F(RestartsAlone, GivenSnapshotBeingTakenWhenOneProcessIsKilledThenItHasTheBytes) {
  StartWritten();
  if (HasFatalFailure()) return;
  const auto before = TheCloud().Snapshots().size();
  std::size_t taken = 0;
  for (const std::string what :
       {"snapshot-controller", "csi-snapshotter", "driver of csi-snapshotter", "agent", "cloud"}) {
    SCOPED_TRACE(what);
    const auto name = fmt::format("snap-{}", ++taken);
    {
      FrozenCloud frozen;
      ASSERT_TRUE(frozen.Ok());
      ASSERT_TRUE(
          Apply(SnapshotYaml({.name = name, .snapshot_class = kSnapshotClass, .claim = "data"})));
      ASSERT_TRUE(Eventually("a snapshot that progresses", kStepLimit, [&]() -> std::string {
        const auto all = TheCloud().Snapshots();
        return all.size() == before + taken ? "" : fmt::format("{} snapshots", all.size());
      }));
      ASSERT_TRUE(Kill(what));
      EXPECT_NE(Field("volumesnapshot/" + name, "/status/readyToUse"), "true");
    }
    ASSERT_TRUE(WaitField("volumesnapshot/" + name, "/status/readyToUse", "true"));
    // A disk has one snapshot being taken at a time.
    ASSERT_TRUE(WaitAccomplished(name));
    EXPECT_EQ(TheCloud().Snapshots().size(), before + taken);
  }
  // A restore meets the same in the cloud as a new volume, and copies besides.
  {
    FrozenCloud frozen;
    ASSERT_TRUE(frozen.Ok());
    ASSERT_TRUE(Apply(
        ClaimYaml({.name = "copy", .storage_class = kImmediateClass, .from_snapshot = "snap-1"})));
    ASSERT_TRUE(Eventually("the copy being made", kStepLimit, [this]() -> std::string {
      return TheCloud().DisksOf(Ns()).size() == 2 ? "" : "not yet";
    }));
    ASSERT_TRUE(Kill("cloud"));
    EXPECT_EQ(Field("persistentvolumeclaim/copy", "/status/phase"), "Pending");
  }
  ASSERT_TRUE(Apply(PodYaml({.name = "copy", .mounts = {{.claim = "copy", .path = "/data"}}})));
  ASSERT_TRUE(WaitRunning("copy"));
  EXPECT_EQ(ChecksumOf("copy", "/data/bytes"), sum_);
  EXPECT_EQ(TheCloud().DisksOf(Ns()).size(), 2U);
}

// The cloud grows a disk at once, so the flow is held where it waits for a process.
TEST_F(RestartsAlone, GivenVolumeBeingGrownWhenOneProcessIsKilledThenItIsGrown) {
  struct Hold {
    std::string killed;
    std::string paused;
    std::string claim;  // what the claim says of its growth meanwhile
  };
  StartWritten("zonedisk-xfs");
  if (HasFatalFailure()) return;
  int gib = 20;
  for (const Hold& hold : {Hold{"csi-resizer", "cloud", "ControllerResizeInProgress"},
                           {"driver of csi-resizer", "cloud", "ControllerResizeInProgress"},
                           {"cloud", "cloud", "ControllerResizeInProgress"},
                           {"node plugin", "agent", "NodeResizeInProgress"},
                           {"agent", "agent", "NodeResizeInProgress"}}) {
    SCOPED_TRACE(hold.killed);
    gib += 10;
    {
      const PausedContainer paused(ProcessOf(hold.paused));
      ASSERT_TRUE(paused.Ok());
      ASSERT_TRUE(TheCluster().Merge(
          "persistentvolumeclaim/data", Ns(),
          fmt::format(R"({{"spec": {{"resources": {{"requests": {{"storage": "{}Gi"}}}}}}}})",
                      gib)));
      ASSERT_TRUE(WaitField("persistentvolumeclaim/data",
                            "/status/allocatedResourceStatuses/storage", hold.claim));
      ASSERT_TRUE(Kill(hold.killed));
      EXPECT_NE(Field("persistentvolumeclaim/data", "/status/capacity/storage"),
                fmt::format("{}Gi", gib));
    }
    ASSERT_TRUE(WaitField("persistentvolumeclaim/data", "/status/capacity/storage",
                          fmt::format("{}Gi", gib)));
    EXPECT_EQ(DiskOf("data").size_gib, gib);
    EXPECT_EQ(ChecksumOf("data", "/data/bytes"), sum_);
  }
}

// All that a deletion needs, with the volume still on its way back from the node.
TEST_F(RestartsAlone, GivenVolumeInUseBeingDeletedWhenItsProcessesAreKilledThenNothingIsLeft) {
  StartWritten();
  if (HasFatalFailure()) return;
  {
    FrozenCloud frozen;
    ASSERT_TRUE(frozen.Ok());
    ASSERT_TRUE(Delete("pod/data"));
    ASSERT_TRUE(Delete("persistentvolumeclaim/data"));
    ASSERT_TRUE(WaitDisks("Detaching"));
    for (const std::string what :
         {"csi-attacher", "csi-provisioner", "driver of csi-provisioner", "cloud"}) {
      SCOPED_TRACE(what);
      ASSERT_TRUE(Kill(what));
      EXPECT_TRUE(WaitDisks("Detaching"));
    }
  }
  ASSERT_TRUE(WaitGone("pod/data"));
  ASSERT_TRUE(WaitGone("persistentvolumeclaim/data"));
  EXPECT_TRUE(WaitDisks(""));
}

}  // namespace
}  // namespace e2e
