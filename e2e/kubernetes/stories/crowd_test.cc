// Much at once, and what waits for a clock of minutes; run only when asked for: --only crowd.
//
// Alone in the cluster: it counts, measures and kills a node.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "e2e/kubernetes/harness/blocks_folder.h"
#include "e2e/kubernetes/harness/lost_node.h"
#include "e2e/kubernetes/harness/nodes.h"
#include "e2e/kubernetes/harness/settings.h"
#include "e2e/kubernetes/harness/story.h"

namespace e2e {
namespace {

using nlohmann::json;
using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::size_t kClaims = 200;
constexpr std::size_t kSnapshots = 50;
constexpr seconds kCrowdLimit{600};
constexpr int kMeasured = 10;  // Pods of each kind
constexpr char kZone[] = "cn-hangzhou-b";
// Kubernetes lets a volume of a lost node go by force after 6 min.
constexpr seconds kForced{360};
constexpr seconds kForcedLimit{540};

milliseconds Since(Clock::time_point start) {
  return std::chrono::duration_cast<milliseconds>(Clock::now() - start);
}

struct Latencies {
  std::vector<milliseconds> all;

  std::string Summary() {
    std::ranges::sort(all);
    return fmt::format("median {} ms, most {} ms", all[all.size() / 2].count(), all.back().count());
  }
};

class Crowd : public Story {
 protected:
  // Objects of the namespace whose field is not `value` yet.
  testing::AssertionResult WaitAll(const std::string& kind, const char* pointer, const json& value,
                                   std::size_t count) const {
    return Eventually(fmt::format("{} {} with {}", count, kind, pointer), kCrowdLimit,
                      [&]() -> std::string {
                        const json::json_pointer at(pointer);
                        std::size_t done = 0;
                        for (const auto& row : TheCluster().List(kind, Ns())) {
                          done += row.contains(at) && row[at] == value ? 1 : 0;
                        }
                        return done == count ? "" : fmt::format("{} of {}", done, count);
                      });
  }

  testing::AssertionResult WaitNone(const std::string& kind) const {
    return Eventually("no " + kind, kCrowdLimit, [&]() -> std::string {
      const auto left = TheCluster().List(kind, Ns()).size();
      return left == 0 ? "" : fmt::format("{} left", left);
    });
  }

  void DeleteAll(const std::string& kind) const {
    const auto said = TheCluster().Kubectl(
        {"delete", kind, "--namespace", Ns(), "--all", "--wait=false"}, {}, kCrowdLimit);
    EXPECT_TRUE(said.Ok()) << said.output;
  }

  std::size_t DisksHere() const { return TheCloud().DisksOf(Ns()).size(); }

  // A Pod from its creation until it runs; with a volume, the attachment until it is attached too.
  void Measure(const std::string& name, const std::string& claim, Latencies* running,
               Latencies* attached) const {
    const auto start = Clock::now();
    bool is_attached = claim.empty();
    ASSERT_TRUE(Eventually(name + " runs", kStepLimit, [&]() -> std::string {
      if (!is_attached && !TheCloud().Disk(disk_).instance.empty()) {
        is_attached = true;
        attached->all.push_back(Since(start));
      }
      const auto phase = Field("pod/" + name, "/status/phase");
      return phase == "Running" ? "" : phase;
    }));
    running->all.push_back(Since(start));
  }

