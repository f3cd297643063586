#pragma once
// A node that is lost for the time of an object, by tools/cluster.
#include <gtest/gtest.h>

#include <string>

namespace e2e {

inline constexpr char kOutOfService[] = "node.kubernetes.io/out-of-service";

// The destructor brings the node back, without the taint, with zonedisk ready on it.
class LostNode {
 public:
  enum class How {
    kKilled,  // its power is gone, with all of its processes
    kCutOff,  // its network is gone; its Pods go on
  };
  LostNode(std::string node, How how);
  ~LostNode();
  LostNode(const LostNode&) = delete;
  LostNode& operator=(const LostNode&) = delete;

  // Whether it is lost, or why not.
  const testing::AssertionResult& Ok() const { return result_; }
  // The administrator says that it will not come back by itself.
  testing::AssertionResult TaintOutOfService() const;
  // Until the cluster has noticed.
  testing::AssertionResult WaitNotReady() const;
  testing::AssertionResult Return();

 private:
  std::string node_;
  How how_;
  testing::AssertionResult result_;
  bool lost_ = false;
};

// Keeps new Pods away from a node for the time of this object.
class CordonedNode {
 public:
  explicit CordonedNode(std::string node);
  ~CordonedNode();
  CordonedNode(const CordonedNode&) = delete;
  CordonedNode& operator=(const CordonedNode&) = delete;

  void Open();

 private:
  std::string node_;
  bool closed_ = true;
};

}  // namespace e2e
