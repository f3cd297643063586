#pragma once
#include <atomic>

#include "csi.grpc.pb.h"
#include "driver/csi/profile.h"

namespace driver {

// Thread-safe.
class IdentityService : public csi::v1::Identity::Service {
 public:
  // `with_controller`: false on a node that serves no Controller; it announces no controller then.
  IdentityService(PluginName name, const Profile& profile, bool with_controller);

  grpc::Status GetPluginInfo(grpc::ServerContext* context,
                             const csi::v1::GetPluginInfoRequest* request,
                             csi::v1::GetPluginInfoResponse* response) override;
  grpc::Status GetPluginCapabilities(grpc::ServerContext* context,
                                     const csi::v1::GetPluginCapabilitiesRequest* request,
                                     csi::v1::GetPluginCapabilitiesResponse* response) override;
  grpc::Status Probe(grpc::ServerContext* context, const csi::v1::ProbeRequest* request,
                     csi::v1::ProbeResponse* response) override;

  // What Probe returns; true from the start.
  void SetReady(bool ready) { ready_ = ready; }

 private:
  const PluginName name_;
  const Profile& profile_;
  const bool with_controller_;
  std::atomic<bool> ready_ = true;
};

}  // namespace driver
