#pragma once
// Makes the plugin known to kubelet without a registrar beside it.
#include <functional>
#include <memory>
#include <string>

#include "driver/base/result.h"

namespace driver {

struct RegistrationSettings {
  std::string folder;  // kubelet's plugins_registry
  std::string driver_name;
  std::string csi_socket;  // path of the socket of the CSI services, as kubelet sees it
  // Whether kubelet may ask about the node now: until then it is refused and asks again, less and
  // less often. None: it may.
  std::function<Result<void>()> may_register = nullptr;
};

// Serves <folder>/<driver name>-reg.sock until destroyed, then removes it: its disappearance is
// what tells kubelet that the plugin has gone.
class Registration {
 public:
  // Replaces the socket of a process that has ended, never one on which a process listens: two
  // drivers of one name on a node would serve each other's volumes.
  // Errors: ALREADY_EXISTS when a process listens there, UNAVAILABLE when the socket cannot be
  // made; those of RemoveDeadSocket. The message names the driver and the socket.
  static Result<std::unique_ptr<Registration>> Start(const RegistrationSettings& settings);
  virtual ~Registration() = default;
  virtual std::string SocketPath() const = 0;
  // What kubelet said last. Errors: UNAVAILABLE before its first word; FAILED_PRECONDITION with its
  // reason when it refuses the driver.
  virtual Result<void> Registered() const = 0;
};

}  // namespace driver
