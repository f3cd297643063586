// Classes as they stand in public work as they are; what of them has no effect is said on the
// claim.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "e2e/kubernetes/harness/settings.h"
#include "e2e/kubernetes/harness/story.h"

namespace e2e {
namespace {

constexpr char kIgnored[] = "ParameterIgnored";

// The vendor's help page on disks of a StatefulSet, but for the image and what runs in it.
constexpr char kVendorsSet[] = R"(apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: nginx
spec:
  replicas: 2
  selector:
    matchLabels:
      app: nginx
  template:
    metadata:
      labels:
        app: nginx
    spec:
      containers:
      - name: nginx
        image: ${IMAGE}
        imagePullPolicy: IfNotPresent
        command: [sh, -c, trap exit TERM; while true; do sleep 1; done]
        ports:
        - containerPort: 80
        volumeMounts:
        - name: pvc-disk
          mountPath: /data
  volumeClaimTemplates:
  - metadata:
      name: pvc-disk
    spec:
      accessModes: [ "ReadWriteOnce" ]
      storageClassName: "alicloud-disk-topology-alltype"
      resources:
        requests:
          storage: 20Gi
)";

class ProductionClasses : public Story {
 protected:
  // A claim of the class, its Pod, bytes in it.
  void UseClass(const StorageClassSpec& spec, const std::string& claim) {
    ASSERT_TRUE(Apply(StorageClassYaml(spec)));
    ASSERT_TRUE(Apply(ClaimYaml({.name = claim, .storage_class = spec.name})));
    ASSERT_TRUE(Apply(PodYaml({.name = claim, .mounts = {{.claim = claim, .path = "/data"}}})));
    ASSERT_TRUE(WaitRunning(claim));
    ExpectBytes(claim, "/data/bytes");
  }
};

// The vendor's help page on dynamically provisioned disks.
TEST_F(ProductionClasses, GivenTheVendorsSampleWhenUsedThenItRunsAndSaysWhatHasNoEffect) {
  UseClass({.name = Named("vendor"),
            .parameters = {{"type", "cloud_auto,cloud_essd,cloud_ssd,cloud_efficiency"},
                           {"fstype", "ext4"},
                           {"diskTags", "a:b,b:c"},
                           {"encrypted", "false"},
                           {"performanceLevel", "PL1"},
                           {"volumeExpandAutoSnapshot", "forced"}}},
           "vendor");
  EXPECT_TRUE(WaitEvent("persistentvolumeclaim/vendor", kIgnored,
                        "taken without effect: volumeExpandAutoSnapshot has no effect"));
}

// Gardener's class for its etcd.
TEST_F(ProductionClasses, GivenGardenersClassWhenUsedThenTheDiskIsEncrypted) {
  UseClass({.name = Named("gardener"),
            .parameters = {{"csi.storage.k8s.io/fstype", "ext4"},
                           {"type", "cloud_essd"},
                           {"readOnly", "false"},
                           {"encrypted", "true"}}},
           "gardener");
  EXPECT_TRUE(WaitEvent("persistentvolumeclaim/gardener", kIgnored, "readOnly has no effect"));
  EXPECT_EQ(DiskOf("gardener").category, "cloud_essd");
}

// A class of 2020: the category that is there, snapshots before deletion.
TEST_F(ProductionClasses, GivenAClassOf2020WhenUsedThenItRuns) {
  UseClass({.name = Named("old"),
            .parameters = {{"type", "available"},
                           {"regionId", "cn-hangzhou"},
                           {"fsType", "ext4"},
                           {"readonly", "false"},
                           {"volumeDeleteSnapshotRetentionDays", "3"}}},
           "old");
  EXPECT_TRUE(WaitEvent("persistentvolumeclaim/old", kIgnored,
                        "readonly has no effect; volumeDeleteSnapshotRetentionDays has no effect"));
  // Of what is in stock.
  const auto category = DiskOf("old").category;
  EXPECT_TRUE(category == "cloud_ssd" || category == "cloud_efficiency") << category;
}

TEST_F(ProductionClasses, GivenTheVendorsStatefulSetWhenUsedThenADiskForEachPodInItsZone) {
  ASSERT_TRUE(Apply(Fill(kVendorsSet, {{"IMAGE", TheSettings().image}})));
  for (const std::string pod : {"nginx-0", "nginx-1"}) {
    ASSERT_TRUE(WaitRunning(pod));
    ExpectBytes(pod, "/data/bytes");
    const auto disk = DiskOf("pvc-disk-" + pod);
    EXPECT_EQ(disk.zone, ZoneOfPod(pod));
    EXPECT_EQ(disk.category, "cloud_essd");
  }
}

TEST_F(ProductionClasses, GivenASnapshotClassWithInstantAccessWhenUsedThenTheSnapshotIsReady) {
  UseClass({.name = Named("plain"), .parameters = {{"type", "cloud_essd"}}}, "plain");
  ASSERT_TRUE(Apply(SnapshotClassYaml({.name = Named("instant"),
                                       .parameters = {{"snapshotType", "InstantAccess"},
                                                      {"instantAccessRetentionDays", "1"},
                                                      {"retentionDays", "0"},
                                                      {"forceDelete", "true"}}})));
  ASSERT_TRUE(
      Apply(SnapshotYaml({.name = "cut", .snapshot_class = Named("instant"), .claim = "plain"})));
  EXPECT_TRUE(WaitField("volumesnapshot/cut", "/status/readyToUse", "true"));
  EXPECT_TRUE(Remove("volumesnapshot/cut"));
}

// The cause reaches the claim: capacity tracking does not hide it.
TEST_F(ProductionClasses, GivenAClassThatIsRefusedWhenUsedThenTheClaimSaysWhyAndNoDisk) {
  ASSERT_TRUE(Apply(StorageClassYaml(
      {.name = Named("spaces"), .parameters = {{"type", "cloud_essd, cloud_ssd"}}})));
  ASSERT_TRUE(Apply(ClaimYaml({.name = "spaces", .storage_class = Named("spaces")})));
  ASSERT_TRUE(Apply(PodYaml({.name = "spaces", .mounts = {{.claim = "spaces", .path = "/data"}}})));
  EXPECT_TRUE(WaitEvent("persistentvolumeclaim/spaces", "ProvisioningFailed",
                        "parameter type has a space in its list"));
  ASSERT_TRUE(Apply(ClaimYaml({.name = "small", .storage_class = kDelayedClass, .size = "1Gi"})));
  ASSERT_TRUE(Apply(PodYaml({.name = "small", .mounts = {{.claim = "small", .path = "/data"}}})));
  EXPECT_TRUE(WaitEvent("persistentvolumeclaim/small", "ProvisioningFailed", "begins at 20 GiB"));
  EXPECT_EQ(Field("pod/spaces", "/status/phase"), "Pending");
}

}  // namespace
}  // namespace e2e
