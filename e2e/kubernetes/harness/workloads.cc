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
#include <utility>

#include "e2e/harness/api.h"
#include "e2e/harness/files.h"
#include "e2e/kubernetes/harness/cloud_view.h"
#include "e2e/kubernetes/harness/cluster.h"
#include "e2e/kubernetes/harness/oversight.h"

namespace e2e {
namespace {

using nlohmann::json;
using std::chrono::seconds;

constexpr seconds kRestartLimit{120};
constexpr seconds kLogLimit{10};
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
  const json pod = TheCluster().Get("pod/" + container.pod, container.ns);
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

// Of its last start: "containerd://0a1b" is 0a1b. Empty: there is none.
std::string IdOf(const Container& container) {
  const json status = StatusOf(container);
  const auto id = status.is_object() ? status.value("containerID", "") : "";
  return id.substr(id.find("//") == std::string::npos ? 0 : id.find("//") + 2);
}

testing::AssertionResult Signal(const std::string& container_id, int signal) {
  if (container_id.empty()) return testing::AssertionFailure() << "the container does not run";
  const auto pids = ProcessesOf(container_id);
  if (pids.empty()) return testing::AssertionFailure() << "no process of " << container_id;
  for (const auto pid : pids) {
    if (kill(pid, signal) != 0 && errno != ESRCH) {
      return testing::AssertionFailure() << std::strerror(errno);
    }
  }
  return testing::AssertionSuccess();
}

// Until kubelet has started it more often than that; ready or not.
testing::AssertionResult WaitRestarted(const Container& container, int restarts_before) {
  return Eventually(fmt::format("{} {} started again", container.pod, container.name),
                    kRestartLimit, [&]() -> std::string {
                      const auto state = StateOf(container);
                      if (state.restarts > restarts_before && state.running) return {};
                      return fmt::format("restarts {}, {}", state.restarts,
                                         state.running ? "runs" : "ended");
                    });
}

testing::AssertionResult SetClock(const std::string& mode) {
  const auto answer = TheCloud().Lab("clock", json{{"mode", mode}}.dump());
  return testing::AssertionResult(answer.Ok()) << answer.status << " " << answer.body;
}

testing::AssertionResult ScaleCloud(int replicas) {
  return TheCluster().Merge("deployment/zonedisk-cloud", std::string(kSystemNs),
                            json{{"spec", {{"replicas", replicas}}}}.dump());
}

testing::AssertionResult ArmCloud(const CrashPoint& point) {
  const auto answer = TheCloud().Lab("crash", json{{"At", point.Text()}}.dump());
  return testing::AssertionResult(answer.Ok()) << answer.status << " " << answer.body;
}

bool CloudAnswers() {
  return TheCloud().Lab("ready").Ok();
}

}  // namespace

std::vector<std::string> PodsOf(const std::string& workload, const std::string& node) {
  std::vector<std::string> pods;
  for (const auto& pod : TheCluster().List("pod", std::string(kSystemNs),
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
  return TheCluster().Field("lease/" + LeaseOf(sidecar), std::string(kSystemNs),
                            "/spec/holderIdentity");
}

ContainerState StateOf(const Container& container) {
  const json status = StatusOf(container);
  if (!status.is_object()) return {};
  ContainerState state{.restarts = status.value("restartCount", 0),
                       .running = status.contains(json::json_pointer("/state/running")),
                       .ready = status.value("ready", false)};
  for (const char* pointer : {"/state/terminated", "/lastState/terminated"}) {
    const json::json_pointer at(pointer);
    if (!status.contains(at)) continue;
    state.exit_code = status[at].value("exitCode", -1);
    break;
  }
  return state;
}

testing::AssertionResult Restart(const std::vector<Container>& containers) {
  std::vector<int> before;
  for (const auto& container : containers) {
    before.push_back(-1);
    const bool alone = container.name != "driver";
    ExpectRestarts({.pod = container.pod, .name = alone ? container.name : ""});
    const auto what = container.pod + " " + container.name + " killed";
    const auto killed = Eventually(what, kRestartLimit, [&] {
      before.back() = StateOf(container).restarts;
      return Missing(Signal(IdOf(container), SIGKILL));
    });
    if (!killed) return killed;
  }
  for (std::size_t i = 0; i < containers.size(); ++i) {
    auto back = WaitRestarted(containers[i], before[i]);
    if (!back) return back;
  }
  return testing::AssertionSuccess();
}

PausedContainer::PausedContainer(const Container& container)
    : id_(IdOf(container)), result_(Signal(id_, SIGSTOP)) {}

void PausedContainer::Continue() {
  if (id_.empty()) return;
  // None is left when it was killed meanwhile.
  for (const auto pid : ProcessesOf(std::exchange(id_, ""))) kill(pid, SIGCONT);
}

std::string NotRolledOut() {
  std::string text;
  for (const char* kind : {"deployment", "daemonset"}) {
    const bool set = std::string_view(kind) == "daemonset";
    for (const auto& row : TheCluster().List(kind, std::string(kSystemNs))) {
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

seconds TimeoutOf(const std::string& sidecar) {
  constexpr std::string_view kFlag = "--timeout=";
  const auto containers =
      json::parse(TheCluster().Field("deployment/zonedisk-csi-controller", std::string(kSystemNs),
                                     "/spec/template/spec/containers"),
                  nullptr, false);
  for (const auto& container : containers) {
    if (container.value("name", "") != sidecar) continue;
    for (const auto& argument : container.value("args", std::vector<std::string>())) {
      if (!argument.starts_with(kFlag) || !argument.ends_with("s")) continue;
      return seconds(std::atoi(argument.c_str() + kFlag.size()));
    }
  }
  ADD_FAILURE() << sidecar << " has no --timeout in seconds";
  return seconds(0);
}

testing::AssertionResult WaitRolledOut(seconds limit) {
  return Eventually("every workload", limit, NotRolledOut);
}

FrozenCloud::FrozenCloud() : result_(SetClock("frozen")), frozen_(result_) {}

FrozenCloud::~FrozenCloud() {
  Thaw();
}

void FrozenCloud::Thaw() {
  if (!frozen_) return;
  frozen_ = false;
  EXPECT_TRUE(Eventually("the cloud's clock goes on", kRestartLimit,
                         [] { return Missing(SetClock("real")); }));
}

StoppedCloud::StoppedCloud() : result_(ScaleCloud(0)), stopped_(result_) {
  if (!stopped_) return;
  result_ = Eventually("no cloud", kRestartLimit, [] {
    return PodsOf("zonedisk-cloud").empty() && !CloudAnswers() ? "" : "it still answers";
  });
}

StoppedCloud::~StoppedCloud() {
  EXPECT_TRUE(Start());
}

testing::AssertionResult StoppedCloud::Start() {
  if (!stopped_) return testing::AssertionSuccess();
  stopped_ = false;
  if (auto scaled = ScaleCloud(1); !scaled) return scaled;
  return Eventually("the cloud", kRestartLimit, [] { return CloudAnswers() ? "" : "no answer"; });
}

std::string CrashPoint::Text() const {
  return name + "@" + action + (id.empty() ? "" : "/" + id);
}

ArmedCloud::ArmedCloud(CrashPoint point)
    : point_(std::move(point)),
      cloud_{.pod = PodOf("zonedisk-cloud"), .name = "cloud"},
      restarts_(StateOf(cloud_).restarts),
      result_(ArmCloud(point_)) {
  ExpectRestarts({.pod = cloud_.pod, .name = cloud_.name});
}

testing::AssertionResult ArmedCloud::WaitDied() const {
  auto back = WaitRestarted(cloud_, restarts_);
  if (!back) return back;
  back = Eventually("the cloud", kRestartLimit, [] { return CloudAnswers() ? "" : "no answer"; });
  if (!back) return back;
  const auto line = fmt::format("crash point {} in {}{}{}", point_.name, point_.action,
                                point_.id.empty() ? "" : " ", point_.id);
  // Kubelet tells of an end before the log of it can be read.
  back = Eventually("line '" + line + "' in the log", kLogLimit, [&] {
    const auto log = TheCluster().PodLog(cloud_.pod, cloud_.ns, cloud_.name, true);
    return log.find(line) == std::string::npos ? log : "";
  });
  if (!back) return back;
  const auto state = StateOf(cloud_);
  if (state.restarts == restarts_ + 1 && state.exit_code == kKilledStatus) return back;
  return testing::AssertionFailure() << fmt::format("the cloud ended {} times, last with status {}",
                                                    state.restarts - restarts_, state.exit_code);
}

}  // namespace e2e
