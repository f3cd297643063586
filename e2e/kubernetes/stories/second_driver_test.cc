// A second driver beside the first, on the same cloud with a key of its own, installed and removed
// as deploy/README.md says, with driver, classes and snapshot class renamed as they are beside
// ACK's: neither sees or touches what is the other's.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <chrono>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "e2e/harness/process.h"
#include "e2e/kubernetes/harness/blocks_folder.h"
#include "e2e/kubernetes/harness/settings.h"
#include "e2e/kubernetes/harness/story.h"
#include "e2e/kubernetes/harness/workloads.h"

namespace e2e {
namespace {

using nlohmann::json;

constexpr char kSecondNs[] = "zonedisk-second";
constexpr char kSecondDriver[] = "zd-diskplugin.csi.alibabacloud.com";
constexpr char kSecondClass[] = "zd-zonedisk-delayed";
constexpr char kSecondSnapshotClass[] = "zd-alibabacloud-disk-snapshot";
constexpr char kZone[] = "cn-hangzhou-e";
constexpr std::chrono::seconds kRollout{150};
constexpr std::chrono::minutes kScript{4};

// A script of deploy/ for this cluster.
CommandResult Script(const std::string& name, std::vector<std::string> arguments) {
  std::vector<std::string> argv = {"env", "KUBECONFIG=" + TheSettings().Kubeconfig().string(),
                                   "KUBECTL=" + TheSettings().kubectl.string(),
                                   SourcePath("deploy/" + name).string()};
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  return RunCommand(std::move(argv), {}, kScript);
}

testing::AssertionResult Uninstall() {
  const auto done = Script("uninstall.sh", {"--namespace", kSecondNs});
  return testing::AssertionResult(done.Ok()) << done.output;
}

// Installed for the time of this object.
class SecondDriver {
 public:
  SecondDriver() : result_(Install()) {}
  ~SecondDriver() {
    if (TheCluster().Get(fmt::format("namespace/{}", kSecondNs)).is_null()) return;
    EXPECT_TRUE(Uninstall());
  }
  SecondDriver(const SecondDriver&) = delete;
  SecondDriver& operator=(const SecondDriver&) = delete;

  const testing::AssertionResult& Ok() const { return result_; }

 private:
  static testing::AssertionResult Install() {
    const auto secrets = Script(
        "secrets.sh", {"--namespace", kSecondNs, "--cloud-namespace", std::string(kSystemNs)});
    if (!secrets.Ok()) return testing::AssertionFailure() << secrets.output;
    const auto host =
        TheCluster().Field("service/zonedisk-cloud", std::string(kSystemNs), "/spec/clusterIP");
    const std::vector<std::vector<std::string>> steps = {
        {"-n", kSecondNs, "create", "configmap", "zonedisk-cloud-address",
         "--from-literal=host=" + host, "--from-literal=port=20140"},
        {"-n", std::string(kSystemNs), "rollout", "restart", "deployment/zonedisk-cloud"},
        {"-n", std::string(kSystemNs), "rollout", "status", "deployment/zonedisk-cloud",
         "--timeout=90s"},
        {"apply", "-k", SourcePath("deploy/overlays/second-driver").string()},
        Rollout("deployment/zonedisk-csi-controller"),
        Rollout("daemonset/zonedisk-agent"),
        Rollout("daemonset/zonedisk-csi-node")};
    for (const auto& step : steps) {
      const auto said = TheCluster().Kubectl(step, {}, kRollout + std::chrono::seconds(10));
      if (!said.Ok()) return testing::AssertionFailure() << said.output;
    }
    return testing::AssertionSuccess();
  }
  static std::vector<std::string> Rollout(const std::string& workload) {
    return {"-n",     kSecondNs, "rollout",
            "status", workload,  fmt::format("--timeout={}s", kRollout.count())};
  }

  testing::AssertionResult result_;
};

class SecondDriverAlone : public Story {
 protected:
  static std::string DriversOf(const std::string& node) {
    std::string names;
    for (const auto& driver :
         TheCluster().Get("csinode/" + node)["spec"].value("drivers", json::array())) {
      names += driver.value("name", "") + " ";
    }
    return names;
  }

  // Disks as the second driver's own key sees them: the list of the command line tool.
  static std::string SeenBySecond() {
    const auto said = TheCluster().Kubectl(
        {"-n", kSecondNs, "exec", "deployment/zonedisk-csi-controller", "-c", "driver", "--", "sh",
         "-c",
         "export ALIBABA_CLOUD_ACCESS_KEY_ID=$ACCESS_KEY_ID "
         "ALIBABA_CLOUD_ACCESS_KEY_SECRET=$(cat /etc/zonedisk/key/secret); zonedisk --endpoint "
         "http://$ZONEDISK_CLOUD_SERVICE_HOST:$ZONEDISK_CLOUD_SERVICE_PORT disks"});
    EXPECT_TRUE(said.Ok()) << said.output;
    return said.output;
  }

