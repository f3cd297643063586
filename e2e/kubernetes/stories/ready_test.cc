// Before any story: the cluster is the one that the stories speak of.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "e2e/kubernetes/harness/cloud_view.h"
#include "e2e/kubernetes/harness/cluster.h"
#include "e2e/kubernetes/harness/nodes.h"
#include "e2e/kubernetes/harness/workloads.h"

namespace e2e {
namespace {

using nlohmann::json;

constexpr std::chrono::seconds kLimit{120};

TEST(Ready, GivenClusterWhenAskedThenEveryWorkloadRuns) {
  ASSERT_GE(TheCluster().List("deployment", std::string(kSystemNs)).size(), 3U);
  ASSERT_GE(TheCluster().List("daemonset", std::string(kSystemNs)).size(), 2U);
  EXPECT_TRUE(WaitRolledOut(kLimit));
}

TEST(Ready, GivenClusterWhenAskedThenNodesAreWhereStoriesNeedThem) {
  EXPECT_EQ(NodesIn("cn-hangzhou-b").size(), 2U);
  EXPECT_EQ(NodesIn("cn-hangzhou-e").size(), 1U);
  EXPECT_EQ(NodesIn("cn-hangzhou-g").size(), 1U);
  EXPECT_EQ(NodesIn("cn-hangzhou-d").size(), 0U);
  EXPECT_EQ(CountNodes().tainted, 1U);
}

TEST(Ready, GivenClusterWhenAskedThenEveryNodeHasTheDriverWithItsZone) {
  const auto missing = [] {
    std::string text;
    for (const auto& row : TheCluster().List("csinode")) {
      bool zone = false;
      for (const auto& driver : row["spec"].value("drivers", json::array())) {
        const auto keys = driver.value("topologyKeys", json::array());
        zone = zone || (driver.value("name", "") == kDriverName &&
                        std::ranges::find(keys, "topology.kubernetes.io/zone") != keys.end());
      }
      if (!zone) text += " " + row["metadata"].value("name", "");
    }
    return text;
  };
  EXPECT_TRUE(Eventually("driver on every node", kLimit, missing));
}

TEST(Ready, GivenClusterWhenCloudIsAskedThenItKnowsTheKey) {
  EXPECT_GE(TheCloud().Disks().size(), 0U);  // a refusal ends the program
  EXPECT_GT(TheCloud().Calls("DescribeDisks"), 0);
}

}  // namespace
}  // namespace e2e
