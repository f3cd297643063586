#pragma once
// Packets to and from a Pod that never arrive, for the time of an object.
#include <gtest/gtest.h>

#include <string>

namespace e2e {

// Whoever speaks to that Pod of zonedisk sees silence: nothing is refused, nothing is reset. Only
// the kubelet of its node reaches it.
class LostPackets {
 public:
  explicit LostPackets(const std::string& pod);
  ~LostPackets();
  LostPackets(const LostPackets&) = delete;
  LostPackets& operator=(const LostPackets&) = delete;

  // Whether they are lost, or why not.
  const testing::AssertionResult& Ok() const { return result_; }

 private:
  std::string node_;
  testing::AssertionResult result_;
};

}  // namespace e2e
