#include "cloudapi/agent/node_object.h"

#include <chrono>
#include <utility>

#include "common/kube/events.h"
#include "common/kube/system_env.h"
#include "topology/labels.h"

namespace cloudapi {
namespace {

constexpr kube::Patience kCallTimeout = std::chrono::seconds(3);

// Other platforms write words of their own there ("k3s").
std::string EcsTypeOf(const topology::Labels& labels) {
  const std::string type = topology::InstanceTypeOf(labels).value_or("");
  return type.starts_with("ecs.") ? type : "";
}

tl::unexpected<ApiError> Translated(const kube::Error& error) {
  return Fail(ApiError{.http_status = error.http_status,
                       .code = "KubernetesFailure",
                       .message = error.message,
                       .rule = "agent.node"});
}

}  // namespace

Result<NodeObject> ReadNodeObject(kube::Api& api, const std::string& node) {
  const auto object = api.Get({.kind = kube::kNodes, .name = node}, kCallTimeout);
  if (!object) return Translated(object.error());
  const topology::Labels labels = kube::PairsIn(*object, "labels");
  const auto zone = topology::ZoneOf(labels);
  if (!zone) {
    return Refuse(404, "NoZoneLabel", "agent.node",
                  "node " + node + " has no label " + std::string(topology::kZoneKey) + " yet");
  }
  return NodeObject{.zone = *zone,
                    .region = topology::RegionOf(labels).value_or(""),
                    .instance_type = EcsTypeOf(labels),
                    .uid = kube::TextAt(*object, "/metadata/uid")};
}

Result<void> WarnOnNode(kube::Api& api, const std::string& node, const std::string& uid,
                        std::string_view reason, const std::string& message) {
  const auto reported = kube::Report(api,
                                     {.about = {.kind = kube::kNodes, .name = node},
                                      .kind = "Node",
                                      .uid = uid,
                                      .reason = std::string(reason),
                                      .message = message,
                                      .component = "zonedisk-agent",
                                      .host = node,
                                      .created_at = kube::WallNow()},
                                     kCallTimeout);
  if (reported) return {};
  return Translated(reported.error());
}

}  // namespace cloudapi
