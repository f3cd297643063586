// The cloud is away, its packets are lost, and it dies at each of its crash points, while disks are
// made, attached, snapshotted and deleted: when it is back, all that was asked for is there, once.
//
// Alone in the cluster: it has no cloud for some time.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "e2e/harness/api.h"
#include "e2e/kubernetes/harness/blocks_folder.h"
#include "e2e/kubernetes/harness/lost_packets.h"
#include "e2e/kubernetes/harness/story.h"
#include "e2e/kubernetes/harness/workloads.h"

namespace e2e {
namespace {

// Sidecars ask again within seconds; nothing must be given up meanwhile.
constexpr std::chrono::seconds kOutage{8};
constexpr std::chrono::seconds kLookPause{1};

class CloudFailsAlone : public Story {
 protected:
  void ApplyClaim(const std::string& name, const std::string& snapshot = {}) {
    ASSERT_TRUE(Apply(
        ClaimYaml({.name = name, .storage_class = kImmediateClass, .from_snapshot = snapshot})));
  }

  void StartPod(const std::string& name) {
    ASSERT_TRUE(Apply(PodYaml({.name = name, .mounts = {{.claim = name, .path = "/data"}}})));
  }

  void ApplySnapshot(const std::string& name, const std::string& claim) {
    ASSERT_TRUE(
        Apply(SnapshotYaml({.name = name, .snapshot_class = kSnapshotClass, .claim = claim})));
  }

  // At every look of that time.
  void ExpectPending(const std::string& object, std::chrono::seconds time) const {
    const auto end = std::chrono::steady_clock::now() + time;
    while (std::chrono::steady_clock::now() < end) {
      ASSERT_EQ(Field(object, "/status/phase"), "Pending");
      std::this_thread::sleep_for(kLookPause);
    }
  }

  testing::AssertionResult WaitReady(const std::string& snapshot) const {
    return WaitField("volumesnapshot/" + snapshot, "/status/readyToUse", "true");
  }

  // Neither the row nor the image.
  static testing::AssertionResult WaitNoDisk(const std::string& id) {
    return Eventually("disk " + id + " gone", kStepLimit, [&id]() -> std::string {
      const auto disk = TheCloud().Disk(id);
      if (!disk.id.empty()) return disk.status;
      return ImageOwners().contains(id) ? "its image is there" : "";
    });
  }

