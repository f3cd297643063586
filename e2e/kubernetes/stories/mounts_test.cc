// What a Pod may ask of a mounted volume, volumes that live as long as their Pod, and clones.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <string>

#include "e2e/kubernetes/harness/settings.h"
#include "e2e/kubernetes/harness/story.h"

namespace e2e {
namespace {

// A user without rights, to whom the volume is given by its group.
constexpr char kMountPod[] = R"(apiVersion: v1
kind: Pod
metadata:
  name: user
spec:
  terminationGracePeriodSeconds: 1
  securityContext:
    runAsUser: 1000
    runAsGroup: 3000
    fsGroup: 2000
  containers:
  - name: main
    image: ${IMAGE}
    imagePullPolicy: IfNotPresent
    command: [sh, -c, exec sleep infinity]
    volumeMounts:
    - {name: data, mountPath: /data}
    - {name: data, mountPath: /part, subPath: parts/one}
    - {name: data, mountPath: /fixed, readOnly: true}
  volumes:
  - name: data
    persistentVolumeClaim: {claimName: data}
)";

constexpr char kEphemeralPod[] = R"(apiVersion: v1
kind: Pod
metadata:
  name: short
spec:
  terminationGracePeriodSeconds: 1
  containers:
  - name: main
    image: ${IMAGE}
    imagePullPolicy: IfNotPresent
    command: [sh, -c, exec sleep infinity]
    volumeMounts:
    - {name: scratch, mountPath: /scratch}
  volumes:
  - name: scratch
    ephemeral:
      volumeClaimTemplate:
        spec:
          accessModes: [ReadWriteOnce]
          storageClassName: ${CLASS}
          resources: {requests: {storage: 20Gi}}
)";

class Mounts : public Story {
 protected:
  testing::AssertionResult ApplyFilled(const char* yaml) {
    return Apply(Fill(yaml, {{"IMAGE", TheSettings().image}, {"CLASS", kDelayedClass}}));
  }

  void ApplyPod(const std::string& name) {
    ASSERT_TRUE(Apply(PodYaml({.name = name, .mounts = {{.claim = name, .path = "/data"}}})));
  }
};

TEST_F(Mounts, GivenGroupSubPathAndMountOptionsWhenPodStartsThenVolumeIsAsAskedFor) {
  ASSERT_TRUE(
      Apply(StorageClassYaml({.name = Named("options")}) + "mountOptions: [noatime, sync]\n"));
  ASSERT_TRUE(Apply(ClaimYaml({.name = "data", .storage_class = Named("options")})));
  ASSERT_TRUE(ApplyFilled(kMountPod));
  ASSERT_TRUE(WaitRunning("user"));

  EXPECT_EQ(InPod("user", "id -u; id -G"), "1000\n3000 2000");
  EXPECT_EQ(InPod("user", "stat -c %g /data"), "2000");
  ExpectBytes("user", "/data/bytes");
  EXPECT_EQ(InPod("user", "stat -c '%u %g' /data/bytes"), "1000 2000");

  const auto part = WriteFile("user", "/part/bytes", 1);
  EXPECT_EQ(ChecksumOf("user", "/data/parts/one/bytes"), part);
  EXPECT_EQ(InPod("user", "ls /part"), "bytes");

  const auto options = InPod("user", "grep ' /data ' /proc/mounts | cut -d' ' -f3,4");
  EXPECT_EQ(options.substr(0, 5), "ext4 ") << options;
  EXPECT_NE(options.find("noatime"), std::string::npos) << options;
  EXPECT_NE(options.find("sync"), std::string::npos) << options;

  EXPECT_EQ(ChecksumOf("user", "/fixed/parts/one/bytes"), part);
  EXPECT_EQ(InPod("user", "touch /fixed/new 2>&1 || true"),
            "touch: cannot touch '/fixed/new': Read-only file system");
}

TEST_F(Mounts, GivenShippedExampleWhenItIsAppliedThenEachUseOfVolumeWorks) {
  ASSERT_TRUE(ApplyFile("deploy/examples/ways-to-use-a-volume.yaml"));
  ASSERT_TRUE(WaitRunning("uses"));
  ASSERT_TRUE(WaitRunning("uses-copy"));
  EXPECT_EQ(InPod("uses", "cat /data/id"), InPod("uses", "id"));
  ExpectBytes("uses", "/logs/bytes");
  ExpectBytes("uses", "/scratch/bytes");
  EXPECT_EQ(InPod("uses", "test -b /dev/xvda && echo block"), "block");
  EXPECT_EQ(InPod("uses-copy", "ls -d /data"), "/data");
  EXPECT_EQ(ZoneOfPod("uses-copy"), ZoneOfPod("uses"));
  EXPECT_EQ(DiskOf("files-copy").zone, DiskOf("files").zone);
  // files, device, scratch and the clone.
  EXPECT_EQ(TheCloud().DisksOf(Ns()).size(), 4U);
}

