#pragma once
// Every change of state of an instance, as functions of values: no clock, no database.
// Source: ECS API reference, StartInstance, StopInstance, RebootInstance, DeleteInstance.
#include <string_view>

#include "cloudapi/base/result.h"
#include "cloudapi/resources/instance.h"

namespace cloudapi {

// All of them refuse with 403 IncorrectInstanceStatus in another status, and with OperationDenied
// an instance that is a node: its machine is not the cloud's.

// Stopped → Starting.
Result<Instance> Start(Instance instance);
// Running → Stopping. `mode`: StoppedMode once it is Stopped, empty for KeepCharging.
Result<Instance> Stop(Instance instance, std::string_view mode);
// Running → Starting.
Result<Instance> Reboot(Instance instance);
// Whether it may be deleted: Stopped, or Running with `force`.
Result<void> CheckDeleteInstance(const Instance& instance, bool force);

// Starting → Running.
Result<Instance> CompleteStart(Instance instance);
// Stopping → Stopped.
Result<Instance> CompleteStop(Instance instance);

}  // namespace cloudapi
