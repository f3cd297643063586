// Topology by what the administrator names and by names of before: racks, legacy zone labels.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "e2e/kubernetes/harness/nodes.h"
#include "e2e/kubernetes/harness/static_volume.h"
#include "e2e/kubernetes/harness/story.h"

namespace e2e {
namespace {

using nlohmann::json;

constexpr char kNear[] = "cn-hangzhou-b";
constexpr char kFar[] = "cn-hangzhou-e";
constexpr char kRackKey[] = "example.com/rack";
constexpr char kFarRack[] = "far-rack";
constexpr char kPlugin[] = "daemonset/zonedisk-csi-node";
constexpr char kLegacyZoneKey[] = "failure-domain.beta.kubernetes.io/zone";
constexpr char kLegacyRegionKey[] = "failure-domain.beta.kubernetes.io/region";

std::vector<std::string> TopologyKeys(const std::string& node) {
  for (const auto& driver :
       TheCluster().Get("csinode/" + node)["spec"].value("drivers", json::array())) {
    if (driver.value("name", "") == kDriverName) {
      return driver.value("topologyKeys", std::vector<std::string>{});
    }
  }
  return {};
}

bool HasRack(const std::string& node) {
  const auto keys = TopologyKeys(node);
  return std::ranges::find(keys, kRackKey) != keys.end();
}

// Every node's plugin started with `arguments`, all at once, since the story is alone in the
// cluster.
void RestartPlugins(const json& arguments, const json& update_strategy) {
  const std::string ns(kSystemNs);
  const json patch = json::array(
      {{{"op", "replace"}, {"path", "/spec/template/spec/containers/0/args"}, {"value", arguments}},
       {{"op", "replace"}, {"path", "/spec/updateStrategy"}, {"value", update_strategy}}});
  const auto said = TheCluster().Kubectl(
      {"patch", "--namespace", ns, kPlugin, "--type", "json", "--patch", patch.dump()});
  ASSERT_TRUE(said.Ok()) << said.output;
}

void WaitRacks(bool wanted) {
  EXPECT_TRUE(Eventually("rack key of every node", kStepLimit, [wanted]() -> std::string {
    for (const auto& node : TheCluster().List("node")) {
      const auto name = node["metadata"].value("name", "");
      if (TopologyKeys(name).empty() || HasRack(name) != wanted) return "not yet on " + name;
    }
    return "";
  }));
  // The Pods of before are gone, so that nothing registers once more.
  EXPECT_TRUE(Eventually("plugins ready", kStepLimit, []() -> std::string {
    const auto set = TheCluster().Get(kPlugin, std::string(kSystemNs));
    const auto& status = set["status"];
    const auto wished = status.value("desiredNumberScheduled", 0);
    const bool done = status.value("observedGeneration", 0) == set["metadata"]["generation"] &&
                      status.value("updatedNumberScheduled", 0) == wished &&
                      status.value("numberReady", 0) == wished;
    return done ? "" : status.dump();
  }));
}

// The node plugin with --topology-keys for the time of this object.
class RackKey {
 public:
  RackKey() {
    const auto set = TheCluster().Get(kPlugin, std::string(kSystemNs));
    arguments_ = set["spec"]["template"]["spec"]["containers"][0]["args"];
    strategy_ = set["spec"]["updateStrategy"];
    auto arguments = arguments_;
    arguments.push_back(std::string("--topology-keys=") + kRackKey);
    RestartPlugins(arguments,
                   {{"type", "RollingUpdate"}, {"rollingUpdate", {{"maxUnavailable", "100%"}}}});
    WaitRacks(true);
  }
  ~RackKey() {
    RestartPlugins(arguments_,
                   {{"type", "RollingUpdate"}, {"rollingUpdate", {{"maxUnavailable", "100%"}}}});
    WaitRacks(false);
    RestartPlugins(arguments_, strategy_);
  }
  RackKey(const RackKey&) = delete;
  RackKey& operator=(const RackKey&) = delete;

 private:
  json arguments_;
  json strategy_;
};

// Changes what every node says of itself, and adds nodes.
class TopologyKeysAlone : public Story {
 protected:
  void ApplyClass(const std::string& name, bool immediate) {
    ASSERT_TRUE(Apply(StorageClassYaml({.name = Named(name),
                                        .immediate = immediate,
                                        .zones = {kFarRack},
                                        .topology_key = kRackKey})));
  }

  void ApplyPair(const std::string& name, const std::string& storage_class) {
    ASSERT_TRUE(Apply(ClaimYaml({.name = name, .storage_class = storage_class})));
    ASSERT_TRUE(Apply(PodYaml({.name = name, .mounts = {{.claim = name, .path = "/data"}}})));
  }

