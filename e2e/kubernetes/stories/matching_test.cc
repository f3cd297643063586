// Volumes that are there already come before new ones, and what else decides the zone of a disk.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "e2e/kubernetes/harness/nodes.h"
#include "e2e/kubernetes/harness/static_volume.h"
#include "e2e/kubernetes/harness/story.h"

namespace e2e {
namespace {

constexpr char kNear[] = "cn-hangzhou-b";
constexpr char kFar[] = "cn-hangzhou-e";
constexpr char kThird[] = "cn-hangzhou-g";

class Matching : public Story {
 protected:
  // A delayed class of this story alone, so that no other story's claim takes its volumes.
  std::string OwnClass() {
    EXPECT_TRUE(Apply(StorageClassYaml({.name = Named("own")})));
    return Named("own");
  }

  // A PersistentVolume made by hand for a disk in `zone`; its name.
  std::string ApplyStatic(const std::string& storage_class, const std::string& zone,
                          bool with_affinity = true) {
    const auto disk = MakeDisk(zone);
    EXPECT_TRUE(Apply(StaticVolumeYaml({.name = Named(disk),
                                        .storage_class = storage_class,
                                        .disk = disk,
                                        .zone = with_affinity ? zone : ""})));
    EXPECT_TRUE(WaitField("persistentvolume/" + Named(disk), "/status/phase", "Available"));
    return Named(disk);
  }

  // Claim and Pod of one name.
  void ApplyPair(const std::string& name, const std::string& storage_class, const std::string& zone,
                 const std::string& cpu = "") {
    ASSERT_TRUE(Apply(ClaimYaml({.name = name, .storage_class = storage_class})));
    ASSERT_TRUE(Apply(PodYaml(
        {.name = name, .mounts = {{.claim = name, .path = "/data"}}, .zone = zone, .cpu = cpu})));
  }

  void ExpectRunningIn(const std::string& name, const std::string& zone) {
    ASSERT_TRUE(WaitRunning(name));
    EXPECT_EQ(ZoneOfPod(name), zone);
    EXPECT_EQ(DiskOf(name).zone, zone);
    ExpectBytes(name, "/data/bytes");
  }
};

TEST_F(Matching, GivenStaticVolumeInFittingZoneWhenClaimWaitsThenItIsTakenAndNoDiskMade) {
  const auto own = OwnClass();
  const auto volume = ApplyStatic(own, kNear);
  ApplyPair("data", own, kNear);
  ExpectRunningIn("data", kNear);
  EXPECT_EQ(VolumeOf("data"), volume);
  EXPECT_EQ(TheCloud().DisksOf(Ns()).size(), 1U) << "the one made by hand";
  for (const auto& event : Events("persistentvolumeclaim/data")) {
    EXPECT_EQ(event.reason.find("Provisioning"), std::string::npos) << event.message;
  }
}

TEST_F(Matching, GivenStaticVolumeInUnfittingZoneWhenClaimWaitsThenDiskIsMade) {
  const auto own = OwnClass();
  const auto volume = ApplyStatic(own, kThird);
  ApplyPair("data", own, kFar);
  ExpectRunningIn("data", kFar);
  EXPECT_NE(VolumeOf("data"), volume);
  EXPECT_EQ(Field("persistentvolume/" + volume, "/status/phase"), "Available");
}

TEST_F(Matching, GivenVolumeWithoutAffinityWhenPodIsForcedElsewhereThenCloudRefusesToAttach) {
  const auto own = OwnClass();
  ApplyStatic(own, kNear, false);
  ApplyPair("data", own, kFar);
  EXPECT_TRUE(WaitEvent("pod/data", "FailedAttachVolume", "ResourcesNotInSameZone"));
  EXPECT_EQ(Field("pod/data", "/status/phase"), "Pending");
}

TEST_F(Matching, GivenFreeProcessorsInOneZoneOnlyWhenPodAsksForThemThenPodAndDiskLandThere) {
  int number = 0;
  for (const char* zone : {kNear, kFar}) {
    for (const auto& node : NodesIn(zone)) {
      ASSERT_TRUE(
          Apply(PodYaml({.name = fmt::format("busy-{}", ++number), .node = node, .cpu = "1100m"})));
    }
  }
  for (int i = 1; i <= number; ++i) ASSERT_TRUE(WaitRunning(fmt::format("busy-{}", i)));
  ApplyPair("data", kDelayedClass, "", "1100m");
  ExpectRunningIn("data", kThird);
}

TEST_F(Matching, GivenVolumeInOneZoneAndLocalVolumeInAnotherWhenPodAsksForBothThenItWaits) {
  ApplyPair("data", kDelayedClass, kNear);
  ExpectRunningIn("data", kNear);
  ASSERT_TRUE(Remove("pod/data"));
  ASSERT_TRUE(Apply(
      LocalVolumeYaml({.name = Named("local"), .node = NodesIn(kFar).at(0), .path = "/var/lib"})));
  ASSERT_TRUE(Apply(ClaimYaml({.name = "local", .size = "1Gi", .volume = Named("local")})));
  ASSERT_TRUE(WaitBound("local"));
  ASSERT_TRUE(Apply(PodYaml(
      {.name = "torn",
       .mounts = {{.claim = "data", .path = "/data"}, {.claim = "local", .path = "/local"}}})));
  EXPECT_TRUE(
      WaitEvent("pod/torn", "FailedScheduling", "didn't match PersistentVolume's node affinity"));
  EXPECT_EQ(Field("pod/torn", "/status/phase"), "Pending");
}

TEST_F(Matching, GivenTopologyByRegionWhenPodIsPlacedThenAnyOfItsZonesWillDo) {
  ASSERT_TRUE(Apply(StorageClassYaml({.name = Named("region"),
                                      .zones = {"cn-hangzhou"},
                                      .topology_key = "topology.kubernetes.io/region"})));
  ApplyPair("data", Named("region"), kThird);
  ExpectRunningIn("data", kThird);
  ASSERT_TRUE(Apply(StorageClassYaml({.name = Named("elsewhere"),
                                      .zones = {"cn-beijing"},
                                      .topology_key = "topology.kubernetes.io/region"})));
  ApplyPair("never", Named("elsewhere"), "");
  EXPECT_TRUE(WaitEvent("pod/never", "FailedScheduling",
                        "didn't find available persistent volumes to bind"));
  EXPECT_EQ(TheCloud().DisksOf(Ns()).size(), 1U);
}

TEST_F(Matching, GivenClassWithoutTopologyWhenPodSelectsZoneThenDiskIsThere) {
  ApplyPair("far", kDelayedClass, kFar);
  ApplyPair("third", kDelayedClass, kThird);
  ExpectRunningIn("far", kFar);
  ExpectRunningIn("third", kThird);
  EXPECT_EQ(AffinityZones("far"), std::vector<std::string>{kFar});
}

}  // namespace
}  // namespace e2e