  // Each disk of the story belongs to a claim and each claim has one.
  testing::AssertionResult WaitDisks(std::size_t count) const {
    return Eventually("disks of the story", kStepLimit, [&]() -> std::string {
      const auto disks = TheCloud().DisksOf(Ns());
      return disks.size() == count ? "" : fmt::format("{} instead of {}", disks.size(), count);
    });
  }
};

TEST_F(CloudFailsAlone, GivenNoCloudWhenVolumesAreAskedForThenTheyComeWithIt) {
  ApplyClaim("steady");
  ApplyClaim("waiting");
  ApplyClaim("leaving");
  StartPod("steady");
  for (const char* name : {"steady", "waiting", "leaving"}) ASSERT_TRUE(WaitBound(name));
  ASSERT_TRUE(WaitRunning("steady"));
  const auto sum = WriteFile("steady", "/data/bytes");
  const auto leaving = DiskOf("leaving").id;
  const auto snapshots = TheCloud().Snapshots().size();

  StoppedCloud stopped;
  ASSERT_TRUE(stopped.Ok());
  ApplyClaim("new");
  StartPod("waiting");
  ApplySnapshot("snap", "steady");
  ASSERT_TRUE(Delete("persistentvolumeclaim/leaving"));
  std::this_thread::sleep_for(kOutage);
  EXPECT_EQ(Field("persistentvolumeclaim/new", "/status/phase"), "Pending");
  EXPECT_EQ(Field("pod/waiting", "/status/phase"), "Pending");
  EXPECT_NE(Field("volumesnapshot/snap", "/status/readyToUse"), "true");
  // A Pod that has its disk does not need the cloud.
  ExpectBytes("steady", "/data/meanwhile");

  ASSERT_TRUE(stopped.Start());
  EXPECT_TRUE(WaitBound("new"));
  EXPECT_TRUE(WaitRunning("waiting"));
  EXPECT_TRUE(WaitReady("snap"));
  EXPECT_TRUE(WaitNoDisk(leaving));
  EXPECT_TRUE(WaitDisks(3));
  EXPECT_EQ(TheCloud().Snapshots().size(), snapshots + 1);
  ExpectBytes("waiting", "/data/bytes");
  EXPECT_EQ(ChecksumOf("steady", "/data/bytes"), sum);
}

// Nobody is refused: connections stay open, and no answer comes for longer than a sidecar waits.
// The Pod comes late, since Kubernetes waits up to two minutes after many attachments that failed.
TEST_F(CloudFailsAlone, GivenLostPacketsWhenSidecarsHaveGivenUpThenOneDiskAndPodRuns) {
  ApplyClaim("data");
  StartPod("data");
  ASSERT_TRUE(WaitRunning("data"));
  const auto sum = WriteFile("data", "/data/bytes");
  ASSERT_TRUE(Remove("pod/data"));
  ASSERT_TRUE(WaitDetached("data"));
  const auto disk = DiskOf("data").id;

  FrozenCloud frozen;
  ASSERT_TRUE(frozen.Ok());
  ApplyClaim("new");
  ASSERT_TRUE(Eventually("a disk being made", kStepLimit, [&]() -> std::string {
    for (const auto& each : TheCloud().DisksOf(Ns())) {
      if (each.id != disk && each.status == "Creating") return "";
    }
    return "none";
  }));
  {
    const LostPackets lost(PodOf("zonedisk-cloud"));
    ASSERT_TRUE(lost.Ok());
    const auto provisioner = TimeoutOf("csi-provisioner") + kOutage;
    const auto attacher = TimeoutOf("csi-attacher") + kOutage;
    ExpectPending("persistentvolumeclaim/new", provisioner - attacher);
    StartPod("data");
    ExpectPending("pod/data", attacher);
    EXPECT_EQ(Field("persistentvolumeclaim/new", "/status/phase"), "Pending");
    EXPECT_TRUE(WaitEvent("pod/data", "FailedAttachVolume", ""));
    EXPECT_TRUE(WaitEvent("persistentvolumeclaim/new", "ProvisioningFailed", ""));
  }
  frozen.Thaw();
  EXPECT_TRUE(WaitBound("new"));
  EXPECT_TRUE(WaitRunning("data"));
  EXPECT_EQ(ChecksumOf("data", "/data/bytes"), sum);
  EXPECT_EQ(DiskOf("data").id, disk);
  EXPECT_TRUE(WaitDisks(2));
}

// One call of the action is let through, then none until it goes out of scope.
class Throttled {
 public:
  explicit Throttled(std::string action) : action_(std::move(action)) {
    Set({{"Action", action_}, {"Burst", 1}, {"PerMinute", 0}});
  }
  ~Throttled() { Set({{"Action", action_}, {"Off", true}}); }
  Throttled(const Throttled&) = delete;
  Throttled& operator=(const Throttled&) = delete;