  void ExpectRunningIn(const std::string& name, const std::string& zone) {
    ASSERT_TRUE(WaitRunning(name));
    EXPECT_EQ(ZoneOfPod(name), zone);
    EXPECT_EQ(DiskOf(name).zone, zone);
    EXPECT_EQ(AffinityZones(name), std::vector<std::string>{zone});
    ExpectBytes(name, "/data/bytes");
  }
};

TEST_F(TopologyKeysAlone, GivenRackAsTopologyKeyWhenClassAllowsOneRackThenItsNodesTellTheZone) {
  LabelledNodes racks(kRackKey);
  const auto far = NodesIn(kFar).at(0);
  for (const auto& node : TheCluster().List("node")) {
    const auto name = node["metadata"].value("name", "");
    ASSERT_TRUE(racks.Set(name, name == far ? kFarRack : "near-rack"));
  }
  const RackKey key;
  ASSERT_TRUE(HasRack(far));
  ApplyClass("at-once", true);
  ApplyClass("delayed", false);
  // No zone stands in what the class allows: only the rack's Nodes know it.
  ASSERT_TRUE(Apply(ClaimYaml({.name = "at-once", .storage_class = Named("at-once")})));
  ASSERT_TRUE(WaitBound("at-once"));
  EXPECT_EQ(DiskOf("at-once").zone, kFar);
  ApplyPair("delayed", Named("delayed"));
  ExpectRunningIn("delayed", kFar);
  EXPECT_EQ(Field("pod/delayed", "/spec/nodeName"), far);
  // Before the key goes: nothing is to be taken from the nodes without it.
  ASSERT_TRUE(Remove("pod/delayed"));
  ASSERT_TRUE(Remove("persistentvolumeclaim/delayed"));
  ASSERT_TRUE(Remove("persistentvolumeclaim/at-once"));
}

TEST_F(TopologyKeysAlone,
       GivenNodeWithLegacyLabelsOnlyWhenItRegistersThenItIsKnownByThePresentOnes) {
  const JoinedNode node(
      kFar, "legacy", fmt::format("{}={},{}=cn-hangzhou", kLegacyZoneKey, kFar, kLegacyRegionKey));
  ASSERT_TRUE(node.Ok());
  EXPECT_TRUE(WaitField("node/legacy", "/metadata/labels/topology.kubernetes.io~1zone", kFar));
  EXPECT_EQ(Field("node/legacy", "/metadata/labels/topology.kubernetes.io~1region"), "cn-hangzhou");
  EXPECT_EQ(Field("node/legacy", "/metadata/labels/failure-domain.beta.kubernetes.io~1zone"), kFar);
  const auto keys = TopologyKeys("legacy");
  EXPECT_NE(std::ranges::find(keys, "topology.kubernetes.io/zone"), keys.end());
  EXPECT_EQ(std::ranges::find(keys, kLegacyZoneKey), keys.end());
  ASSERT_TRUE(Apply(ClaimYaml({.name = "data", .storage_class = kDelayedClass})));
  ASSERT_TRUE(Apply(
      PodYaml({.name = "data", .mounts = {{.claim = "data", .path = "/data"}}, .node = "legacy"})));
  ExpectRunningIn("data", kFar);
  // The volume goes with the node: nothing else may use it.
  ASSERT_TRUE(Remove("pod/data"));
  ASSERT_TRUE(Remove("persistentvolumeclaim/data"));
}

class TopologyKeys : public Story {};

// As volumes from before the present labels are: their place stands in labels, not in an affinity.
TEST_F(TopologyKeys, GivenVolumeWithLegacyLabelsWhenPodAsksForItThenItRunsInThatZone) {
  const auto disk = MakeDisk(kFar);
  const auto name = Named("old");
  ASSERT_TRUE(Apply(StaticVolumeYaml({.name = name, .disk = disk})));
  ASSERT_TRUE(TheCluster().Merge(
      "persistentvolume/" + name, "",
      json{{"metadata", {{"labels", {{kLegacyZoneKey, kFar}, {kLegacyRegionKey, "cn-hangzhou"}}}}}}
          .dump()));
  ASSERT_TRUE(Apply(ClaimYaml({.name = "data", .volume = name})));
  ASSERT_TRUE(WaitBound("data"));
  ASSERT_TRUE(Apply(PodYaml(
      {.name = "elsewhere", .mounts = {{.claim = "data", .path = "/data"}}, .zone = kNear})));
  EXPECT_TRUE(WaitEvent("pod/elsewhere", "FailedScheduling", "had no available volume zone"));
  ASSERT_TRUE(Remove("pod/elsewhere"));
  ASSERT_TRUE(Apply(PodYaml({.name = "data", .mounts = {{.claim = "data", .path = "/data"}}})));
  ASSERT_TRUE(WaitRunning("data"));
  EXPECT_EQ(ZoneOfPod("data"), kFar);
  ExpectBytes("data", "/data/bytes");
}

}  // namespace
}  // namespace e2e
