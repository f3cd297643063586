#pragma once
// The cluster's nodes: found by zone, counted, labelled, added.
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace e2e {

// Returns the sorted names of the Nodes with that zone label, without the tainted control plane.
std::vector<std::string> NodesIn(const std::string& zone);

struct NodeCount {
  std::size_t open = 0;     // where ordinary Pods may run
  std::size_t tainted = 0;  // the control plane
};
NodeCount CountNodes();

// Merges labels into a Node's: `labels` is a JSON object, a null value removes one.
testing::AssertionResult LabelNode(const std::string& node, const std::string& labels);

// A label on Nodes for the time of this object. Give it a key that no other story has.
class LabelledNodes {
 public:
  explicit LabelledNodes(std::string key) : key_(std::move(key)) {}
  ~LabelledNodes();
  LabelledNodes(const LabelledNodes&) = delete;
  LabelledNodes& operator=(const LabelledNodes&) = delete;

  testing::AssertionResult Set(const std::string& node, const std::string& value);

 private:
  std::string key_;
  std::vector<std::string> nodes_;
};

// A node that joins the cluster for the time of this object, by tools/cluster.
class JoinedNode {
 public:
  explicit JoinedNode(const std::string& zone);
  // Called `name`, placed by these labels ("KEY=VALUE,…") alone.
  JoinedNode(const std::string& zone, const std::string& name, const std::string& labels);
  ~JoinedNode();
  JoinedNode(const JoinedNode&) = delete;
  JoinedNode& operator=(const JoinedNode&) = delete;

  const std::string& Name() const { return name_; }
  // Whether it has joined, or why not.
  const testing::AssertionResult& Ok() const { return result_; }

 private:
  std::string name_;
  testing::AssertionResult result_;
};

}  // namespace e2e
