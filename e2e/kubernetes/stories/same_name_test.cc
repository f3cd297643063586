// Two controllers of one driver name in a cluster: the second is refused, and the first goes on.
//
// Alone in the cluster: a controller is ended.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>

#include "e2e/kubernetes/harness/story.h"
#include "e2e/kubernetes/harness/workloads.h"

namespace e2e {
namespace {

constexpr char kController[] = "zonedisk-csi-controller";
constexpr std::chrono::seconds kRollout{120};

// The election of another csi-provisioner of this driver, won and renewed for the time of this
// object.
class OtherProvisioner {
 public:
  explicit OtherProvisioner(std::string ns) : ns_(std::move(ns)), renews_([this] { Renew(); }) {}
  ~OtherProvisioner() { End(); }
  OtherProvisioner(const OtherProvisioner&) = delete;
  OtherProvisioner& operator=(const OtherProvisioner&) = delete;

  static std::string Yaml() {
    return fmt::format(
        "apiVersion: coordination.k8s.io/v1\n"
        "kind: Lease\n"
        "metadata: {{name: {}}}\n"
        "spec: {{holderIdentity: other-provisioner, leaseDurationSeconds: 15}}\n",
        Name());
  }
  static std::string Name() {
    std::string name(kDriverName);
    std::ranges::replace(name, '.', '-');
    return name;
  }
  void End() {
    ended_ = true;
    if (renews_.joinable()) renews_.join();
  }

 private:
  void Renew() const {
    for (int count = 0; !ended_; ++count) {
      const auto renewed =
          fmt::format("2026-01-01T00:{:02}:{:02}.000000Z", count / 60 % 60, count % 60);
      TheCluster().Merge("lease/" + Name(), ns_,
                         nlohmann::json{{"spec", {{"renewTime", renewed}}}}.dump());
      std::this_thread::sleep_for(std::chrono::seconds(1));
    }
  }

  const std::string ns_;
  std::atomic<bool> ended_ = false;
  std::thread renews_;
};

class SameNameAlone : public Story {
 protected:
  // The controller that is there besides `other`; "" while there is none.
  static std::string Besides(const std::string& other) {
    for (const auto& pod : PodsOf(kController)) {
      if (pod != other) return pod;
    }
    return "";
  }
};

TEST_F(SameNameAlone,
       GivenControllerOfTheNameElsewhereWhenOursStartsThenRefusedInALineThatNamesIt) {
  ASSERT_TRUE(Apply(OtherProvisioner::Yaml()));
  OtherProvisioner other(Ns());
  const auto leader = LeaderOf("csi-provisioner");
  const auto ended = Besides(leader);
  ASSERT_NE(ended, "");
  ASSERT_TRUE(TheCluster().Delete("pod/" + ended, std::string(kSystemNs)));
  std::string started;
  ASSERT_TRUE(Eventually("a refused controller", kStepLimit, [&]() -> std::string {
    started = Besides(leader);
    if (started.empty() || started == ended) return "no new Pod";
    const auto state = StateOf({.pod = started, .name = "driver"});
    return state.exit_code == 1 ? "" : fmt::format("exit code {}", state.exit_code);
  }));
  const auto line = fmt::format(
      "another controller of {} runs in this cluster: other-provisioner holds and renews the lease "
      "{} in the namespace {}",
      kDriverName, OtherProvisioner::Name(), Ns());
  // Kubelet tells of an end before the log of it can be read.
  EXPECT_TRUE(Eventually("line '" + line + "' in the log", kStepLimit, [&] {
    const auto log = TheCluster().PodLog(started, std::string(kSystemNs), "driver", true);
    return log.find(line) == std::string::npos ? log : "";
  }));
  // Whoever leads already goes on.
  ASSERT_TRUE(Apply(ClaimYaml({.name = "data", .storage_class = kImmediateClass})));
  EXPECT_TRUE(WaitBound("data"));

  other.End();
  ASSERT_TRUE(Delete("lease/" + OtherProvisioner::Name()));
  EXPECT_TRUE(WaitRolledOut(kRollout));
  // The next story finds one that has not been started again.
  ASSERT_TRUE(TheCluster().Delete("pod/" + started, std::string(kSystemNs)));
  EXPECT_TRUE(Eventually("another Pod", kStepLimit, [&] {
    return Besides(leader).empty() || Besides(leader) == started ? "none" : "";
  }));
  EXPECT_TRUE(WaitRolledOut(kRollout));
}

}  // namespace
}  // namespace e2e
