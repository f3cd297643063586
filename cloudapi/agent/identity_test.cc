#include "cloudapi/agent/identity.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace cloudapi {
namespace {

// Made with another program (Python's hashlib and integers), so that every version of this one
// finds the instances of the versions before.
TEST(InstanceIdTest, GivenClusterAndNodeThenTheIdNeverChanges) {
  EXPECT_EQ(InstanceIdOf("zonedisk", "b-1"), "i-bp1634kt4czdvjtg98re");
  EXPECT_EQ(InstanceIdOf("zonedisk", "b-2"), "i-bp1o9p85o44e3fpmb4td");
  EXPECT_EQ(InstanceIdOf("zonedisk", "control-plane"), "i-bp1c05zaou43k5ta4v7s");
  EXPECT_EQ(InstanceIdOf("", "b-1"), "i-bp1pytosyk4gkmo2nhuf");
  EXPECT_EQ(InstanceIdOf("kind", "kind-worker3"), "i-bp1t1g8moi9br1jxsm3v");
}

TEST(InstanceIdTest, GivenManyNodesThenEachHasItsOwnOfTheRightForm) {
  std::set<std::string> ids;
  for (const char* cluster : {"a", "b", ""}) {
    for (int node = 0; node < 1000; ++node) {
      const std::string id = InstanceIdOf(cluster, "node-" + std::to_string(node));
      EXPECT_THAT(id, testing::MatchesRegex("i-bp1[0-9a-z]+"));
      EXPECT_EQ(id.size(), 22U);
      EXPECT_TRUE(ids.insert(id).second) << id;
    }
  }
}

}  // namespace
}  // namespace cloudapi
