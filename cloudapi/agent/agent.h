#pragma once
// Reconcile loop of one node: fetch the desired disks, apply, report.
#include <absl/base/thread_annotations.h>
#include <absl/synchronization/mutex.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
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
  std::string name;     // of the node; empty: the instance id
  std::string machine;  // the kernel's boot id; empty: not known
  std::filesystem::path by_id_dir;
  std::filesystem::path blocks_dir;  // empty: where the cloud says
  bool withdraw_on_stop = false;     // release all devices at the end
};

// Devices stay whatever happens to the cloud: only a desired set without a disk takes its device
// away.
class Agent {
 public:
  // Called on the thread of Run; on_refused, on_disks and on_poll may be empty.
  struct Listener {
    // What the agent does or waits for, one line at each change.
    std::function<void(std::string_view)> on_status;
    // The cloud accepted a registration.
    std::function<void(const Registered&)> on_registered;
    // The cloud does not know the zone or the instance type; it is asked again and again.
    std::function<void(const std::string& why)> on_refused;
    // The disks that have a device now: serial number → disk id.
    std::function<void(const std::map<std::string, std::string>&)> on_disks;
    // One round of the loop is over; `in_touch`: the cloud answered in it.
    std::function<void(bool in_touch)> on_poll;
  };
  Agent(AgentOptions options, CloudClient& cloud, LoopDevices& loops, Freezer& freezer,
        Listener listener);

  // Runs until Stop. Errors: the registration is refused for good (a malformed id, another place
  // while disks are attached), or a newer agent took the instance over.
  Result<void> Run();
  // Makes Run return soon. Thread-safe.
  void Stop() ABSL_LOCKS_EXCLUDED(mutex_);

  // One round of the loop: registers, or polls, reconciles and reports. Returns how long to pause
  // before the next. Errors: as Run.
  Result<std::chrono::milliseconds> RunOnce();
  // Whether this node holds devices now. Not while Run runs.
  bool HoldsDevices() { return reconciler_ && reconciler_->Holds(); }

 private:
  Result<std::chrono::milliseconds> Register();
  Result<std::chrono::milliseconds> Follow();
  Result<std::chrono::milliseconds> Report(const ObservedSet& observed);
  std::chrono::milliseconds AwaitPlace(const std::string& refusal);
  std::chrono::milliseconds BackOff(const std::string& why);
  void SetStatus(std::string line);
  bool Stopped() ABSL_LOCKS_EXCLUDED(mutex_);

  const AgentOptions options_;
  CloudClient& cloud_;
  LoopDevices& loops_;
  Freezer& freezer_;
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
