// Each node is drained in turn while a Pod writes: every drain ends, the disk follows the Pod
// inside its zone, and no line that was durable is lost.
//
// Alone in the cluster: whatever is not a DaemonSet's is evicted.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "e2e/kubernetes/harness/manifests.h"
#include "e2e/kubernetes/harness/nodes.h"
#include "e2e/kubernetes/harness/settings.h"
#include "e2e/kubernetes/harness/story.h"
#include "e2e/kubernetes/harness/workloads.h"

namespace e2e {
namespace {

constexpr char kZone[] = "cn-hangzhou-b";
constexpr std::chrono::seconds kDrainLimit{120};
constexpr std::chrono::seconds kRolledOutLimit{180};

// Writes 1, 2, … and goes on where the Pod before it ended.
constexpr char kLedger[] = R"(apiVersion: apps/v1
kind: Deployment
metadata: {name: ledger}
spec:
  strategy: {type: Recreate}
  selector: {matchLabels: {app: ledger}}
  template:
    metadata: {labels: {app: ledger}}
    spec:
      terminationGracePeriodSeconds: 1
      nodeSelector: {topology.kubernetes.io/zone: ${ZONE}}
      containers:
      - name: main
        image: ${IMAGE}
        imagePullPolicy: IfNotPresent
        command:
        - sh
        - -c
        - |
          touch /data/lines
          n=$(wc -l < /data/lines)
          while n=$((n + 1)) && echo "$n" >> /data/lines && sync /data/lines; do sleep 0.1; done
        volumeMounts:
        - {name: data, mountPath: /data}
      volumes:
      - name: data
        persistentVolumeClaim: {claimName: ledger}
)";

// Closed for new Pods until the end of this object.
class DrainedNode {
 public:
  explicit DrainedNode(std::string node) : node_(std::move(node)) {
    const auto said =
        TheCluster().Kubectl({"drain", node_, "--ignore-daemonsets", "--delete-emptydir-data",
                              fmt::format("--timeout={}s", kDrainLimit.count())},
                             {}, kDrainLimit + std::chrono::seconds(10));
    result_ = testing::AssertionResult(said.Ok()) << node_ << ": " << said.output;
  }
  ~DrainedNode() { EXPECT_TRUE(TheCluster().Kubectl({"uncordon", node_}).Ok()); }
  DrainedNode(const DrainedNode&) = delete;
  DrainedNode& operator=(const DrainedNode&) = delete;

  const testing::AssertionResult& Ok() const { return result_; }

 private:
  std::string node_;
  testing::AssertionResult result_ = testing::AssertionFailure();
};

class DrainAlone : public Story {
 protected:
  // The one Pod of the ledger that runs and is not being deleted; "" while there is none.
  std::string Writer() const {
    for (const auto& row : TheCluster().List("pod", Ns())) {
      if (row["metadata"].contains("deletionTimestamp")) continue;
      if (row["status"].value("phase", "") == "Running") return row["metadata"].value("name", "");
    }
    return "";
  }

  long Lines() const {
    const auto writer = Writer();
    return writer.empty() ? -1 : std::atol(InPod(writer, "wc -l < /data/lines").c_str());
  }

  testing::AssertionResult WaitMoreThan(long lines) const {
    return Eventually("the ledger goes on", kStepLimit, [&]() -> std::string {
      const auto seen = Lines();
      return seen > lines ? "" : fmt::format("{} lines, {} before", seen, lines);
    });
  }
};

TEST_F(DrainAlone, GivenWriterWhenEachNodeIsDrainedInTurnThenDrainsEndAndNoLineIsLost) {
  ASSERT_EQ(NodesIn(kZone).size(), 2U) << "the volume needs a second node in its zone";
  ASSERT_TRUE(Apply(ClaimYaml({.name = "ledger", .storage_class = kDelayedClass})));
  ASSERT_TRUE(Apply(Fill(kLedger, {{"IMAGE", TheSettings().image}, {"ZONE", kZone}})));
  ASSERT_TRUE(WaitMoreThan(5));
  const auto disk = DiskOf("ledger").id;
  int moved = 0;
  for (const auto& row : TheCluster().List("node")) {
    const auto node = row["metadata"].value("name", "");
    const auto writer = Writer();
    const auto lines = Lines();
    const bool its_own = Field("pod/" + writer, "/spec/nodeName") == node;
    {
      const DrainedNode drained(node);
      ASSERT_TRUE(drained.Ok());
      EXPECT_TRUE(WaitMoreThan(lines)) << node;
      if (its_own) {
        EXPECT_NE(Field("pod/" + Writer(), "/spec/nodeName"), node);
        ++moved;
      }
    }
    ASSERT_TRUE(WaitRolledOut(kRolledOutLimit)) << node;
  }
  EXPECT_GE(moved, 1);
  EXPECT_EQ(DiskOf("ledger").id, disk);
  EXPECT_EQ(InPod(Writer(), "awk '$1 != NR' /data/lines"), "");
}

}  // namespace
}  // namespace e2e
