#include "driver/csi/identity_service.h"

#include <utility>

namespace driver {
namespace {

bool IsOfController(PluginService service) {
  using Service = csi::v1::PluginCapability::Service;
  return service == Service::CONTROLLER_SERVICE || service == Service::GROUP_CONTROLLER_SERVICE;
}

}  // namespace

IdentityService::IdentityService(PluginName name, const Profile& profile, bool with_controller,
                                 NeedsCheck needs)
    : name_(std::move(name)),
      profile_(profile),
      with_controller_(with_controller),
      needs_(std::move(needs)) {}

grpc::Status IdentityService::GetPluginInfo(grpc::ServerContext*,
                                            const csi::v1::GetPluginInfoRequest*,
                                            csi::v1::GetPluginInfoResponse* response) {
  response->set_name(name_.name);
  response->set_vendor_version(name_.version);
  return grpc::Status::OK;
}

grpc::Status IdentityService::GetPluginCapabilities(
    grpc::ServerContext*, const csi::v1::GetPluginCapabilitiesRequest*,
    csi::v1::GetPluginCapabilitiesResponse* response) {
  for (const auto service : profile_.plugin_services) {
    if (!with_controller_ && IsOfController(service)) continue;
    response->add_capabilities()->mutable_service()->set_type(service);
  }
  response->add_capabilities()->mutable_volume_expansion()->set_type(
      csi::v1::PluginCapability::VolumeExpansion::ONLINE);
  return grpc::Status::OK;
}

Result<void> IdentityService::Ready() {
  if (stopping_) return Fail(grpc::StatusCode::UNAVAILABLE, "stopping");
  return needs_ ? needs_() : Result<void>();
}

grpc::Status IdentityService::Probe(grpc::ServerContext*, const csi::v1::ProbeRequest*,
                                    csi::v1::ProbeResponse* response) {
  const auto ready = Ready();
  if (!ready && ready.error().code != grpc::StatusCode::UNAVAILABLE) return ToGrpc(ready.error());
  if (profile_.probe_tells_ready) response->mutable_ready()->set_value(ready.has_value());
  return grpc::Status::OK;
}

}  // namespace driver
