#include "cloudapi/actions/instances/instance_order.h"
#include "cloudapi/actions/instances/instances.h"
#include "cloudapi/base/json.h"

namespace cloudapi {

Result<Answer> RunInstances(const WriteCall& call) {
  const auto order = OrderOf(call);
  if (!order) return Fail(order.error());
  const auto ids = MakeInstances(call, *order);
  if (!ids) return Fail(ids.error());
  JsonWriter json;
  json.BeginObject().Key("InstanceIdSet").BeginArray();
  for (const std::string& id : *ids) json.Value(id);
  json.EndArray().EndObject();
  return Answer{.members = "\"InstanceIdSets\":" + json.Take()};
}

Result<Answer> CreateInstance(const WriteCall& call) {
  auto order = OrderOf(call);
  if (!order) return Fail(order.error());
  order->instance.starts = false;
  const auto ids = MakeInstances(call, *order);
  if (!ids) return Fail(ids.error());
  return TextAnswer("InstanceId", ids->front());
}

}  // namespace cloudapi
