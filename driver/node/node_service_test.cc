// The node behind a real gRPC channel, on the fake machine: every refusal of the specification with
// its code, and each call twice.
#include "driver/node/node_service.h"

#include <google/protobuf/util/message_differencer.h>
#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <functional>
#include <memory>

#include "driver/testing/staging_fixture.h"

namespace driver {
namespace {

using csi::v1::Node;
using csi::v1::VolumeCapability;
using grpc::StatusCode;
using testing::HasSubstr;
using Mode = VolumeCapability::AccessMode::Mode;

class NodeServiceTest : public StagingFixture {
 protected:
  NodeServiceTest() {
    grpc::ServerBuilder builder;
    builder.RegisterService(&service_);
    server_ = builder.BuildAndStart();
    stub_ = Node::NewStub(server_->InProcessChannel({}));
  }

  template <class Request, class Response>
  grpc::Status Call(grpc::Status (Node::Stub::*method)(grpc::ClientContext*, const Request&,
                                                       Response*),
                    const Request& request, Response& response) {
    grpc::ClientContext context;
    context.set_deadline(clock_.WallNow() + std::chrono::seconds(20));
    response.Clear();
    return (stub_.get()->*method)(&context, request, &response);
  }
  // Twice the same; the second answer must be the first one.
  template <class Request, class Response>
  grpc::Status Twice(grpc::Status (Node::Stub::*method)(grpc::ClientContext*, const Request&,
                                                        Response*),
                     const Request& request, Response& response) {
    const auto first = Call(method, request, response);
    const Response before = response;
    const auto second = Call(method, request, response);
    EXPECT_EQ(first.error_code(), second.error_code()) << second.error_message();
    EXPECT_TRUE(google::protobuf::util::MessageDifferencer::Equals(before, response))
        << before.ShortDebugString() << " then " << response.ShortDebugString();
    return first;
  }

  static VolumeCapability Capability(Mode mode = VolumeCapability::AccessMode::SINGLE_NODE_WRITER) {
    VolumeCapability capability;
    capability.mutable_mount();
    capability.mutable_access_mode()->set_mode(mode);
    return capability;
  }
  static csi::v1::NodeStageVolumeRequest StageRpc() {
    csi::v1::NodeStageVolumeRequest request;
    request.set_volume_id("d-1");
    request.set_staging_target_path(kStaging);
    *request.mutable_volume_capability() = Capability();
    (*request.mutable_publish_context())["serialNumber"] = "1";
    return request;
  }
  static csi::v1::NodePublishVolumeRequest PublishRpc() {
    csi::v1::NodePublishVolumeRequest request;
    request.set_volume_id("d-1");
    request.set_staging_target_path(kStaging);
    request.set_target_path(kTarget);
    *request.mutable_volume_capability() = Capability();
    (*request.mutable_publish_context())["serialNumber"] = "1";
    return request;
  }

  StatusCode Stage(const csi::v1::NodeStageVolumeRequest& request) {
    return Twice(&Node::Stub::NodeStageVolume, request, staged_).error_code();
  }
  StatusCode Publish(const csi::v1::NodePublishVolumeRequest& request) {
    return Twice(&Node::Stub::NodePublishVolume, request, published_).error_code();
  }

  OwnNodeInfo own_{
      {.place = {.flags = {"i-1", "cn-hangzhou", "cn-hangzhou-b", ""}}, .max_volumes = 15}};
  NodeService service_{staging_, own_, clock_, PathGuard{"/kubelet"}};
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<Node::Stub> stub_;
  csi::v1::NodeStageVolumeResponse staged_;
  csi::v1::NodePublishVolumeResponse published_;
};

// A machine on which making a file system takes longer than any caller waits.
class SlowHost : public FakeHost {
 public:
  HostResult<void> Format(const FormatRequest& request) override {
    const absl::MutexLock lock(&mutex_, absl::Condition(&fast_));
    return FakeHost::Format(request);
  }
  void LetGo() {
    const absl::MutexLock lock(&mutex_);
    fast_ = true;
  }

