#pragma once
// The cluster's nodes, as the stories count, find and add them.
#include <string>
#include <vector>

namespace e2e {

// Names, sorted, of the Nodes whose zone label says so; the tainted control plane is not one.
std::vector<std::string> NodesIn(const std::string& zone);

struct NodeCount {
  std::size_t open = 0;     // where ordinary Pods may run
  std::size_t tainted = 0;  // the control plane
};
NodeCount CountNodes();

// A node that joins the cluster for the time of this object, by tools/cluster.
class JoinedNode {
 public:
  explicit JoinedNode(const std::string& zone);
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
