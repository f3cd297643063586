#include "e2e/kubernetes/harness/lost_node.h"

#include <fmt/format.h>

#include <chrono>
#include <nlohmann/json.hpp>
#include <utility>

#include "e2e/kubernetes/harness/cluster.h"
#include "e2e/kubernetes/harness/oversight.h"
#include "e2e/kubernetes/harness/settings.h"
#include "e2e/kubernetes/harness/workloads.h"

namespace e2e {
namespace {

using nlohmann::json;

// The controller manager calls a node lost 20 s after the last word of its kubelet.
constexpr std::chrono::seconds kNoticedLimit{60};
constexpr std::chrono::seconds kReturnLimit{120};

std::string ReadyOf(const std::string& node) {
  const json found = TheCluster().Get("node/" + node);
  if (!found.is_object()) return "no such node";
  for (const auto& condition : found["status"].value("conditions", json::array())) {
    if (condition.value("type", "") == "Ready") return condition.value("status", "");
  }
  return "unknown";
}

testing::AssertionResult SetUnschedulable(const std::string& node, bool value) {
  return TheCluster().Merge("node/" + node, "", json{{"spec", {{"unschedulable", value}}}}.dump());
}

}  // namespace

LostNode::LostNode(std::string node, How how)
    : node_(std::move(node)),
      how_(how),
      result_(ClusterTool({how == How::kKilled ? "kill-node" : "partition-node", node_})),
      lost_(result_) {
  // Killed, or without a lease that it can hold.
  ExpectRestarts({.node = node_});
}

LostNode::~LostNode() {
  EXPECT_TRUE(Return());
}

testing::AssertionResult LostNode::TaintOutOfService() const {
  const auto said = TheCluster().Kubectl(
      {"taint", "node", node_, fmt::format("{}=nodeshutdown:NoExecute", kOutOfService)});
  return testing::AssertionResult(said.Ok()) << said.output;
}

testing::AssertionResult LostNode::WaitNotReady() const {
  return Eventually(node_ + " not Ready", kNoticedLimit, [this]() -> std::string {
    const auto ready = ReadyOf(node_);
    return ready == "True" ? "Ready" : "";
  });
}

testing::AssertionResult LostNode::Return() {
  if (!lost_) return testing::AssertionSuccess();
  lost_ = false;
  const auto returned = ClusterTool({how_ == How::kKilled ? "restart-node" : "heal-node", node_});
  // Only now: what the taint has driven out must not come back to a node that is still lost.
  TheCluster().Kubectl({"taint", "node", node_, std::string(kOutOfService) + "-"});
  if (!returned) return returned;
  return WaitRolledOut(kReturnLimit);
}

CordonedNode::CordonedNode(std::string node) : node_(std::move(node)) {
  EXPECT_TRUE(SetUnschedulable(node_, true));
}

CordonedNode::~CordonedNode() {
  Open();
}

void CordonedNode::Open() {
  if (!closed_) return;
  closed_ = false;
  EXPECT_TRUE(SetUnschedulable(node_, false));
}

}  // namespace e2e