  std::string disk_;
};

TEST_F(Crowd, GivenManyClaimsAndSnapshotsAtOnceWhenAppliedThenAllAreThereAndNothingLeaks) {
  ASSERT_TRUE(Apply(ClaimYaml({.name = "source", .storage_class = kDelayedClass})));
  ASSERT_TRUE(Apply(PodYaml({.name = "source", .mounts = {{.claim = "source", .path = "/data"}}})));
  ASSERT_TRUE(WaitRunning("source"));
  WriteFile("source", "/data/bytes");
  const auto snapshots = TheCloud().Snapshots().size();
  const auto images = ImageOwners().size();

  std::string crowd;
  for (std::size_t i = 0; i < kClaims; ++i) {
    crowd +=
        ClaimYaml({.name = fmt::format("c-{}", i), .storage_class = kImmediateClass}) + "---\n";
  }
  for (std::size_t i = 0; i < kSnapshots; ++i) {
    crowd +=
        SnapshotYaml(
            {.name = fmt::format("s-{}", i), .snapshot_class = kSnapshotClass, .claim = "source"}) +
        "---\n";
  }
  const auto start = Clock::now();
  ASSERT_TRUE(Apply(crowd));
  ASSERT_TRUE(WaitAll("persistentvolumeclaim", "/status/phase", "Bound", kClaims + 1));
  const auto bound = Since(start);
  ASSERT_TRUE(WaitAll("volumesnapshot", "/status/readyToUse", true, kSnapshots));
  fmt::print("{} claims bound after {} ms, {} snapshots ready after {} ms\n", kClaims,
             bound.count(), kSnapshots, Since(start).count());
  EXPECT_EQ(DisksHere(), kClaims + 1);
  EXPECT_EQ(TheCloud().Snapshots().size(), snapshots + kSnapshots);

  DeleteAll("volumesnapshot");
  ASSERT_TRUE(WaitNone("volumesnapshot"));
  ASSERT_TRUE(Remove("pod/source"));
  DeleteAll("persistentvolumeclaim");
  ASSERT_TRUE(WaitNone("persistentvolumeclaim"));
  EXPECT_TRUE(Eventually("nothing left in the cloud", kCrowdLimit, [&]() -> std::string {
    const auto disks = DisksHere();
    const auto left = TheCloud().Snapshots().size();
    const auto files = ImageOwners().size() + 1;  // "source" was counted
    if (disks == 0 && left == snapshots && files == images) return "";
    return fmt::format("{} disks, {} snapshots, {} images", disks, left, files);
  }));
}

TEST_F(Crowd, GivenPodsWithVolumeAndWithoutWhenStartedThenLatenciesAreShown) {
  ASSERT_TRUE(Apply(ClaimYaml({.name = "data", .storage_class = kDelayedClass})));
  const std::string empty_dir = "volumes:\n- name: scratch\n  emptyDir: {}";
  Latencies plain;
  Latencies attached;
  Latencies with_volume;
  for (int i = 0; i <= kMeasured; ++i) {
    ASSERT_TRUE(Apply(PodYaml({.name = "plain", .zone = kZone, .more = empty_dir})));
    Latencies first;  // images are unpacked, the disk is made: not what is measured
    Measure("plain", "", i == 0 ? &first : &plain, nullptr);
    ASSERT_TRUE(Remove("pod/plain"));
    ASSERT_TRUE(Apply(
        PodYaml({.name = "data", .mounts = {{.claim = "data", .path = "/data"}}, .zone = kZone})));
    Measure("data", i == 0 ? "" : "data", i == 0 ? &first : &with_volume, &attached);
    disk_ = DiskOf("data").id;
    ASSERT_TRUE(Remove("pod/data"));
    ASSERT_TRUE(WaitDetached("data"));
  }
  fmt::print(
      "Pod with emptyDir until Running: {}\nPod with a disk until Running: {}\n"
      "of which until attached: {}\n",
      plain.Summary(), with_volume.Summary(), attached.Summary());
  EXPECT_EQ(plain.all.size(), static_cast<std::size_t>(kMeasured));
  EXPECT_EQ(attached.all.size(), static_cast<std::size_t>(kMeasured));
}

TEST_F(Crowd, GivenLostNodeWithoutTaintWhenSixMinutesPassThenVolumeIsDetachedByForce) {
  ASSERT_EQ(NodesIn(kZone).size(), 2U);
  ASSERT_TRUE(Apply(ClaimYaml({.name = "data", .storage_class = "zonedisk-cn-hangzhou-b"})));
  ASSERT_TRUE(Apply(PodYaml({.name = "first", .mounts = {{.claim = "data", .path = "/data"}}})));
  ASSERT_TRUE(WaitRunning("first"));
  const auto sum = WriteFile("first", "/data/bytes");

  LostNode node(Field("pod/first", "/spec/nodeName"), LostNode::How::kKilled);
  ASSERT_TRUE(node.Ok());
  ASSERT_TRUE(node.WaitNotReady());
  const auto deleted = TheCluster().Kubectl(
      {"delete", "pod", "first", "--namespace", Ns(), "--force", "--grace-period", "0"});
  ASSERT_TRUE(deleted.Ok()) << deleted.output;
  const auto start = Clock::now();
  ASSERT_TRUE(Apply(PodYaml({.name = "second", .mounts = {{.claim = "data", .path = "/data"}}})));
  EXPECT_TRUE(WaitEvent("pod/second", "FailedAttachVolume", "Multi-Attach error"));
  ASSERT_TRUE(WaitRunning("second", kForcedLimit));
  EXPECT_GE(Clock::now() - start, kForced - seconds(30));
  EXPECT_EQ(ChecksumOf("second", "/data/bytes"), sum);
}

}  // namespace
}  // namespace e2e
