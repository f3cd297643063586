#include "driver/controller/snapshots.h"

#include <set>

#include "driver/testing/fake_cluster.h"
#include "driver/testing/service_fixture.h"

namespace driver {
namespace {

using grpc::StatusCode;

class SnapshotsTest : public ServiceTest {
 protected:
  grpc::Status List(const csi::v1::ListSnapshotsRequest& request) {
    return Call(&csi::v1::Controller::Stub::ListSnapshots, request, listed_);
  }
  grpc::Status Get(const std::string& id) {
    csi::v1::GetSnapshotRequest request;
    request.set_snapshot_id(id);
    return Call(&csi::v1::Controller::Stub::GetSnapshot, request, got_);
  }
  grpc::Status DeleteSnapshot(const std::string& id) {
    csi::v1::DeleteSnapshotRequest request;
    request.set_snapshot_id(id);
    csi::v1::DeleteSnapshotResponse response;
    return Call(&csi::v1::Controller::Stub::DeleteSnapshot, request, response);
  }
  // Lets snapshots under way become available.
  void Finish() { clock_.Advance(std::chrono::seconds(10)); }

  csi::v1::ListSnapshotsResponse listed_;
  csi::v1::GetSnapshotResponse got_;
};

TEST_F(SnapshotsTest, GivenUsedVolumeWhenSnapshottedThenCutFirstAndReadyLater) {
  const auto volume = UsedVolume("pvc-1", 30);
  ASSERT_TRUE(Snapshot(volume, "snap").ok());
  const auto first = snapshotted_.snapshot();
  EXPECT_FALSE(first.ready_to_use());
  EXPECT_GT(first.creation_time().seconds(), 0);
  EXPECT_EQ(first.size_bytes(), 30 * kGib);
  EXPECT_EQ(first.source_volume_id(), volume);
  ASSERT_TRUE(Snapshot(volume, "snap").ok());
  EXPECT_EQ(snapshotted_.snapshot().snapshot_id(), first.snapshot_id());
  Finish();
  ASSERT_TRUE(Snapshot(volume, "snap").ok());
  EXPECT_TRUE(snapshotted_.snapshot().ready_to_use());
  EXPECT_EQ(snapshotted_.snapshot().creation_time().seconds(), first.creation_time().seconds());
  EXPECT_EQ(fake_.Snapshots().size(), 1U);
}

TEST_F(SnapshotsTest, GivenProblemsWhenSnapshottedThenCodes) {
  EXPECT_EQ(Snapshot("", "snap").error_code(), StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(Snapshot("d-none", "").error_code(), StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(Snapshot("d-none", "snap").error_code(), StatusCode::NOT_FOUND);
  EXPECT_EQ(Snapshot(Created("never"), "snap").error_code(), StatusCode::FAILED_PRECONDITION);
  const auto volume = UsedVolume("pvc-1");
  ASSERT_TRUE(Snapshot(volume, "snap").ok());
  EXPECT_EQ(Snapshot(UsedVolume("pvc-2"), "snap").error_code(), StatusCode::ALREADY_EXISTS);
  // One at a time per disk.
  EXPECT_EQ(Snapshot(volume, "second").error_code(), StatusCode::ABORTED);
  Finish();
  EXPECT_TRUE(Snapshot(volume, "second").ok());
}

TEST_F(SnapshotsTest, GivenFailedSnapshotWhenRepeatedThenErrorAndThenAnother) {
  const auto volume = UsedVolume("pvc-1");
  ASSERT_TRUE(Snapshot(volume, "snap").ok());
  const auto failed = snapshotted_.snapshot().snapshot_id();
  fake_.FailSnapshot(failed);
  Finish();
  EXPECT_EQ(Snapshot(volume, "snap").error_code(), StatusCode::INTERNAL);
  EXPECT_EQ(fake_.Snapshots().size(), 0U);
  ASSERT_TRUE(Snapshot(volume, "snap").ok());
  EXPECT_NE(snapshotted_.snapshot().snapshot_id(), failed);
  EXPECT_EQ(fake_.Snapshots().size(), 1U);
}

TEST_F(SnapshotsTest, GivenSnapshotWhenDeletedTwiceThenOkAlsoBeforeReady) {
  const auto volume = UsedVolume("pvc-1");
  ASSERT_TRUE(Snapshot(volume, "snap").ok());
  const auto id = snapshotted_.snapshot().snapshot_id();
  EXPECT_TRUE(DeleteSnapshot(id).ok());
  EXPECT_TRUE(DeleteSnapshot(id).ok());
  EXPECT_TRUE(DeleteSnapshot("no-such-snapshot").ok());
  EXPECT_EQ(DeleteSnapshot("").error_code(), StatusCode::INVALID_ARGUMENT);
  ASSERT_TRUE(Snapshot(volume, "snap").ok());
  EXPECT_NE(snapshotted_.snapshot().snapshot_id(), id);
}

TEST_F(SnapshotsTest, GivenSnapshotsWhenGottenThenSnapshotOrError) {
  const auto volume = UsedVolume("pvc-1");
  ASSERT_TRUE(Snapshot(volume, "snap").ok());
  ASSERT_TRUE(Get(snapshotted_.snapshot().snapshot_id()).ok());
  EXPECT_FALSE(got_.snapshot().ready_to_use());
  EXPECT_EQ(Get("no-such-snapshot").error_code(), StatusCode::NOT_FOUND);
  EXPECT_EQ(Get("").error_code(), StatusCode::INVALID_ARGUMENT);
}

TEST_F(SnapshotsTest, GivenManyWhenPagedThenExactlyAsAsked) {
  const auto volume = UsedVolume("pvc-1");
  for (int i = 0; i < 12; ++i) {
    ASSERT_TRUE(Snapshot(volume, "snap-" + std::to_string(i)).ok());
    Finish();
  }
  csi::v1::ListSnapshotsRequest request;
  ASSERT_TRUE(List(request).ok());
  EXPECT_EQ(listed_.entries_size(), 12);
  EXPECT_EQ(listed_.next_token(), "");
  request.set_max_entries(5);
  std::set<std::string> ids;
  std::vector<int> sizes;
  do {
    ASSERT_TRUE(List(request).ok());
    sizes.push_back(listed_.entries_size());
    for (const auto& entry : listed_.entries()) ids.insert(entry.snapshot().snapshot_id());
    request.set_starting_token(listed_.next_token());
  } while (!listed_.next_token().empty());
  EXPECT_EQ(sizes, (std::vector<int>{5, 5, 2}));
  EXPECT_EQ(ids.size(), 12U);
}

TEST_F(SnapshotsTest, GivenFiltersWhenListedThenThose) {
  const auto volume = UsedVolume("pvc-1");
  ASSERT_TRUE(Snapshot(volume, "snap").ok());
  const auto id = snapshotted_.snapshot().snapshot_id();
  ASSERT_TRUE(Snapshot(UsedVolume("pvc-2"), "other").ok());
  csi::v1::ListSnapshotsRequest request;
  request.set_source_volume_id(volume);
  ASSERT_TRUE(List(request).ok());
  ASSERT_EQ(listed_.entries_size(), 1);
  EXPECT_EQ(listed_.entries(0).snapshot().snapshot_id(), id);
  request.set_source_volume_id("no-such-volume");
  ASSERT_TRUE(List(request).ok());
  EXPECT_EQ(listed_.entries_size(), 0);
  request.clear_source_volume_id();
  request.set_snapshot_id(id);
  ASSERT_TRUE(List(request).ok());
  EXPECT_EQ(listed_.entries_size(), 1);
  request.set_snapshot_id("no-such-snapshot");
  ASSERT_TRUE(List(request).ok());
  EXPECT_EQ(listed_.entries_size(), 0);
}

TEST_F(SnapshotsTest, GivenBadPagesWhenListedThenCodes) {
  csi::v1::ListSnapshotsRequest request;
  for (const auto* token : {"nonsense", "@", "-1@x", "5", "0@not-from-here", "1000@"}) {
    request.set_starting_token(token);
    EXPECT_EQ(List(request).error_code(), StatusCode::ABORTED) << token;
  }
  request.clear_starting_token();
  request.set_max_entries(-1);
  EXPECT_EQ(List(request).error_code(), StatusCode::INVALID_ARGUMENT);
}

TEST_F(SnapshotsTest, GivenCloneUnderWayWhenListedThenItsSnapshotIsHidden) {
  auto clone = CreateRequest("clone");
  clone.mutable_volume_content_source()->mutable_volume()->set_volume_id(UsedVolume("pvc-1"));
  EXPECT_EQ(Create(clone, std::chrono::seconds(2)).error_code(), StatusCode::DEADLINE_EXCEEDED);
  EXPECT_EQ(fake_.Snapshots().size(), 1U);
  ASSERT_TRUE(List({}).ok());
  EXPECT_EQ(listed_.entries_size(), 0);
}

TEST_F(SnapshotsTest, GivenClassParametersWhenSnapshottedThenTags) {
  csi::v1::CreateSnapshotRequest request;
  request.set_source_volume_id(UsedVolume("pvc-1"));
  request.set_name("snap");
  (*request.mutable_parameters())["snapshotTags/team"] = "storage";
  (*request.mutable_parameters())["retentionDays"] = "7";
  ASSERT_TRUE(Call(&csi::v1::Controller::Stub::CreateSnapshot, request, snapshotted_).ok());
  EXPECT_EQ(FindTag(fake_.Snapshots().front().tags, "team"), "storage");
  EXPECT_EQ(FindTag(fake_.Snapshots().front().tags, "zonedisk.io/snapshot-name"), "snap");
  request.set_name("bad");
  (*request.mutable_parameters())["retentionDays"] = "week";
  EXPECT_EQ(Call(&csi::v1::Controller::Stub::CreateSnapshot, request, snapshotted_).error_code(),
            StatusCode::INVALID_ARGUMENT);
}

struct TtlCase {
  std::string name;
  Annotations annotations;
  StatusCode code = StatusCode::OK;
  std::int64_t days = 0;
};

class SnapshotTtlTest : public SnapshotsTest, public testing::WithParamInterface<TtlCase> {
 protected:
  SnapshotTtlTest() { cluster_ = &objects_; }

  grpc::Status SnapshotFor(const std::string& object) {
    csi::v1::CreateSnapshotRequest request;
    request.set_source_volume_id(volume_.empty() ? volume_ = UsedVolume("pvc-1") : volume_);
    request.set_name("snap-" + object);
    auto& parameters = *request.mutable_parameters();
    parameters["retentionDays"] = "7";
    parameters["csi.storage.k8s.io/volumesnapshot/namespace"] = "web";
    parameters["csi.storage.k8s.io/volumesnapshot/name"] = object;
    parameters["snapshotTags/csi.alibabacloud.com/snapshot/name"] = "mine";
    return Call(&csi::v1::Controller::Stub::CreateSnapshot, request, snapshotted_);
  }

  FakeCluster objects_;
  std::string volume_;
};

TEST_P(SnapshotTtlTest, GivenAVolumeSnapshotWhenTakenThenItsAnnotationDecidesHowLongItIsKept) {
  objects_.AddSnapshot("web", "cut", GetParam().annotations);
  const auto taken = SnapshotFor("cut");
  EXPECT_EQ(taken.error_code(), GetParam().code) << taken.error_message();
  ASSERT_EQ(fake_.Snapshots().size(), GetParam().code == StatusCode::OK ? 1U : 0U);
  if (GetParam().code != StatusCode::OK) return;
  const auto snapshot = fake_.Snapshots().front();
  EXPECT_EQ(snapshot.retention_days, GetParam().days);
  EXPECT_EQ(FindTag(snapshot.tags, "csi.alibabacloud.com/snapshot/name"), "cut");
  EXPECT_EQ(FindTag(snapshot.tags, "csi.alibabacloud.com/snapshot/namespace"), "web");
}

const std::string kTtl(kSnapshotTtlAnnotation);

INSTANTIATE_TEST_SUITE_P(
    Table, SnapshotTtlTest,
    testing::Values(TtlCase{"None", {}, StatusCode::OK, 7},
                    TtlCase{"Days", {{kTtl, "3"}}, StatusCode::OK, 3},
                    TtlCase{"ForEver", {{kTtl, "0"}}, StatusCode::OK, 0},
                    TtlCase{"Word", {{kTtl, "3d"}}, StatusCode::INVALID_ARGUMENT},
                    TtlCase{"Negative", {{kTtl, "-1"}}, StatusCode::INVALID_ARGUMENT}),
    [](const auto& tested) { return tested.param.name; });

TEST_F(SnapshotTtlTest, GivenAVolumeSnapshotThatIsGoneWhenTakenThenAsItsClassSays) {
  ASSERT_TRUE(SnapshotFor("gone").ok());
  EXPECT_EQ(fake_.Snapshots().front().retention_days, 7);
}

TEST_F(SnapshotTtlTest, GivenNoApiServerWhenTakenThenNothingIsMade) {
  objects_.SetDown(true);
  EXPECT_EQ(SnapshotFor("cut").error_code(), StatusCode::UNAVAILABLE);
  EXPECT_TRUE(fake_.Snapshots().empty());
}

}  // namespace
}  // namespace driver