TEST_F(Mounts, GivenEphemeralVolumeWhenItsPodGoesThenClaimAndDiskGoToo) {
  ASSERT_TRUE(ApplyFilled(kEphemeralPod));
  ASSERT_TRUE(WaitRunning("short"));
  ExpectBytes("short", "/scratch/bytes");
  EXPECT_EQ(DiskOf("short-scratch").zone, ZoneOfPod("short"));
  EXPECT_EQ(TheCloud().DisksOf(Ns()).size(), 1U);
  ASSERT_TRUE(Delete("pod/short"));
  ASSERT_TRUE(WaitGone("persistentvolumeclaim/short-scratch"));
  EXPECT_TRUE(Eventually("disk gone", kStepLimit, [this]() -> std::string {
    const auto disks = TheCloud().DisksOf(Ns());
    return disks.empty() ? "" : disks[0].id + " " + disks[0].status;
  }));
}

TEST_F(Mounts, GivenClaimAsSourceWhenClonesAreMadeThenTheyHoldItsBytesAndGrow) {
  ASSERT_TRUE(Apply(ClaimYaml({.name = "source", .storage_class = kDelayedClass})));
  ApplyPod("source");
  ASSERT_TRUE(WaitRunning("source"));
  const auto sum = WriteFile("source", "/data/bytes", 2);
  ASSERT_TRUE(
      Apply(ClaimYaml({.name = "same", .storage_class = kDelayedClass, .from_claim = "source"})));
  ASSERT_TRUE(Apply(ClaimYaml(
      {.name = "larger", .storage_class = kDelayedClass, .size = "40Gi", .from_claim = "source"})));
  ASSERT_TRUE(Apply(ClaimYaml({.name = "smaller",
                               .storage_class = kImmediateClass,
                               .size = "10Gi",
                               .from_claim = "source"})));
  const auto zone = ZoneOfPod("source");
  for (const char* name : {"same", "larger"}) {
    ASSERT_TRUE(
        Apply(PodYaml({.name = name, .mounts = {{.claim = name, .path = "/data"}}, .zone = zone})));
  }
  EXPECT_TRUE(WaitEvent("persistentvolumeclaim/smaller", "ProvisioningFailed",
                        "greater than or equal in size"));
  for (const char* name : {"same", "larger"}) {
    ASSERT_TRUE(WaitRunning(name));
    EXPECT_EQ(ChecksumOf(name, "/data/bytes"), sum) << name;
    EXPECT_EQ(DiskOf(name).zone, zone);
    ExpectBytes(name, "/data/more");
  }
  EXPECT_EQ(DiskOf("larger").size_gib, 40);
  const auto bytes = std::stoll(InPod("larger", "df -B1 --output=size /data | tail -1"));
  EXPECT_GT(bytes, std::int64_t{39} << 30);
  // What is written to one is not in the other.
  InPod("source", "rm /data/bytes");
  EXPECT_EQ(ChecksumOf("same", "/data/bytes"), sum);
  // The snapshots that the clones came from were only for that.
  EXPECT_TRUE(Eventually("no snapshot of the source", kStepLimit, [this]() -> std::string {
    const auto source = DiskOf("source").id;
    for (const auto& snapshot : TheCloud().Snapshots()) {
      if (snapshot.disk == source) return snapshot.id + " " + snapshot.status;
    }
    return "";
  }));
  ASSERT_TRUE(Remove("persistentvolumeclaim/smaller"));
}

TEST_F(Mounts, GivenCloneWhenPodIsForcedToAnotherZoneThenItFollowsWithItsBytes) {
  ASSERT_TRUE(Apply(
      StorageClassYaml({.name = Named("near"), .immediate = true, .zones = {"cn-hangzhou-b"}})));
  ASSERT_TRUE(Apply(ClaimYaml({.name = "source", .storage_class = Named("near")})));
  ApplyPod("source");
  ASSERT_TRUE(WaitRunning("source"));
  const auto sum = WriteFile("source", "/data/bytes", 2);
  ASSERT_TRUE(
      Apply(ClaimYaml({.name = "far", .storage_class = kDelayedClass, .from_claim = "source"})));
  ASSERT_TRUE(Apply(PodYaml(
      {.name = "far", .mounts = {{.claim = "far", .path = "/data"}}, .zone = "cn-hangzhou-e"})));
  ASSERT_TRUE(WaitRunning("far"));
  EXPECT_EQ(DiskOf("source").zone, "cn-hangzhou-b");
  EXPECT_EQ(DiskOf("far").zone, "cn-hangzhou-e");
  EXPECT_EQ(ChecksumOf("far", "/data/bytes"), sum);
}

}  // namespace
}  // namespace e2e
