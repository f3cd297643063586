// The documented uninstallation: refused for as long as a volume needs the driver, then nothing is
// left of it, neither in the cluster nor on a node. And the beginning once more, as the documents
// say.
//
// Alone in the cluster: there is no zonedisk for some time.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "e2e/harness/api.h"
#include "e2e/harness/files.h"
#include "e2e/kubernetes/harness/blocks_folder.h"
#include "e2e/kubernetes/harness/settings.h"
#include "e2e/kubernetes/harness/story.h"
#include "e2e/kubernetes/harness/workloads.h"

namespace e2e {
namespace {

using nlohmann::json;

constexpr std::chrono::seconds kInstallLimit{240};
constexpr std::chrono::seconds kKubectlLimit{120};

// What is left on a node: its mounts, names of its disks, addresses and sockets of the
// driver; only lines that zonedisk causes.
constexpr char kTracesOnNode[] =
    "cat /proc/mounts | grep -e kubernetes.io~csi -e /csi/diskplugin -e zonedisk/blocks; "
    "ls /dev/disk/by-id | grep virtio; "
    "ip address show dev lo | grep zonedisk; "
    "ls /var/lib/kubelet/plugins_registry | grep diskplugin; true";

std::string TracesOnNodes() {
  std::string traces;
  for (const auto& node : TheCluster().List("node")) {
    const auto name = node["metadata"].value("name", "");
    const auto said = RunCommand({SourcePath("tools/cluster").string(), "--name",
                                  TheSettings().cluster, "enter", name, "sh", "-c", kTracesOnNode});
    if (said.status != 0 || !said.output.empty()) traces += name + ": " + said.output;
  }
  return traces;
}

// Objects that only zonedisk makes sense of, or that wait for one of its finalizers.
std::string TracesInCluster() {
  std::string traces;
  if (!TheCluster().Get("namespace/" + std::string(kSystemNs)).is_null()) traces += " namespace";
  for (const char* kind :
       {"persistentvolume", "volumeattachment", "volumesnapshotcontent", "volumesnapshotclass",
        "storageclass", "csidriver", "csistoragecapacity"}) {
    for (const auto& row : TheCluster().List(kind)) {
      const auto text = row.dump();
      if (text.find(kDriverName) == std::string::npos) continue;
      traces += fmt::format(" {}/{}", kind, row["metadata"].value("name", ""));
    }
  }
  for (const auto& row : TheCluster().List("csinode")) {
    if (row["spec"].dump().find(kDriverName) != std::string::npos) {
      traces += " csinode/" + row["metadata"].value("name", "");
    }
  }
  for (const char* kind : {"persistentvolumeclaim", "volumesnapshot", "pod"}) {
    for (const auto& row : TheCluster().List(kind)) {
      if (row["metadata"].contains("finalizers")) traces += " finalizers " + row["metadata"].dump();
    }
  }
  // What kubelet wrote on the Node when the driver registered.
  for (const auto& row : TheCluster().List("node")) {
    if (row["metadata"]["labels"].dump().find(kDriverName) != std::string::npos) {
      traces += " node/" + row["metadata"].value("name", "");
    }
  }
  const auto roles =
      TheCluster().Kubectl({"get", "clusterroles,clusterrolebindings", "--selector",
                            "app.kubernetes.io/part-of=zonedisk", "--output", "name"});
  return traces + (roles.output.find('/') == std::string::npos ? "" : " " + roles.output);
}

class UninstallAlone : public Story {
 protected:
  // Whatever became of the case, the next story finds zonedisk installed.
  void TearDown() override {
    if (gone_) {
      EXPECT_TRUE(Install());
    }
    Story::TearDown();
  }

  // As deploy/README.md says, in the form for tests.
  testing::AssertionResult Install() {
    gone_ = false;
    const auto secrets = DeployScript("secrets.sh", {"--account", TheSettings().cluster});
    if (secrets.status != 0) return testing::AssertionFailure() << secrets.output;
    const auto applied = TheCluster().Kubectl({"apply", "--server-side", "--force-conflicts", "-k",
                                               SourcePath("deploy/overlays/lab").string()},
                                              {}, kKubectlLimit);
    if (!applied.Ok()) return testing::AssertionFailure() << applied.output;
    auto there = WaitRolledOut(kInstallLimit);
    if (there) there = WaitRegistered();
    TheCloud().Renew();
    return there;
  }

