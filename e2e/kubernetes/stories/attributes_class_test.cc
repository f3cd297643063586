// VolumeAttributesClass: tags, bursting and the category of a volume in use; what its disk can
// never be is reported on the claim, and nothing happens.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "e2e/harness/api.h"
#include "e2e/kubernetes/harness/story.h"

namespace e2e {
namespace {

using nlohmann::json;

constexpr char kCurrent[] = "/status/currentVolumeAttributesClassName";

class AttributesClass : public Story {
 protected:
  void ApplyBound(const std::string& storage_class, const std::string& attributes_class) {
    ASSERT_TRUE(Apply(ClaimYaml(
        {.name = "data", .storage_class = storage_class, .attributes_class = attributes_class})));
  }

  testing::AssertionResult Choose(const std::string& attributes_class) const {
    return TheCluster().Merge(
        Claim(), Ns(), json{{"spec", {{"volumeAttributesClassName", attributes_class}}}}.dump());
  }

  // A class of this story alone.
  std::string OwnClass(const std::string& name, const std::string& key, const std::string& value) {
    EXPECT_TRUE(
        Apply(fmt::format("apiVersion: storage.k8s.io/v1\n"
                          "kind: VolumeAttributesClass\n"
                          "metadata:\n"
                          "  name: {}\n"
                          "driverName: {}\n"
                          "parameters:\n"
                          "  {}: \"{}\"\n",
                          Named(name), kDriverName, key, value)));
    return Named(name);
  }

  // The claim says that it has the class, and no change is open.
  testing::AssertionResult WaitCurrent(const std::string& attributes_class) const {
    const auto current = WaitField(Claim(), kCurrent, attributes_class);
    if (!current) return current;
    return WaitField(Claim(), "/status/modifyVolumeStatus", "");
  }

