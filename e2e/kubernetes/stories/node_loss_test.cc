// A node is lost: the volume follows its Pod inside the zone, once an administrator has said that
// the node is out of service. What a Pod still writes on a node that is only cut off is lost.
//
// Alone in the cluster: nodes go.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>

#include "e2e/harness/process.h"
#include "e2e/kubernetes/harness/lost_node.h"
#include "e2e/kubernetes/harness/nodes.h"
#include "e2e/kubernetes/harness/settings.h"
#include "e2e/kubernetes/harness/story.h"

namespace e2e {
namespace {

using std::chrono::seconds;

constexpr char kZone[] = "cn-hangzhou-b";
constexpr char kClass[] = "zonedisk-cn-hangzhou-b";
// The controller manager waits 20 s for the kubelet, the cloud 15 s for the agent.
constexpr seconds kFollowLimit{120};
// Long enough for many lines of the writer.
constexpr seconds kLateWriting{3};

// Writes a durable line "POD NUMBER" again and again.
constexpr char kWriter[] = R"(apiVersion: apps/v1
kind: Deployment
metadata:
  name: ledger
spec:
  replicas: 1
  strategy: {type: Recreate}
  selector:
    matchLabels: {app: ledger}
  template:
    metadata:
      labels: {app: ledger}
    spec:
      terminationGracePeriodSeconds: 1
      tolerations:
      - {key: node.kubernetes.io/not-ready, operator: Exists, effect: NoExecute, tolerationSeconds: 5}
      - {key: node.kubernetes.io/unreachable, operator: Exists, effect: NoExecute, tolerationSeconds: 5}
      containers:
      - name: main
        image: ${IMAGE}
        imagePullPolicy: IfNotPresent
        env:
        - name: POD
          valueFrom: {fieldRef: {fieldPath: metadata.name}}
        command:
        - sh
        - -c
        - |
          n=0
          while n=$((n + 1)) && echo "$POD $n" >> /data/ledger && sync /data/ledger; do
            sleep 0.1
          done
        volumeMounts:
        - {name: data, mountPath: /data}
      volumes:
      - name: data
        persistentVolumeClaim: {claimName: ledger}
)";

class NodeLossAlone : public Story {
 protected:
  void SetUp() override {
    Story::SetUp();
    ASSERT_EQ(NodesIn(kZone).size(), 2U) << "the volume needs a second node in its zone";
  }

  // The ledger on one of the zone's two nodes, with some lines written.
  void StartLedger() {
    ASSERT_TRUE(Apply(ClaimYaml({.name = "ledger", .storage_class = kClass})));
    ASSERT_TRUE(Apply(Fill(kWriter, {{"IMAGE", TheSettings().image}})));
    ASSERT_TRUE(WaitLedgerOn("", &pod_));
    lost_ = Field("pod/" + pod_, "/spec/nodeName");
    const auto nodes = NodesIn(kZone);
    other_ = nodes[lost_ == nodes[0] ? 1 : 0];
    ASSERT_TRUE(Eventually("lines in the ledger", kStepLimit, [this]() -> std::string {
      return Lines(pod_, pod_) >= 5 ? "" : "too few";
    }));
  }

  // A running Pod of the ledger on that node (on any, when empty) that is not being deleted.
  testing::AssertionResult WaitLedgerOn(const std::string& node, std::string* pod,
                                        seconds limit = kStepLimit) const {
    return Eventually("the ledger runs " + node, limit, [&]() -> std::string {
      std::string seen;
      for (const auto& row : TheCluster().List("pod", Ns())) {
        const auto name = row["metadata"].value("name", "");
        const auto phase = row["status"].value("phase", "");
        const auto place = row["spec"].value("nodeName", "");
        const bool leaving = row["metadata"].contains("deletionTimestamp");
        if (!leaving && phase == "Running" && (node.empty() || place == node)) {
          *pod = name;
          return "";
        }
        seen += fmt::format(" {} {} on '{}'{}", name, phase, place, leaving ? " leaving" : "");
      }
      return seen.empty() ? "no pod" : seen;
    });
  }

  // Lines that `writer`, a Pod, has written, as the Pod reads them.
  long Lines(const std::string& pod, const std::string& writer) const {
    return std::atol(
        InPod(pod, fmt::format("grep -c '^{} ' /data/ledger || true", writer)).c_str());
  }

  // Lines of the first Pod as its own mount has them; -1 when there is no such mount any more.
  long LinesOnLostNode() const {
    const auto volume = VolumeOf("ledger");
    const auto said = RunCommand(
        {SourcePath("tools/cluster").string(), "--name", TheSettings().cluster, "enter", lost_,
         "grep", "-c", "^" + pod_ + " ",
         fmt::format("/var/lib/kubelet/pods/{}/volumes/kubernetes.io~csi/{}/mount/ledger", uid_,
                     volume)});
    return said.status == 0 ? std::atol(said.output.c_str()) : -1;
  }

