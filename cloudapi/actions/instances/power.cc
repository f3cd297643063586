// Starting, stopping and restarting virtual instances, one or several at once.
#include <fmt/format.h>

#include <algorithm>

#include "cloudapi/actions/find.h"
#include "cloudapi/actions/instances/instances.h"
#include "cloudapi/base/json.h"
#include "cloudapi/rules/instance_states.h"

namespace cloudapi {
namespace {

// What is done to each instance, and the step that ends it.
struct PowerChange {
  Result<Instance> (*decide)(const WriteCall& call, const Instance& instance);
  Step step;
  std::chrono::milliseconds delay;
};

Result<Instance> Stopped(const WriteCall& call, const Instance& instance) {
  return Stop(instance, call.args.TextOrEmpty("StoppedMode"));
}
Result<Instance> Started(const WriteCall&, const Instance& instance) {
  return Start(instance);
}
Result<Instance> Rebooted(const WriteCall&, const Instance& instance) {
  return Reboot(instance);
}

PowerChange Starting(const WriteCall& call) {
  return {Started, Step::kInstanceStart, call.settings.delays.start};
}
PowerChange Stopping(const WriteCall& call) {
  return {Stopped, Step::kInstanceStop, call.settings.delays.stop};
}

PowerChange Rebooting(const WriteCall& call) {
  return {Rebooted, Step::kInstanceStart, call.settings.delays.start};
}

// The instance before and after.
struct Changed {
  std::string id;
  InstanceStatus before = InstanceStatus::kRunning;
  InstanceStatus after = InstanceStatus::kRunning;
};

Result<Changed> SwitchOne(const WriteCall& call, const PowerChange& change, const std::string& id) {
  const auto instance = Find<Instance>(call, id);
  if (!instance) return Fail(instance.error());
  const auto next = change.decide(call, *instance);
  if (!next) return Fail(next.error());
  call.tx.Put(*next);
  call.tx.Schedule(*next, change.step, change.delay);
  return Changed{.id = id, .before = instance->status, .after = next->status};
}

Result<Answer> SwitchNamed(const WriteCall& call, const PowerChange& change) {
  const auto changed = SwitchOne(call, change, call.args.TextOrEmpty("InstanceId"));
  if (!changed) return Fail(changed.error());
  return Answer{};
}

void WriteRow(JsonWriter& json, const Changed& changed, const ApiError* refusal) {
  json.BeginObject()
      .Field("InstanceId", changed.id)
      .Field("PreviousStatus", WordOf(changed.before))
      .Field("CurrentStatus", WordOf(changed.after))
      .Field("Code", refusal == nullptr ? "200" : std::string_view(refusal->code))
      .Field("Message", refusal == nullptr ? "success" : std::string_view(refusal->message))
      .EndObject();
}

// With BatchOptimization=SuccessFirst each for itself, else all or none. An instance that is not
// there is refused either way.
Result<Answer> SwitchAll(const WriteCall& call, const PowerChange& change) {
  if (auto region = CheckRegion(call); !region) return Fail(region.error());
  const bool each = call.args.TextOrEmpty("BatchOptimization") == "SuccessFirst";
  JsonWriter json;
  json.BeginObject().Key("InstanceResponse").BeginArray();
  for (const std::string& id : call.args.List("InstanceId")) {
    const auto changed = SwitchOne(call, change, id);
    if (changed) {
      WriteRow(json, *changed, nullptr);
      continue;
    }
    const auto instance = Find<Instance>(call, id);
    if (!each || !instance) return Fail(changed.error());
    WriteRow(json, {.id = id, .before = instance->status, .after = instance->status},
             &changed.error());
  }
  json.EndArray().EndObject();
  return Answer{.members = "\"InstanceResponses\":" + json.Take()};
}

// No instance here can hibernate.
Result<void> CheckHibernate(const Arguments& args) {
  if (!args.IsTrue("Hibernate")) return {};
  return Refuse(403, "OperationDenied", "stop.hibernate", "No instance here can hibernate.");
}

}  // namespace

Result<Answer> StartInstance(const WriteCall& call) {
  return SwitchNamed(call, Starting(call));
}

Result<Answer> StopInstance(const WriteCall& call) {
  if (auto hibernates = CheckHibernate(call.args); !hibernates) return Fail(hibernates.error());
  return SwitchNamed(call, Stopping(call));
}

Result<Answer> RebootInstance(const WriteCall& call) {
  return SwitchNamed(call, Rebooting(call));
}

Result<Answer> RebootInstances(const WriteCall& call) {
  return SwitchAll(call, Rebooting(call));
}

Result<Answer> StartInstances(const WriteCall& call) {
  return SwitchAll(call, Starting(call));
}

Result<Answer> StopInstances(const WriteCall& call) {
  return SwitchAll(call, Stopping(call));
}

}  // namespace cloudapi