 private:
  absl::Mutex mutex_;
  bool fast_ ABSL_GUARDED_BY(mutex_) = false;
};

TEST(NodeDeadlineTest, GivenMkfsBeyondTheDeadlineWhenStagedThenAnsweredInTimeAndDoneAtARepetition) {
  SlowHost host;
  host.Attach("/dev/vdb", "/by-id/virtio-1", 20 * kGib);
  FakeClock clock;
  Staging staging(host, clock, "/by-id");
  OwnNodeInfo own({});
  NodeService service(staging, own, clock, PathGuard{"/kubelet"});
  grpc::ServerBuilder builder;
  builder.RegisterService(&service);
  const auto server = builder.BuildAndStart();
  const auto stub = Node::NewStub(server->InProcessChannel({}));

  csi::v1::NodeStageVolumeRequest request;
  request.set_volume_id("d-1");
  request.set_staging_target_path("/kubelet/staging");
  request.mutable_volume_capability()->mutable_mount();
  request.mutable_volume_capability()->mutable_access_mode()->set_mode(
      VolumeCapability::AccessMode::SINGLE_NODE_WRITER);
  (*request.mutable_publish_context())["serialNumber"] = "1";
  csi::v1::NodeStageVolumeResponse staged;
  const auto stage = [&](Duration patience) {
    grpc::ClientContext context;
    context.set_deadline(clock.WallNow() + patience);
    return stub->NodeStageVolume(&context, request, &staged).error_code();
  };
  EXPECT_EQ(stage(std::chrono::milliseconds(200)), StatusCode::DEADLINE_EXCEEDED);
  EXPECT_EQ(stage(std::chrono::seconds(20)), StatusCode::ABORTED);
  host.LetGo();
  service.Finish();
  EXPECT_EQ(stage(std::chrono::seconds(20)), StatusCode::OK);
  EXPECT_EQ(std::ranges::count(host.Steps(), "Format /dev/vdb"), 1);
  EXPECT_NE(host.MountAt("/kubelet/staging"), nullptr);
}

// As in ACK: omitfsck counts for a read-only mount only. A file system that other nodes may have
// mounted is never repaired.
TEST_F(NodeServiceTest, GivenOmitfsckWhenStagedThenCheckIsLeftOutOfReadOnlyMountsOnly) {
  struct Case {
    std::string omitfsck;
    Mode mode = VolumeCapability::AccessMode::SINGLE_NODE_WRITER;
    bool ro_flag = false;
    bool checked = true;
  };
  const std::vector<Case> cases = {
      {.omitfsck = ""},
      {.omitfsck = "true"},
      {.omitfsck = "", .ro_flag = true},
      {.omitfsck = "false", .ro_flag = true},
      {.omitfsck = "true", .ro_flag = true, .checked = false},
      {.omitfsck = "true",
       .mode = VolumeCapability::AccessMode::SINGLE_NODE_READER_ONLY,
       .checked = false},
      {.omitfsck = "",
       .mode = VolumeCapability::AccessMode::MULTI_NODE_READER_ONLY,
       .checked = false},
  };
  GivenFormatted("ext4");
  for (const auto& tested : cases) {
    auto request = StageRpc();
    *request.mutable_volume_capability() = Capability(tested.mode);
    if (tested.ro_flag) request.mutable_volume_capability()->mutable_mount()->add_mount_flags("ro");
    if (!tested.omitfsck.empty()) {
      (*request.mutable_volume_context())["omitfsck"] = tested.omitfsck;
    }
    const auto before = std::ranges::count(host_.Steps(), "Check /dev/vdb");
    csi::v1::NodeStageVolumeResponse staged;
    ASSERT_TRUE(Call(&Node::Stub::NodeStageVolume, request, staged).ok());
    EXPECT_EQ(std::ranges::count(host_.Steps(), "Check /dev/vdb") - before, tested.checked ? 1 : 0)
        << tested.omitfsck << tested.ro_flag << tested.mode;
    ASSERT_TRUE(staging_.Unstage("d-1", kStaging));
  }
}

TEST_F(NodeServiceTest, GivenDiskWhenWholeLifeThenEachStepSucceedsTwice) {
  ASSERT_EQ(Stage(StageRpc()), StatusCode::OK);
  ASSERT_EQ(Publish(PublishRpc()), StatusCode::OK);

  csi::v1::NodeGetVolumeStatsRequest stats;
  stats.set_volume_id("d-1");
  stats.set_volume_path(kTarget);
  csi::v1::NodeGetVolumeStatsResponse usage;
  ASSERT_TRUE(Twice(&Node::Stub::NodeGetVolumeStats, stats, usage).ok());
  ASSERT_EQ(usage.usage_size(), 2);
  EXPECT_EQ(usage.usage(0).unit(), csi::v1::VolumeUsage::BYTES);
  EXPECT_EQ(usage.usage(0).total(), 20 * kGib);
  EXPECT_EQ(usage.usage(0).used(), 10 * kGib);
  EXPECT_EQ(usage.usage(0).available(), 5 * kGib);
  EXPECT_EQ(usage.usage(1).used(), 10);

  host_.Device(kNode).bytes = 30 * kGib;
  csi::v1::NodeExpandVolumeRequest expand;
  expand.set_volume_id("d-1");
  expand.set_volume_path(kTarget);
  expand.mutable_capacity_range()->set_required_bytes(30 * kGib);
  csi::v1::NodeExpandVolumeResponse expanded;
  ASSERT_TRUE(Twice(&Node::Stub::NodeExpandVolume, expand, expanded).ok());
  EXPECT_EQ(expanded.capacity_bytes(), 30 * kGib);

  csi::v1::NodeUnpublishVolumeRequest unpublish;
  unpublish.set_volume_id("d-1");
  unpublish.set_target_path(kTarget);
  csi::v1::NodeUnpublishVolumeResponse unpublished;
  ASSERT_TRUE(Twice(&Node::Stub::NodeUnpublishVolume, unpublish, unpublished).ok());
  EXPECT_EQ(host_.KindOf(kTarget), PathKind::kMissing);

  csi::v1::NodeUnstageVolumeRequest unstage;
  unstage.set_volume_id("d-1");
  unstage.set_staging_target_path(kStaging);
  csi::v1::NodeUnstageVolumeResponse unstaged;
  ASSERT_TRUE(Twice(&Node::Stub::NodeUnstageVolume, unstage, unstaged).ok());
  EXPECT_EQ(host_.MountAt(kStaging), nullptr);
}

TEST_F(NodeServiceTest, GivenBlankInPublishContextWhenStagedThenFormatsWithoutLooking) {
  host_.Device(kNode).ends_zero = false;
  EXPECT_EQ(Stage(StageRpc()), StatusCode::FAILED_PRECONDITION);
  auto request = StageRpc();
  (*request.mutable_publish_context())["zonedisk.io/blank"] = "true";
  EXPECT_EQ(Stage(request), StatusCode::OK);
}

TEST_F(NodeServiceTest, GivenBlockUsageWhenAskedThenTotalOnly) {
  auto request = PublishRpc();
  request.mutable_volume_capability()->mutable_block();
  ASSERT_EQ(Publish(request), StatusCode::OK);
  csi::v1::NodeGetVolumeStatsRequest stats;
  stats.set_volume_id("d-1");
  stats.set_volume_path(kTarget);
  csi::v1::NodeGetVolumeStatsResponse usage;
  ASSERT_TRUE(Twice(&Node::Stub::NodeGetVolumeStats, stats, usage).ok());
  ASSERT_EQ(usage.usage_size(), 1);
  EXPECT_EQ(usage.usage(0).total(), 20 * kGib);
  EXPECT_EQ(usage.usage(0).used(), 0);
}

TEST_F(NodeServiceTest, GivenNodeWhenAskedThenIdLimitAndSegments) {
  csi::v1::NodeGetInfoResponse answer;
  ASSERT_TRUE(Twice(&Node::Stub::NodeGetInfo, csi::v1::NodeGetInfoRequest(), answer).ok());
  EXPECT_EQ(answer.node_id(), "i-1");
  EXPECT_EQ(answer.max_volumes_per_node(), 15);
  EXPECT_EQ(answer.accessible_topology().segments().at("topology.kubernetes.io/zone"),
            "cn-hangzhou-b");
  EXPECT_EQ(answer.accessible_topology().segments_size(), 3);
}

TEST_F(NodeServiceTest, GivenNodeWhenCapabilitiesAskedThenExactlyWhatIsServed) {
  csi::v1::NodeGetCapabilitiesResponse answer;
  ASSERT_TRUE(
      Twice(&Node::Stub::NodeGetCapabilities, csi::v1::NodeGetCapabilitiesRequest(), answer).ok());
  std::vector<int> types;
  for (const auto& capability : answer.capabilities()) types.push_back(capability.rpc().type());
  EXPECT_THAT(types, testing::ElementsAre(1, 2, 3, 5));
}

struct StageCase {
  std::string name;
  std::function<void(csi::v1::NodeStageVolumeRequest&)> change;
  StatusCode expected;
};

class StageRefusalTest : public NodeServiceTest, public testing::WithParamInterface<StageCase> {};

TEST_P(StageRefusalTest, GivenRequestWhenStagedThenStatus) {
  auto request = StageRpc();
  GetParam().change(request);
  EXPECT_EQ(Stage(request), GetParam().expected);
  EXPECT_TRUE(host_.Steps().empty());
}

INSTANTIATE_TEST_SUITE_P(
    Rows, StageRefusalTest,
    testing::Values(
        StageCase{"NoVolume", [](auto& r) { r.clear_volume_id(); }, StatusCode::INVALID_ARGUMENT},
        StageCase{"NoPath", [](auto& r) { r.clear_staging_target_path(); },
                  StatusCode::INVALID_ARGUMENT},
        StageCase{"NoCapability", [](auto& r) { r.clear_volume_capability(); },
                  StatusCode::INVALID_ARGUMENT},
        StageCase{"NoAccessType",
                  [](auto& r) { r.mutable_volume_capability()->clear_access_type(); },
                  StatusCode::INVALID_ARGUMENT},
        StageCase{"NoAccessMode",
                  [](auto& r) { r.mutable_volume_capability()->clear_access_mode(); },
                  StatusCode::INVALID_ARGUMENT},
        StageCase{"RelativePath", [](auto& r) { r.set_staging_target_path("some/path"); },
                  StatusCode::INVALID_ARGUMENT},
        StageCase{"OutsideKubelet", [](auto& r) { r.set_staging_target_path("/etc"); },
                  StatusCode::INVALID_ARGUMENT},
        StageCase{"KubeletItself", [](auto& r) { r.set_staging_target_path("/kubelet/"); },
                  StatusCode::INVALID_ARGUMENT},
        StageCase{"DotDot", [](auto& r) { r.set_staging_target_path("/kubelet/../etc"); },
                  StatusCode::INVALID_ARGUMENT},
        StageCase{"SimilarFolder", [](auto& r) { r.set_staging_target_path("/kubelet2/x"); },
                  StatusCode::INVALID_ARGUMENT},
        StageCase{"LongId", [](auto& r) { r.set_volume_id(std::string(129, 'a')); },
                  StatusCode::INVALID_ARGUMENT},
        StageCase{"NoSerial", [](auto& r) { r.clear_publish_context(); },
                  StatusCode::FAILED_PRECONDITION},
        StageCase{"SerialAsPath",
                  [](auto& r) { (*r.mutable_publish_context())["serialNumber"] = "../../sda"; },
                  StatusCode::INVALID_ARGUMENT},
        StageCase{"MountGroup",
                  [](auto& r) {
                    r.mutable_volume_capability()->mutable_mount()->set_volume_mount_group("1");
                  },
                  StatusCode::FAILED_PRECONDITION},
        StageCase{
            "UnservedFileSystem",
            [](auto& r) { r.mutable_volume_capability()->mutable_mount()->set_fs_type("ntfs"); },
            StatusCode::FAILED_PRECONDITION},
        StageCase{"NoDevice", [](auto& r) { (*r.mutable_publish_context())["serialNumber"] = "9"; },
                  StatusCode::DEADLINE_EXCEEDED}),
    [](const auto& tested) { return tested.param.name; });

struct PublishCase {
  std::string name;
  std::function<void(csi::v1::NodePublishVolumeRequest&)> change;
  StatusCode expected;
};

class PublishRefusalTest : public NodeServiceTest,
                           public testing::WithParamInterface<PublishCase> {};

TEST_P(PublishRefusalTest, GivenRequestWhenPublishedThenStatus) {
  ASSERT_EQ(Stage(StageRpc()), StatusCode::OK);
  const auto steps = host_.Steps();
  auto request = PublishRpc();
  GetParam().change(request);
  EXPECT_EQ(Publish(request), GetParam().expected);
  EXPECT_EQ(host_.Steps(), steps);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, PublishRefusalTest,
    testing::Values(PublishCase{"NoVolume", [](auto& r) { r.clear_volume_id(); },
                                StatusCode::INVALID_ARGUMENT},
                    PublishCase{"NoTarget", [](auto& r) { r.clear_target_path(); },
                                StatusCode::INVALID_ARGUMENT},
                    PublishCase{"NoCapability", [](auto& r) { r.clear_volume_capability(); },
                                StatusCode::INVALID_ARGUMENT},
                    PublishCase{"NoStagingPath", [](auto& r) { r.clear_staging_target_path(); },
                                StatusCode::FAILED_PRECONDITION},
                    PublishCase{"OtherStagingPath",
                                [](auto& r) { r.set_staging_target_path("/kubelet/other"); },
                                StatusCode::FAILED_PRECONDITION},
                    PublishCase{"OutsideKubelet", [](auto& r) { r.set_target_path("/usr/bin"); },
                                StatusCode::INVALID_ARGUMENT},
                    PublishCase{"NoSerial", [](auto& r) { r.clear_publish_context(); },
                                StatusCode::FAILED_PRECONDITION}),
    [](const auto& tested) { return tested.param.name; });

TEST_F(NodeServiceTest, GivenFieldsMissingWhenOtherCallsThenInvalidArgument) {
  const auto code = [&](auto method, auto request, auto response) {
    return Twice(method, request, response).error_code();
  };
  csi::v1::NodeUnstageVolumeRequest unstage;
  EXPECT_EQ(code(&Node::Stub::NodeUnstageVolume, unstage, csi::v1::NodeUnstageVolumeResponse()),
            StatusCode::INVALID_ARGUMENT);
  unstage.set_volume_id("d-1");
  EXPECT_EQ(code(&Node::Stub::NodeUnstageVolume, unstage, csi::v1::NodeUnstageVolumeResponse()),
            StatusCode::INVALID_ARGUMENT);
  csi::v1::NodeUnpublishVolumeRequest unpublish;
  EXPECT_EQ(
      code(&Node::Stub::NodeUnpublishVolume, unpublish, csi::v1::NodeUnpublishVolumeResponse()),
      StatusCode::INVALID_ARGUMENT);
  unpublish.set_volume_id("d-1");
  EXPECT_EQ(
      code(&Node::Stub::NodeUnpublishVolume, unpublish, csi::v1::NodeUnpublishVolumeResponse()),
      StatusCode::INVALID_ARGUMENT);
  csi::v1::NodeGetVolumeStatsRequest stats;
  stats.set_volume_path("some/path");
  EXPECT_EQ(code(&Node::Stub::NodeGetVolumeStats, stats, csi::v1::NodeGetVolumeStatsResponse()),
            StatusCode::INVALID_ARGUMENT);
  stats.set_volume_id("unknown");
  EXPECT_EQ(code(&Node::Stub::NodeGetVolumeStats, stats, csi::v1::NodeGetVolumeStatsResponse()),
            StatusCode::NOT_FOUND);
  stats.clear_volume_path();
  EXPECT_EQ(code(&Node::Stub::NodeGetVolumeStats, stats, csi::v1::NodeGetVolumeStatsResponse()),
            StatusCode::INVALID_ARGUMENT);
  csi::v1::NodeExpandVolumeRequest expand;
  expand.set_volume_path("some/path");
  EXPECT_EQ(code(&Node::Stub::NodeExpandVolume, expand, csi::v1::NodeExpandVolumeResponse()),
            StatusCode::INVALID_ARGUMENT);
  expand.set_volume_id("unknown");
  EXPECT_EQ(code(&Node::Stub::NodeExpandVolume, expand, csi::v1::NodeExpandVolumeResponse()),
            StatusCode::NOT_FOUND);
  expand.mutable_capacity_range()->set_required_bytes(-1);
  EXPECT_EQ(code(&Node::Stub::NodeExpandVolume, expand, csi::v1::NodeExpandVolumeResponse()),
            StatusCode::INVALID_ARGUMENT);
}

}  // namespace
}  // namespace driver
