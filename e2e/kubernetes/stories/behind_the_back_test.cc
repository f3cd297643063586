// Changes that Kubernetes does not know of, or learns of too late: a claim deleted while its disk
// is made, disks deleted and detached in the cloud.
//
// Alone in the cluster: some cases stop the cloud's clock.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <thread>

#include "e2e/harness/api.h"
#include "e2e/kubernetes/harness/story.h"
#include "e2e/kubernetes/harness/workloads.h"

namespace e2e {
namespace {

using nlohmann::json;

// The attacher compares every 10 s what it believes with what the cloud says.
constexpr std::chrono::seconds kComparedLimit{60};
// In it the cloud's agent would have taken the device away, if it could.
constexpr std::chrono::seconds kQuiet{3};

class BehindTheBackAlone : public Story {
 protected:
  testing::AssertionResult WaitDisk(const std::string& id, const std::string& status,
                                    std::chrono::seconds limit = kStepLimit) const {
    return Eventually(fmt::format("disk {} {}", id, status), limit, [&] {
      const auto seen = TheCloud().Disk(id).status;
      return seen == status ? "" : "'" + seen + "'";
    });
  }

  testing::AssertionResult WaitNoDisk() const {
    return Eventually("no disk and no volume", kStepLimit, [this]() -> std::string {
      const auto disks = TheCloud().DisksOf(Ns());
      if (!disks.empty()) return fmt::format("{} {}", disks.front().id, disks.front().status);
      for (const auto& row : TheCluster().List("persistentvolume")) {
        if (row["spec"].value("claimRef", json::object()).value("namespace", "") == Ns()) {
          return row["metadata"].value("name", "");
        }
      }
      return "";
    });
  }

  // The one disk of the story in the cloud, as soon as it is there.
  testing::AssertionResult WaitMade(CloudDisk* disk) const {
    return Eventually("a disk in the cloud", kStepLimit, [&]() -> std::string {
      const auto disks = TheCloud().DisksOf(Ns());
      if (disks.size() != 1) return fmt::format("{} disks", disks.size());
      *disk = disks.front();
      return "";
    });
  }

