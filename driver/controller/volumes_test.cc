#include "driver/controller/volumes.h"

#include <gmock/gmock.h>
#include <google/protobuf/util/message_differencer.h>

#include "driver/testing/service_fixture.h"

namespace driver {
namespace {

using csi::v1::VolumeCapability;
using grpc::StatusCode;
using testing::HasSubstr;

class VolumesTest : public ServiceTest {};

TEST_F(VolumesTest, GivenNameWhenCreatedTwiceThenOneAvailableDisk) {
  const auto request = CreateRequest("pvc-1");
  ASSERT_TRUE(Create(request).ok());
  const auto first = created_;
  ASSERT_TRUE(Create(request).ok());
  EXPECT_TRUE(google::protobuf::util::MessageDifferencer::Equals(first, created_));
  ASSERT_EQ(fake_.Disks().size(), 1U);
  const auto disk = fake_.Disks().front();
  EXPECT_EQ(disk.status, DiskStatus::kAvailable);
  EXPECT_EQ(disk.category, "cloud_essd");
  EXPECT_EQ(disk.performance_level, "PL1");
  EXPECT_EQ(disk.zone, "cn-hangzhou-b");
  const Tags tags = {{"k8s.aliyun.com", "true"},
                     {"createdby", "alibabacloud-csi-plugin"},
                     {"csi.alibabacloud.com/volume-name", "pvc-1"}};
  EXPECT_EQ(disk.tags, tags);
  const auto& volume = first.volume();
  EXPECT_EQ(volume.volume_id(), disk.id);
  EXPECT_EQ(volume.capacity_bytes(), 20 * kGib);
  EXPECT_EQ(volume.volume_context().at("type"), "cloud_essd");
  ASSERT_EQ(volume.accessible_topology_size(), 1);
  EXPECT_EQ(volume.accessible_topology(0).segments().at("topology.kubernetes.io/zone"),
            "cn-hangzhou-b");
}

TEST_F(VolumesTest, GivenVolumeWhenDeletedTwiceThenGoneAndOk) {
  const auto id = Created("pvc-1");
  EXPECT_TRUE(Delete(id).ok());
  EXPECT_TRUE(Delete(id).ok());
  EXPECT_TRUE(Delete("no-such-volume").ok());
  EXPECT_TRUE(fake_.Disks().empty());
}

TEST_F(VolumesTest, GivenAttachedVolumeWhenDeletedThenFailedPrecondition) {
  const auto id = UsedVolume("pvc-1");
  const auto status = Delete(id);
  EXPECT_EQ(status.error_code(), StatusCode::FAILED_PRECONDITION);
  EXPECT_THAT(status.error_message(), HasSubstr("i-b1"));
}

TEST_F(VolumesTest, GivenDeletedNameWhenCreatedAgainThenNewDiskEachTime) {
  std::string last;
  for (int round = 0; round < 4; ++round) {
    const auto id = Created("pvc-1", round < 2 ? 20 : 30);  // the third has other parameters
    EXPECT_NE(id, last);
    last = id;
    const auto created = fake_.CreatedDisks();
    EXPECT_EQ(Created("pvc-1", round < 2 ? 20 : 30), id);
    EXPECT_EQ(fake_.CreatedDisks(), created);
    ASSERT_TRUE(Delete(id).ok());
  }
}

TEST_F(VolumesTest, GivenASizeBelowEveryMinimumWhenCreatedThenEachIsNamedAndNoDisk) {
  auto small = CreateRequest("small", 5);
  (*small.mutable_parameters())["type"] = "cloud_essd,cloud_ssd";
  (*small.mutable_parameters())["performanceLevel"] = "PL2,PL1";
  const auto refused = Create(small);
  EXPECT_EQ(refused.error_code(), StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(refused.error_message(),
            "no wanted category comes in 5 GiB: cloud_essd PL2 begins at 461 GiB; "
            "cloud_essd PL1 begins at 20 GiB; cloud_ssd begins at 20 GiB");
  EXPECT_EQ(fake_.CreatedDisks(), 0);
  (*small.mutable_parameters())["performanceLevel"] = "PL2,PL0";
  ASSERT_TRUE(Create(small).ok());
  EXPECT_EQ(created_.volume().capacity_bytes(), 5 * kGib) << "of PL0";
}

TEST_F(VolumesTest, GivenVolumeSizeAutoAvailableWhenCreatedThenRaisedTo20GibAndNoFurther) {
  auto small = CreateRequest("small", 5);
  (*small.mutable_parameters())["volumeSizeAutoAvailable"] = "true";
  ASSERT_TRUE(Create(small).ok());
  EXPECT_EQ(created_.volume().capacity_bytes(), 20 * kGib);
  small.set_name("smaller than PL2");
  (*small.mutable_parameters())["type"] = "cloud_essd";
  (*small.mutable_parameters())["performanceLevel"] = "PL2";
  EXPECT_EQ(Create(small).error_code(), StatusCode::INVALID_ARGUMENT);
}

TEST_F(VolumesTest, GivenNoSizeWhenCreatedThenTheLeastWithinTheLimit) {
  auto limited = CreateRequest("limited", 0);
  limited.mutable_capacity_range()->set_limit_bytes(10 * kGib);
  EXPECT_EQ(Create(limited).error_code(), StatusCode::OUT_OF_RANGE);
  auto none = CreateRequest("none");
  none.clear_capacity_range();
  EXPECT_TRUE(Create(none).ok());
  EXPECT_EQ(created_.volume().capacity_bytes(), 20 * kGib);
}

TEST_F(VolumesTest, GivenOddBytesWhenCreatedThenRoundedUp) {
  auto request = CreateRequest("odd");
  request.mutable_capacity_range()->set_required_bytes(20 * kGib + 1);
  ASSERT_TRUE(Create(request).ok());
  EXPECT_EQ(created_.volume().capacity_bytes(), 21 * kGib);
  request.mutable_capacity_range()->set_limit_bytes(21 * kGib - 1);
  EXPECT_EQ(Create(request).error_code(), StatusCode::OUT_OF_RANGE);
}

TEST_F(VolumesTest, GivenTopologyWhenCreatedThenOnlyInRequisite) {
  auto request = CreateRequest("d");
  Require(request, "cn-hangzhou-d");
  ASSERT_TRUE(Create(request).ok());
  EXPECT_EQ(fake_.Disks().front().zone, "cn-hangzhou-d");
}

TEST_F(VolumesTest, GivenNothingSoldInRequisiteWhenCreatedThenExhaustedAndNoDisk) {
  auto request = CreateRequest("e");
  Require(request, "cn-hangzhou-e");
  EXPECT_EQ(Create(request).error_code(), StatusCode::RESOURCE_EXHAUSTED);
  auto conflict = CreateRequest("conflict");
  Require(conflict, "cn-hangzhou-d");
  (*conflict.mutable_parameters())["zoneId"] = "cn-hangzhou-b";
  EXPECT_EQ(Create(conflict).error_code(), StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(fake_.CreatedDisks(), 0);
}

TEST_F(VolumesTest, GivenSoldOutZoneWhenCreatedThenNextAllowedZone) {
  fake_.SetStock("cn-hangzhou-b", "cloud_essd", false);
  auto request = CreateRequest("next");
  Require(request, "cn-hangzhou-b");
  Require(request, "cn-hangzhou-d");
  ASSERT_TRUE(Create(request).ok());
  EXPECT_EQ(fake_.Disks().front().zone, "cn-hangzhou-d");
}

TEST_F(VolumesTest, GivenStockGoneSinceTheCatalogueWhenCreatedThenNextAllowedZone) {
  Created("warm");  // the catalogue is cached now
  fake_.SetStock("cn-hangzhou-b", "cloud_essd", false);
  auto request = CreateRequest("next");
  Require(request, "cn-hangzhou-b");
  Require(request, "cn-hangzhou-d");
  ASSERT_TRUE(Create(request).ok());
  EXPECT_EQ(created_.volume().accessible_topology(0).segments().begin()->second, "cn-hangzhou-d");
  auto only = CreateRequest("only");
  Require(only, "cn-hangzhou-b");
  EXPECT_EQ(Create(only).error_code(), StatusCode::RESOURCE_EXHAUSTED);
  fake_.SetStock("cn-hangzhou-b", "cloud_essd", true);
  EXPECT_TRUE(Create(only).ok());
}

TEST_F(VolumesTest, GivenCategoryListWhenFirstNotSoldThenSecondInSameZone) {
  auto request = CreateRequest("fallback");
  Require(request, "cn-hangzhou-e");
  (*request.mutable_parameters())["type"] = "cloud_essd,cloud_efficiency";
  ASSERT_TRUE(Create(request).ok());
  EXPECT_EQ(created_.volume().volume_context().at("type"), "cloud_efficiency");
  ASSERT_TRUE(Create(request).ok());
  EXPECT_EQ(fake_.CreatedDisks(), 1);
}

struct DifferenceCase {
  std::string name;
  void (*change)(csi::v1::CreateVolumeRequest&);
  StatusCode expected;
};

class SecondCreateTest : public ServiceTest, public testing::WithParamInterface<DifferenceCase> {};

TEST_P(SecondCreateTest, GivenVolumeWhenNameIsUsedAgainThenStatus) {
  auto request = CreateRequest("pvc-1");
  ASSERT_TRUE(Create(request).ok());
  GetParam().change(request);
  EXPECT_EQ(Create(request).error_code(), GetParam().expected);
  EXPECT_EQ(Create(request).error_code(), GetParam().expected);
  EXPECT_EQ(fake_.CreatedDisks(), 1);
}

using Request = csi::v1::CreateVolumeRequest;

INSTANTIATE_TEST_SUITE_P(
    Table, SecondCreateTest,
    testing::Values(
        DifferenceCase{"Same", [](Request&) {}, StatusCode::OK},
        DifferenceCase{"Smaller",
                       [](Request& r) { r.mutable_capacity_range()->set_required_bytes(kGib); },
                       StatusCode::OK},
        DifferenceCase{
            "Larger", [](Request& r) { r.mutable_capacity_range()->set_required_bytes(30 * kGib); },
            StatusCode::ALREADY_EXISTS},
        DifferenceCase{"SmallerLimit",
                       [](Request& r) {
                         r.mutable_capacity_range()->set_required_bytes(10 * kGib);
                         r.mutable_capacity_range()->set_limit_bytes(15 * kGib);
                       },
                       StatusCode::ALREADY_EXISTS},
        DifferenceCase{"OtherCategory",
                       [](Request& r) { (*r.mutable_parameters())["type"] = "cloud_ssd"; },
                       StatusCode::ALREADY_EXISTS},
        DifferenceCase{"OtherLevel",
                       [](Request& r) { (*r.mutable_parameters())["performanceLevel"] = "PL0"; },
                       StatusCode::ALREADY_EXISTS},
        DifferenceCase{"Encrypted",
                       [](Request& r) { (*r.mutable_parameters())["encrypted"] = "true"; },
                       StatusCode::ALREADY_EXISTS},
        DifferenceCase{"OtherZone",
                       [](Request& r) { (*r.mutable_parameters())["zoneId"] = "cn-hangzhou-d"; },
                       StatusCode::ALREADY_EXISTS},
        DifferenceCase{"WithSource",
                       [](Request& r) {
                         r.mutable_volume_content_source()->mutable_snapshot()->set_snapshot_id(
                             "s-1");
                       },
                       StatusCode::ALREADY_EXISTS}),
    [](const auto& tested) { return tested.param.name; });

class SourcesTest : public ServiceTest {
 protected:
  static Request Restore(const std::string& name, const std::string& snapshot, std::int64_t gib) {
    auto request = CreateRequest(name, gib);
    request.mutable_volume_content_source()->mutable_snapshot()->set_snapshot_id(snapshot);
    return request;
  }
  static Request Clone(const std::string& name, const std::string& volume, std::int64_t gib) {
    auto request = CreateRequest(name, gib);
    request.mutable_volume_content_source()->mutable_volume()->set_volume_id(volume);
    return request;
  }
  std::string ReadySnapshot(const std::string& volume, const std::string& name) {
    EXPECT_TRUE(Snapshot(volume, name).ok());
    clock_.Advance(std::chrono::seconds(10));
    return snapshotted_.snapshot().snapshot_id();
  }
};

TEST_F(SourcesTest, GivenSnapshotWhenRestoredInOtherZoneThenContentSourceIsBack) {
  const auto snapshot = ReadySnapshot(UsedVolume("source"), "snap");
  auto request = Restore("copy", snapshot, 20);
  Require(request, "cn-hangzhou-d");
  ASSERT_TRUE(Create(request).ok());
  EXPECT_EQ(created_.volume().content_source().snapshot().snapshot_id(), snapshot);
  EXPECT_EQ(created_.volume().accessible_topology(0).segments().begin()->second, "cn-hangzhou-d");
  ASSERT_TRUE(Create(request).ok());
  EXPECT_EQ(fake_.CreatedDisks(), 2);
}

TEST_F(SourcesTest, GivenSnapshotWhenRestoreIsSmallerThenOutOfRange) {
  const auto snapshot = ReadySnapshot(UsedVolume("source", 30), "snap");
  EXPECT_EQ(Create(Restore("small", snapshot, 20)).error_code(), StatusCode::OUT_OF_RANGE);
  auto unsized = Restore("unsized", snapshot, 20);
  unsized.clear_capacity_range();
  ASSERT_TRUE(Create(unsized).ok());
  EXPECT_EQ(created_.volume().capacity_bytes(), 30 * kGib);
  ASSERT_TRUE(Create(Restore("large", snapshot, 50)).ok());
  EXPECT_EQ(created_.volume().capacity_bytes(), 50 * kGib);
}

TEST_F(SourcesTest, GivenUnknownOrUnreadySourceWhenCreatedThenCodes) {
  EXPECT_EQ(Create(Restore("r", "s-none", 20)).error_code(), StatusCode::NOT_FOUND);
  EXPECT_EQ(Create(Clone("c", "d-none", 20)).error_code(), StatusCode::NOT_FOUND);
  const auto volume = UsedVolume("source");
  ASSERT_TRUE(Snapshot(volume, "snap").ok());
  const auto snapshot = snapshotted_.snapshot().snapshot_id();
  EXPECT_FALSE(snapshotted_.snapshot().ready_to_use());
  EXPECT_EQ(Create(Restore("r", snapshot, 20)).error_code(), StatusCode::ABORTED);
  fake_.FailSnapshot(snapshot);
  clock_.Advance(std::chrono::seconds(10));
  EXPECT_EQ(Create(Restore("r", snapshot, 20)).error_code(), StatusCode::FAILED_PRECONDITION);
}

TEST_F(SourcesTest, GivenVolumeWhenClonedTwiceThenOneDiskAndNoSnapshotLeft) {
  const auto source = UsedVolume("source");
  ASSERT_TRUE(Create(Clone("clone", source, 20)).ok());
  const auto first = created_;
  EXPECT_EQ(first.volume().content_source().volume().volume_id(), source);
  EXPECT_TRUE(fake_.Snapshots().empty());
  ASSERT_TRUE(Create(Clone("clone", source, 20)).ok());
  EXPECT_EQ(created_.volume().volume_id(), first.volume().volume_id());
  EXPECT_EQ(fake_.CreatedDisks(), 2);
}

TEST_F(SourcesTest, GivenCloneWhenRefusedThenCodes) {
  const auto never = Created("never");
  EXPECT_EQ(Create(Clone("c1", never, 20)).error_code(), StatusCode::FAILED_PRECONDITION);
  const auto source = UsedVolume("source", 30);
  EXPECT_EQ(Create(Clone("c2", source, 20)).error_code(), StatusCode::OUT_OF_RANGE);
  EXPECT_TRUE(fake_.Snapshots().empty());
}

TEST_F(SourcesTest, GivenOtherZoneWhenClonedThenCloneFollows) {
  const auto source = UsedVolume("source");
  auto request = Clone("clone", source, 20);
  Require(request, "cn-hangzhou-d");
  ASSERT_TRUE(Create(request).ok());
  const auto first = created_;
  EXPECT_EQ(first.volume().content_source().volume().volume_id(), source);
  EXPECT_EQ(first.volume().accessible_topology(0).segments().begin()->second, "cn-hangzhou-d");
  EXPECT_TRUE(fake_.Snapshots().empty());
  ASSERT_TRUE(Create(request).ok());
  EXPECT_EQ(created_.volume().volume_id(), first.volume().volume_id());
  EXPECT_EQ(fake_.CreatedDisks(), 2);
}

TEST_F(SourcesTest, GivenZoneThatCannotTakeItWhenClonedThenExhausted) {
  const auto source = UsedVolume("source");
  auto unsold = Clone("unsold", source, 20);
  Require(unsold, "cn-hangzhou-e");
  EXPECT_EQ(Create(unsold).error_code(), StatusCode::RESOURCE_EXHAUSTED);
  auto excluded = Clone("excluded", source, 20);
  (*excluded.mutable_parameters())["zoneId"] = "cn-hangzhou-b";
  Require(excluded, "cn-hangzhou-d");
  EXPECT_EQ(Create(excluded).error_code(), StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_TRUE(fake_.Snapshots().empty());
}

TEST_F(SourcesTest, GivenNoTopologyWhenClonedThenBesideItsSource) {
  auto request = CreateRequest("source");
  Require(request, "cn-hangzhou-d");
  ASSERT_TRUE(Create(request).ok());
  const auto source = created_.volume().volume_id();
  ASSERT_TRUE(Publish(source, "i-d1").ok());
  ASSERT_TRUE(Create(Clone("clone", source, 20)).ok());
  EXPECT_EQ(created_.volume().accessible_topology(0).segments().begin()->second, "cn-hangzhou-d");
}

TEST_F(SourcesTest, GivenShortDeadlineWhenClonedThenRepeatedCallsFinish) {
  const auto source = UsedVolume("source");
  const auto request = Clone("clone", source, 20);
  int calls = 0;
  grpc::Status status;
  do {
    status = Create(request, std::chrono::seconds(1));
    if (!status.ok()) {
      ASSERT_EQ(status.error_code(), StatusCode::DEADLINE_EXCEEDED) << status.error_message();
    }
  } while (!status.ok() && ++calls < 20);
  EXPECT_TRUE(status.ok());
  EXPECT_GT(calls, 1);
  EXPECT_EQ(fake_.CreatedDisks(), 2);
  EXPECT_TRUE(fake_.Snapshots().empty());
}

TEST_F(SourcesTest, GivenAbandonedCloneWhenSourceIsDeletedThenNoSnapshotLeft) {
  const auto source = UsedVolume("source");
  EXPECT_EQ(Create(Clone("clone", source, 20), std::chrono::seconds(1)).error_code(),
            StatusCode::DEADLINE_EXCEEDED);
  EXPECT_EQ(fake_.Snapshots().size(), 1U);
  ASSERT_TRUE(Unpublish(source, "i-b1").ok());
  EXPECT_TRUE(Delete(source).ok());
  EXPECT_TRUE(fake_.Snapshots().empty());
}

TEST_F(SourcesTest, GivenCloneWhoseSnapshotWasKeptWhenDeletedThenSnapshotGoes) {
  const auto source = UsedVolume("source");
  // The disk is made, the removal of the snapshot fails.
  Script({{"DeleteSnapshot", 1, {"InvalidOperation.SnapshotLocked", 403, "scripted"}}});
  EXPECT_EQ(Create(Clone("clone", source, 20)).error_code(), StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(fake_.Snapshots().size(), 1U);
  const auto clone = fake_.Disks().back().id;
  EXPECT_NE(clone, source);
  EXPECT_TRUE(Delete(clone).ok());
  EXPECT_TRUE(fake_.Snapshots().empty());
}

}  // namespace
}  // namespace driver
