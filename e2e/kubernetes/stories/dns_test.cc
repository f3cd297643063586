// Pods know Services by their names.
#include <gtest/gtest.h>

#include <string>

#include "e2e/kubernetes/harness/story.h"

namespace e2e {
namespace {

class Dns : public Story {};

TEST_F(Dns, GivenServiceWhenPodAsksForItsNameThenItsAddress) {
  ASSERT_TRUE(Apply(PodYaml({.name = "asks"})));
  ASSERT_TRUE(WaitRunning("asks"));
  const auto address =
      TheCluster().Field("service/zonedisk-cloud", std::string(kSystemNs), "/spec/clusterIP");
  ASSERT_FALSE(address.empty());
  for (const char* name :
       {"zonedisk-cloud.zonedisk", "zonedisk-cloud.zonedisk.svc.cluster.local"}) {
    EXPECT_EQ(InPod("asks", std::string("getent ahostsv4 ") + name + " | awk '{print $1; exit}'"),
              address)
        << name;
  }
  // A name that no Service has is known to be none, at once.
  EXPECT_EQ(InPod("asks", "timeout 5 getent hosts no-such.zonedisk; echo $?"), "2");
}

}  // namespace
}  // namespace e2e
