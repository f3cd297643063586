// A second driver beside the first, on the same cloud with a key of its own, installed and removed
// as deploy/README.md says: neither sees or touches what is the other's.
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

constexpr char kSecondSpace[] = "zonedisk-second";
constexpr char kSecondDriver[] = "second-diskplugin.csi.alibabacloud.com";
constexpr char kSecondClass[] = "second-zonedisk-delayed";
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

std::string Uninstall() {
  const auto done = Script("uninstall.sh", {"--namespace", kSecondSpace});
  return done.status == 0 ? "" : done.output;
}

// Installed for the time of this object.
class SecondDriver {
 public:
  SecondDriver() { refusal_ = Install(); }
  ~SecondDriver() {
    if (TheCluster().Get(fmt::format("namespace/{}", kSecondSpace)).is_null()) return;
    const auto left = Uninstall();
    EXPECT_EQ(left, "");
  }
  SecondDriver(const SecondDriver&) = delete;
  SecondDriver& operator=(const SecondDriver&) = delete;

  const std::string& Refusal() const { return refusal_; }

 private:
  static std::string Install() {
    const auto secrets = Script("secrets.sh", {"--namespace", kSecondSpace, "--cloud-namespace",
                                               std::string(kSystemSpace)});
    if (secrets.status != 0) return secrets.output;
    const auto host =
        TheCluster().Field("service/zonedisk-cloud", std::string(kSystemSpace), "/spec/clusterIP");
    const std::vector<std::vector<std::string>> steps = {
        {"-n", kSecondSpace, "create", "configmap", "zonedisk-cloud-address",
         "--from-literal=host=" + host, "--from-literal=port=20140"},
        {"-n", std::string(kSystemSpace), "rollout", "restart", "deployment/zonedisk-cloud"},
        {"-n", std::string(kSystemSpace), "rollout", "status", "deployment/zonedisk-cloud",
         "--timeout=90s"},
        {"apply", "-k", SourcePath("deploy/overlays/second-driver").string()},
        Rollout("deployment/second-zonedisk-csi-controller"),
        Rollout("daemonset/second-zonedisk-agent"),
        Rollout("daemonset/second-zonedisk-csi-node")};
    for (const auto& step : steps) {
      const auto said = TheCluster().Kubectl(step, {}, kRollout + std::chrono::seconds(10));
      if (!said.Ok()) return said.text;
    }
    return "";
  }
  static std::vector<std::string> Rollout(const std::string& workload) {
    return {"-n",     kSecondSpace, "rollout",
            "status", workload,     fmt::format("--timeout={}s", kRollout.count())};
  }

  std::string refusal_;
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
        {"-n", kSecondSpace, "exec", "deployment/second-zonedisk-csi-controller", "-c", "driver",
         "--", "sh", "-c",
         "export ALIBABA_CLOUD_ACCESS_KEY_ID=$ACCESS_KEY_ID "
         "ALIBABA_CLOUD_ACCESS_KEY_SECRET=$(cat /etc/zonedisk/key/secret); zonedisk --endpoint "
         "http://$ZONEDISK_CLOUD_SERVICE_HOST:$ZONEDISK_CLOUD_SERVICE_PORT disks"});
    EXPECT_TRUE(said.Ok()) << said.text;
    return said.text;
  }

  std::string HandleOf(const std::string& claim) const {
    return Field("persistentvolume/" + VolumeOf(claim), "/spec/csi/volumeHandle");
  }
};

TEST_F(SecondDriverAlone, GivenTwoDriversWhenBothWorkThenNeitherSeesTheOthersDisks) {
  const auto loops = LoopsOnImages();
  SecondDriver second;
  ASSERT_EQ(second.Refusal(), "");
  ASSERT_TRUE(WaitRolledOut(kRollout));
  ASSERT_EQ(Apply(ClaimYaml({.name = "first", .storage_class = kDelayedClass})), "");
  ASSERT_EQ(Apply(ClaimYaml({.name = "second", .storage_class = kSecondClass})), "");
  ASSERT_EQ(Apply(PodYaml({.name = "both",
                           .mounts = {{.claim = "first", .path = "/first"},
                                      {.claim = "second", .path = "/second"}},
                           .zone = kZone})),
            "");
  ASSERT_TRUE(WaitRunning("both"));
  const auto node = Field("pod/both", "/spec/nodeName");
  EXPECT_NE(DriversOf(node).find(kSecondDriver), std::string::npos);
  const auto kept = WriteFile("both", "/first/bytes");
  WriteFile("both", "/second/bytes");

  const auto first = HandleOf("first");
  const auto others = HandleOf("second");
  EXPECT_EQ(TheCloud().Disk(first).status, "In_use");
  EXPECT_EQ(TheCloud().Disk(others).id, "");
  const auto seen = SeenBySecond();
  EXPECT_EQ(seen.find(first), std::string::npos) << seen;
  EXPECT_NE(seen.find(others), std::string::npos) << seen;

  // The documented end refuses while a volume is there, and names it.
  const auto refused = Script("uninstall.sh", {"--namespace", kSecondSpace});
  EXPECT_NE(refused.status, 0);
  EXPECT_NE(refused.output.find(VolumeOf("second")), std::string::npos) << refused.output;
  EXPECT_TRUE(WaitField("pod/both", "/status/phase", "Running"));

  // The volumes go, and with them everything of the second driver; the first goes on.
  const auto volume = VolumeOf("second");
  ASSERT_TRUE(Remove("pod/both"));
  ASSERT_TRUE(Remove("persistentvolumeclaim/second"));
  ASSERT_TRUE(WaitGone("persistentvolume/" + volume));
  ASSERT_EQ(Uninstall(), "");
  EXPECT_TRUE(TheCluster().Get(fmt::format("namespace/{}", kSecondSpace)).is_null());
  EXPECT_TRUE(TheCluster().Get(fmt::format("csidriver/{}", kSecondDriver)).is_null());
  const auto left =
      TheCluster().Kubectl({"get", "clusterroles,clusterrolebindings,storageclasses", "-o", "name",
                            "-l", fmt::format("app.kubernetes.io/part-of={}", kSecondSpace)});
  EXPECT_TRUE(left.Ok());
  EXPECT_EQ(left.text.find('/'), std::string::npos) << left.text;
  EXPECT_TRUE(Eventually("loop devices as before", kStepLimit, [&] {
    const auto now = LoopsOnImages();
    return now == loops ? "" : fmt::format("{} instead of {}", now, loops);
  }));
  EXPECT_EQ(DriversOf(node).find(kSecondDriver), std::string::npos);

  ASSERT_EQ(Apply(PodYaml({.name = "again", .mounts = {{.claim = "first", .path = "/first"}}})),
            "");
  ASSERT_TRUE(WaitRunning("again"));
  EXPECT_EQ(ChecksumOf("again", "/first/bytes"), kept);
}

}  // namespace
}  // namespace e2e