  // The disk as the cloud lists it.
  json CloudRow() const {
    const auto answer =
        TheCloud().Call("DescribeDisks", {{"DiskIds", json::array({DiskOf(claim_).id}).dump()}});
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

  std::string Claim() const { return "persistentvolumeclaim/" + claim_; }

  std::string claim_ = "data";
};

TEST_F(AttributesClass, GivenVolumeInUseWhenItsClassChangesThenCloudFollowsAndRollsBack) {
  ApplyBound("zonedisk-auto", "zonedisk-tier-silver");
  ASSERT_TRUE(Apply(PodYaml({.name = "data", .mounts = {{.claim = "data", .path = "/data"}}})));
  ASSERT_TRUE(WaitRunning("data"));
  ASSERT_TRUE(WaitCurrent("zonedisk-tier-silver"));
  EXPECT_EQ(TagOf("tier"), "silver");
  const auto sum = WriteFile("data", "/data/bytes", 1);

  ASSERT_TRUE(Choose("zonedisk-tier-gold"));
  ASSERT_TRUE(WaitCurrent("zonedisk-tier-gold"));
  EXPECT_EQ(TagOf("tier"), "gold");
  EXPECT_EQ(Field("persistentvolume/" + VolumeOf("data"), "/spec/volumeAttributesClassName"),
            "zonedisk-tier-gold");
  ASSERT_TRUE(Choose("zonedisk-tier-silver"));
  ASSERT_TRUE(WaitCurrent("zonedisk-tier-silver"));
  EXPECT_EQ(TagOf("tier"), "silver");

  EXPECT_FALSE(Bursts());
  ASSERT_TRUE(Choose("zonedisk-burst"));
  ASSERT_TRUE(WaitCurrent("zonedisk-burst"));
  EXPECT_TRUE(Bursts());
  ASSERT_TRUE(Choose("zonedisk-no-burst"));
  ASSERT_TRUE(WaitCurrent("zonedisk-no-burst"));
  EXPECT_FALSE(Bursts());
  EXPECT_EQ(ChecksumOf("data", "/data/bytes"), sum);
}

TEST_F(AttributesClass, GivenAVolumeInUseWhenItsClassNamesAnotherCategoryThenDiskAndLabelsFollow) {
  const auto faster = OwnClass("faster", "type", "cloud_auto");
  ApplyBound(kDelayedClass, "");
  ASSERT_TRUE(Apply(PodYaml({.name = "data", .mounts = {{.claim = "data", .path = "/data"}}})));
  ASSERT_TRUE(WaitRunning("data"));
  const auto sum = WriteFile("data", "/data/bytes", 1);
  ASSERT_TRUE(Choose(faster));
  ASSERT_TRUE(WaitCurrent(faster));
  EXPECT_EQ(CloudRow().value("Category", ""), "cloud_auto");
  EXPECT_TRUE(WaitField("persistentvolume/" + VolumeOf("data"),
                        "/metadata/labels/csi.alibabacloud.com~1disktype", "cloud_auto"));
  EXPECT_EQ(ChecksumOf("data", "/data/bytes"), sum);
}

TEST_F(AttributesClass, GivenALevelThatTheDiskCannotTakeWhenClassAsksForItThenClaimSaysInfeasible) {
  // CreatedObjects before the claim: csi-resizer forgets a change to a class that it does not know
  // yet.
  const auto slower = OwnClass("slower", "performanceLevel", "PL0");
  ApplyBound(kImmediateClass, "zonedisk-tier-silver");
  ASSERT_TRUE(WaitBound("data"));
  ASSERT_TRUE(WaitCurrent("zonedisk-tier-silver"));
  const auto level = CloudRow().value("PerformanceLevel", "");
  ASSERT_NE(level, "PL0");
  ASSERT_TRUE(Choose(slower));
  EXPECT_TRUE(WaitField(Claim(), "/status/modifyVolumeStatus/status", "Infeasible"));
  EXPECT_EQ(Field(Claim(), "/status/modifyVolumeStatus/targetVolumeAttributesClassName"), slower);
  EXPECT_TRUE(WaitEvent(Claim(), "VolumeModifyFailed", "InvalidPerformanceLevel.TooLow"));
  EXPECT_EQ(Field(Claim(), kCurrent), "zonedisk-tier-silver");
  EXPECT_EQ(CloudRow().value("PerformanceLevel", ""), level);
  EXPECT_EQ(TagOf("tier"), "silver");

  // Taken back, and then forward to what can be done.
  ASSERT_TRUE(Choose("zonedisk-tier-silver"));
  EXPECT_TRUE(WaitCurrent("zonedisk-tier-silver"));
  ASSERT_TRUE(Choose("zonedisk-tier-gold"));
  EXPECT_TRUE(WaitCurrent("zonedisk-tier-gold"));
  EXPECT_EQ(TagOf("tier"), "gold");
}

TEST_F(AttributesClass, GivenShippedExampleWhenChangeIsInfeasibleThenGoingBackCuresIt) {
  claim_ = "tiered";
  ASSERT_TRUE(ApplyFile("deploy/examples/change-attributes.yaml"));
  ASSERT_TRUE(WaitRunning("tiered"));
  ASSERT_TRUE(WaitCurrent("zonedisk-tier-silver"));
  ASSERT_TRUE(Choose("never-on-a-living-disk"));
  EXPECT_TRUE(WaitField(Claim(), "/status/modifyVolumeStatus/status", "Infeasible"));
  EXPECT_TRUE(WaitEvent(Claim(), "VolumeModifyFailed",
                        "encrypted cannot stand in a VolumeAttributesClass"));
  ASSERT_TRUE(Choose("zonedisk-tier-silver"));
  EXPECT_TRUE(WaitCurrent("zonedisk-tier-silver"));
  EXPECT_EQ(TagOf("tier"), "silver");
}

// The driver would change it, the disk's category does not burst.
TEST_F(AttributesClass,
       GivenCategoryThatDoesNotBurstWhenBurstingIsAskedForThenClaimSaysInfeasible) {
  ApplyBound(kImmediateClass, "");
  ASSERT_TRUE(WaitBound("data"));
  ASSERT_TRUE(Choose("zonedisk-burst"));
  EXPECT_TRUE(WaitField(Claim(), "/status/modifyVolumeStatus/status", "Infeasible"));
  EXPECT_TRUE(WaitEvent(Claim(), "VolumeModifyFailed", "urst"));
  EXPECT_EQ(Field(Claim(), kCurrent), "");
}

}  // namespace
}  // namespace e2e
