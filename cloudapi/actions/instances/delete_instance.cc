#include "cloudapi/actions/find.h"
#include "cloudapi/actions/instances/instances.h"
#include "cloudapi/actions/release_instance.h"
#include "cloudapi/rules/instance_states.h"

namespace cloudapi {
namespace {

Result<void> DeleteOne(const WriteCall& call, const std::string& id) {
  const auto instance = Find<Instance>(call, id);
  if (!instance) return Fail(instance.error());
  if (auto allowed = CheckDeleteInstance(*instance, call.args.IsTrue("Force")); !allowed)
    return allowed;
  if (auto free = CheckRelease(call.tx, *instance); !free) return free;
  ReleaseInstance(call.tx, *instance);
  return {};
}

}  // namespace

Result<Answer> DeleteInstance(const WriteCall& call) {
  if (auto deleted = DeleteOne(call, call.args.TextOrEmpty("InstanceId")); !deleted)
    return Fail(deleted.error());
  return Answer{};
}

Result<Answer> DeleteInstances(const WriteCall& call) {
  if (auto region = CheckRegion(call); !region) return Fail(region.error());
  for (const std::string& id : call.args.List("InstanceId")) {
    if (auto deleted = DeleteOne(call, id); !deleted) return Fail(deleted.error());
  }
  return Answer{};
}

}  // namespace cloudapi
