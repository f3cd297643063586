#pragma once
#include <atomic>
#include <functional>

#include "csi.grpc.pb.h"
#include "driver/base/result.h"
#include "driver/csi/profile.h"

namespace driver {

// What the services of the process need just now. UNAVAILABLE while it is away and comes back by
// itself; any other error stays until it is mended. Thread-safe, within a second.
using NeedsCheck = std::function<Result<void>()>;

// Thread-safe.
class IdentityService : public csi::v1::Identity::Service {
 public:
  // `with_controller`: false on a node that serves no Controller; it announces no controller then.
  // `needs`: looked at by Probe; none: nothing is needed.
  IdentityService(PluginName name, const Profile& profile, bool with_controller,
                  NeedsCheck needs = nullptr);

  grpc::Status GetPluginInfo(grpc::ServerContext* context,
                             const csi::v1::GetPluginInfoRequest* request,
                             csi::v1::GetPluginInfoResponse* response) override;
  grpc::Status GetPluginCapabilities(grpc::ServerContext* context,
                                     const csi::v1::GetPluginCapabilitiesRequest* request,
                                     csi::v1::GetPluginCapabilitiesResponse* response) override;
  // Not ready while stopping and while a need is UNAVAILABLE: a sidecar waits for that. Errors:
  // those of the needs otherwise.
  grpc::Status Probe(grpc::ServerContext* context, const csi::v1::ProbeRequest* request,
                     csi::v1::ProbeResponse* response) override;

  // Probe says from now on that the process is not ready.
  void Stop() { stopping_ = true; }
  // Why Probe says not ready; its answer has no room for it.
  Result<void> Ready();

 private:
  const PluginName name_;
  const Profile& profile_;
  const bool with_controller_;
  const NeedsCheck needs_;
  std::atomic<bool> stopping_ = false;
};

}  // namespace driver
