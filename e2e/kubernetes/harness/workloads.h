#pragma once
// zonedisk's own workloads: its containers killed, its cloud crashed, stopped or with a frozen
// clock, and all of them checked for readiness.
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

namespace e2e {

// A container of one Pod.
struct Container {
  std::string pod;
  std::string name;
  std::string ns = "zonedisk";
};

// Returns the Pods with that label app.kubernetes.io/name, e.g. "zonedisk-agent", on `node` or on
// any. Pods that are being deleted are left out.
std::vector<std::string> PodsOf(const std::string& workload, const std::string& node = {});
// Returns the only such Pod; "" when there are none or several.
std::string PodOf(const std::string& workload, const std::string& node = {});
// Returns the Pod whose container of that name (a sidecar, snapshot-controller) holds the lease.
std::string LeaderOf(const std::string& sidecar);

// A container as kubelet reports it.
struct ContainerState {
  int restarts = -1;   // -1: there is no such container
  int exit_code = -1;  // of its last end; -1: it has not ended
  bool running = false;
  bool ready = false;
};
ContainerState StateOf(const Container& container);

// Sends SIGKILL to all processes of each container, from outside of the nodes, and waits until
// kubelet has started all containers again, ready or not. A container that is just starting is
// waited for first. A sidecar ends by itself when it loses its driver: name it before the driver.
// The story is expected to restart them; with a driver, all of its Pod.
testing::AssertionResult Restart(const std::vector<Container>& containers);

// All processes of a container stand still (SIGSTOP) for the time of this object, or until they are
// killed: who asks it gets no answer. Keep it short, kubelet asks too.
class PausedContainer {
 public:
  explicit PausedContainer(const Container& container);
  ~PausedContainer() { Continue(); }
  PausedContainer(const PausedContainer&) = delete;
  PausedContainer& operator=(const PausedContainer&) = delete;

  // Whether it stands still, or why not.
  const testing::AssertionResult& Ok() const { return result_; }
  void Continue();

 private:
  std::string id_;
  testing::AssertionResult result_;
};

// Returns the workloads with replicas that are not ready or not of the newest revision; empty when
// all are.
std::string NotRolledOut();
testing::AssertionResult WaitRolledOut(std::chrono::seconds limit);

// The --timeout of a sidecar of zonedisk's controller, e.g. "csi-attacher": how long it waits for
// the answer to a call.
std::chrono::seconds TimeoutOf(const std::string& sidecar);

// Freezes the cloud's clock for the time of this object: every step that takes time stays where it
// is, while calls are answered and agents go on.
class FrozenCloud {
 public:
  FrozenCloud();
  ~FrozenCloud();
  FrozenCloud(const FrozenCloud&) = delete;
  FrozenCloud& operator=(const FrozenCloud&) = delete;

  // Whether it is frozen, or why not.
  const testing::AssertionResult& Ok() const { return result_; }
  void Thaw();

 private:
  testing::AssertionResult result_;
  bool frozen_ = false;
};

// Scales the cloud's Deployment to 0 for the time of this object.
class StoppedCloud {
 public:
  StoppedCloud();
  ~StoppedCloud();
  StoppedCloud(const StoppedCloud&) = delete;
  StoppedCloud& operator=(const StoppedCloud&) = delete;

  // Whether it has stopped, or why not.
  const testing::AssertionResult& Ok() const { return result_; }
  // Scales it up and waits until it answers.
  testing::AssertionResult Start();

 private:
  testing::AssertionResult result_;
  bool stopped_ = false;
};

// A crash point of the cloud, armed for one kind of work.
struct CrashPoint {
  std::string name;     // of the cloud's table
  std::string action;   // of the API, or a job such as "disk.create", or "poll" of an agent
  std::string id = {};  // of the object that it names; empty: any
  // NAME@ACTION[/ID], as the lab API takes it.
  std::string Text() const;
};

// The cloud dies, as kill -9 does it, when it passes that point the next time.
class ArmedCloud {
 public:
  explicit ArmedCloud(CrashPoint point);
  // Whether it is armed, or why not.
  const testing::AssertionResult& Ok() const { return result_; }
  // Waits until it has died there, in the work that is meant, and is back.
  testing::AssertionResult WaitDied() const;

 private:
  CrashPoint point_;
  Container cloud_;
  int restarts_ = 0;
  testing::AssertionResult result_;
};

}  // namespace e2e
