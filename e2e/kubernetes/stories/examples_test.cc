// deploy/examples as they ship: each comes to what its own text says.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "e2e/kubernetes/harness/story.h"

namespace e2e {
namespace {

class Examples : public Story {
 protected:
  void ApplyExample(const std::string& name) {
    ASSERT_TRUE(ApplyFile("deploy/examples/" + name + ".yaml"));
  }
};

// The other examples are applied by the story of their subject.
TEST_F(Examples, GivenExamplesOfWorkloadsWhenAppliedThenTheyRunOrWaitAsTheySay) {
  ApplyExample("immediate-binding");
  ApplyExample("node-loss");
  EXPECT_TRUE(WaitField("deployment/ledger", "/status/readyReplicas", "1"));
  EXPECT_TRUE(WaitBound("early"));
  EXPECT_TRUE(WaitEvent("pod/elsewhere", "FailedScheduling",
                        "didn't match PersistentVolume's node affinity"));
}

TEST_F(Examples, GivenExampleOfSnapshotWhenAppliedAsItSaysThenReaderHasWhatWriterWrote) {
  ApplyExample("snapshot-source");
  const auto ready = TheCluster().Kubectl(
      {"wait", "--namespace", Ns(), "--for=condition=Ready", "pod/writer", "--timeout=90s"}, "",
      std::chrono::seconds(100));
  ASSERT_TRUE(ready.Ok()) << ready.output;
  ApplyExample("snapshot-and-restore");
  ASSERT_TRUE(WaitRunning("reader"));
  EXPECT_EQ(InPod("reader", "cat /data/file"), "kept");
  EXPECT_EQ(Field("persistentvolumeclaim/restored", "/status/capacity/storage"), "25Gi");
}

}  // namespace
}  // namespace e2e
