#pragma once
// The Node service of CSI.
#include <functional>
#include <string>
#include <utility>

#include "csi.grpc.pb.h"
#include "driver/base/clock.h"
#include "driver/csi/profile.h"
#include "driver/kubernetes/cluster.h"
#include "driver/node/errands.h"
#include "driver/node/node_info.h"
#include "driver/node/node_requests.h"
#include "driver/node/staging.h"

namespace driver {

// Thin: parses, calls, translates back, and answers before the caller's deadline whatever the
// machine does. Thread-safe.
class NodeService : public csi::v1::Node::Service {
 public:
  // `cluster` is told what no answer shows; it may be null.
  NodeService(Staging& staging, OwnNodeInfo& own, Clock& clock, PathGuard guard,
              Cluster* cluster = nullptr, const Profile& profile = FullProfile())
      : staging_(staging),
        own_(own),
        clock_(clock),
        guard_(std::move(guard)),
        cluster_(cluster),
        profile_(profile),
        errands_(clock) {}

  // Until no work of calls that were answered before its end is under way.
  void Finish() { errands_.Wait(); }

  grpc::Status NodeStageVolume(grpc::ServerContext* context,
                               const csi::v1::NodeStageVolumeRequest* request,
                               csi::v1::NodeStageVolumeResponse* response) override;
  grpc::Status NodeUnstageVolume(grpc::ServerContext* context,
                                 const csi::v1::NodeUnstageVolumeRequest* request,
                                 csi::v1::NodeUnstageVolumeResponse* response) override;
  grpc::Status NodePublishVolume(grpc::ServerContext* context,
                                 const csi::v1::NodePublishVolumeRequest* request,
                                 csi::v1::NodePublishVolumeResponse* response) override;
  grpc::Status NodeUnpublishVolume(grpc::ServerContext* context,
                                   const csi::v1::NodeUnpublishVolumeRequest* request,
                                   csi::v1::NodeUnpublishVolumeResponse* response) override;
  grpc::Status NodeGetVolumeStats(grpc::ServerContext* context,
                                  const csi::v1::NodeGetVolumeStatsRequest* request,
                                  csi::v1::NodeGetVolumeStatsResponse* response) override;
  grpc::Status NodeExpandVolume(grpc::ServerContext* context,
                                const csi::v1::NodeExpandVolumeRequest* request,
                                csi::v1::NodeExpandVolumeResponse* response) override;
  grpc::Status NodeGetCapabilities(grpc::ServerContext* context,
                                   const csi::v1::NodeGetCapabilitiesRequest* request,
                                   csi::v1::NodeGetCapabilitiesResponse* response) override;
  grpc::Status NodeGetInfo(grpc::ServerContext* context, const csi::v1::NodeGetInfoRequest* request,
                           csi::v1::NodeGetInfoResponse* response) override;

 private:
  // What `work` returns, or until the caller's deadline.
  template <class T>
  Result<T> Bounded(grpc::ServerContext& context, const std::string& name,
                    std::function<Result<T>(const Deadline&)> work);

  Staging& staging_;
  OwnNodeInfo& own_;
  Clock& clock_;
  const PathGuard guard_;
  Cluster* const cluster_;
  const Profile& profile_;
  Errands errands_;
};

}  // namespace driver
