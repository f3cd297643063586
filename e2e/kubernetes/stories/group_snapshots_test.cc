// Snapshots of several volumes at one moment.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "e2e/harness/api.h"
#include "e2e/kubernetes/harness/story.h"

namespace e2e {
namespace {

constexpr char kZone[] = "cn-hangzhou-b";
constexpr char kGroup[] = "volumegroupsnapshot/group";
const std::array<std::string, 3> kClaims = {"first", "second", "third"};

// Counts, and writes the number to one volume after the other.
constexpr char kCount[] =
    "n=0\n"
    "while true; do\n"
    "  n=$((n + 1))\n"
    "  for volume in first second third; do\n"
    "    echo $n > /$volume/next && mv /$volume/next /$volume/number\n"
    "  done\n"
    "done";

// The claim with a label "group", by which a group snapshot selects it.
std::string InGroup(const std::string& group, const ClaimSpec& spec) {
  std::string yaml = ClaimYaml(spec);
  const std::string name = "  name: " + spec.name + "\n";
  return yaml.insert(yaml.find(name) + name.size(), "  labels:\n    group: " + group + "\n");
}

// Of those claims, by the class that deploy/ ships.
std::string GroupSnapshotYaml(const std::string& group) {
  return fmt::format(
      "apiVersion: groupsnapshot.storage.k8s.io/v1\n"
      "kind: VolumeGroupSnapshot\n"
      "metadata:\n"
      "  name: group\n"
      "spec:\n"
      "  volumeGroupSnapshotClassName: alibabacloud-disk-group-snapshot\n"
      "  source:\n"
      "    selector:\n"
      "      matchLabels:\n"
      "        group: {}\n",
      group);
}

class GroupSnapshots : public Story {
 protected:
  void StartCounting() {
    PodSpec pod{.name = "writer", .zone = kZone, .command = kCount};
    for (const auto& claim : kClaims) {
      ASSERT_TRUE(Apply(InGroup("counters", {.name = claim, .storage_class = kDelayedClass})));
      pod.mounts.push_back({.claim = claim, .path = "/" + claim});
    }
    ASSERT_TRUE(Apply(PodYaml(pod)));
    ASSERT_TRUE(WaitRunning("writer"));
    ASSERT_TRUE(Eventually("it counts", kStepLimit, [&]() -> std::string {
      const int number = NumberIn("writer", "third");
      return number > 50 ? "" : std::to_string(number);
    }));
  }
  int NumberIn(const std::string& pod, const std::string& volume) {
    const auto text = InPod(pod, fmt::format("cat /{}/number 2>/dev/null || echo 0", volume));
    return text.empty() ? 0 : std::stoi(text);
  }
  std::string GroupHandle() {
    const auto content = Field(kGroup, "/status/boundVolumeGroupSnapshotContentName");
    return Field("volumegroupsnapshotcontent/" + content, "/status/volumeGroupSnapshotHandle");
  }
  // The VolumeSnapshot of the group that is of the claim.
  std::string SnapshotOf(const std::string& claim) {
    for (const auto& row : TheCluster().List("volumesnapshot", Ns())) {
      const auto& source = row["spec"]["source"];
      if (source.value("persistentVolumeClaimName", "") == claim) return row["metadata"]["name"];
    }
    return "";
  }
  bool CloudHasGroup(const std::string& id) {
    const auto answer = TheCloud().Call("DescribeSnapshotGroups", {{"SnapshotGroupId.1", id}});
    return answer.body.find(id) != std::string::npos;
  }
};

TEST_F(GroupSnapshots, GivenWriterOnThreeVolumesWhenCutTogetherThenRestoresAreOfOneMoment) {
  ASSERT_NO_FATAL_FAILURE(StartCounting());
  const int before = NumberIn("writer", "first");
  ASSERT_TRUE(Apply(GroupSnapshotYaml("counters")));
  ASSERT_TRUE(WaitField(kGroup, "/status/readyToUse", "true"));
  const auto handle = GroupHandle();
  EXPECT_TRUE(CloudHasGroup(handle)) << handle;
  // The writer goes on.
  const int after = NumberIn("writer", "third");
  EXPECT_TRUE(Eventually("it counts again", kStepLimit, [&]() -> std::string {
    return NumberIn("writer", "third") > after ? "" : "it stands";
  }));

  PodSpec pod{.name = "reader", .zone = kZone};
  for (const auto& claim : kClaims) {
    const auto snapshot = SnapshotOf(claim);
    ASSERT_NE(snapshot, "") << claim;
    EXPECT_TRUE(WaitField("volumesnapshot/" + snapshot, "/status/readyToUse", "true"));
    ASSERT_TRUE(Apply(ClaimYaml(
        {.name = "restored-" + claim, .storage_class = kDelayedClass, .from_snapshot = snapshot})));
    pod.mounts.push_back({.claim = "restored-" + claim, .path = "/" + claim});
  }
  ASSERT_TRUE(Apply(PodYaml(pod)));
  ASSERT_TRUE(WaitRunning("reader"));
  const int first = NumberIn("reader", "first");
  const int second = NumberIn("reader", "second");
  const int third = NumberIn("reader", "third");
  EXPECT_GE(first, before);
  EXPECT_GE(first, second);
  EXPECT_GE(second, third);
  EXPECT_LE(first, third + 1);

  std::vector<std::string> disks;
  for (const auto& claim : kClaims) disks.push_back(DiskOf(claim).id);
  ASSERT_TRUE(Remove(kGroup));
  EXPECT_TRUE(Eventually("group gone", kStepLimit, [&]() -> std::string {
    if (CloudHasGroup(handle)) return handle;
    for (const auto& snapshot : TheCloud().Snapshots()) {
      if (std::ranges::find(disks, snapshot.disk) != disks.end()) return snapshot.id;
    }
    return TheCluster().List("volumesnapshot", Ns()).empty() ? "" : "a VolumeSnapshot";
  }));
  // The restored volumes stay.
  EXPECT_EQ(NumberIn("reader", "first"), first);
}

TEST_F(GroupSnapshots, GivenVolumesOfTwoZonesWhenCutTogetherThenRefusedAndSaid) {
  for (const auto& [claim, zone] :
       {std::pair("first", kZone), std::pair("second", "cn-hangzhou-e")}) {
    ASSERT_TRUE(Apply(InGroup("apart", {.name = claim, .storage_class = kDelayedClass})));
    ASSERT_TRUE(Apply(
        PodYaml({.name = claim, .mounts = {{.claim = claim, .path = "/data"}}, .zone = zone})));
    ASSERT_TRUE(WaitRunning(claim));
  }
  ASSERT_TRUE(Apply(GroupSnapshotYaml("apart")));
  EXPECT_TRUE(Eventually("refused", kStepLimit, [&] {
    const auto said = Field(kGroup, "/status/error/message");
    return said.find("InvalidDiskIds.NotInSameZone") == std::string::npos ? "'" + said + "'" : "";
  }));
  EXPECT_TRUE(Remove(kGroup));
}

}  // namespace
}  // namespace e2e
