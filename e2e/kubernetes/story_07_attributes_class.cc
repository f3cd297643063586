// VolumeAttributesClass: what a volume has can be changed and taken back while it is in use; what
// this driver cannot change is said so on the claim, and nothing happens.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "e2e/kubernetes/story.h"
#include "e2e/local/api.h"

namespace e2e {
namespace {

using nlohmann::json;

constexpr char kClaim[] = "persistentvolumeclaim/data";
constexpr char kCurrent[] = "/status/currentVolumeAttributesClassName";

class Story07 : public Story {
 protected:
  void ApplyBound(const std::string& storage_class, const std::string& attributes_class) {
    ASSERT_EQ(Apply(ClaimYaml({.name = "data",
                               .storage_class = storage_class,
                               .attributes_class = attributes_class})),
              "");
  }

  std::string Choose(const std::string& attributes_class) const {
    return TheCluster().Merge(
        kClaim, Space(),
        json{{"spec", {{"volumeAttributesClassName", attributes_class}}}}.dump());
  }

  // A class of this story alone.
  std::string OwnClass(const std::string& name, const std::string& key, const std::string& value) {
    EXPECT_EQ(Apply(fmt::format("apiVersion: storage.k8s.io/v1\n"
                                "kind: VolumeAttributesClass\n"
                                "metadata:\n"
                                "  name: {}\n"
                                "driverName: {}\n"
                                "parameters:\n"
                                "  {}: \"{}\"\n",
                                Named(name), kDriverName, key, value)),
              "");
    return Named(name);
  }

  // The claim says that it has the class, and no change is open.
  testing::AssertionResult WaitCurrent(const std::string& attributes_class) const {
    const auto current = WaitField(kClaim, kCurrent, attributes_class);
    if (!current) return current;
    return WaitField(kClaim, "/status/modifyVolumeStatus", "");
  }

  // The disk as the cloud tells it.
  json CloudRow() const {
    const auto answer =
        TheCloud().Call("DescribeDisks", {{"DiskIds", json::array({DiskOf("data").id}).dump()}});
    const json::json_pointer at("/Disks/Disk/0");
    return answer.json.contains(at) ? answer.json[at] : json();
  }

  std::string TagOf(const std::string& key) const {
    const auto row = CloudRow();
    for (const auto& tag : row["Tags"]["Tag"]) {
      if (tag.value("TagKey", "") == key) return tag.value("TagValue", "");
    }
    return "";
  }

  bool Bursts() const { return CloudRow().value("BurstingEnabled", false); }
};

TEST_F(Story07, GivenVolumeInUseWhenItsClassChangesThenCloudFollowsAndRollsBack) {
  ApplyBound("zonedisk-auto", "zonedisk-tier-silver");
  ASSERT_EQ(Apply(PodYaml({.name = "data", .mounts = {{.claim = "data", .path = "/data"}}})), "");
  ASSERT_TRUE(WaitRunning("data"));
  ASSERT_TRUE(WaitCurrent("zonedisk-tier-silver"));
  EXPECT_EQ(TagOf("tier"), "silver");
  const auto sum = WriteFile("data", "/data/bytes", 1);

  ASSERT_EQ(Choose("zonedisk-tier-gold"), "");
  ASSERT_TRUE(WaitCurrent("zonedisk-tier-gold"));
  EXPECT_EQ(TagOf("tier"), "gold");
  EXPECT_EQ(Field("persistentvolume/" + VolumeOf("data"), "/spec/volumeAttributesClassName"),
            "zonedisk-tier-gold");
  ASSERT_EQ(Choose("zonedisk-tier-silver"), "");
  ASSERT_TRUE(WaitCurrent("zonedisk-tier-silver"));
  EXPECT_EQ(TagOf("tier"), "silver");

  EXPECT_FALSE(Bursts());
  ASSERT_EQ(Choose("zonedisk-burst"), "");
  ASSERT_TRUE(WaitCurrent("zonedisk-burst"));
  EXPECT_TRUE(Bursts());
  ASSERT_EQ(Choose("zonedisk-no-burst"), "");
  ASSERT_TRUE(WaitCurrent("zonedisk-no-burst"));
  EXPECT_FALSE(Bursts());
  EXPECT_EQ(ChecksumOf("data", "/data/bytes"), sum);
}

TEST_F(Story07, GivenKeyThatDriverCannotChangeWhenClassAsksForItThenClaimSaysInfeasible) {
  ApplyBound(kImmediateClass, "zonedisk-tier-silver");
  ASSERT_TRUE(WaitBound("data"));
  ASSERT_TRUE(WaitCurrent("zonedisk-tier-silver"));
  const auto level = CloudRow().value("PerformanceLevel", "");
  const auto faster = OwnClass("faster", "performanceLevel", level == "PL0" ? "PL1" : "PL0");
  ASSERT_EQ(Choose(faster), "");
  EXPECT_TRUE(WaitField(kClaim, "/status/modifyVolumeStatus/status", "Infeasible"));
  EXPECT_EQ(Field(kClaim, "/status/modifyVolumeStatus/targetVolumeAttributesClassName"), faster);
  EXPECT_TRUE(WaitEvent(kClaim, "VolumeModifyFailed",
                        "performanceLevel cannot be changed on an existing volume"));
  EXPECT_EQ(Field(kClaim, kCurrent), "zonedisk-tier-silver");
  EXPECT_EQ(CloudRow().value("PerformanceLevel", ""), level);
  EXPECT_EQ(TagOf("tier"), "silver");

  // Taken back, and then forward to what can be done.
  ASSERT_EQ(Choose("zonedisk-tier-silver"), "");
  EXPECT_TRUE(WaitCurrent("zonedisk-tier-silver"));
  ASSERT_EQ(Choose("zonedisk-tier-gold"), "");
  EXPECT_TRUE(WaitCurrent("zonedisk-tier-gold"));
  EXPECT_EQ(TagOf("tier"), "gold");
}

// The driver would change it, the disk's category does not burst.
TEST_F(Story07, GivenCategoryThatDoesNotBurstWhenBurstingIsAskedForThenClaimSaysInfeasible) {
  ApplyBound(kImmediateClass, "");
  ASSERT_TRUE(WaitBound("data"));
  ASSERT_EQ(Choose("zonedisk-burst"), "");
  EXPECT_TRUE(WaitField(kClaim, "/status/modifyVolumeStatus/status", "Infeasible"));
  EXPECT_TRUE(WaitEvent(kClaim, "VolumeModifyFailed", "urst"));
  EXPECT_EQ(Field(kClaim, kCurrent), "");
}

}  // namespace
}  // namespace e2e
