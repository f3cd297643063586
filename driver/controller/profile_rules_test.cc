// The controller as ACK's driver answers (--profile=ack).
#include "driver/controller/profile_rules.h"

#include <gmock/gmock.h>

#include "driver/testing/fake_cluster.h"
#include "driver/testing/service_fixture.h"

namespace driver {
namespace {

using csi::v1::VolumeCapability;
using grpc::StatusCode;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;
using testing::UnorderedElementsAre;

class AckTest : public ServiceTest {
 protected:
  AckTest() { profile_ = &AckProfile(); }
  csi::v1::CreateVolumeRequest Of(const std::string& name, const std::string& type) {
    auto request = CreateRequest(name);
    (*request.mutable_parameters())["type"] = type;
    return request;
  }
};

TEST_F(AckTest, GivenAVolumeWhenCreatedThenContextAndTopologyOfAck) {
  auto request = CreateRequest("pvc-1");
  auto& parameters = *request.mutable_parameters();
  parameters["mkfsOptions"] = "-O ^metadata_csum";
  parameters["readOnly"] = "true";
  parameters["csi.storage.k8s.io/pvc/name"] = "data";
  parameters["csi.storage.k8s.io/pvc/namespace"] = "web";
  parameters["csi.storage.k8s.io/pv/name"] = "pvc-1";
  ASSERT_TRUE(Create(request).ok());
  const auto& volume = created_.volume();
  const std::string label = "csi.alibabacloud.com/label-prefix/";
  const std::string zone = "topology.diskplugin.csi.alibabacloud.com/zone";
  EXPECT_THAT(
      volume.volume_context(),
      UnorderedElementsAre(
          Pair("type", "cloud_essd"), Pair("mkfsOptions", "-O ^metadata_csum"),
          Pair("readOnly", "true"),
          Pair(label + "topology.diskplugin.csi.alibabacloud.com/region", "cn-hangzhou"),
          Pair(label + zone, "cn-hangzhou-b"),
          Pair(label + "csi.alibabacloud.com/disktype", "cloud_essd.PL1"),
          Pair("csi.alibabacloud.com/annotation-prefix/csi.alibabacloud.com/volume-topology",
               HasSubstr("node.csi.alibabacloud.com/disktype.cloud_essd"))));
  ASSERT_EQ(volume.accessible_topology_size(), 1);
  EXPECT_THAT(volume.accessible_topology(0).segments(), ElementsAre(Pair(zone, "cn-hangzhou-b")));
  ASSERT_TRUE(Publish(volume.volume_id(), "i-b1").ok());
  EXPECT_EQ(published_.publish_context_size(), 1) << "the serial";
}

TEST_F(AckTest, GivenALevelWhenCreatedThenItIsInTheContext) {
  auto request = CreateRequest("pvc-1");
  (*request.mutable_parameters())["performanceLevel"] = "PL0";
  ASSERT_TRUE(Create(request).ok());
  EXPECT_EQ(created_.volume().volume_context().at("performanceLevel"), "PL0");
}

TEST_F(AckTest, GivenWhatIsNotOfferedWhenCreatedThenInvalidArgumentAndNoDisk) {
  auto sizeless = CreateRequest("a");
  sizeless.clear_capacity_range();
  EXPECT_EQ(Create(sizeless).error_code(), StatusCode::INVALID_ARGUMENT);
  auto clone = CreateRequest("b");
  clone.mutable_volume_content_source()->mutable_volume()->set_volume_id("d-1");
  EXPECT_EQ(Create(clone).error_code(), StatusCode::INVALID_ARGUMENT);
  auto once = CreateRequest("c");
  *once.mutable_volume_capabilities(0) =
      Mounted(VolumeCapability::AccessMode::SINGLE_NODE_SINGLE_WRITER);
  const auto refused = Create(once);
  EXPECT_EQ(refused.error_code(), StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(refused.error_message(), "access mode SINGLE_NODE_SINGLE_WRITER is not supported");
  EXPECT_EQ(fake_.CreatedDisks(), 0);
}

TEST_F(AckTest, GivenALimitWhenCreatedThenItIsNotLookedAt) {
  auto request = CreateRequest("pvc-1");
  request.mutable_capacity_range()->set_required_bytes(20 * kGib + 1);
  request.mutable_capacity_range()->set_limit_bytes(20 * kGib + 2);
  ASSERT_TRUE(Create(request).ok());
  EXPECT_EQ(created_.volume().capacity_bytes(), 21 * kGib);
}

TEST_F(AckTest, GivenZonesWhenTheFirstIsSoldOutThenNoOtherIsTried) {
  Script({{"CreateDisk", 1, {"OperationDenied.NoStock", 403, "scripted"}}});
  auto request = Of("pvc-1", "cloud_essd,cloud_ssd");
  Require(request, "cn-hangzhou-b");
  Require(request, "cn-hangzhou-d");
  const auto status = Create(request);
  EXPECT_EQ(status.error_code(), StatusCode::INTERNAL) << "stock is no matter of the category";
  EXPECT_THAT(status.error_message(), HasSubstr("NoStock"));
  EXPECT_THAT(fake_.Disks(), IsEmpty());
}

TEST_F(AckTest, GivenACategoryThatTheZoneDoesNotSellWhenCreatedThenTheNextAndAtTheEndInvalid) {
  auto request = Of("pvc-1", "cloud_essd,cloud_efficiency");
  Require(request, "cn-hangzhou-e");
  ASSERT_TRUE(Create(request).ok());
  EXPECT_EQ(created_.volume().volume_context().at("type"), "cloud_efficiency");
  auto none = Of("pvc-2", "cloud_essd,cloud_ssd");
  Require(none, "cn-hangzhou-e");
  const auto status = Create(none);
  EXPECT_EQ(status.error_code(), StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(status.error_message(), HasSubstr("cloud_essd : Invalid"));
  EXPECT_THAT(status.error_message(), HasSubstr("; cloud_ssd : Invalid"));
}

TEST_F(AckTest, GivenZoneIdBesideTheTopologyWhenCreatedThenThereAndAnEvent) {
  FakeCluster kubernetes;
  kubernetes.AddClaim("web", "data", {.uid = "u"});
  cluster_ = &kubernetes;
  auto request = CreateRequest("pvc-1");
  (*request.mutable_parameters())["csi.storage.k8s.io/pvc/name"] = "data";
  (*request.mutable_parameters())["csi.storage.k8s.io/pvc/namespace"] = "web";
  (*request.mutable_parameters())["zoneId"] = "cn-hangzhou-d";
  Require(request, "cn-hangzhou-b");
  ASSERT_TRUE(Create(request).ok());
  EXPECT_EQ(fake_.Disks().front().zone, "cn-hangzhou-d");
  const auto events = kubernetes.ClaimWarnings();
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].reason, "ConflictingZone");
  EXPECT_EQ(events[0].message,
            "parameter zoneId lists cn-hangzhou-d, the topology asks for cn-hangzhou-b");
}

TEST_F(AckTest, GivenASnapshotWhenRestoredThenTheCloudChecksIt) {
  auto request = CreateRequest("pvc-1");
  request.mutable_volume_content_source()->mutable_snapshot()->set_snapshot_id("s-none");
  EXPECT_EQ(Create(request).error_code(), StatusCode::NOT_FOUND);
  const auto source = UsedVolume("source", 40);
  ASSERT_TRUE(Snapshot(source, "snap").ok());
  const auto id = snapshotted_.snapshot().snapshot_id();
  request.mutable_volume_content_source()->mutable_snapshot()->set_snapshot_id(id);
  const auto early = Create(request);
  EXPECT_EQ(early.error_code(), StatusCode::INTERNAL) << early.error_message();
  clock_.Advance(std::chrono::seconds(5));
  request.mutable_capacity_range()->set_required_bytes(40 * kGib);
  ASSERT_TRUE(Create(request).ok());
  EXPECT_EQ(created_.volume().content_source().snapshot().snapshot_id(), id);
}

TEST_F(AckTest, GivenADiskElsewhereWhenPublishedThenTakenFromThere) {
  const auto id = UsedVolume("pvc-1");
  const auto moved = Publish(id, "i-b2");
  ASSERT_TRUE(moved.ok()) << moved.error_message();
  EXPECT_THAT(fake_.Disks().front().attached_to, ElementsAre("i-b2"));
}

TEST_F(AckTest, GivenAnAttachedDiskWhenDeletedThenDetachedBefore) {
  const auto id = UsedVolume("pvc-1");
  ASSERT_TRUE(Delete(id).ok());
  EXPECT_THAT(fake_.Disks(), IsEmpty());
}

TEST_F(AckTest, GivenADiskOfServerlessContainersWhenDeletedThenItStays) {
  fake_.AddInstance({.id = "eci-1", .zone = "cn-hangzhou-b"});
  const auto id = Created("pvc-1");
  ASSERT_TRUE(Publish(id, "eci-1").ok());
  EXPECT_EQ(Delete(id).error_code(), StatusCode::INTERNAL);
  EXPECT_EQ(fake_.Disks().size(), 1U);
}

TEST_F(AckTest, GivenAVolumeWhenExpandedThenTheSizeAskedForAndTheNodeExpands) {
  const auto id = Created("pvc-1");
  csi::v1::ControllerExpandVolumeRequest request;
  csi::v1::ControllerExpandVolumeResponse response;
  request.set_volume_id(id);
  request.mutable_capacity_range()->set_required_bytes(30 * kGib + 1);
  request.mutable_volume_capability()->mutable_block();
  request.mutable_volume_capability()->mutable_access_mode()->set_mode(
      VolumeCapability::AccessMode::SINGLE_NODE_WRITER);
  ASSERT_TRUE(Call(&csi::v1::Controller::Stub::ControllerExpandVolume, request, response).ok());
  EXPECT_EQ(response.capacity_bytes(), 30 * kGib + 1);
  EXPECT_TRUE(response.node_expansion_required());
  EXPECT_EQ(fake_.Disks().front().size_gib, 31);
  request.set_volume_id("d-none");
  EXPECT_EQ(
      Call(&csi::v1::Controller::Stub::ControllerExpandVolume, request, response).error_code(),
      StatusCode::INTERNAL);
}

TEST_F(AckTest, GivenNoClusterIdWhenEverySnapshotIsListedThenRefused) {
  csi::v1::ListSnapshotsRequest request;
  csi::v1::ListSnapshotsResponse response;
  EXPECT_EQ(Call(&csi::v1::Controller::Stub::ListSnapshots, request, response).error_code(),
            StatusCode::INVALID_ARGUMENT);
  request.set_source_volume_id("d-1");
  EXPECT_TRUE(Call(&csi::v1::Controller::Stub::ListSnapshots, request, response).ok());
}

TEST_F(AckTest, GivenWhatIsNotAnnouncedWhenCalledThenUnimplemented) {
  csi::v1::ListVolumesResponse volumes;
  EXPECT_EQ(Call(&csi::v1::Controller::Stub::ListVolumes, csi::v1::ListVolumesRequest{}, volumes)
                .error_code(),
            StatusCode::UNIMPLEMENTED);
  csi::v1::GetCapacityResponse capacity;
  EXPECT_EQ(Call(&csi::v1::Controller::Stub::GetCapacity, csi::v1::GetCapacityRequest{}, capacity)
                .error_code(),
            StatusCode::UNIMPLEMENTED);
}

struct AckFaultCase {
  std::string name;
  std::string action;
  CloudError error;
  StatusCode expected;
};

class AckFaultTest : public AckTest, public testing::WithParamInterface<AckFaultCase> {};

// The call that the action belongs to.
TEST_P(AckFaultTest, GivenRefusalOfTheCloudWhenCalledThenTheCodeOfAck) {
  Script({{GetParam().action, 1, GetParam().error}});
  const auto& action = GetParam().action;
  const auto created = Create(CreateRequest("pvc-1"));
  if (action == "CreateDisk") {
    EXPECT_EQ(created.error_code(), GetParam().expected) << created.error_message();
    return;
  }
  const auto id = created_.volume().volume_id();
  const auto published = Publish(id, "i-b1");
  if (action == "AttachDisk") {
    EXPECT_EQ(published.error_code(), GetParam().expected) << published.error_message();
    return;
  }
  if (action == "CreateSnapshot") {
    EXPECT_EQ(Snapshot(id, "snap").error_code(), GetParam().expected);
    return;
  }
  if (action == "DetachDisk") {
    EXPECT_EQ(Unpublish(id, "i-b1").error_code(), GetParam().expected);
    return;
  }
  EXPECT_EQ(Delete(id).error_code(), GetParam().expected);
}

CloudError Refusal(const std::string& code) {
  return {code, 403, "scripted"};
}

INSTANTIATE_TEST_SUITE_P(
    Codes, AckFaultTest,
    testing::Values(
        AckFaultCase{"Stock", "CreateDisk", Refusal("OperationDenied.NoStock"),
                     StatusCode::INTERNAL},
        AckFaultCase{"Quota", "CreateDisk", Refusal("QuotaExceed.Disk"), StatusCode::INTERNAL},
        AckFaultCase{"Category", "CreateDisk", Refusal("InvalidDataDiskCategory.NotSupported"),
                     StatusCode::INVALID_ARGUMENT},
        AckFaultCase{"Size", "CreateDisk", Refusal("InvalidDiskSize.NotSupported"),
                     StatusCode::INVALID_ARGUMENT},
        AckFaultCase{"Zone", "CreateDisk", Refusal("InvalidZoneId.NotFound"), StatusCode::INTERNAL},
        AckFaultCase{"Rights", "CreateDisk", Refusal("Forbidden.RAM"), StatusCode::INTERNAL},
        AckFaultCase{"Snapshot", "CreateDisk", Refusal("InvalidSnapshotId.NotFound"),
                     StatusCode::NOT_FOUND},
        AckFaultCase{
            "NoAnswer", "CreateDisk", {std::string(kNoAnswer), 0, "scripted"}, StatusCode::UNKNOWN},
        AckFaultCase{"Limit", "AttachDisk", Refusal("InstanceDiskLimitExceeded"),
                     StatusCode::INTERNAL},
        AckFaultCase{"Portable", "AttachDisk", Refusal("DiskNotPortable"), StatusCode::INTERNAL},
        AckFaultCase{"Instance", "AttachDisk", Refusal("InvalidInstanceId.NotFound"),
                     StatusCode::NOT_FOUND},
        AckFaultCase{"AnyAttach", "AttachDisk", Refusal("Forbidden.RAM"), StatusCode::ABORTED},
        AckFaultCase{"AnyDetach", "DetachDisk", Refusal("Forbidden.RAM"), StatusCode::ABORTED},
        AckFaultCase{"SnapshotQuota", "CreateSnapshot", Refusal("QuotaExceed.Snapshot"),
                     StatusCode::RESOURCE_EXHAUSTED},
        AckFaultCase{"AnySnapshot", "CreateSnapshot", Refusal("Forbidden.RAM"),
                     StatusCode::INTERNAL},
        AckFaultCase{"AnyDelete", "DeleteDisk", Refusal("Forbidden.RAM"), StatusCode::INTERNAL}),
    [](const auto& tested) { return tested.param.name; });

// Every refusal in the other profile stays what CSI asks for.
TEST(FullProfileTest, GivenRefusalsWhenAnsweredThenAsTheyAre) {
  const RpcError stock{StatusCode::RESOURCE_EXHAUSTED, "none", "OperationDenied.NoStock"};
  EXPECT_EQ(Answered(FullProfile(), "CreateVolume", stock).error_code(),
            StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_TRUE(GoesOn(FullProfile(), {"OperationDenied.NoStock", 403, "none"}));
  EXPECT_FALSE(GoesOn(AckProfile(), {"OperationDenied.NoStock", 403, "none"}));
}

}  // namespace
}  // namespace driver
