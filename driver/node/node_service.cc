#include "driver/node/node_service.h"

#include <array>

#include "driver/csi/call_deadline.h"
#include "driver/node/expand_event.h"

namespace driver {
namespace {

using csi::v1::VolumeUsage;

grpc::Status Answer(const Result<void>& done) {
  return done ? grpc::Status::OK : ToGrpc(done.error());
}

void Add(csi::v1::NodeGetVolumeStatsResponse* response, VolumeUsage usage) {
  *response->add_usage() = std::move(usage);
}

VolumeUsage Usage(VolumeUsage::Unit unit, std::int64_t total, std::int64_t used,
                  std::int64_t available) {
  VolumeUsage usage;
  usage.set_unit(unit);
  usage.set_total(total);
  usage.set_used(used);
  usage.set_available(available);
  return usage;
}

}  // namespace

template <class T>
Result<T> NodeService::Bounded(grpc::ServerContext& context, const std::string& name,
                               std::function<Result<T>(const Deadline&)> work) {
  return errands_.Run<T>(name, DeadlineOf(context, clock_), std::move(work));
}

grpc::Status NodeService::NodeStageVolume(grpc::ServerContext* context,
                                          const csi::v1::NodeStageVolumeRequest* request,
                                          csi::v1::NodeStageVolumeResponse*) {
  const auto wanted = ParseStage(*request, guard_);
  if (!wanted) return ToGrpc(wanted.error());
  return Answer(Bounded<void>(*context, "NodeStageVolume of " + wanted->volume_id,
                              [this, wanted = *wanted](const Deadline& deadline) {
                                return staging_.Stage(wanted, deadline);
                              }));
}

grpc::Status NodeService::NodeUnstageVolume(grpc::ServerContext* context,
                                            const csi::v1::NodeUnstageVolumeRequest* request,
                                            csi::v1::NodeUnstageVolumeResponse*) {
  const auto wanted = ParseUnstage(*request, guard_);
  if (!wanted) return ToGrpc(wanted.error());
  return Answer(Bounded<void>(*context, "NodeUnstageVolume of " + wanted->volume_id,
                              [this, wanted = *wanted](const Deadline&) {
                                return staging_.Unstage(wanted.volume_id, wanted.path);
                              }));
}

grpc::Status NodeService::NodePublishVolume(grpc::ServerContext* context,
                                            const csi::v1::NodePublishVolumeRequest* request,
                                            csi::v1::NodePublishVolumeResponse*) {
  const auto wanted = ParsePublishOnNode(*request, guard_);
  if (!wanted) return ToGrpc(wanted.error());
  return Answer(Bounded<void>(*context, "NodePublishVolume of " + wanted->volume_id,
                              [this, wanted = *wanted](const Deadline& deadline) {
                                return staging_.Publish(wanted, deadline);
                              }));
}

grpc::Status NodeService::NodeUnpublishVolume(grpc::ServerContext* context,
                                              const csi::v1::NodeUnpublishVolumeRequest* request,
                                              csi::v1::NodeUnpublishVolumeResponse*) {
  const auto wanted = ParseUnpublishOnNode(*request, guard_);
  if (!wanted) return ToGrpc(wanted.error());
  return Answer(Bounded<void>(*context, "NodeUnpublishVolume of " + wanted->volume_id,
                              [this, wanted = *wanted](const Deadline&) {
                                return staging_.Unpublish(wanted.volume_id, wanted.path);
                              }));
}

grpc::Status NodeService::NodeGetVolumeStats(grpc::ServerContext* context,
                                             const csi::v1::NodeGetVolumeStatsRequest* request,
                                             csi::v1::NodeGetVolumeStatsResponse* response) {
  const auto wanted = ParseUsage(*request);
  if (!wanted) return ToGrpc(wanted.error());
  const auto usage = Bounded<NodeUsage>(*context, "NodeGetVolumeStats of " + wanted->volume_id,
                                        [this, wanted = *wanted](const Deadline&) {
                                          return staging_.Usage(wanted.volume_id, wanted.path);
                                        });
  if (!usage) return ToGrpc(usage.error());
  if (!usage->file_system) {
    // Who writes where on a raw device is not known: only the total is.
    VolumeUsage total;
    total.set_unit(VolumeUsage::BYTES);
    total.set_total(usage->total_bytes);
    Add(response, std::move(total));
    return grpc::Status::OK;
  }
  const auto& fs = *usage->file_system;
  Add(response, Usage(VolumeUsage::BYTES, fs.total_bytes, fs.total_bytes - fs.free_bytes,
                      fs.available_bytes));
  Add(response, Usage(VolumeUsage::INODES, fs.total_inodes, fs.total_inodes - fs.free_inodes,
                      fs.free_inodes));
  return grpc::Status::OK;
}

grpc::Status NodeService::NodeExpandVolume(grpc::ServerContext* context,
                                           const csi::v1::NodeExpandVolumeRequest* request,
                                           csi::v1::NodeExpandVolumeResponse* response) {
  const auto wanted = ParseExpandOnNode(*request);
  if (!wanted) return ToGrpc(wanted.error());
  const auto bytes = Bounded<std::int64_t>(
      *context, "NodeExpandVolume of " + wanted->volume_id,
      [this, wanted = *wanted](const Deadline&) { return staging_.Expand(wanted); });
  if (!bytes) {
    ReportExpandFailure(cluster_, *wanted, bytes.error(), DeadlineOf(*context, clock_));
    return ToGrpc(bytes.error());
  }
  response->set_capacity_bytes(*bytes);
  return grpc::Status::OK;
}

grpc::Status NodeService::NodeGetCapabilities(grpc::ServerContext*,
                                              const csi::v1::NodeGetCapabilitiesRequest*,
                                              csi::v1::NodeGetCapabilitiesResponse* response) {
  for (const auto type : profile_.node_rpcs) {
    response->add_capabilities()->mutable_rpc()->set_type(type);
  }
  return grpc::Status::OK;
}

grpc::Status NodeService::NodeGetInfo(grpc::ServerContext* context,
                                      const csi::v1::NodeGetInfoRequest*,
                                      csi::v1::NodeGetInfoResponse* response) {
  const auto own = own_.Get(DeadlineOf(*context, clock_));
  if (!own) return ToGrpc(own.error());
  response->set_node_id(own->node_id);
  response->set_max_volumes_per_node(own->max_volumes);
  if (own->segments.empty()) return grpc::Status::OK;
  auto& segments = *response->mutable_accessible_topology()->mutable_segments();
  for (const auto& [key, value] : own->segments) segments[key] = value;
  return grpc::Status::OK;
}

}  // namespace driver
