#include "e2e/kubernetes/harness/nodes.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>

#include "e2e/kubernetes/harness/cluster.h"
#include "e2e/kubernetes/harness/settings.h"

namespace e2e {
namespace {

using nlohmann::json;

constexpr std::chrono::seconds kDetachLimit{60};

bool Tainted(const json& node) {
  const auto taints = node["spec"].value("taints", json::array());
  return std::ranges::any_of(taints, [](const json& taint) {
    return taint.value("key", "") == "node-role.kubernetes.io/control-plane";
  });
}

}  // namespace

std::vector<std::string> NodesIn(const std::string& zone) {
  std::vector<std::string> names;
  for (const auto& node :
       TheCluster().List("node", "", "labelSelector=topology.kubernetes.io/zone%3D" + zone)) {
    if (!Tainted(node)) names.push_back(node["metadata"].value("name", ""));
  }
  std::ranges::sort(names);
  return names;
}

NodeCount CountNodes() {
  NodeCount count;
  for (const auto& node : TheCluster().List("node")) {
    ++(Tainted(node) ? count.tainted : count.open);
  }
  return count;
}

testing::AssertionResult LabelNode(const std::string& node, const std::string& labels) {
  return TheCluster().Merge("node/" + node, "", R"({"metadata": {"labels": )" + labels + "}}");
}

LabelledNodes::~LabelledNodes() {
  for (const auto& node : nodes_) EXPECT_TRUE(LabelNode(node, json{{key_, nullptr}}.dump()));
}

testing::AssertionResult LabelledNodes::Set(const std::string& node, const std::string& value) {
  nodes_.push_back(node);
  return LabelNode(node, json{{key_, value}}.dump());
}

JoinedNode::JoinedNode(const std::string& zone, const std::string& name, const std::string& labels)
    : name_(name),
      result_(ClusterTool(
          {"add-node", zone, "--node", name, "--labels", labels, "--without-zone-labels"})) {}

JoinedNode::JoinedNode(const std::string& zone) : result_(testing::AssertionFailure()) {
  const auto before = NodesIn(zone);
  result_ = ClusterTool({"add-node", zone});
  for (const auto& name : NodesIn(zone)) {
    if (std::ranges::find(before, name) == before.end()) name_ = name;
  }
  if (result_ && name_.empty()) {
    result_ = testing::AssertionFailure() << "no Node of " << zone << " came";
  }
}

// A disk that is still attached could not be detached without its node's agent.
JoinedNode::~JoinedNode() {
  if (name_.empty()) return;
  EXPECT_TRUE(Eventually("volumes detached from " + name_, kDetachLimit, [this]() -> std::string {
    for (const auto& row : TheCluster().List("volumeattachment")) {
      if (row["spec"].value("nodeName", "") == name_) return row["spec"].dump();
    }
    return "";
  }));
  EXPECT_TRUE(ClusterTool({"remove-node", name_}));
}

}  // namespace e2e
