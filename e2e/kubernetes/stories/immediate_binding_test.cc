// Immediate binding chooses the zone before anybody knows the Pod: the disk is where the Pod cannot
// be. Delayed binding asks the Pod first.
#include <gtest/gtest.h>

#include "e2e/kubernetes/harness/story.h"

namespace e2e {
namespace {

constexpr char kNearZone[] = "cn-hangzhou-b";
constexpr char kPodZone[] = "cn-hangzhou-e";
constexpr char kEmptyZone[] = "cn-hangzhou-d";
constexpr char kAffinity[] = "didn't match PersistentVolume's node affinity";

class ImmediateBinding : public Story {
 protected:
  // A class that makes its disks at once, in that zone.
  void ApplyImmediate(const std::string& zone) {
    ASSERT_TRUE(
        Apply(StorageClassYaml({.name = Named("immediate"), .immediate = true, .zones = {zone}})));
  }

  // Bound, a disk in `zone`, and no node for the Pod.
  void ExpectTrapped(const std::string& zone, const std::string& pod_zone) {
    ASSERT_TRUE(Apply(ClaimYaml({.name = "trapped", .storage_class = Named("immediate")})));
    ASSERT_TRUE(WaitBound("trapped"));
    EXPECT_EQ(DiskOf("trapped").zone, zone);
    EXPECT_EQ(DiskOf("trapped").status, "Available");
    EXPECT_EQ(AffinityZones("trapped"), std::vector<std::string>{zone});
    ASSERT_TRUE(Apply(PodYaml(
        {.name = "trapped", .mounts = {{.claim = "trapped", .path = "/data"}}, .zone = pod_zone})));
    EXPECT_TRUE(WaitEvent("pod/trapped", "FailedScheduling", kAffinity));
    EXPECT_EQ(Field("pod/trapped", "/status/phase"), "Pending");
  }

  // The same Pod with a claim whose class waits for it.
  void ExpectSolvedByDelay(const std::string& pod_zone) {
    ASSERT_TRUE(Apply(ClaimYaml({.name = "solved", .storage_class = kDelayedClass})));
    ASSERT_TRUE(Apply(PodYaml(
        {.name = "solved", .mounts = {{.claim = "solved", .path = "/data"}}, .zone = pod_zone})));
    ASSERT_TRUE(WaitRunning("solved"));
    EXPECT_EQ(DiskOf("solved").zone, ZoneOfPod("solved"));
    EXPECT_EQ(AffinityZones("solved"), std::vector<std::string>{ZoneOfPod("solved")});
    ExpectBytes("solved", "/data/bytes");
  }
};

TEST_F(ImmediateBinding,
       GivenImmediateClassOnZoneWithoutNodesWhenPodAsksThenOnlyDelayedBindingHelps) {
  ApplyImmediate(kEmptyZone);
  ExpectTrapped(kEmptyZone, "");
  ExpectSolvedByDelay("");
}

TEST_F(ImmediateBinding, GivenImmediateClassWhenPodMayOnlyRunElsewhereThenOnlyDelayedBindingHelps) {
  ApplyImmediate(kNearZone);
  ExpectTrapped(kNearZone, kPodZone);
  ExpectSolvedByDelay(kPodZone);
  EXPECT_EQ(ZoneOfPod("solved"), kPodZone);
}

}  // namespace
}  // namespace e2e
