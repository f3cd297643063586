#include "driver/controller/controller_service.h"

#include <absl/synchronization/notification.h>

#include <thread>

#include "driver/testing/service_fixture.h"

namespace driver {
namespace {

using csi::v1::VolumeCapability;
using grpc::StatusCode;
using Stub = csi::v1::Controller::Stub;

class ControllerServiceTest : public ServiceTest {
 protected:
  template <class Request, class Response>
  StatusCode CodeOf(grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                    const Request& request) {
    Response response;
    return Call(method, request, response).error_code();
  }
};

TEST_F(ControllerServiceTest, GivenProfileWhenAskedThenItsCapabilities) {
  csi::v1::ControllerGetCapabilitiesResponse response;
  ASSERT_TRUE(
      Call(&Stub::ControllerGetCapabilities, csi::v1::ControllerGetCapabilitiesRequest{}, response)
          .ok());
  std::vector<std::string> names;
  for (const auto& capability : response.capabilities()) {
    names.push_back(csi::v1::ControllerServiceCapability::RPC::Type_Name(capability.rpc().type()));
  }
  const std::vector<std::string> expected = {"CREATE_DELETE_VOLUME",
                                             "PUBLISH_UNPUBLISH_VOLUME",
                                             "LIST_VOLUMES",
                                             "GET_CAPACITY",
                                             "CREATE_DELETE_SNAPSHOT",
                                             "LIST_SNAPSHOTS",
                                             "CLONE_VOLUME",
                                             "EXPAND_VOLUME",
                                             "LIST_VOLUMES_PUBLISHED_NODES",
                                             "GET_VOLUME",
                                             "SINGLE_NODE_MULTI_WRITER",
                                             "MODIFY_VOLUME",
                                             "GET_SNAPSHOT"};
  EXPECT_EQ(names, expected);
}

struct CreateCase {
  std::string name;
  void (*change)(csi::v1::CreateVolumeRequest&);
  StatusCode expected;
};

class CreateVolumeRefusalTest : public ServiceTest,
                                public testing::WithParamInterface<CreateCase> {};

TEST_P(CreateVolumeRefusalTest, GivenRequestWhenCreatedThenRefusedAndNoDisk) {
  auto request = CreateRequest("pvc-1");
  GetParam().change(request);
  EXPECT_EQ(Create(request).error_code(), GetParam().expected);
  EXPECT_EQ(Create(request).error_code(), GetParam().expected);
  EXPECT_EQ(fake_.CreatedDisks(), 0);
}

using Request = csi::v1::CreateVolumeRequest;

INSTANTIATE_TEST_SUITE_P(
    Table, CreateVolumeRefusalTest,
    testing::Values(
        CreateCase{"NoName", [](Request& r) { r.clear_name(); }, StatusCode::INVALID_ARGUMENT},
        CreateCase{"LongName", [](Request& r) { r.set_name(std::string(129, 'n')); },
                   StatusCode::INVALID_ARGUMENT},
        CreateCase{"ControlCharacter", [](Request& r) { r.set_name("a\nb"); },
                   StatusCode::INVALID_ARGUMENT},
        CreateCase{"NoCapabilities", [](Request& r) { r.clear_volume_capabilities(); },
                   StatusCode::INVALID_ARGUMENT},
        CreateCase{"NoAccessType",
                   [](Request& r) { r.mutable_volume_capabilities(0)->clear_mount(); },
                   StatusCode::INVALID_ARGUMENT},
        CreateCase{"NoAccessMode",
                   [](Request& r) { r.mutable_volume_capabilities(0)->clear_access_mode(); },
                   StatusCode::INVALID_ARGUMENT},
        CreateCase{"UnknownAccessMode",
                   [](Request& r) {
                     r.mutable_volume_capabilities(0)->mutable_access_mode()->set_mode(
                         static_cast<AccessMode>(99));
                   },
                   StatusCode::INVALID_ARGUMENT},
        CreateCase{"UnknownFileSystem",
                   [](Request& r) {
                     r.mutable_volume_capabilities(0)->mutable_mount()->set_fs_type("zfs");
                   },
                   StatusCode::INVALID_ARGUMENT},
        // Before the snapshot is looked for: no node would stage the result.
        CreateCase{"UnknownFileSystemRestored",
                   [](Request& r) {
                     r.mutable_volume_capabilities(0)->mutable_mount()->set_fs_type("zfs");
                     r.mutable_volume_content_source()->mutable_snapshot()->set_snapshot_id("s-0");
                   },
                   StatusCode::INVALID_ARGUMENT},
        CreateCase{"NegativeSize",
                   [](Request& r) { r.mutable_capacity_range()->set_required_bytes(-1); },
                   StatusCode::INVALID_ARGUMENT},
        CreateCase{"LimitBelowRequired",
                   [](Request& r) { r.mutable_capacity_range()->set_limit_bytes(kGib); },
                   StatusCode::INVALID_ARGUMENT},
        CreateCase{"TooLarge",
                   [](Request& r) {
                     r.mutable_capacity_range()->set_required_bytes(std::int64_t{1} << 62);
                   },
                   StatusCode::OUT_OF_RANGE},
        CreateCase{"UnknownCategory",
                   [](Request& r) { (*r.mutable_parameters())["type"] = "invented"; },
                   StatusCode::INVALID_ARGUMENT},
        CreateCase{"BadMutableParameter",
                   [](Request& r) { (*r.mutable_mutable_parameters())["invented"] = "1"; },
                   StatusCode::INVALID_ARGUMENT},
        CreateCase{"ForeignRegion",
                   [](Request& r) { (*r.mutable_parameters())["regionId"] = "cn-beijing"; },
                   StatusCode::INVALID_ARGUMENT},
        CreateCase{"EmptySource", [](Request& r) { r.mutable_volume_content_source(); },
                   StatusCode::INVALID_ARGUMENT},
        CreateCase{"UnknownZone",
                   [](Request& r) {
                     auto& term = *r.mutable_accessibility_requirements()->add_requisite();
                     (*term.mutable_segments())["topology.kubernetes.io/zone"] = "nowhere";
                   },
                   StatusCode::RESOURCE_EXHAUSTED}),
    [](const auto& tested) { return tested.param.name; });

TEST_F(ControllerServiceTest, GivenLongestNameWhenCreatedThenVolume) {
  EXPECT_TRUE(Create(CreateRequest(std::string(128, 'n'))).ok());
  EXPECT_TRUE(Create(CreateRequest("数据盘 one")).ok());
}

TEST_F(ControllerServiceTest, GivenMissingFieldsWhenCalledThenInvalidArgument) {
  const auto invalid = StatusCode::INVALID_ARGUMENT;
  EXPECT_EQ(CodeOf(&Stub::DeleteVolume, csi::v1::DeleteVolumeRequest{}), invalid);
  auto publish = PublishRequest("", "i-b1");
  EXPECT_EQ(CodeOf(&Stub::ControllerPublishVolume, publish), invalid);
  publish = PublishRequest("d-1", "");
  EXPECT_EQ(CodeOf(&Stub::ControllerPublishVolume, publish), invalid);
  publish = PublishRequest("d-1", "i-b1");
  publish.clear_volume_capability();
  EXPECT_EQ(CodeOf(&Stub::ControllerPublishVolume, publish), invalid);
  EXPECT_EQ(CodeOf(&Stub::ControllerUnpublishVolume, csi::v1::ControllerUnpublishVolumeRequest{}),
            invalid);
  EXPECT_EQ(CodeOf(&Stub::DeleteSnapshot, csi::v1::DeleteSnapshotRequest{}), invalid);
  csi::v1::ControllerExpandVolumeRequest expand;
  expand.set_volume_id("d-1");
  EXPECT_EQ(CodeOf(&Stub::ControllerExpandVolume, expand), invalid);
}

TEST_F(ControllerServiceTest, GivenPastDeadlineWhenCalledThenNothingIsLeftHalfKnown) {
  const auto request = CreateRequest("pvc-1");
  // 100 ms: the disk is created but not Available before the answer is due.
  grpc::ClientContext context;
  context.set_deadline(clock_.WallNow() + std::chrono::milliseconds(100));
  EXPECT_EQ(stub().CreateVolume(&context, request, &created_).error_code(),
            StatusCode::DEADLINE_EXCEEDED);
  EXPECT_EQ(fake_.CreatedDisks(), 1);
  ASSERT_TRUE(Create(request).ok());
  EXPECT_EQ(fake_.CreatedDisks(), 1);
}

// Parks the first CreateDisk until released, so that a second call meets the lock.
class ParkingCloud : public ScriptedCloud {
 public:
  explicit ParkingCloud(Cloud& inner) : ScriptedCloud(inner, {}) {}
  CloudResult<std::string> CreateDisk(const DiskSpec& spec) override {
    arrived_.Notify();
    released_.WaitForNotification();
    return ScriptedCloud::CreateDisk(spec);
  }
  absl::Notification arrived_;
  absl::Notification released_;
};

TEST_F(ControllerServiceTest, GivenSameNameUnderWayWhenCreatedThenAborted) {
  ParkingCloud cloud(fake_);
  VolumeLocks locks;
  Zones zones(cloud, clock_, {.default_zone = "cn-hangzhou-b"});
  Volumes volumes({cloud, clock_, locks, ""}, zones);
  const CreateVolumeRequest wanted{.name = "pvc-1", .size = {.at_least_gib = 20}};
  const Deadline deadline{clock_.Now() + std::chrono::seconds(60)};
  Result<Disk> first;
  std::thread other([&] { first = volumes.Create(wanted, deadline); });
  cloud.arrived_.WaitForNotification();
  const auto second = volumes.Create(wanted, deadline);
  cloud.released_.Notify();
  other.join();
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, StatusCode::ABORTED);
  EXPECT_TRUE(first);
  EXPECT_EQ(fake_.CreatedDisks(), 1);
}

}  // namespace
}  // namespace driver
