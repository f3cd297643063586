// Volumes that grow: in use and out of use, and after an infeasible size.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <string>

#include "e2e/harness/files.h"
#include "e2e/kubernetes/harness/story.h"

namespace e2e {
namespace {

constexpr std::int64_t kGib = std::int64_t{1} << 30;
// Of the node plugin, on the claim, where the machine's kernel refuses to grow ext4 in use.
constexpr char kRefused[] = "FileSystemGrowthRefused";
constexpr char kPendingCondition[] = "FileSystemResizePending";

class Expansion : public Story {
 protected:
  void ApplyClaims() {
    ASSERT_TRUE(Apply(ClaimYaml({.name = "ext4", .storage_class = kDelayedClass})));
    ASSERT_TRUE(Apply(ClaimYaml({.name = "xfs", .storage_class = "zonedisk-xfs"})));
    ASSERT_TRUE(Apply(ClaimYaml({.name = "block", .storage_class = kDelayedClass, .block = true})));
  }

  void ApplyPod() {
    ASSERT_TRUE(
        Apply(PodYaml({.name = "all",
                       .mounts = {{.claim = "ext4", .path = "/ext4"},
                                  {.claim = "xfs", .path = "/xfs"},
                                  {.claim = "block", .path = "/dev/block", .block = true}}})));
  }

  testing::AssertionResult Ask(const std::string& claim, int gib) const {
    return TheCluster().Merge(
        "persistentvolumeclaim/" + claim, Ns(),
        fmt::format(R"({{"spec": {{"resources": {{"requests": {{"storage": "{}Gi"}}}}}}}})", gib));
  }

  // The claim's capacity, which is what a user sees.
  testing::AssertionResult WaitCapacity(const std::string& claim, int gib) const {
    return WaitField("persistentvolumeclaim/" + claim, "/status/capacity/storage",
                     fmt::format("{}Gi", gib));
  }

  bool HasCondition(const std::string& claim, const std::string& type) const {
    return Field("persistentvolumeclaim/" + claim, "/status/conditions").find(type) !=
           std::string::npos;
  }

  testing::AssertionResult WaitPending(const std::string& claim) const {
    return Eventually(claim + " waits for its file system", kStepLimit, [&]() -> std::string {
      return HasCondition(claim, kPendingCondition)
                 ? ""
                 : Field("persistentvolumeclaim/" + claim, "/status");
    });
  }

  // Of the file system at that path, by its own count.
  std::int64_t FileSystemBytes(const std::string& path) const {
    const auto text = InPod("all", "df -B1 --output=size " + path + " | tail -1");
    return std::atoll(text.c_str());
  }

  // What a file system keeps for itself is less than a GiB of these sizes.
  void ExpectSize(const std::string& path, int gib) const {
    const auto bytes = FileSystemBytes(path);
    EXPECT_GT(bytes, (gib - 1) * kGib) << path;
    EXPECT_LE(bytes, gib * kGib) << path;
  }

  std::string BlockBytes() const { return InPod("all", "blockdev --getsize64 /dev/block"); }
};

TEST_F(Expansion, GivenVolumesOfEachKindWhenTheyAreAskedToGrowThenTheyDoInUseAndOutOfUse) {
  ApplyClaims();
  ApplyPod();
  ASSERT_TRUE(WaitRunning("all"));
  const auto ext4 = WriteFile("all", "/ext4/bytes", 2);
  const auto xfs = WriteFile("all", "/xfs/bytes", 2);
  ExpectSize("/ext4", 20);

  // In use.
  for (const char* claim : {"ext4", "xfs", "block"}) ASSERT_TRUE(Ask(claim, 25));
  EXPECT_TRUE(WaitCapacity("xfs", 25));
  EXPECT_TRUE(WaitCapacity("block", 25));
  ExpectSize("/xfs", 25);
  EXPECT_EQ(BlockBytes(), std::to_string(25 * kGib));
  for (const char* claim : {"ext4", "xfs", "block"}) EXPECT_EQ(DiskOf(claim).size_gib, 25) << claim;
  const auto grows = GrowsMountedExt4();
  ASSERT_TRUE(grows.has_value()) << "no ext4 could be made on a loop device of this machine";
  fmt::print("ext4 in use: {}\n", *grows
                                      ? "this machine grows it"
                                      : "this machine refuses; it grows when the Pod starts anew");
  if (*grows) {
    EXPECT_TRUE(WaitCapacity("ext4", 25));
    ExpectSize("/ext4", 25);
  } else {
    EXPECT_TRUE(WaitEvent("persistentvolumeclaim/ext4", kRefused, "needs CAP_SYS_RESOURCE"));
    EXPECT_TRUE(WaitPending("ext4"));
    ExpectSize("/ext4", 20);
    EXPECT_EQ(Field("persistentvolumeclaim/ext4", "/status/capacity/storage"), "20Gi");
  }
  ASSERT_TRUE(Remove("pod/all"));
  if (!*grows) {
    ApplyPod();
    ASSERT_TRUE(WaitRunning("all"));
    EXPECT_TRUE(WaitCapacity("ext4", 25));
    ExpectSize("/ext4", 25);
    ASSERT_TRUE(Remove("pod/all"));
  }

  // Out of use: the file systems wait for the next Pod, a raw device has nothing to wait for.
  for (const char* claim : {"ext4", "xfs", "block"}) ASSERT_TRUE(Ask(claim, 30));
  EXPECT_TRUE(WaitPending("ext4"));
  EXPECT_TRUE(WaitPending("xfs"));
  EXPECT_TRUE(WaitCapacity("block", 30));
  EXPECT_EQ(Field("persistentvolumeclaim/xfs", "/status/capacity/storage"), "25Gi");
  ApplyPod();
  ASSERT_TRUE(WaitRunning("all"));
  for (const char* claim : {"ext4", "xfs"}) {
    EXPECT_TRUE(WaitCapacity(claim, 30));
    EXPECT_FALSE(HasCondition(claim, kPendingCondition)) << claim;
    ExpectSize(std::string("/") + claim, 30);
    EXPECT_EQ(DiskOf(claim).size_gib, 30);
  }
  EXPECT_EQ(BlockBytes(), std::to_string(30 * kGib));
  EXPECT_EQ(ChecksumOf("all", "/ext4/bytes"), ext4);
  EXPECT_EQ(ChecksumOf("all", "/xfs/bytes"), xfs);
}

TEST_F(Expansion, GivenInfeasibleSizeWhenLessIsAskedForThenVolumeGrowsToThat) {
  ASSERT_TRUE(Apply(ClaimYaml({.name = "data", .storage_class = kImmediateClass, .block = true})));
  ASSERT_TRUE(WaitBound("data"));
  // More than the cloud's largest disk has.
  ASSERT_TRUE(Ask("data", 128 << 10));
  EXPECT_TRUE(WaitField("persistentvolumeclaim/data", "/status/allocatedResourceStatuses/storage",
                        "ControllerResizeInfeasible"));
  EXPECT_TRUE(WaitEvent("persistentvolumeclaim/data", "VolumeResizeFailed", "GiB"));
  EXPECT_EQ(DiskOf("data").size_gib, 20);
  // Less than there is stays refused, by the API server.
  EXPECT_FALSE(Ask("data", 10));
  ASSERT_TRUE(Ask("data", 40));
  EXPECT_TRUE(WaitCapacity("data", 40));
  EXPECT_EQ(DiskOf("data").size_gib, 40);
  EXPECT_EQ(Field("persistentvolumeclaim/data", "/status/allocatedResourceStatuses/storage"), "");
}

}  // namespace
}  // namespace e2e
