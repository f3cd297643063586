#include "e2e/harness/workload.h"

namespace e2e {
namespace {

constexpr std::chrono::seconds kSnapshotLimit{60};

}  // namespace

grpc::Status CallTwice(const std::function<grpc::Status()>& call) {
  if (auto first = call(); !first.ok()) return first;
  return call();
}

template <class Reply>
grpc::Status Workload::Retried(const std::function<Rpc<Reply>()>& call, Reply& reply) {
  return retrier_([&] {
    auto answered = call();
    if (answered.Ok()) reply = std::move(answered.reply);
    return answered.status;
  });
}

template <class Reply>
grpc::Status Workload::Retried(const std::function<Rpc<Reply>()>& call) {
  Reply unused;
  return Retried(call, unused);
}

grpc::Status Workload::Create(const csi::v1::CreateVolumeRequest& request,
                              csi::v1::Volume& volume) {
  csi::v1::CreateVolumeResponse reply;
  auto status = Retried<csi::v1::CreateVolumeResponse>(
      [&] { return world_.Controller().CreateVolume(request); }, reply);
  volume = reply.volume();
  return status;
}

grpc::Status Workload::Mount(const std::string& instance, const std::string& volume,
                             const Use& use) {
  csi::v1::ControllerPublishVolumeResponse published;
  auto status = Retried<csi::v1::ControllerPublishVolumeResponse>(
      [&] { return world_.Controller().Publish(volume, instance, use); }, published);
  if (!status.ok()) return status;
  const auto paths = world_.Paths(instance, volume);
  status = Retried<csi::v1::NodeStageVolumeResponse>(
      [&] { return world_.Node(instance).Stage(volume, published, paths, use); });
  if (!status.ok()) return status;
  return Retried<csi::v1::NodePublishVolumeResponse>(
      [&] { return world_.Node(instance).PublishOnNode(volume, published, paths, use); });
}

grpc::Status Workload::Unmount(const std::string& instance, const std::string& volume) {
  const auto paths = world_.Paths(instance, volume);
  auto status = Retried<csi::v1::NodeUnpublishVolumeResponse>(
      [&] { return world_.Node(instance).UnpublishOnNode(volume, paths); });
  if (!status.ok()) return status;
  status = Retried<csi::v1::NodeUnstageVolumeResponse>(
      [&] { return world_.Node(instance).Unstage(volume, paths); });
  if (!status.ok()) return status;
  return Retried<csi::v1::ControllerUnpublishVolumeResponse>(
      [&] { return world_.Controller().Unpublish(volume, instance); });
}

grpc::Status Workload::Snapshot(const std::string& volume, const std::string& name,
                                csi::v1::Snapshot& snapshot) {
  csi::v1::CreateSnapshotResponse reply;
  grpc::Status status;
  const bool ready = WaitUntil(
      [&] {
        status = Retried<csi::v1::CreateSnapshotResponse>(
            [&] { return world_.Controller().CreateSnapshot(volume, name); }, reply);
        return !status.ok() || reply.snapshot().ready_to_use();
      },
      kSnapshotLimit);
  snapshot = reply.snapshot();
  if (status.ok() && !ready) {
    return {grpc::StatusCode::DEADLINE_EXCEEDED,
            "snapshot " + snapshot.snapshot_id() + " is not ready"};
  }
  return status;
}

grpc::Status Workload::DeleteSnapshot(const std::string& snapshot) {
  return Retried<csi::v1::DeleteSnapshotResponse>(
      [&] { return world_.Controller().DeleteSnapshot(snapshot); });
}

grpc::Status Workload::Delete(const std::string& volume) {
  return Retried<csi::v1::DeleteVolumeResponse>(
      [&] { return world_.Controller().DeleteVolume(volume); });
}

csi::v1::CreateVolumeRequest RestoreRequest(const std::string& name, const std::string& snapshot,
                                            std::int64_t bytes, const std::string& zone) {
  auto request = VolumeRequest(name, bytes);
  request.mutable_volume_content_source()->mutable_snapshot()->set_snapshot_id(snapshot);
  RequireZone(request, zone);
  return request;
}

}  // namespace e2e