  std::string HandleOf(const std::string& claim) const {
    return Field("persistentvolume/" + VolumeOf(claim), "/spec/csi/volumeHandle");
  }
};

TEST_F(SecondDriverAlone, GivenTwoDriversWhenBothWorkThenNeitherSeesTheOthersDisks) {
  const auto loops = LoopsOnImages();
  SecondDriver second;
  ASSERT_TRUE(second.Ok());
  ASSERT_TRUE(WaitRolledOut(kRollout));
  ASSERT_TRUE(Apply(ClaimYaml({.name = "first", .storage_class = kDelayedClass})));
  ASSERT_TRUE(Apply(ClaimYaml({.name = "second", .storage_class = kSecondClass})));
  ASSERT_TRUE(Apply(PodYaml(
      {.name = "both",
       .mounts = {{.claim = "first", .path = "/first"}, {.claim = "second", .path = "/second"}},
       .zone = kZone})));
  ASSERT_TRUE(WaitRunning("both"));
  const auto node = Field("pod/both", "/spec/nodeName");
  EXPECT_NE(DriversOf(node).find(kSecondDriver), std::string::npos);
  const auto kept = WriteFile("both", "/first/bytes");
  WriteFile("both", "/second/bytes");

  // Both take snapshots, each by its own class.
  for (const auto& [claim, snapshot_class] :
       {std::pair("first", kSnapshotClass), std::pair("second", kSecondSnapshotClass)}) {
    ASSERT_TRUE(
        Apply(SnapshotYaml({.name = claim, .snapshot_class = snapshot_class, .claim = claim})));
  }
  for (const char* name : {"first", "second"}) {
    ASSERT_TRUE(WaitField(fmt::format("volumesnapshot/{}", name), "/status/readyToUse", "true"));
  }

  const auto first = HandleOf("first");
  const auto others = HandleOf("second");
  EXPECT_EQ(TheCloud().Disk(first).status, "In_use");
  EXPECT_EQ(TheCloud().Disk(others).id, "");
  const auto seen = SeenBySecond();
  EXPECT_EQ(seen.find(first), std::string::npos) << seen;
  EXPECT_NE(seen.find(others), std::string::npos) << seen;

  // The documented end refuses while a volume is there, and names it.
  const auto refused = Script("uninstall.sh", {"--namespace", kSecondNs});
  EXPECT_NE(refused.status, 0);
  EXPECT_NE(refused.output.find(VolumeOf("second")), std::string::npos) << refused.output;
  EXPECT_TRUE(WaitField("pod/both", "/status/phase", "Running"));

  // The volumes go, and with them everything of the second driver; the first goes on.
  const auto volume = VolumeOf("second");
  const auto content = "volumesnapshotcontent/" +
                       Field("volumesnapshot/second", "/status/boundVolumeSnapshotContentName");
  ASSERT_TRUE(Remove("volumesnapshot/second"));
  ASSERT_TRUE(WaitGone(content));
  ASSERT_TRUE(Remove("pod/both"));
  ASSERT_TRUE(Remove("persistentvolumeclaim/second"));
  ASSERT_TRUE(WaitGone("persistentvolume/" + volume));
  ASSERT_TRUE(Uninstall());
  EXPECT_TRUE(TheCluster().Get(fmt::format("namespace/{}", kSecondNs)).is_null());
  EXPECT_TRUE(TheCluster().Get(fmt::format("csidriver/{}", kSecondDriver)).is_null());
  const auto left = TheCluster().Kubectl(
      {"get",
       "clusterroles,clusterrolebindings,storageclasses,volumesnapshotclasses,"
       "volumeattributesclasses",
       "-o", "name", "-l", fmt::format("app.kubernetes.io/part-of={}", kSecondNs)});
  EXPECT_TRUE(left.Ok());
  EXPECT_EQ(left.output.find('/'), std::string::npos) << left.output;
  EXPECT_TRUE(Eventually("loop devices as before", kStepLimit, [&] {
    const auto now = LoopsOnImages();
    return now == loops ? "" : fmt::format("{} instead of {}", now, loops);
  }));
  EXPECT_EQ(DriversOf(node).find(kSecondDriver), std::string::npos);
  // The first agent is still asked who the node is.
  const auto asked =
      RunCommand({SourcePath("tools/cluster").string(), "--name", TheSettings().cluster, "enter",
                  node, "ip", "address", "show", "dev", "lo"});
  EXPECT_NE(asked.output.find("100.100.100.200"), std::string::npos) << asked.output;

  ASSERT_TRUE(Apply(PodYaml({.name = "again", .mounts = {{.claim = "first", .path = "/first"}}})));
  ASSERT_TRUE(WaitRunning("again"));
  EXPECT_EQ(ChecksumOf("again", "/first/bytes"), kept);
}

}  // namespace
}  // namespace e2e
