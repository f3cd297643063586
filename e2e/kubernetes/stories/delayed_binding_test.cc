// The demonstration: a class that allows only a zone without nodes keeps claim and Pod waiting; the
// same class edited to a zone with nodes lets them go on, in that zone.
//
// Alone in the cluster: it counts nodes in the scheduler's words and calls in the cloud.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

#include "e2e/kubernetes/harness/nodes.h"
#include "e2e/kubernetes/harness/story.h"

namespace e2e {
namespace {

const std::string kEmptyZone = "cn-hangzhou-d";
const std::string kZone = "cn-hangzhou-b";
// Nothing happens in this time; the scheduler and the provisioner act within a second.
constexpr std::chrono::seconds kQuiet{5};

class DelayedBindingAlone : public Story {
 protected:
  void SetUp() override {
    Story::SetUp();
    ASSERT_EQ(NodesIn(kEmptyZone).size(), 0U) << "the demonstration needs a zone without nodes";
    calls_ = TheCloud().Calls("CreateDisk");
  }

  void ApplyClass(const std::string& name, const std::string& zone) {
    ASSERT_TRUE(Apply(StorageClassYaml({.name = Named(name), .zones = {zone}})));
  }

  // The claim first, so that its own event is seen before a Pod asks for it.
  void ApplyClaimAndPod(const std::string& name, const std::string& storage_class) {
    ASSERT_TRUE(Apply(ClaimYaml({.name = name, .storage_class = Named(storage_class)})));
    ASSERT_TRUE(WaitEvent("persistentvolumeclaim/" + name, "WaitForFirstConsumer",
                          "waiting for first consumer to be created before binding"));
    ASSERT_TRUE(Apply(PodYaml({.name = name, .mounts = {{.claim = name, .path = "/data"}}})));
  }

  // No node has a place for the Pod, and the scheduler says why: every node counted, also the one
  // that ordinary Pods cannot use.
  void ExpectWaiting(const std::string& name) {
    const auto nodes = CountNodes();
    ASSERT_GT(nodes.tainted, 0U);
    ASSERT_TRUE(WaitEvent("pod/" + name, "FailedScheduling",
                          fmt::format("0/{} nodes are available", nodes.tainted + nodes.open)));
    EXPECT_TRUE(WaitEvent(
        "pod/" + name, "FailedScheduling",
        fmt::format("{} node(s) didn't find available persistent volumes to bind", nodes.open)));
    EXPECT_TRUE(WaitEvent("pod/" + name, "FailedScheduling",
                          fmt::format("{} node(s) had untolerated taint", nodes.tainted)));
    std::this_thread::sleep_for(kQuiet);
    EXPECT_EQ(Field("pod/" + name, "/status/phase"), "Pending");
    EXPECT_EQ(Field("persistentvolumeclaim/" + name, "/status/phase"), "Pending");
  }

  double CallsSince() const { return TheCloud().Calls("CreateDisk") - calls_; }

  // Claim, volume, disk and Pod agree on the zone, and bytes can be written.
  void ExpectRunningIn(const std::string& name, const std::string& zone) {
    ASSERT_TRUE(WaitRunning(name));
    EXPECT_EQ(Field("persistentvolumeclaim/" + name, "/status/phase"), "Bound");
    EXPECT_EQ(DiskOf(name).zone, zone);
    EXPECT_EQ(AffinityZones(name), std::vector<std::string>{zone});
    EXPECT_EQ(ZoneOfPod(name), zone);
    ExpectBytes(name, "/data/bytes");
  }

 private:
  double calls_ = 0;
};

// The shipped example, edited as it says.
TEST_F(DelayedBindingAlone, GivenZoneWithoutNodesWhenClassIsEditedThenClaimAndPodGoOn) {
  ASSERT_TRUE(ApplyFile("deploy/examples/delayed-binding.yaml"));
  ExpectWaiting("web");
  EXPECT_EQ(CallsSince(), 0);

  const auto edited = TheCluster().Kubectl(
      {"patch", "storageclass", "only-d", "--type", "json", "-p",
       R"([{"op": "replace", "path": "/allowedTopologies/0/matchLabelExpressions/0/values",
            "value": ["cn-hangzhou-b"]}])"});
  ASSERT_TRUE(edited.Ok()) << edited.output;
  ExpectRunningIn("web", kZone);
  EXPECT_EQ(CallsSince(), 1);
}

TEST_F(DelayedBindingAlone, GivenZoneWithoutNodesWhenClassIsEditedThenClaimAndPodMadeAnewRun) {
  ApplyClass("delayed", kEmptyZone);
  ApplyClaimAndPod("data", "delayed");
  ExpectWaiting("data");
  EXPECT_EQ(CallsSince(), 0);

  ApplyClass("delayed", kZone);
  // Whether the first pair was quicker or not, only the second one is left.
  ASSERT_TRUE(Remove("pod/data"));
  ASSERT_TRUE(Remove("persistentvolumeclaim/data"));
  ApplyClaimAndPod("data", "delayed");
  ExpectRunningIn("data", kZone);
  EXPECT_TRUE(Eventually("one disk", kStepLimit, [this]() -> std::string {
    const auto disks = TheCloud().DisksOf(Ns());
    return disks.size() == 1 ? "" : fmt::format("{} disks", disks.size());
  }));
}

TEST_F(DelayedBindingAlone,
       GivenTwoClassesOnZoneWithoutNodesWhenNodeJoinsThereThenTheOtherRunsToo) {
  ApplyClass("edited", kEmptyZone);
  ApplyClass("left", kEmptyZone);
  ApplyClaimAndPod("edited", "edited");
  ApplyClaimAndPod("left", "left");
  ApplyClass("edited", kZone);
  ExpectRunningIn("edited", kZone);
  ExpectWaiting("left");
  EXPECT_EQ(CallsSince(), 1);

  const JoinedNode node(kEmptyZone);
  ASSERT_TRUE(node.Ok());
  ExpectRunningIn("left", kEmptyZone);
  EXPECT_EQ(CallsSince(), 2);
  // A node that leaves with a volume keeps it for the 6 minutes until Kubernetes detaches by force.
  const auto volume = "persistentvolume/" + VolumeOf("left");
  ASSERT_TRUE(Remove("pod/left"));
  ASSERT_TRUE(Remove("persistentvolumeclaim/left"));
  ASSERT_TRUE(WaitGone(volume));
}

}  // namespace
}  // namespace e2e
