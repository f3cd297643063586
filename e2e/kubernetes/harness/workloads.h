#pragma once
// What zonedisk consists of in the cluster: its processes killed as kill -9 does it, its cloud
// armed to die, stopped and slowed down, all of it asked whether it is there.
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

namespace e2e {

// A container of a Pod; for a workload of several Pods, of the one that is meant.
struct Container {
  std::string pod;
  std::string name;
  std::string space = "zonedisk";
};

// Pods of a workload by their label app.kubernetes.io/name, e.g. "zonedisk-agent"; with a node only
// the one there. Pods that are being deleted are left out.
std::vector<std::string> PodsOf(const std::string& workload, const std::string& node = {});
// The same, of the only Pod; "" when there are none or several.
std::string PodOf(const std::string& workload, const std::string& node = {});
// Of several replicas the one that works: whose container of that name (a sidecar,
// snapshot-controller) holds its lease.
std::string LeaderOf(const std::string& sidecar);

// How often kubelet has started a container again, and what its last start ended with (-1: none
// ended).
struct Life {
  int restarts = -1;  // -1: there is no such container
  int exit_code = -1;
  bool running = false;
  bool ready = false;
};
Life LifeOf(const Container& container);

// SIGKILL to all processes of each container, from outside of the nodes, and waits until kubelet
// has started all of them again; ready or not. One that is just being started is waited for before.
// A sidecar ends by itself when it loses its driver: name it first.
testing::AssertionResult Restart(const std::vector<Container>& containers);

// What is missing of zonedisk's workloads: replicas that are not ready, or not of the newest
// revision. Empty: nothing.
std::string NotRolledOut();
testing::AssertionResult WaitRolledOut(std::chrono::seconds limit);

// The cloud's clock stands still for the time of this object: every step that takes time stays
// where it is. Calls are answered, agents go on.
class FrozenCloud {
 public:
  FrozenCloud();
  ~FrozenCloud();
  FrozenCloud(const FrozenCloud&) = delete;
  FrozenCloud& operator=(const FrozenCloud&) = delete;

  // Empty when it stands.
  const std::string& Refusal() const { return refusal_; }
  void Thaw();

 private:
  std::string refusal_;
  bool frozen_ = false;
};

// No cloud for the time of this object: its Deployment has no replica.
class StoppedCloud {
 public:
  StoppedCloud();
  ~StoppedCloud();
  StoppedCloud(const StoppedCloud&) = delete;
  StoppedCloud& operator=(const StoppedCloud&) = delete;

  // Empty when nobody answers any more.
  const std::string& Refusal() const { return refusal_; }
  // Until it answers again.
  testing::AssertionResult Start();

 private:
  std::string refusal_;
  bool stopped_ = false;
};

// The cloud dies, as kill -9 does it, when it passes that point of its table the next time.
class ArmedCloud {
 public:
  explicit ArmedCloud(const std::string& point);
  // Empty when it is armed.
  const std::string& Refusal() const { return refusal_; }
  // Until it has died there and is back.
  testing::AssertionResult WaitDied() const;

 private:
  Container cloud_;
  int restarts_ = 0;
  std::string refusal_;
};

}  // namespace e2e