  void StartPod(const std::string& node = {}) {
    ASSERT_TRUE(Apply(
        PodYaml({.name = "data", .mounts = {{.claim = "data", .path = "/data"}}, .node = node})));
  }
};

TEST_F(BehindTheBackAlone, GivenImmediateClaimWhenDeletedWhileProvisioningThenNoDiskStays) {
  FrozenCloud frozen;
  ASSERT_TRUE(frozen.Ok());
  ASSERT_TRUE(Apply(ClaimYaml({.name = "data", .storage_class = kImmediateClass})));
  CloudDisk disk;
  ASSERT_TRUE(WaitMade(&disk));
  EXPECT_EQ(disk.status, "Creating");
  ASSERT_TRUE(Delete("persistentvolumeclaim/data"));
  frozen.Thaw();
  EXPECT_TRUE(WaitGone("persistentvolumeclaim/data"));
  EXPECT_TRUE(WaitNoDisk());
}

TEST_F(BehindTheBackAlone,
       GivenDelayedClaimWhenItAndItsPodAreDeletedWhileProvisioningThenNoDiskStays) {
  FrozenCloud frozen;
  ASSERT_TRUE(frozen.Ok());
  ASSERT_TRUE(Apply(ClaimYaml({.name = "data", .storage_class = kDelayedClass})));
  StartPod();
  CloudDisk disk;
  ASSERT_TRUE(WaitMade(&disk));
  EXPECT_EQ(disk.status, "Creating");
  EXPECT_EQ(Field("persistentvolumeclaim/data", "/status/phase"), "Pending");
  ASSERT_TRUE(Delete("pod/data"));
  ASSERT_TRUE(Delete("persistentvolumeclaim/data"));
  frozen.Thaw();
  EXPECT_TRUE(WaitGone("pod/data"));
  EXPECT_TRUE(WaitGone("persistentvolumeclaim/data"));
  EXPECT_TRUE(WaitNoDisk());
}

TEST_F(BehindTheBackAlone,
       GivenBoundClaimWhenItsDiskIsDeletedInCloudThenPodSaysSoAndAllCanBeDeleted) {
  ASSERT_TRUE(Apply(ClaimYaml({.name = "data", .storage_class = kImmediateClass})));
  ASSERT_TRUE(WaitBound("data"));
  const auto disk = DiskOf("data");
  const auto deleted = TheCloud().Call("DeleteDisk", {{"DiskId", disk.id}});
  ASSERT_TRUE(deleted.Ok()) << deleted.body;
  StartPod();
  EXPECT_TRUE(WaitEvent("pod/data", "FailedAttachVolume", disk.id));
  EXPECT_TRUE(WaitEvent("pod/data", "FailedAttachVolume", "code = NotFound"));
  EXPECT_EQ(Field("pod/data", "/status/phase"), "Pending");
  const auto volume = "persistentvolume/" + VolumeOf("data");
  ASSERT_TRUE(Remove("pod/data"));
  ASSERT_TRUE(Remove("persistentvolumeclaim/data"));
  EXPECT_TRUE(WaitGone(volume));
}

TEST_F(BehindTheBackAlone, GivenDiskInUseWhenItsDeletionIsAskedInCloudThenRefusedAndPodGoesOn) {
  ASSERT_TRUE(Apply(ClaimYaml({.name = "data", .storage_class = kDelayedClass})));
  StartPod();
  ASSERT_TRUE(WaitRunning("data"));
  const auto deleted = TheCloud().Call("DeleteDisk", {{"DiskId", DiskOf("data").id}});
  EXPECT_EQ(deleted.Code(), "IncorrectDiskStatus");
  EXPECT_EQ(DiskOf("data").status, "In_use");
  ExpectBytes("data", "/data/bytes");
}

// A device that is mounted cannot be taken away: the cloud waits for the Pod, and the next Pod has
// all that this one has written, before and after.
TEST_F(BehindTheBackAlone, GivenRunningPodWhenItsDiskIsDetachedInCloudThenNoByteIsLost) {
  ASSERT_TRUE(Apply(ClaimYaml({.name = "data", .storage_class = kDelayedClass})));
  StartPod();
  ASSERT_TRUE(WaitRunning("data"));
  const auto before = WriteFile("data", "/data/before");
  const auto disk = DiskOf("data");
  const auto detached =
      TheCloud().Call("DetachDisk", {{"DiskId", disk.id}, {"InstanceId", disk.instance}});
  ASSERT_TRUE(detached.Ok()) << detached.body;
  ASSERT_TRUE(WaitDisk(disk.id, "Detaching"));
  std::this_thread::sleep_for(kQuiet);
  EXPECT_EQ(DiskOf("data").status, "Detaching");
  const auto after = WriteFile("data", "/data/after");

  ASSERT_TRUE(Remove("pod/data"));
  ASSERT_TRUE(WaitDetached("data"));
  StartPod();
  ASSERT_TRUE(WaitRunning("data"));
  EXPECT_EQ(ChecksumOf("data", "/data/before"), before);
  EXPECT_EQ(ChecksumOf("data", "/data/after"), after);
  EXPECT_TRUE(WaitDisk(disk.id, "In_use"));
}

constexpr char kAttachment[] = R"(apiVersion: storage.k8s.io/v1
kind: VolumeAttachment
metadata:
  name: ${NAME}
spec:
  attacher: diskplugin.csi.alibabacloud.com
  nodeName: ${NODE}
  source: {persistentVolumeName: ${VOLUME}}
)";

// Attached but not mounted: the cloud detaches at once, and the attacher finds out.
TEST_F(BehindTheBackAlone, GivenAttachedDiskWhenDetachedInCloudThenAttachedAgain) {
  ASSERT_TRUE(Apply(ClaimYaml({.name = "data", .storage_class = kDelayedClass})));
  StartPod();
  ASSERT_TRUE(WaitRunning("data"));
  const auto disk = DiskOf("data").id;
  const auto node = Field("pod/data", "/spec/nodeName");
  ASSERT_TRUE(Remove("pod/data"));
  ASSERT_TRUE(WaitDisk(disk, "Available"));

  const auto attachment = "volumeattachment/" + Named("by-hand");
  ASSERT_TRUE(Apply(Fill(
      kAttachment, {{"NAME", Named("by-hand")}, {"NODE", node}, {"VOLUME", VolumeOf("data")}})));
  ASSERT_TRUE(WaitField(attachment, "/status/attached", "true"));
  ASSERT_TRUE(WaitDisk(disk, "In_use"));
  const auto detached = TheCloud().Call(
      "DetachDisk", {{"DiskId", disk}, {"InstanceId", TheCloud().Disk(disk).instance}});
  ASSERT_TRUE(detached.Ok()) << detached.body;
  ASSERT_TRUE(WaitDisk(disk, "Available"));
  EXPECT_TRUE(WaitDisk(disk, "In_use", kComparedLimit));
  EXPECT_TRUE(Delete(attachment));
  EXPECT_TRUE(WaitGone(attachment));
  EXPECT_TRUE(WaitDisk(disk, "Available"));
}

}  // namespace
}  // namespace e2e
