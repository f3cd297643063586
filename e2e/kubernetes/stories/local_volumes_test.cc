// Local volumes beside zonedisk's: the scheduler must find one node for both.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "e2e/kubernetes/harness/nodes.h"
#include "e2e/kubernetes/harness/static_volume.h"
#include "e2e/kubernetes/harness/story.h"

namespace e2e {
namespace {

constexpr char kNear[] = "cn-hangzhou-b";
constexpr char kFar[] = "cn-hangzhou-e";

class LocalVolumes : public Story {
 protected:
  // Before its namespace goes: the folders are the nodes', not the story's.
  void TearDown() override {
    EXPECT_TRUE(Remove("pod/both"));
    for (const auto& maker : makers_) {
      InPod(maker, "rm -rf /host/" + Ns());
    }
    Story::TearDown();
  }

  // A class of volumes that an administrator makes by hand.
  std::string LocalClass(bool immediate = false) {
    EXPECT_TRUE(
        Apply(fmt::format("apiVersion: storage.k8s.io/v1\n"
                          "kind: StorageClass\n"
                          "metadata:\n"
                          "  name: {}\n"
                          "provisioner: kubernetes.io/no-provisioner\n"
                          "volumeBindingMode: {}\n",
                          Named("local"), immediate ? "Immediate" : "WaitForFirstConsumer")));
    return Named("local");
  }

  std::string LocalPath() const { return "/var/lib/" + Ns(); }

  // As an administrator does: a Pod with a folder of its host.
  void MakeFolder(const std::string& node) {
    const auto maker = "maker-" + node;
    ASSERT_TRUE(
        Apply(fmt::format("{}"
                          "    volumeMounts:\n"
                          "    - name: host\n"
                          "      mountPath: /host\n"
                          "  volumes:\n"
                          "  - name: host\n"
                          "    hostPath:\n"
                          "      path: /var/lib\n",
                          PodYaml({.name = maker, .node = node}))));
    ASSERT_TRUE(WaitRunning(maker));
    makers_.push_back(maker);
    InPod(maker, "mkdir /host/" + Ns());
  }

  // The claims "local" and "data" in one Pod.
  void ApplyBoth(const std::string& local_class, const std::string& disk_class) {
    ASSERT_TRUE(Apply(ClaimYaml({.name = "local", .storage_class = local_class, .size = "1Gi"})));
    ASSERT_TRUE(Apply(ClaimYaml({.name = "data", .storage_class = disk_class})));
    ApplyPod();
  }

  void ApplyPod() {
    ASSERT_TRUE(Apply(PodYaml(
        {.name = "both",
         .mounts = {{.claim = "local", .path = "/local"}, {.claim = "data", .path = "/data"}}})));
  }

  void ExpectRunningIn(const std::string& zone) {
    ASSERT_TRUE(WaitRunning("both"));
    EXPECT_EQ(ZoneOfPod("both"), zone);
    EXPECT_EQ(DiskOf("data").zone, zone);
    EXPECT_EQ(AffinityZones("data"), std::vector<std::string>{zone});
    ExpectBytes("both", "/data/bytes");
    ExpectBytes("both", "/local/bytes");
  }

 private:
  std::vector<std::string> makers_;
};

TEST_F(LocalVolumes, GivenDelayedLocalVolumeWhenPodAlsoWantsDiskThenDiskIsMadeInItsZone) {
  const auto node = NodesIn(kFar).at(0);
  MakeFolder(node);
  const auto own = LocalClass();
  ASSERT_TRUE(Apply(LocalVolumeYaml(
      {.name = Named("far"), .storage_class = own, .node = node, .path = LocalPath()})));
  ApplyBoth(own, kDelayedClass);
  ExpectRunningIn(kFar);
  EXPECT_EQ(VolumeOf("local"), Named("far"));
}

TEST_F(LocalVolumes,
       GivenImmediateLocalVolumeWhenDiskMayNotBeThereThenPodIsTrappedUntilBindingWaits) {
  const auto near = NodesIn(kNear).at(0);
  MakeFolder(near);
  const auto disks = Named("near-only");
  ASSERT_TRUE(Apply(StorageClassYaml({.name = disks, .zones = {kNear}})));
  // Immediate binding takes what fits the claim, wherever it is.
  const auto local = LocalClass(true);
  ASSERT_TRUE(Apply(LocalVolumeYaml({.name = Named("far"),
                                     .storage_class = local,
                                     .node = NodesIn(kFar).at(0),
                                     .path = LocalPath()})));
  ApplyBoth(local, disks);
  ASSERT_TRUE(WaitBound("local"));
  EXPECT_TRUE(
      WaitEvent("pod/both", "FailedScheduling", "didn't match PersistentVolume's node affinity"));
  EXPECT_EQ(Field("pod/both", "/status/phase"), "Pending");
  EXPECT_EQ(TheCloud().DisksOf(Ns()).size(), 0U);

  // Binding that waits for the Pod has both volumes to choose from.
  ASSERT_TRUE(Remove("pod/both"));
  ASSERT_TRUE(Remove("persistentvolumeclaim/local"));
  ASSERT_TRUE(Remove("storageclass/" + local));
  ASSERT_TRUE(Remove("persistentvolume/" + Named("far")));
  LocalClass();
  for (const auto& zone : {kFar, kNear}) {
    ASSERT_TRUE(Apply(LocalVolumeYaml({.name = Named(std::string("again-") + zone),
                                       .storage_class = local,
                                       .node = NodesIn(zone).at(0),
                                       .path = LocalPath()})));
  }
  ApplyBoth(local, disks);
  ExpectRunningIn(kNear);
  EXPECT_EQ(VolumeOf("local"), Named(std::string("again-") + kNear));
}

TEST_F(LocalVolumes, GivenLocalVolumeOfRackWhenPodAlsoWantsDiskThenBothAreOnNodeOfThatRack) {
  const auto key = "example.com/" + Named("rack");
  LabelledNodes racks(key);
  const auto near = NodesIn(kNear);
  const auto far = NodesIn(kFar).at(0);
  ASSERT_EQ(near.size(), 2U);
  ASSERT_TRUE(racks.Set(near[0], "r1"));
  ASSERT_TRUE(racks.Set(far, "r1"));
  ASSERT_TRUE(racks.Set(near[1], "r2"));
  // As a shared shelf would: the same folder wherever the rack is.
  MakeFolder(near[1]);
  const auto own = LocalClass();
  ASSERT_TRUE(Apply(LocalVolumeYaml({.name = Named("shelf"),
                                     .storage_class = own,
                                     .node = "r2",
                                     .path = LocalPath(),
                                     .label = key})));
  ApplyBoth(own, kDelayedClass);
  ExpectRunningIn(kNear);
  EXPECT_EQ(Field("pod/both", "/spec/nodeName"), near[1]);
}

}  // namespace
}  // namespace e2e
