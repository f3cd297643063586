// Every workload of zonedisk is restarted at once, as an update does it, while Pods write: no line
// that they were told is durable is lost, none of them notices, and what is asked for meanwhile
// comes.
//
// Alone in the cluster: everything is restarted.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <set>
#include <string>
#include <vector>

#include "e2e/kubernetes/harness/story.h"
#include "e2e/kubernetes/harness/workloads.h"

namespace e2e {
namespace {

constexpr std::chrono::seconds kRolledOutLimit{240};

// Writes 1, 2, …, each made durable before it is printed.
constexpr char kWriter[] = R"(n=0
while n=$((n + 1)) && echo "$n" >> /data/lines && sync /data/lines; do
  echo "$n"
  sleep 0.05
done
echo "failed at $n"
exec sleep infinity)";

class RollingRestartAlone : public Story {
 protected:
  void StartWriter(const std::string& name, const std::string& storage_class,
                   const std::string& zone) {
    ASSERT_TRUE(Apply(ClaimYaml({.name = name, .storage_class = storage_class})));
    ASSERT_TRUE(Apply(PodYaml({.name = name,
                               .mounts = {{.claim = name, .path = "/data"}},
                               .zone = zone,
                               .command = kWriter})));
  }

  // Returns the last number that the writer made durable; -1 when a write has failed.
  long DurableLines(const std::string& pod) const {
    const auto log = TheCluster().PodLog(pod, Ns());
    if (log.find("failed") != std::string::npos) return -1;
    const auto end = log.rfind('\n');
    if (end == std::string::npos || end == 0) return 0;
    const auto start = log.rfind('\n', end - 1);
    return std::atol(log.c_str() + (start == std::string::npos ? 0 : start + 1));
  }

  testing::AssertionResult WaitDurable(const std::string& pod, long at_least) const {
    return Eventually(pod + " writes", kStepLimit, [&]() -> std::string {
      const auto durable = DurableLines(pod);
      return durable >= at_least ? "" : fmt::format("{} of {}", durable, at_least);
    });
  }

  // Every number from 1 on is there, once, at least as far as was durable.
  void ExpectAllLines(const std::string& pod) const {
    const auto durable = DurableLines(pod);
    const auto lines = std::atol(InPod(pod, "wc -l < /data/lines").c_str());
    EXPECT_GE(lines, durable) << pod;
    EXPECT_EQ(InPod(pod, fmt::format("head -n {} /data/lines | sha256sum", durable)),
              InPod(pod, fmt::format("seq {} | sha256sum", durable)))
        << pod;
  }

  static std::set<std::string> SystemPods() {
    std::set<std::string> pods;
    for (const char* workload : {"zonedisk-cloud", "zonedisk-agent", "zonedisk-csi-controller",
                                 "zonedisk-csi-node", "snapshot-controller"}) {
      for (auto& pod : PodsOf(workload)) pods.insert(std::move(pod));
    }
    return pods;
  }
};

TEST_F(RollingRestartAlone, GivenWritersWhenEveryWorkloadIsRestartedThenNothingIsLost) {
  const std::vector<std::string> writers = {"ext4", "xfs"};
  StartWriter("ext4", kDelayedClass, "cn-hangzhou-b");
  StartWriter("xfs", "zonedisk-xfs", "cn-hangzhou-e");
  for (const auto& writer : writers) {
    ASSERT_TRUE(WaitRunning(writer));
    ASSERT_TRUE(WaitDurable(writer, 10));
  }
  const auto before = SystemPods();
  ASSERT_FALSE(before.empty());

  for (const char* kind : {"deployment", "daemonset"}) {
    const auto restarted =
        TheCluster().Kubectl({"rollout", "restart", "--namespace", std::string(kSystemNs), kind});
    ASSERT_TRUE(restarted.Ok()) << restarted.output;
  }
  ASSERT_TRUE(Apply(ClaimYaml({.name = "meanwhile", .storage_class = kDelayedClass})));
  ASSERT_TRUE(
      Apply(PodYaml({.name = "meanwhile", .mounts = {{.claim = "meanwhile", .path = "/data"}}})));
  ASSERT_TRUE(Apply(
      SnapshotYaml({.name = "meanwhile", .snapshot_class = kSnapshotClass, .claim = "ext4"})));
  ASSERT_TRUE(WaitRolledOut(kRolledOutLimit));
  for (const auto& pod : SystemPods())
    EXPECT_FALSE(before.contains(pod)) << pod << " is still there";

  for (const auto& writer : writers) {
    const auto durable = DurableLines(writer);
    ASSERT_GT(durable, 0) << TheCluster().PodLog(writer, Ns());
    EXPECT_TRUE(WaitDurable(writer, durable + 10));
    ExpectAllLines(writer);
    EXPECT_EQ(Field("pod/" + writer, "/status/containerStatuses/0/restartCount"), "0");
  }
  EXPECT_TRUE(WaitRunning("meanwhile"));
  ExpectBytes("meanwhile", "/data/bytes");
  EXPECT_TRUE(WaitField("volumesnapshot/meanwhile", "/status/readyToUse", "true"));
  EXPECT_EQ(TheCloud().DisksOf(Ns()).size(), 3U);

  // The new processes know the volumes of the old ones: they take them away and bring them again.
  ASSERT_TRUE(Remove("pod/ext4"));
  ASSERT_TRUE(Apply(PodYaml({.name = "ext4", .mounts = {{.claim = "ext4", .path = "/data"}}})));
  ASSERT_TRUE(WaitRunning("ext4"));
  const auto lines = std::atol(InPod("ext4", "wc -l < /data/lines").c_str());
  EXPECT_EQ(InPod("ext4", "sha256sum < /data/lines"),
            InPod("ext4", fmt::format("seq {} | sha256sum", lines)));
}

}  // namespace
}  // namespace e2e
