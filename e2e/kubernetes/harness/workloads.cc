#include "e2e/kubernetes/harness/workloads.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "e2e/harness/api.h"
#include "e2e/harness/files.h"
#include "e2e/kubernetes/harness/cloud_view.h"
#include "e2e/kubernetes/harness/cluster.h"

namespace e2e {
namespace {

using nlohmann::json;
using std::chrono::seconds;

constexpr seconds kRestartLimit{120};
constexpr int kKilledStatus = 137;

// The leases of csi-provisioner and csi-attacher are called otherwise than those of the two others.
std::string LeaseOf(const std::string& sidecar) {
  std::string driver(kDriverName);
  std::ranges::replace(driver, '.', '-');
  if (sidecar == "csi-provisioner") return driver;
  if (sidecar == "csi-attacher") return "external-attacher-leader-" + driver;
  if (sidecar == "csi-resizer") return "external-resizer-" + driver;
  if (sidecar == "snapshot-controller") return "snapshot-controller-leader";
  return "external-snapshotter-leader-" + driver;
}

json StatusOf(const Container& container) {
  const json pod = TheCluster().Get("pod/" + container.pod, container.space);
  if (!pod.is_object()) return {};
  for (const auto& status : pod["status"].value("containerStatuses", json::array())) {
    if (status.value("name", "") == container.name) return status;
  }
  return {};
}

// Processes whose control group is the container's own, whichever node and namespace they are in.
std::vector<pid_t> ProcessesOf(const std::string& container_id) {
  std::vector<pid_t> pids;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator("/proc", error)) {
    const auto name = entry.path().filename().string();
    if (!std::ranges::all_of(name, [](unsigned char c) { return std::isdigit(c) != 0; })) continue;
    const auto groups = ReadFile(entry.path() / "cgroup");
    if (groups.find(container_id) != std::string::npos) pids.push_back(std::atoi(name.c_str()));
  }
  return pids;
}

// Empty, or why not.
std::string KillContainer(const Container& container) {
  const json status = StatusOf(container);
  const auto id = status.is_object() ? status.value("containerID", "") : "";
  const auto bare = id.substr(id.find("//") == std::string::npos ? 0 : id.find("//") + 2);
  if (bare.empty()) return fmt::format("{} {} does not run", container.pod, container.name);
  const auto pids = ProcessesOf(bare);
  if (pids.empty()) return fmt::format("no process of {} {}", container.pod, container.name);
  for (const auto pid : pids) {
    if (kill(pid, SIGKILL) != 0 && errno != ESRCH) return std::strerror(errno);
  }
  return {};
}

// Until kubelet has started it more often than that; ready or not.
testing::AssertionResult WaitRestarted(const Container& container, int restarts_before) {
  return Eventually(fmt::format("{} {} started again", container.pod, container.name),
                    kRestartLimit, [&]() -> std::string {
                      const auto life = LifeOf(container);
                      if (life.restarts > restarts_before && life.running) return {};
                      return fmt::format("restarts {}, {}", life.restarts,
                                         life.running ? "runs" : "ended");
                    });
}

std::string SetClock(const std::string& mode) {
  const auto answer = TheCloud().Lab("clock", json{{"mode", mode}}.dump());
  return answer.Ok() ? "" : answer.body;
}

std::string ScaleCloud(int replicas) {
  return TheCluster().Merge("deployment/zonedisk-cloud", std::string(kSystemSpace),
                            json{{"spec", {{"replicas", replicas}}}}.dump());
}

bool CloudAnswers() {
  return TheCloud().Lab("ready").Ok();
}

}  // namespace

std::vector<std::string> PodsOf(const std::string& workload, const std::string& node) {
  std::vector<std::string> pods;
  for (const auto& pod : TheCluster().List("pod", std::string(kSystemSpace),
                                           "labelSelector=app.kubernetes.io/name%3D" + workload)) {
    if (pod["metadata"].contains("deletionTimestamp")) continue;
    if (!node.empty() && pod["spec"].value("nodeName", "") != node) continue;
    pods.push_back(pod["metadata"].value("name", ""));
  }
  return pods;
}

std::string PodOf(const std::string& workload, const std::string& node) {
  const auto pods = PodsOf(workload, node);
  return pods.size() == 1 ? pods.front() : "";
}

std::string LeaderOf(const std::string& sidecar) {
  return TheCluster().Field("lease/" + LeaseOf(sidecar), std::string(kSystemSpace),
                            "/spec/holderIdentity");
}

