// A node that has lost what topology is read from: its label, or its entry of the driver.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "e2e/kubernetes/harness/nodes.h"
#include "e2e/kubernetes/harness/settings.h"
#include "e2e/kubernetes/harness/story.h"

namespace e2e {
namespace {

using nlohmann::json;

constexpr char kZone[] = "cn-hangzhou-g";
constexpr char kZoneLabel[] = "topology.kubernetes.io/zone";
constexpr char kRegistration[] =
    "/var/lib/kubelet/plugins_registry/diskplugin.csi.alibabacloud.com-reg.sock";
// Capacity is published by zone: where no zone is known, none is.
constexpr char kNoRoom[] = "node(s) did not have enough free storage";

// Whether csi-provisioner offers anything of the delayed class there.
bool CapacityIn(const std::string& zone) {
  for (const auto& row : TheCluster().List("csistoragecapacity")) {
    if (row.value("storageClassName", "") != kDelayedClass) continue;
    const auto labels = row["nodeTopology"].value("matchLabels", json::object());
    if (labels.value(kZoneLabel, "") == zone) return true;
  }
  return false;
}

// Changes a node that others use.
class MissingKeysAlone : public Story {
 protected:
  void SetUp() override {
    Story::SetUp();
    const auto nodes = NodesIn(kZone);
    ASSERT_EQ(nodes.size(), 1U);
    node_ = nodes[0];
  }

  void TearDown() override {
    EXPECT_TRUE(LabelZone(kZone));
    EXPECT_TRUE(WaitDriver());
    Story::TearDown();
  }

  // Null takes the label away.
  testing::AssertionResult LabelZone(const json& zone) {
    return TheCluster().Merge("node/" + node_, "",
                              json{{"metadata", {{"labels", {{kZoneLabel, zone}}}}}}.dump());
  }

  // The Pod may only run on the node, so that its claim needs the node's topology.
  void ApplyPair() {
    ASSERT_TRUE(Apply(ClaimYaml({.name = "data", .storage_class = kDelayedClass})));
    ASSERT_TRUE(Apply(
        PodYaml({.name = "data", .mounts = {{.claim = "data", .path = "/data"}}, .node = node_})));
  }

  bool HasDriver() const {
    const auto entry = TheCluster().Get("csinode/" + node_);
    for (const auto& driver : entry["spec"].value("drivers", json::array())) {
      if (driver.value("name", "") == kDriverName) return true;
    }
    return false;
  }

  testing::AssertionResult WaitDriver() const {
    return Eventually("driver on " + node_, kStepLimit,
                      [this] { return HasDriver() ? "" : "no entry in its CSINode"; });
  }

  // The node plugin of the node is made anew, and so registers again.
  void RestartPlugin() {
    for (const auto& pod : TheCluster().List("pod", std::string(kSystemNs),
                                             "fieldSelector=spec.nodeName%3D" + node_)) {
      const auto name = pod["metadata"].value("name", "");
      if (name.starts_with("zonedisk-csi-node-")) {
        EXPECT_TRUE(TheCluster().Delete("pod/" + name, std::string(kSystemNs)));
      }
    }
  }

  std::string node_;
};

TEST_F(MissingKeysAlone, GivenNodeWithoutZoneLabelWhenItComesBackThenPodRuns) {
  ASSERT_TRUE(LabelZone(nullptr));
  ApplyPair();
  // No zone, no capacity there: the scheduler does not even try.
  EXPECT_TRUE(
      WaitEvent("pod/data", "FailedScheduling", "node(s) did not have enough free storage"));
  EXPECT_EQ(TheCloud().DisksOf(Ns()).size(), 0U);
  ASSERT_TRUE(LabelZone(kZone));
  ASSERT_TRUE(WaitRunning("data"));
  EXPECT_EQ(DiskOf("data").zone, kZone);
}

TEST_F(MissingKeysAlone, GivenNodeWithoutDriverEntryWhenPluginRegistersAgainThenPodRuns) {
  // kubelet takes a driver whose socket vanishes out of the node's CSINode.
  ASSERT_TRUE(ClusterTool({"enter", node_, "rm", kRegistration}));
  ASSERT_TRUE(Eventually("no driver on " + node_, kStepLimit,
                         [this] { return HasDriver() ? "still there" : ""; }));
  ASSERT_TRUE(Eventually("no capacity in " + std::string(kZone), kStepLimit,
                         [] { return CapacityIn(kZone) ? "still there" : ""; }));
  ApplyPair();
  EXPECT_TRUE(WaitEvent("pod/data", "FailedScheduling", kNoRoom));
  EXPECT_EQ(TheCloud().DisksOf(Ns()).size(), 0U);
  RestartPlugin();
  ASSERT_TRUE(WaitDriver());
  ASSERT_TRUE(WaitRunning("data"));
  EXPECT_EQ(DiskOf("data").zone, kZone);
}

}  // namespace
}  // namespace e2e