  static testing::AssertionResult WaitRegistered() {
    return Eventually("the driver on every node", kStepLimit, [] {
      std::string missing;
      for (const auto& row : TheCluster().List("csinode")) {
        if (row["spec"].dump().find(kDriverName) == std::string::npos) {
          missing += " " + row["metadata"].value("name", "");
        }
      }
      return missing;
    });
  }

  void StartWritten() {
    ASSERT_TRUE(Apply(ClaimYaml({.name = "data", .storage_class = kDelayedClass})));
    ASSERT_TRUE(Apply(PodYaml({.name = "data", .mounts = {{.claim = "data", .path = "/data"}}})));
    ASSERT_TRUE(WaitRunning("data"));
    ExpectBytes("data", "/data/bytes");
  }

  static void ExpectRefused(const std::string& because) {
    const auto refused = DeployScript("uninstall.sh", {});
    EXPECT_NE(refused.status, 0);
    EXPECT_NE(refused.output.find(because), std::string::npos) << refused.output;
    EXPECT_EQ(NotRolledOut(), "");
    EXPECT_FALSE(TheCluster().Get("csidriver/" + std::string(kDriverName)).is_null());
  }

  bool gone_ = false;
};

TEST_F(UninstallAlone, GivenVolumesWhenUninstalledThenRefusedAndWithoutThemNothingIsLeft) {
  StartWritten();
  if (HasFatalFailure()) return;
  ASSERT_TRUE(
      Apply(SnapshotYaml({.name = "snap", .snapshot_class = kSnapshotClass, .claim = "data"})));
  ASSERT_TRUE(WaitField("volumesnapshot/snap", "/status/readyToUse", "true"));
  const auto content = Field("volumesnapshot/snap", "/status/boundVolumeSnapshotContentName");
  // What is looked for afterwards can be found.
  EXPECT_EQ(LoopsOnImages(), 1U);
  EXPECT_NE(TracesOnNodes().find("kubernetes.io~csi"), std::string::npos);
  EXPECT_NE(TracesOnNodes().find("virtio"), std::string::npos);
  EXPECT_NE(TracesInCluster().find("node/control-plane"), std::string::npos);
  EXPECT_NE(TracesInCluster().find("persistentvolume/" + VolumeOf("data")), std::string::npos);

  ExpectRefused("persistentvolumes " + VolumeOf("data"));
  ExpectRefused("volumesnapshotcontents " + content);
  ExpectBytes("data", "/data/bytes");
  const auto volume = "persistentvolume/" + VolumeOf("data");
  ASSERT_TRUE(Remove("volumesnapshot/snap"));
  ASSERT_TRUE(WaitGone("volumesnapshotcontent/" + content));
  ASSERT_TRUE(Remove("pod/data"));
  ASSERT_TRUE(Remove("persistentvolumeclaim/data"));
  ASSERT_TRUE(WaitGone(volume));
  // No object knows this one.
  const auto orphan = MakeDisk("cn-hangzhou-b");
  ExpectRefused(orphan);
  ASSERT_TRUE(TheCloud().Call("DeleteDisk", {{"DiskId", orphan}}).Ok());
  ASSERT_TRUE(Eventually("no disk", kStepLimit, [] {
    const auto owners = ImageOwners();
    return owners.empty() ? "" : *owners.begin();
  }));

  gone_ = true;
  const auto done = DeployScript("uninstall.sh", {});
  ASSERT_EQ(done.status, 0) << done.output;
  EXPECT_EQ(TracesInCluster(), "");
  EXPECT_EQ(TracesOnNodes(), "");
  const auto data = TheSettings().ClusterFolder() / "data";
  EXPECT_EQ(LoopsOnImages(), 0U);
  EXPECT_EQ(LoopsOnFilesOf(data), 0U);  // the pool's own
  EXPECT_EQ(MountsUnder(data / "blocks").size(), 0U);

  ASSERT_TRUE(Install());
  StartWritten();
}

}  // namespace
}  // namespace e2e
