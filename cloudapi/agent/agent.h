#pragma once
// The loop of one node's hypervisor: ask what the instance shall hold, make it so, report.
#include <absl/base/thread_annotations.h>
#include <absl/synchronization/mutex.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cloudapi/agent/cloud_client.h"
#include "cloudapi/agent/device_reconciler.h"
#include "cloudapi/images/loop_devices.h"

namespace cloudapi {

struct AgentOptions {
  std::string instance_id;
  std::string zone;
  std::string instance_type;
  std::string access_key_id;
  std::string name;  // of the node, for people; may be empty
  std::filesystem::path by_id_dir;
  std::filesystem::path blocks_dir;  // empty: what the cloud says
  bool withdraw_on_stop = false;     // release all devices at the end
};

// Whatever happens to the cloud, devices stay: only a wanted set without a disk takes it away.
class Agent {
 public:
  // `on_status` receives one line for each change of what is going on, `on_registered` each
  // accepted registration, `on_poll` each turn of the loop and whether the cloud answered in it;
  // the last may be empty. All are called on the thread of Run.
  struct Listener {
    std::function<void(std::string_view)> on_status;
    std::function<void(const Registered&)> on_registered;
    std::function<void(bool in_touch)> on_poll;
  };
  Agent(AgentOptions options, CloudClient& cloud, LoopDevices& loops, Listener listener);

  // Until Stop. Errors: the registration is refused for good (unknown zone or type, another place
  // while disks are attached), or a newer agent took the instance over.
  Result<void> Run();
  // From any thread; Run returns soon.
  void Stop() ABSL_LOCKS_EXCLUDED(mutex_);

  // One turn of the loop: registers, or polls, reconciles and reports. Answers how long to pause.
  // Errors: as Run.
  Result<std::chrono::milliseconds> RunOnce();
  // Whether this node holds devices now. Not while Run runs.
  bool HoldsDevices() { return reconciler_ && reconciler_->Holds(); }

 private:
  Result<std::chrono::milliseconds> Register();
  Result<std::chrono::milliseconds> Follow();
  Result<std::chrono::milliseconds> Report(const ObservedSet& observed);
  std::chrono::milliseconds BackOff(const std::string& why);
  void SetStatus(std::string line);
  bool Stopped() ABSL_LOCKS_EXCLUDED(mutex_);

  const AgentOptions options_;
  CloudClient& cloud_;
  LoopDevices& loops_;
  const Listener listener_;
  std::unique_ptr<DeviceReconciler> reconciler_;  // from the first registration on
  std::string session_;
  bool registered_ = false;
  std::int64_t revision_ = 0;
  std::optional<std::vector<PresentDisk>> reported_;
  std::int64_t reported_revision_ = 0;
  std::string last_status_;
  std::chrono::milliseconds back_off_{0};
  absl::Mutex mutex_;
  absl::CondVar stopping_;
  bool stopped_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace cloudapi
