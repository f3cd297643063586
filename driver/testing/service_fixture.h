#pragma once
// The controller behind a real gRPC channel, on the fake cloud and the fake clock.
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "csi.grpc.pb.h"
#include "driver/controller/controller_service.h"
#include "driver/testing/fake_clock.h"
#include "driver/testing/fake_cloud.h"
#include "driver/testing/scripted_cloud.h"

namespace driver {

inline constexpr std::int64_t kGib = std::int64_t{1} << 30;

class ServiceTest : public testing::Test {
 protected:
  ServiceTest() {
    fake_.AddInstance({.id = "i-b1", .zone = "cn-hangzhou-b"});
    fake_.AddInstance({.id = "i-b2", .zone = "cn-hangzhou-b"});
    fake_.AddInstance({.id = "i-d1", .zone = "cn-hangzhou-d"});
  }
  ~ServiceTest() override {
    if (scripted_) {
      EXPECT_EQ(scripted_->Unused(), std::vector<std::string>{});
    }
  }

  // Before the first call. A later call starts a driver anew, as after a restart.
  void Script(std::vector<Fault> faults) {
    scripted_ = std::make_unique<ScriptedCloud>(fake_, std::move(faults));
    Restart();
  }

  void Restart() {
    stub_.reset();
    if (server_) server_->Shutdown();
    Cloud& cloud = scripted_ ? static_cast<Cloud&>(*scripted_) : fake_;
    service_ =
        std::make_unique<ControllerService>(cloud, clock_, *profile_,
                                            ControllerSettings{.default_zone = "cn-hangzhou-b",
                                                               .cluster = cluster_,
                                                               .pv_labeler = pv_labeler_,
                                                               .reads_node_labels = true});
    grpc::ServerBuilder builder;
    builder.RegisterService(service_.get());
    server_ = builder.BuildAndStart();
    stub_ = csi::v1::Controller::NewStub(server_->InProcessChannel({}));
  }

  csi::v1::Controller::Stub& stub() {
    if (!stub_) Restart();
    return *stub_;
  }

  // One call with `timeout` on the fake clock.
  template <class Request, class Response>
  grpc::Status Call(grpc::Status (csi::v1::Controller::Stub::*method)(grpc::ClientContext*,
                                                                      const Request&, Response*),
                    const Request& request, Response& response,
                    std::chrono::seconds timeout = std::chrono::seconds(30)) {
    grpc::ClientContext context;
    context.set_deadline(clock_.WallNow() + timeout);
    response.Clear();
    return (stub().*method)(&context, request, &response);
  }

  static csi::v1::VolumeCapability Mounted(
      AccessMode mode = csi::v1::VolumeCapability::AccessMode::SINGLE_NODE_WRITER) {
    csi::v1::VolumeCapability capability;
    capability.mutable_mount()->set_fs_type("ext4");
    capability.mutable_access_mode()->set_mode(mode);
    return capability;
  }

  static csi::v1::CreateVolumeRequest CreateRequest(const std::string& name,
                                                    std::int64_t gib = 20) {
    csi::v1::CreateVolumeRequest request;
    request.set_name(name);
    (*request.mutable_parameters())["type"] = "cloud_essd";
    request.mutable_capacity_range()->set_required_bytes(gib * kGib);
    *request.add_volume_capabilities() = Mounted();
    return request;
  }

  static void Require(csi::v1::CreateVolumeRequest& request, const std::string& zone) {
    auto& segments =
        *request.mutable_accessibility_requirements()->add_requisite()->mutable_segments();
    segments["topology.kubernetes.io/zone"] = zone;
  }

  grpc::Status Create(const csi::v1::CreateVolumeRequest& request,
                      std::chrono::seconds timeout = std::chrono::seconds(30)) {
    return Call(&csi::v1::Controller::Stub::CreateVolume, request, created_, timeout);
  }

  // The id of a new volume.
  std::string Created(const std::string& name, std::int64_t gib = 20) {
    const auto status = Create(CreateRequest(name, gib));
    EXPECT_TRUE(status.ok()) << status.error_message();
    return created_.volume().volume_id();
  }

  grpc::Status Delete(const std::string& id) {
    csi::v1::DeleteVolumeRequest request;
    request.set_volume_id(id);
    csi::v1::DeleteVolumeResponse response;
    return Call(&csi::v1::Controller::Stub::DeleteVolume, request, response);
  }

  static csi::v1::ControllerPublishVolumeRequest PublishRequest(const std::string& volume,
                                                                const std::string& node) {
    csi::v1::ControllerPublishVolumeRequest request;
    request.set_volume_id(volume);
    request.set_node_id(node);
    *request.mutable_volume_capability() = Mounted();
    return request;
  }

  grpc::Status Publish(const std::string& volume, const std::string& node,
                       std::chrono::seconds timeout = std::chrono::seconds(30)) {
    return Call(&csi::v1::Controller::Stub::ControllerPublishVolume, PublishRequest(volume, node),
                published_, timeout);
  }

  grpc::Status Unpublish(const std::string& volume, const std::string& node,
                         std::chrono::seconds timeout = std::chrono::seconds(30)) {
    csi::v1::ControllerUnpublishVolumeRequest request;
    request.set_volume_id(volume);
    request.set_node_id(node);
    csi::v1::ControllerUnpublishVolumeResponse response;
    return Call(&csi::v1::Controller::Stub::ControllerUnpublishVolume, request, response, timeout);
  }

  grpc::Status Snapshot(const std::string& volume, const std::string& name,
                        std::chrono::seconds timeout = std::chrono::seconds(30)) {
    csi::v1::CreateSnapshotRequest request;
    request.set_source_volume_id(volume);
    request.set_name(name);
    return Call(&csi::v1::Controller::Stub::CreateSnapshot, request, snapshotted_, timeout);
  }

  // A volume that was attached once, so that it can be snapshotted.
  std::string UsedVolume(const std::string& name, std::int64_t gib = 20) {
    const auto id = Created(name, gib);
    EXPECT_TRUE(Publish(id, "i-b1").ok());
    return id;
  }

  // Set before the first call.
  const Profile* profile_ = &FullProfile();
  Cluster* cluster_ = nullptr;
  PvLabeler* pv_labeler_ = nullptr;
  FakeClock clock_;
  FakeCloud fake_{clock_};
  csi::v1::CreateVolumeResponse created_;
  csi::v1::ControllerPublishVolumeResponse published_;
  csi::v1::CreateSnapshotResponse snapshotted_;
  std::unique_ptr<ScriptedCloud> scripted_;
  std::unique_ptr<ControllerService> service_;
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<csi::v1::Controller::Stub> stub_;
};

}  // namespace driver
