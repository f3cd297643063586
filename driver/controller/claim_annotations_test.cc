#include "driver/controller/claim_annotations.h"

#include <gtest/gtest.h>

#include <optional>

#include "driver/testing/fake_cluster.h"

namespace driver {
namespace {

using grpc::StatusCode;

constexpr const char* kUid = "01234567-89ab-cdef-0123-456789abcdef";
const Deadline kSoon{.at = Instant(std::chrono::hours(2))};

struct WishCase {
  std::string name;
  Annotations annotations;
  bool encrypted = false;
  std::string source_snapshot;
  // What comes of it; empty code: granted.
  std::optional<StatusCode> refused;
  std::string snapshot;
  std::string disk;
  std::string key;
};

class ClaimWishTest : public testing::TestWithParam<WishCase> {};

TEST_P(ClaimWishTest, GivenAnnotationsWhenReadThenWishesOrRefusal) {
  CreateVolumeRequest wanted{.name = std::string("pvc-") + kUid,
                             .claim = {.ns = "web", .name = "data-0"},
                             .source_snapshot_id = GetParam().source_snapshot};
  wanted.disk.encrypted = GetParam().encrypted;
  const auto asked = WithClaim(wanted, {.uid = kUid, .annotations = GetParam().annotations});
  if (GetParam().refused) {
    ASSERT_FALSE(asked);
    EXPECT_EQ(asked.error().code, *GetParam().refused);
    EXPECT_NE(asked.error().message.find("claim web/data-0: annotation "), std::string::npos);
    return;
  }
  ASSERT_TRUE(asked) << asked.error().message;
  EXPECT_EQ(asked->source_snapshot_id, GetParam().snapshot);
  EXPECT_EQ(asked->adopted_disk_id, GetParam().disk);
  EXPECT_EQ(asked->disk.kms_key_id, GetParam().key);
  EXPECT_FALSE(asked->claim_gone);
}

const std::string kKms(kKmsKeyAnnotation);
const std::string kSnapshot(kSnapshotAnnotation);
const std::string kDisk(kDiskAnnotation);

INSTANTIATE_TEST_SUITE_P(
    Claims, ClaimWishTest,
    testing::Values(
        WishCase{.name = "None", .annotations = {{"a.example/b", "c"}}},
        WishCase{.name = "Key", .annotations = {{kKms, "k-1"}}, .encrypted = true, .key = "k-1"},
        WishCase{.name = "KeyWithoutEncryption",
                 .annotations = {{kKms, "k-1"}},
                 .refused = StatusCode::INVALID_ARGUMENT},
        WishCase{.name = "Snapshot", .annotations = {{kSnapshot, "s-1"}}, .snapshot = "s-1"},
        WishCase{.name = "SnapshotBesideDataSource",
                 .annotations = {{kSnapshot, "s-1"}},
                 .source_snapshot = "s-2",
                 .refused = StatusCode::INVALID_ARGUMENT},
        WishCase{.name = "Disk", .annotations = {{kDisk, "d-1"}}, .disk = "d-1"},
        WishCase{.name = "DiskAndSnapshot",
                 .annotations = {{kDisk, "d-1"}, {kSnapshot, "s-1"}},
                 .refused = StatusCode::INVALID_ARGUMENT},
        WishCase{.name = "DiskAndKey",
                 .annotations = {{kDisk, "d-1"}, {kKms, "k-1"}},
                 .encrypted = true,
                 .refused = StatusCode::INVALID_ARGUMENT},
        WishCase{.name = "DiskBesideDataSource",
                 .annotations = {{kDisk, "d-1"}},
                 .source_snapshot = "s-2",
                 .refused = StatusCode::INVALID_ARGUMENT},
        WishCase{.name = "Arn",
                 .annotations = {{std::string(kArnAnnotation), "[]"}},
                 .refused = StatusCode::INVALID_ARGUMENT}),
    [](const auto& tested) { return tested.param.name; });

TEST(ClaimWishesTest, GivenClaimOfSameNameMadeSinceWhenReadThenTheOldOneIsGone) {
  const CreateVolumeRequest wanted{.name = std::string("pvc-") + kUid};
  const auto asked = WithClaim(
      wanted, {.uid = "11111111-89ab-cdef-0123-456789abcdef", .annotations = {{kDisk, "d-1"}}});
  ASSERT_TRUE(asked);
  EXPECT_TRUE(asked->claim_gone);
  EXPECT_EQ(asked->adopted_disk_id, "");
}

TEST(ClaimWishesTest, GivenNameWithoutUidWhenReadThenTheClaimCounts) {
  for (const auto* name :
       {"data", "pvc-0123", "a-name-that-is-as-long-as-an-uid-but-none-at-all"}) {
    const auto asked = WithClaim({.name = name}, {.uid = kUid, .annotations = {{kDisk, "d-1"}}});
    ASSERT_TRUE(asked);
    EXPECT_EQ(asked->adopted_disk_id, "d-1") << name;
  }
}

TEST(ClaimWishesTest, GivenNoClusterOrNoNameWhenReadThenAsItWas) {
  FakeCluster cluster;
  cluster.SetDown(true);
  EXPECT_TRUE(WithClaim(nullptr, {.claim = {.ns = "web", .name = "data"}}, kSoon));
  EXPECT_TRUE(WithClaim(&cluster, {}, kSoon));
}

TEST(ClaimWishesTest, GivenUnreadableClaimWhenReadThenUnavailable) {
  FakeCluster cluster;
  const CreateVolumeRequest wanted{.claim = {.ns = "web", .name = "data"}};
  cluster.SetDown(true);
  const auto asked = WithClaim(&cluster, wanted, kSoon);
  ASSERT_FALSE(asked);
  EXPECT_EQ(asked.error().code, StatusCode::UNAVAILABLE);
  cluster.SetDown(false);
  EXPECT_TRUE(WithClaim(&cluster, wanted, kSoon)->claim_gone);
}

}  // namespace
}  // namespace driver