  // Only the other node of the zone will do, and that one is closed: the zones that are left open
  // are no way out.
  void ExpectWaitsForZone(const std::string& reason) {
    std::string waiting;
    ASSERT_TRUE(Eventually("a new Pod that waits", kFollowLimit, [&]() -> std::string {
      for (const auto& row : TheCluster().List("pod", Ns())) {
        if (row["metadata"].value("name", "") != pod_ && !row["spec"].contains("nodeName")) {
          waiting = row["metadata"].value("name", "");
          return "";
        }
      }
      return "none";
    }));
    EXPECT_TRUE(WaitEvent("pod/" + waiting, "FailedScheduling", reason));
  }

  std::string pod_;  // the first one
  std::string uid_;
  std::string lost_;   // its node
  std::string other_;  // the other one of the zone
};

TEST_F(NodeLossAlone, GivenWriterWhenItsNodeIsKilledThenVolumeFollowsInsideItsZone) {
  StartLedger();
  if (HasFatalFailure()) return;
  CordonedNode closed(other_);
  const auto disk = DiskOf("ledger");
  const auto before = Lines(pod_, pod_);

  LostNode node(lost_, LostNode::How::kKilled);
  ASSERT_TRUE(node.Ok());
  ASSERT_TRUE(node.WaitNotReady());
  ASSERT_TRUE(node.TaintOutOfService());
  ExpectWaitsForZone("didn't match PersistentVolume's node affinity");
  closed.Open();

  std::string next;
  ASSERT_TRUE(WaitLedgerOn(other_, &next, kFollowLimit));
  EXPECT_GE(Lines(next, pod_), before);
  EXPECT_TRUE(Eventually("new lines", kStepLimit,
                         [&]() -> std::string { return Lines(next, next) > 0 ? "" : "none"; }));
  EXPECT_EQ(DiskOf("ledger").id, disk.id);
  EXPECT_EQ(DiskOf("ledger").zone, kZone);
  EXPECT_NE(DiskOf("ledger").instance, disk.instance);

  // The node comes back as one that can be used, without the volume.
  ASSERT_TRUE(node.Return());
  ASSERT_TRUE(Apply(ClaimYaml({.name = "again", .storage_class = kClass})));
  ASSERT_TRUE(Apply(
      PodYaml({.name = "again", .mounts = {{.claim = "again", .path = "/data"}}, .node = lost_})));
  ASSERT_TRUE(WaitRunning("again"));
  ExpectBytes("again", "/data/bytes");
}

TEST_F(NodeLossAlone, GivenWriterWhenItsNodeIsCutOffThenItsLaterWritesNeverAppear) {
  StartLedger();
  if (HasFatalFailure()) return;
  uid_ = Field("pod/" + pod_, "/metadata/uid");
  const auto kept = WriteFile(pod_, "/data/kept");

  LostNode node(lost_, LostNode::How::kCutOff);
  ASSERT_TRUE(node.Ok());
  const auto at_cut = LinesOnLostNode();
  ASSERT_GE(at_cut, 5);
  ASSERT_TRUE(node.WaitNotReady());
  ASSERT_TRUE(node.TaintOutOfService());
  std::string next;
  ASSERT_TRUE(WaitLedgerOn(other_, &next, kFollowLimit));

  // The writer has never noticed, and it writes on.
  const auto there = Lines(next, pod_);
  EXPECT_GE(there, at_cut);
  const auto late = LinesOnLostNode();
  std::this_thread::sleep_for(kLateWriting);
  EXPECT_GT(LinesOnLostNode(), late);
  EXPECT_GT(LinesOnLostNode(), there);
  EXPECT_EQ(Lines(next, pod_), there);
  EXPECT_EQ(ChecksumOf(next, "/data/kept"), kept);

  // The cable is in again: the first Pod ends, its device goes, and still none of it appears.
  ASSERT_TRUE(node.Return());
  EXPECT_TRUE(Eventually("no mount on the node that was cut off", kStepLimit,
                         [this] { return LinesOnLostNode() < 0 ? "" : "still there"; }));
  EXPECT_EQ(Lines(next, pod_), there);
  // Nor past the page cache, with the volume staged anew.
  ASSERT_TRUE(Remove("pod/" + next));
  std::string last;
  ASSERT_TRUE(WaitLedgerOn("", &last));
  EXPECT_EQ(Lines(last, pod_), there);
  EXPECT_EQ(ChecksumOf(last, "/data/kept"), kept);
}

}  // namespace
}  // namespace e2e