 private:
  static void Set(const nlohmann::json& throttle) {
    const auto answer = TheCloud().Lab("throttles", throttle.dump());
    EXPECT_TRUE(answer.Ok()) << answer.body;
  }
  const std::string action_;
};

TEST_F(CloudFailsAlone,
       GivenThrottledCallsWhenVolumesAreAskedForThenTheyComeOnceCallsAreLetThrough) {
  {
    const Throttled create("CreateDisk");
    ApplyClaim("first");
    ASSERT_TRUE(WaitBound("first"));
    ApplyClaim("second");
    ExpectPending("persistentvolumeclaim/second", kOutage);
    EXPECT_EQ(TheCloud().DisksOf(Ns()).size(), 1U);
  }
  ASSERT_TRUE(WaitBound("second"));
  EXPECT_EQ(TheCloud().DisksOf(Ns()).size(), 2U);
}

TEST_F(CloudFailsAlone, GivenCloudThatDiesWhileProvisioningWhenBackThenOneDiskEach) {
  std::size_t count = 0;
  for (const CrashPoint& point : {CrashPoint{"write.before-commit", "CreateDisk"},
                                  {"write.after-commit", "CreateDisk"},
                                  {"request.before-answer", "CreateDisk"},
                                  {"jobs.after-image-before-row", "disk.create"},
                                  {"jobs.after-row", "disk.create"}}) {
    SCOPED_TRACE(point.Text());
    const auto name = fmt::format("data-{}", ++count);
    const ArmedCloud armed(point);
    ASSERT_TRUE(armed.Ok());
    ApplyClaim(name);
    ASSERT_TRUE(armed.WaitDied());
    ASSERT_TRUE(WaitBound(name));
    EXPECT_EQ(DiskOf(name).status, "Available");
    EXPECT_TRUE(WaitDisks(count));
  }
}

TEST_F(CloudFailsAlone, GivenCloudThatDiesWhileAttachingAndDetachingWhenBackThenPodsRun) {
  ApplyClaim("data");
  ASSERT_TRUE(WaitBound("data"));
  const auto disk = DiskOf("data").id;
  struct Points {
    CrashPoint attaching;
    CrashPoint detaching;  // `id` is filled below for a poll, whose answer lacks the disk by then
  };
  std::string sum;
  for (Points points :
       {Points{{"write.before-commit", "AttachDisk", disk},
               {"write.before-commit", "DetachDisk", disk}},
        {{"request.before-answer", "AttachDisk", disk},
         {"request.before-answer", "DetachDisk", disk}},
        {{"agents.before-answer", "poll", disk}, {"agents.before-answer", "poll"}},
        {{"jobs.after-row", "disk.attach", disk}, {"jobs.after-row", "disk.detach", disk}}}) {
    SCOPED_TRACE(points.attaching.Text());
    {
      const ArmedCloud armed(points.attaching);
      ASSERT_TRUE(armed.Ok());
      StartPod("data");
      ASSERT_TRUE(armed.WaitDied());
      ASSERT_TRUE(WaitRunning("data"));
    }
    if (!sum.empty()) {
      EXPECT_EQ(ChecksumOf("data", "/data/bytes"), sum);
    }
    sum = WriteFile("data", "/data/bytes");
    if (points.detaching.id.empty()) points.detaching.id = DiskOf("data").instance;
    const ArmedCloud armed(points.detaching);
    ASSERT_TRUE(armed.Ok());
    ASSERT_TRUE(Delete("pod/data"));
    ASSERT_TRUE(armed.WaitDied());
    ASSERT_TRUE(WaitGone("pod/data"));
    EXPECT_TRUE(Eventually("the disk Available", kStepLimit, [this] {
      const auto status = DiskOf("data").status;
      return status == "Available" ? "" : status;
    }));
    ASSERT_TRUE(WaitDetached("data"));
  }
  EXPECT_TRUE(WaitDisks(1));
}

TEST_F(CloudFailsAlone, GivenCloudThatDiesWhileSnapshottingWhenBackThenRestoresHaveTheBytes) {
  ApplyClaim("data");
  StartPod("data");
  ASSERT_TRUE(WaitRunning("data"));
  const auto sum = WriteFile("data", "/data/bytes");
  const auto snapshots = TheCloud().Snapshots().size();
  const auto disk = DiskOf("data").id;
  std::size_t count = 0;
  for (const CrashPoint& point : {CrashPoint{"write.after-commit", "CreateSnapshot", disk},
                                  {"request.before-answer", "CreateSnapshot", disk},
                                  {"jobs.after-cut-before-row", "snapshot.cut"},
                                  {"jobs.after-row", "snapshot.cut"}}) {
    SCOPED_TRACE(point.Text());
    const auto name = fmt::format("snap-{}", ++count);
    const ArmedCloud armed(point);
    ASSERT_TRUE(armed.Ok());
    ApplySnapshot(name, "data");
    ASSERT_TRUE(armed.WaitDied());
    ASSERT_TRUE(WaitReady(name));
    EXPECT_EQ(TheCloud().Snapshots().size(), snapshots + count);
  }
  {
    const ArmedCloud armed({"jobs.after-clone-before-row", "disk.create"});
    ASSERT_TRUE(armed.Ok());
    ApplyClaim("copy", "snap-3");
    ASSERT_TRUE(armed.WaitDied());
  }
  StartPod("copy");
  ASSERT_TRUE(WaitRunning("copy"));
  EXPECT_EQ(ChecksumOf("copy", "/data/bytes"), sum);
  EXPECT_TRUE(WaitDisks(2));
}

TEST_F(CloudFailsAlone, GivenCloudThatDiesWhileDeletingWhenBackThenNeitherRowNorImageIsLeft) {
  const std::vector<CrashPoint> points = {{"write.after-commit", "DeleteDisk"},
                                          {"jobs.before-unlink", "disk.unlink"},
                                          {"jobs.after-unlink-before-row", "disk.unlink"}};
  for (std::size_t i = 0; i < points.size(); ++i) ApplyClaim(fmt::format("data-{}", i));
  for (std::size_t i = 0; i < points.size(); ++i) {
    SCOPED_TRACE(points[i].Text());
    const auto name = fmt::format("data-{}", i);
    ASSERT_TRUE(WaitBound(name));
    const auto disk = DiskOf(name).id;
    const ArmedCloud armed({points[i].name, points[i].action, disk});
    ASSERT_TRUE(armed.Ok());
    ASSERT_TRUE(Delete("persistentvolumeclaim/" + name));
    ASSERT_TRUE(armed.WaitDied());
    EXPECT_TRUE(WaitNoDisk(disk));
    EXPECT_TRUE(WaitDisks(points.size() - i - 1));
  }
}

}  // namespace
}  // namespace e2e
