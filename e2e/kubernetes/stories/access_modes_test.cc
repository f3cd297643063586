// Access modes: which Pods may use a volume at the same time.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "e2e/kubernetes/harness/nodes.h"
#include "e2e/kubernetes/harness/story.h"

namespace e2e {
namespace {

constexpr char kZone[] = "cn-hangzhou-b";

class AccessModes : public Story {
 protected:
  void SetUp() override {
    Story::SetUp();
    nodes_ = NodesIn(kZone);
    ASSERT_GE(nodes_.size(), 2U) << "two nodes of one zone are needed";
  }

  void ApplyPod(const std::string& name, const std::string& node, bool read_only = false) {
    ASSERT_TRUE(
        Apply(PodYaml({.name = name,
                       .mounts = {{.claim = "data", .path = "/data", .read_only = read_only}},
                       .node = node})));
  }

  void ApplyClaim(const std::string& access) {
    ASSERT_TRUE(
        Apply(ClaimYaml({.name = "data", .storage_class = kDelayedClass, .access = access})));
  }

  std::vector<std::string> nodes_;
};

TEST_F(AccessModes, GivenReadWriteOnceInUseWhenPodOfAnotherNodeAsksThenItWaitsForTheFirstOne) {
  ApplyClaim("ReadWriteOnce");
  ApplyPod("first", nodes_[0]);
  ASSERT_TRUE(WaitRunning("first"));
  const auto sum = WriteFile("first", "/data/bytes", 2);
  ApplyPod("second", nodes_[1]);
  // Once is a node, not a Pod; this one may only read.
  ApplyPod("reader", nodes_[0], true);
  EXPECT_TRUE(WaitEvent("pod/second", "FailedAttachVolume", "Multi-Attach error for volume"));
  EXPECT_EQ(Field("pod/second", "/status/phase"), "Pending");

  ASSERT_TRUE(WaitRunning("reader"));
  EXPECT_EQ(ChecksumOf("reader", "/data/bytes"), sum);
  EXPECT_EQ(InPod("reader", "touch /data/new 2>&1 || true"),
            "touch: cannot touch '/data/new': Read-only file system");
  ExpectBytes("first", "/data/more");

  ASSERT_TRUE(Remove("pod/reader"));
  ASSERT_TRUE(Remove("pod/first"));
  ASSERT_TRUE(WaitRunning("second"));
  EXPECT_EQ(Field("pod/second", "/spec/nodeName"), nodes_[1]);
  EXPECT_EQ(ChecksumOf("second", "/data/bytes"), sum);
}

TEST_F(AccessModes, GivenReadWriteOncePodInUseWhenAnotherPodAsksThenSchedulerHoldsItBack) {
  ApplyClaim("ReadWriteOncePod");
  ApplyPod("first", nodes_[0]);
  ASSERT_TRUE(WaitRunning("first"));
  ApplyPod("second", nodes_[0]);
  EXPECT_TRUE(WaitEvent("pod/second", "FailedScheduling",
                        "node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod "
                        "access mode already in-use by another pod"));
  EXPECT_EQ(Field("pod/second", "/status/phase"), "Pending");
  EXPECT_EQ(Field("pod/second", "/spec/nodeName"), "");
  ASSERT_TRUE(Remove("pod/first"));
  ASSERT_TRUE(WaitRunning("second"));
  ExpectBytes("second", "/data/bytes");
}

TEST_F(AccessModes, GivenMultiAttachDiskWhenPodsOfTwoNodesUseItRawThenBothSeeTheSameBytes) {
  ASSERT_TRUE(Apply(StorageClassYaml(
      {.name = Named("shared"), .parameters = {{"type", "cloud_essd"}, {"multiAttach", "true"}}})));
  ASSERT_TRUE(Apply(ClaimYaml({.name = "data",
                               .storage_class = Named("shared"),
                               .access = "ReadWriteMany",
                               .block = true})));
  for (std::size_t i = 0; i < 2; ++i) {
    ASSERT_TRUE(Apply(PodYaml({.name = fmt::format("pod-{}", i),
                               .mounts = {{.claim = "data", .path = "/dev/shared", .block = true}},
                               .node = nodes_[i]})));
  }
  ASSERT_TRUE(WaitRunning("pod-0"));
  ASSERT_TRUE(WaitRunning("pod-1"));
  EXPECT_NE(Field("pod/pod-0", "/spec/nodeName"), Field("pod/pod-1", "/spec/nodeName"));
  EXPECT_EQ(TheCloud().DisksOf(Ns()).size(), 1U);
  // Past the caches: they are each node's own.
  const auto written =
      InPod("pod-0",
            "head -c 1M /dev/urandom > /tmp/bytes && "
            "dd if=/tmp/bytes of=/dev/shared bs=1M seek=8 oflag=direct conv=notrunc status=none && "
            "sha256sum < /tmp/bytes");
  EXPECT_EQ(InPod("pod-1",
                  "dd if=/dev/shared bs=1M skip=8 count=1 iflag=direct status=none | "
                  "sha256sum"),
            written);
  // Back the other way, after which one leaves and the other stays.
  const auto answered =
      InPod("pod-1",
            "head -c 1M /dev/urandom > /tmp/bytes && "
            "dd if=/tmp/bytes of=/dev/shared bs=1M seek=9 oflag=direct conv=notrunc status=none && "
            "sha256sum < /tmp/bytes");
  ASSERT_TRUE(Remove("pod/pod-1"));
  EXPECT_EQ(InPod("pod-0",
                  "dd if=/dev/shared bs=1M skip=9 count=1 iflag=direct status=none | "
                  "sha256sum"),
            answered);
}

// A file system that two nodes mount is destroyed, so the driver refuses it.
TEST_F(AccessModes, GivenClaimForManyNodesWhenItWantsFileSystemThenDriverRefuses) {
  ASSERT_TRUE(
      Apply(StorageClassYaml({.name = Named("shared"),
                              .immediate = true,
                              .parameters = {{"type", "cloud_essd"}, {"multiAttach", "true"}}})));
  ASSERT_TRUE(Apply(
      ClaimYaml({.name = "data", .storage_class = Named("shared"), .access = "ReadWriteMany"})));
  EXPECT_TRUE(WaitEvent("persistentvolumeclaim/data", "ProvisioningFailed",
                        "writing from several nodes needs a block volume"));
  EXPECT_EQ(TheCloud().DisksOf(Ns()).size(), 0U);
}

}  // namespace
}  // namespace e2e
