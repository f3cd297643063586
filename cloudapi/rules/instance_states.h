#pragma once
// Every change of state of an instance, as functions of values: no clock, no database.
// Source: ECS API reference, StartInstance, StopInstance, RebootInstance, DeleteInstance.
#include <string_view>

#include "cloudapi/base/result.h"
#include "cloudapi/resources/instance.h"

namespace cloudapi {

// All of them refuse with 403 IncorrectInstanceStatus in another status, and with OperationDenied
// an instance that is a node: its machine is not the cloud's.

// Whether the cloud runs it, not an agent.
Result<void> CheckVirtual(const Instance& instance);

// Whether it is Running or Stopped, and what is answered where it must be.
bool IsAtRest(const Instance& instance);
tl::unexpected<ApiError> NotAtRest(const Instance& instance, int status, std::string_view rule);

// Stopped → Starting.
Result<Instance> Start(Instance instance);
// Running → Stopping. `mode`: StoppedMode once it is Stopped, empty for KeepCharging.
Result<Instance> Stop(Instance instance, std::string_view mode);
// Running → Starting.
Result<Instance> Reboot(Instance instance);
// Whether it may be deleted: Stopped, or Running with `force`, and not protected. Errors also: 403
// InvalidOperation.DeletionProtection.
Result<void> CheckDeleteInstance(const Instance& instance, bool force);

// Pending → Starting, or Stopped where it was not to start: its disks are made.
Result<Instance> CompletePending(Instance instance);
// Starting → Running.
Result<Instance> CompleteStart(Instance instance);
// Stopping → Stopped.
Result<Instance> CompleteStop(Instance instance);

}  // namespace cloudapi
