#include "cloudapi/rules/instance_states.h"

#include <fmt/format.h>

#include <string>

namespace cloudapi {

bool IsAtRest(const Instance& instance) {
  return instance.status == InstanceStatus::kRunning || instance.status == InstanceStatus::kStopped;
}

tl::unexpected<ApiError> NotAtRest(const Instance& instance, int status, std::string_view rule) {
  return Refuse(status, "IncorrectInstanceStatus", rule,
                fmt::format("Instance {} is {}, it must be Running or Stopped.", instance.id,
                            WordOf(instance.status)),
                {{"instance.status", std::string(WordOf(instance.status))}});
}

Result<void> CheckVirtual(const Instance& instance) {
  if (!instance.has_agent) return {};
  return Refuse(
      403, "OperationDenied", "instance.node",
      fmt::format("Instance {} is a node, whose machine is not the cloud's.", instance.id),
      {{"instance", instance.id}});
}

namespace {

Result<void> CheckIs(const Instance& instance, InstanceStatus wanted) {
  if (instance.status == wanted) return {};
  return Refuse(403, "IncorrectInstanceStatus", "instance.status",
                fmt::format("Instance {} is {}, it must be {}.", instance.id,
                            WordOf(instance.status), WordOf(wanted)),
                {{"instance.status", std::string(WordOf(instance.status))}});
}

Result<Instance> Move(Instance instance, InstanceStatus from, InstanceStatus to) {
  for (const Result<void>& checked : {CheckVirtual(instance), CheckIs(instance, from)}) {
    if (!checked) return Fail(checked.error());
  }
  instance.status = to;
  return instance;
}

}  // namespace

Result<Instance> Start(Instance instance) {
  auto next = Move(std::move(instance), InstanceStatus::kStopped, InstanceStatus::kStarting);
  if (next) next->stopped_mode = kNotStopped;
  return next;
}

Result<Instance> Stop(Instance instance, std::string_view mode) {
  auto next = Move(std::move(instance), InstanceStatus::kRunning, InstanceStatus::kStopping);
  if (next) next->stopped_mode = mode.empty() ? kKeepCharging : mode;
  return next;
}

Result<Instance> Reboot(Instance instance) {
  return Move(std::move(instance), InstanceStatus::kRunning, InstanceStatus::kStarting);
}

Result<void> CheckDeleteInstance(const Instance& instance, bool force) {
  if (auto is_virtual = CheckVirtual(instance); !is_virtual) return is_virtual;
  if (instance.deletion_protection) {
    return Refuse(403, "InvalidOperation.DeletionProtection", "instance.protected",
                  fmt::format("Instance {} is protected from deletion.", instance.id),
                  {{"instance", instance.id}});
  }
  if (force && instance.status == InstanceStatus::kRunning) return {};
  return CheckIs(instance, InstanceStatus::kStopped);
}

Result<Instance> CompletePending(Instance instance) {
  if (instance.starts)
    return Move(std::move(instance), InstanceStatus::kPending, InstanceStatus::kStarting);
  auto next = Move(std::move(instance), InstanceStatus::kPending, InstanceStatus::kStopped);
  if (next) next->stopped_mode = kKeepCharging;
  return next;
}

Result<Instance> CompleteStart(Instance instance) {
  return Move(std::move(instance), InstanceStatus::kStarting, InstanceStatus::kRunning);
}

Result<Instance> CompleteStop(Instance instance) {
  return Move(std::move(instance), InstanceStatus::kStopping, InstanceStatus::kStopped);
}

}  // namespace cloudapi
