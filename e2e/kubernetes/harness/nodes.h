#pragma once
// The cluster's nodes, as the stories count, find and add them.
#include <string>
#include <utility>
#include <vector>

namespace e2e {

// Names, sorted, of the Nodes whose zone label says so; the tainted control plane is not one.
std::vector<std::string> NodesIn(const std::string& zone);

struct NodeCount {
  std::size_t open = 0;     // where ordinary Pods may run
  std::size_t tainted = 0;  // the control plane
};
NodeCount CountNodes();

// Labels of a Node to lay beside its own: `labels` is a JSON object, null takes one away. Empty, or
// why not.
std::string LabelNode(const std::string& node, const std::string& labels);

// A label on Nodes for the time of this object. Give it a key that no other story has.
class LabelledNodes {
 public:
  explicit LabelledNodes(std::string key) : key_(std::move(key)) {}
  ~LabelledNodes();
  LabelledNodes(const LabelledNodes&) = delete;
  LabelledNodes& operator=(const LabelledNodes&) = delete;

  // Empty, or why not.
  std::string Set(const std::string& node, const std::string& value);

 private:
  std::string key_;
  std::vector<std::string> nodes_;
};

// A node that joins the cluster for the time of this object, by tools/cluster.
class JoinedNode {
 public:
  explicit JoinedNode(const std::string& zone);
  // Called `name`, with nothing but these labels ("KEY=VALUE,…") to tell where it is.
  JoinedNode(const std::string& zone, const std::string& name, const std::string& labels);
  ~JoinedNode();
  JoinedNode(const JoinedNode&) = delete;
  JoinedNode& operator=(const JoinedNode&) = delete;

  const std::string& Name() const { return name_; }
  // Empty when it has joined.
  const std::string& Refusal() const { return refusal_; }

 private:
  std::string name_;
  std::string refusal_;
};

}  // namespace e2e
