// Claims that ask by annotation: for a disk that exists, a snapshot, a key.
#include <gmock/gmock.h>

#include "driver/controller/claim_annotations.h"
#include "driver/csi/keys.h"
#include "driver/testing/fake_cluster.h"
#include "driver/testing/service_fixture.h"

namespace driver {
namespace {

using grpc::StatusCode;
using testing::HasSubstr;

class AdoptTest : public ServiceTest {
 protected:
  AdoptTest() { cluster_ = &kubernetes_; }

  csi::v1::CreateVolumeRequest ForClaim(std::int64_t gib = 20) {
    auto request = CreateRequest("pvc-1", gib);
    auto& parameters = *request.mutable_parameters();
    parameters[std::string(kClaimNamespaceParameter)] = "web";
    parameters[std::string(kClaimNameParameter)] = "data-0";
    parameters[std::string(kPvNameParameter)] = "pvc-1";
    return request;
  }
  void Annotate(std::string_view key, const std::string& value) {
    kubernetes_.AddClaim("web", "data-0", {.annotations = {{std::string(key), value}}});
  }
  // A disk made by hand.
  std::string Disk(const std::string& zone = "cn-hangzhou-b", std::int64_t gib = 20) {
    const auto id = fake_.CreateDisk({.zone = zone, .category = "cloud_ssd", .size_gib = gib});
    EXPECT_TRUE(id);
    clock_.Advance(std::chrono::seconds(1));
    return *id;
  }

  FakeCluster kubernetes_;
};

TEST_F(AdoptTest, GivenFreeDiskWhenNamedByClaimThenItBecomesTheVolume) {
  const auto disk = Disk("cn-hangzhou-d");
  Annotate(kDiskAnnotation, disk);
  for (int i = 0; i < 2; ++i) {
    const auto status = Create(ForClaim());
    ASSERT_TRUE(status.ok()) << status.error_message();
    EXPECT_EQ(created_.volume().volume_id(), disk);
    EXPECT_EQ(created_.volume().accessible_topology(0).segments().at("topology.kubernetes.io/zone"),
              "cn-hangzhou-d");
    EXPECT_EQ(created_.volume().volume_context().at("type"), "cloud_ssd");
    Restart();
  }
  EXPECT_EQ(fake_.CreatedDisks(), 1);
  EXPECT_EQ(FindTag(fake_.Disks().at(0).tags, kVolumeNameTag), "pvc-1");
  EXPECT_EQ(FindTag(fake_.Disks().at(0).tags, kClaimNameTag), "data-0");
}

TEST_F(AdoptTest, GivenDiskOfAnotherVolumeWhenNamedThenRefused) {
  const auto volume = Created("pvc-0");
  Annotate(kDiskAnnotation, volume);
  const auto status = Create(ForClaim());
  EXPECT_EQ(status.error_code(), StatusCode::FAILED_PRECONDITION);
  EXPECT_THAT(status.error_message(), HasSubstr("it is volume pvc-0"));
}

TEST_F(AdoptTest, GivenAttachedDiskWhenNamedThenRefused) {
  const auto disk = Disk();
  ASSERT_TRUE(fake_.AttachDisk({disk, "i-b1"}));
  clock_.Advance(std::chrono::seconds(1));
  Annotate(kDiskAnnotation, disk);
  const auto status = Create(ForClaim());
  EXPECT_EQ(status.error_code(), StatusCode::FAILED_PRECONDITION);
  EXPECT_THAT(status.error_message(), HasSubstr("In_use"));
}

TEST_F(AdoptTest, GivenOtherSizeOrZoneOrNoDiskWhenNamedThenRefusedAndUntouched) {
  const auto disk = Disk("cn-hangzhou-b", 40);
  Annotate(kDiskAnnotation, disk);
  EXPECT_EQ(Create(ForClaim()).error_code(), StatusCode::OUT_OF_RANGE);
  auto elsewhere = ForClaim(40);
  Require(elsewhere, "cn-hangzhou-d");
  EXPECT_EQ(Create(elsewhere).error_code(), StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_TRUE(fake_.Disks().at(0).tags.empty());
  for (const std::string& id :
       {std::string("d-none"), fake_.DescribeDisks({.type = "system"})->disks.front().id}) {
    Annotate(kDiskAnnotation, id);
    EXPECT_EQ(Create(ForClaim()).error_code(), StatusCode::NOT_FOUND) << id;
  }
}

TEST_F(AdoptTest, GivenSnapshotWhenNamedByClaimThenRestored) {
  const auto source = UsedVolume("pvc-0");
  ASSERT_TRUE(Snapshot(source, "snap").ok());
  clock_.Advance(std::chrono::seconds(10));
  const auto snapshot = fake_.Snapshots().at(0).id;
  Annotate(kSnapshotAnnotation, snapshot);
  for (int i = 0; i < 2; ++i) {
    const auto status = Create(ForClaim());
    ASSERT_TRUE(status.ok()) << status.error_message();
  }
  EXPECT_EQ(fake_.CreatedDisks(), 2);
  for (const auto& disk : fake_.Disks()) {
    if (disk.id == source) continue;
    EXPECT_EQ(disk.snapshot_id, snapshot);
  }
}

TEST_F(AdoptTest, GivenKeyWhenNamedByClaimThenItBeatsTheClass) {
  Annotate(kKmsKeyAnnotation, "key-of-claim");
  auto request = ForClaim();
  (*request.mutable_parameters())["encrypted"] = "true";
  (*request.mutable_parameters())["kmsKeyId"] = "key-of-class";
  const auto status = Create(request);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(fake_.Disks().at(0).kms_key_id, "key-of-claim");
}

TEST_F(AdoptTest, GivenApiServerDownWhenCreatedThenNothingIsMadeUntilItIsBack) {
  Annotate(kKmsKeyAnnotation, "key");
  auto request = ForClaim();
  (*request.mutable_parameters())["encrypted"] = "true";
  kubernetes_.SetDown(true);
  EXPECT_EQ(Create(request).error_code(), StatusCode::UNAVAILABLE);
  EXPECT_EQ(fake_.CreatedDisks(), 0);
  kubernetes_.SetDown(false);
  EXPECT_TRUE(Create(request).ok());
}

TEST_F(AdoptTest, GivenClaimDeletedWhenCreatedThenOnlyWhatExistsIsAnswered) {
  EXPECT_EQ(Create(ForClaim()).error_code(), StatusCode::NOT_FOUND);
  EXPECT_EQ(fake_.CreatedDisks(), 0);
  Annotate(kKmsKeyAnnotation, "key");
  auto request = ForClaim();
  (*request.mutable_parameters())["encrypted"] = "true";
  ASSERT_TRUE(Create(request).ok());
  const auto id = created_.volume().volume_id();
  kubernetes_.RemoveClaim("web", "data-0");
  // So that the provisioner learns of the disk and deletes it.
  ASSERT_TRUE(Create(request).ok());
  EXPECT_EQ(created_.volume().volume_id(), id);
}

}  // namespace
}  // namespace driver
