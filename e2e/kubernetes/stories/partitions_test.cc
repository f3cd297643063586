// Disks that were partitioned before they became volumes, as moved machines bring them along.
#include "e2e/harness/partitions.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "e2e/kubernetes/harness/blocks_folder.h"
#include "e2e/kubernetes/harness/static_volume.h"
#include "e2e/kubernetes/harness/story.h"

namespace e2e {
namespace {

constexpr char kZone[] = "cn-hangzhou-b";

class Partitions : public Story {
 protected:
  // A free disk of 20 GiB with so many partitions. Returns its id.
  std::string MakePartitioned(int count) {
    const auto disk = MakeDisk(kZone);
    std::string image;
    for (const auto& entry : std::filesystem::directory_iterator(BlocksFolder())) {
      if (entry.path().filename().string().starts_with(disk + ".")) image = entry.path();
    }
    EXPECT_NE(image, "");
    EXPECT_EQ(WritePartitions(image, count, 20U << 10), "");
    return disk;
  }

  void ApplyPod() {
    ASSERT_TRUE(Apply(PodYaml({.name = "data", .mounts = {{.claim = "data", .path = "/data"}}})));
  }

  std::string SourceOfMount() const { return InPod("data", "df --output=source /data | tail -1"); }
  std::int64_t GibOfMount() const {
    return std::atoll(InPod("data", "df -BG --output=size /data | tail -1").c_str());
  }
};

TEST_F(Partitions, GivenPartitionedDiskWhenClaimAdoptsItThenItsBytesAreKeptAndItGrows) {
  const auto disk = MakePartitioned(1);
  ASSERT_TRUE(Apply(ClaimYaml({.name = "data", .storage_class = kImmediateClass, .disk = disk})));
  ASSERT_TRUE(WaitBound("data"));
  EXPECT_EQ(DiskOf("data").id, disk);
  ApplyPod();
  ASSERT_TRUE(WaitRunning("data"));
  // By the partition, with the file system that was there.
  EXPECT_TRUE(SourceOfMount().ends_with("p1")) << SourceOfMount();
  EXPECT_EQ(InPod("data", "ls -A /data"), "lost+found");
  const auto sum = WriteFile("data", "/data/bytes");
  EXPECT_LE(GibOfMount(), 20);
  ASSERT_TRUE(Remove("pod/data"));
  ASSERT_TRUE(WaitDetached("data"));

  ASSERT_TRUE(TheCluster().Merge("persistentvolumeclaim/data", Ns(),
                                 R"({"spec": {"resources": {"requests": {"storage": "30Gi"}}}})"));
  ASSERT_TRUE(Eventually("disk of 30 GiB", kStepLimit, [this]() -> std::string {
    return DiskOf("data").size_gib == 30 ? "" : fmt::format("{}", DiskOf("data").size_gib);
  }));
  ApplyPod();
  ASSERT_TRUE(WaitRunning("data"));
  EXPECT_TRUE(WaitField("persistentvolumeclaim/data", "/status/capacity/storage", "30Gi"));
  EXPECT_GT(GibOfMount(), 28);
  EXPECT_EQ(ChecksumOf("data", "/data/bytes"), sum);
}

TEST_F(Partitions, GivenDiskWithTwoPartitionsWhenPodWantsItThenPodSaysWhyNot) {
  const auto disk = MakePartitioned(2);
  ASSERT_TRUE(Apply(StorageClassYaml({.name = Named("own")})));
  ASSERT_TRUE(Apply(StaticVolumeYaml(
      {.name = Named("two"), .storage_class = Named("own"), .disk = disk, .zone = kZone})));
  ASSERT_TRUE(
      Apply(ClaimYaml({.name = "data", .storage_class = Named("own"), .volume = Named("two")})));
  ApplyPod();
  EXPECT_TRUE(WaitEvent("pod/data", "FailedMount",
                        "partition table with 2 partitions: only a disk with one is mounted"));
  EXPECT_EQ(Field("pod/data", "/status/phase"), "Pending");
}

}  // namespace
}  // namespace e2e