Life LifeOf(const Container& container) {
  const json status = StatusOf(container);
  if (!status.is_object()) return {};
  Life life{.restarts = status.value("restartCount", 0),
            .running = status.contains(json::json_pointer("/state/running")),
            .ready = status.value("ready", false)};
  for (const char* state : {"/state/terminated", "/lastState/terminated"}) {
    const json::json_pointer at(state);
    if (!status.contains(at)) continue;
    life.exit_code = status[at].value("exitCode", -1);
    break;
  }
  return life;
}

testing::AssertionResult Restart(const std::vector<Container>& containers) {
  std::vector<int> before;
  for (const auto& container : containers) {
    before.push_back(-1);
    const auto killed = Eventually("killed", kRestartLimit, [&] {
      before.back() = LifeOf(container).restarts;
      return KillContainer(container);
    });
    if (!killed) return killed;
  }
  for (std::size_t i = 0; i < containers.size(); ++i) {
    auto back = WaitRestarted(containers[i], before[i]);
    if (!back) return back;
  }
  return testing::AssertionSuccess();
}

std::string NotRolledOut() {
  std::string text;
  for (const char* kind : {"deployment", "daemonset"}) {
    const bool set = std::string_view(kind) == "daemonset";
    for (const auto& row : TheCluster().List(kind, std::string(kSystemSpace))) {
      const auto& status = row["status"];
      const int wanted =
          set ? status.value("desiredNumberScheduled", 0) : row["spec"].value("replicas", 1);
      const int ready = status.value(set ? "numberReady" : "readyReplicas", 0);
      const int newest = status.value(set ? "updatedNumberScheduled" : "updatedReplicas", 0);
      const int all = status.value(set ? "currentNumberScheduled" : "replicas", 0);
      const bool seen =
          status.value("observedGeneration", 0) == row["metadata"].value("generation", 0);
      if (seen && wanted > 0 && ready == wanted && newest == wanted && all == wanted) continue;
      text += fmt::format(" {}/{}: {} ready, {} newest of {}", kind,
                          row["metadata"].value("name", ""), ready, newest, wanted);
    }
  }
  return text;
}

testing::AssertionResult WaitRolledOut(seconds limit) {
  return Eventually("every workload", limit, NotRolledOut);
}

FrozenCloud::FrozenCloud() : refusal_(SetClock("frozen")), frozen_(refusal_.empty()) {}

FrozenCloud::~FrozenCloud() {
  Thaw();
}

void FrozenCloud::Thaw() {
  if (!frozen_) return;
  frozen_ = false;
  EXPECT_TRUE(
      Eventually("the cloud's clock goes on", kRestartLimit, [] { return SetClock("real"); }));
}

StoppedCloud::StoppedCloud() : refusal_(ScaleCloud(0)), stopped_(refusal_.empty()) {
  const auto result = Eventually("no cloud", kRestartLimit, [] {
    return PodsOf("zonedisk-cloud").empty() && !CloudAnswers() ? "" : "it still answers";
  });
  if (stopped_ && !result) refusal_ = result.message();
}

StoppedCloud::~StoppedCloud() {
  EXPECT_TRUE(Start());
}

testing::AssertionResult StoppedCloud::Start() {
  if (!stopped_) return testing::AssertionSuccess();
  stopped_ = false;
  if (const auto refusal = ScaleCloud(1); !refusal.empty()) {
    return testing::AssertionFailure() << refusal;
  }
  return Eventually("the cloud", kRestartLimit, [] { return CloudAnswers() ? "" : "no answer"; });
}

ArmedCloud::ArmedCloud(const std::string& point)
    : cloud_{.pod = PodOf("zonedisk-cloud"), .name = "cloud"}, restarts_(LifeOf(cloud_).restarts) {
  const auto answer = TheCloud().Lab("crash", json{{"At", point}}.dump());
  if (!answer.Ok()) refusal_ = fmt::format("{} {}", answer.status, answer.body);
}

testing::AssertionResult ArmedCloud::WaitDied() const {
  auto back = WaitRestarted(cloud_, restarts_);
  if (!back) return back;
  back = Eventually("the cloud", kRestartLimit, [] { return CloudAnswers() ? "" : "no answer"; });
  if (!back) return back;
  const auto life = LifeOf(cloud_);
  if (life.restarts == restarts_ + 1 && life.exit_code == kKilledStatus) return back;
  return testing::AssertionFailure() << fmt::format("the cloud ended {} times, last with status {}",
                                                    life.restarts - restarts_, life.exit_code);
}

}  // namespace e2e
