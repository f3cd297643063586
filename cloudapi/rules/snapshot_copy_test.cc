#include "cloudapi/rules/snapshot_copy.h"

#include <gtest/gtest.h>

#include "cloudapi/testing/small_catalogue.h"

namespace cloudapi {
namespace {

Snapshot Source() {
  return {.id = "s-1",
          .account = "a",
          .region = "cn-hangzhou",
          .status = SnapshotStatus::kAccomplished,
          .source_disk_id = "d-1",
          .source_disk_size_gib = 20};
}

struct CopyCase {
  std::string label;
  CopyTerms terms;
  std::string code;
  int status = 403;
};
class StartCopyTest : public testing::TestWithParam<CopyCase> {};

TEST_P(StartCopyTest, GivenTermsWhenCopiedThenTakenOrRefused) {
  CopyTerms terms = GetParam().terms;
  if (terms.region.empty()) terms.region = "cn-beijing";
  if (terms.name.empty()) terms.name = "copy";
  const auto copy = StartCopy(Source(), terms, SmallCatalogue());
  EXPECT_EQ(copy ? "" : copy.error().code, GetParam().code);
  EXPECT_EQ(copy ? 403 : copy.error().http_status, GetParam().status);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, StartCopyTest,
    testing::Values(
        CopyCase{"Plain", {}, ""},
        CopyCase{
            "SameRegion", {.region = "cn-hangzhou"}, "InvalidOperation.NotSupportCopyInSameRegion"},
        CopyCase{"NoRegion", {.region = "mars"}, "InvalidRegionId.NotExists"},
        CopyCase{"Name", {.name = "1"}, "InvalidSnapshotName.Malformed"},
        CopyCase{"AutoName", {.name = "auto1"}, "InvalidSnapshotName.Malformed"},
        CopyCase{"OfAPolicy", {.name = "auto1", .automatic = true}, ""},
        CopyCase{"Description", {.description = "http://x"}, "InvalidDescription.Malformed"},
        CopyCase{"Key", {.kms_key_id = "k"}, "InvalidParameter.EncryptedIllegal", 400},
        CopyCase{"EncryptedWithKey", {.encrypted = true, .kms_key_id = "k"}, ""},
        CopyCase{"TagTwice", {.tags = {{"k", ""}, {"k", ""}}}, "Duplicate.TagKey", 400}),
    [](const auto& c) { return c.param.label; });

TEST(StartCopyTest, GivenSourceThatIsBusyWhenCopiedThenRefused) {
  const CopyTerms terms{.region = "cn-beijing", .name = "copy"};
  Snapshot source = Source();
  source.copies_under_way = 1;
  EXPECT_EQ(StartCopy(source, terms, SmallCatalogue()).error().code,
            "InvalidOperation.UnfinishedCrossRegionCopy");
  source.status = SnapshotStatus::kProgressing;
  EXPECT_EQ(StartCopy(source, terms, SmallCatalogue()).error().code, "InvalidSnapshotId.NotReady");
}

TEST(StartCopyTest, GivenEncryptedSourceWhenCopiedThenTheCopyIsWithItsKey) {
  Snapshot source = Source();
  source.encrypted = true;
  source.kms_key_id = "key-1";
  const CopyTerms terms{.region = "cn-beijing", .name = "copy"};
  const auto copy = StartCopy(source, terms, SmallCatalogue());
  ASSERT_TRUE(copy);
  EXPECT_TRUE(copy->encrypted);
  EXPECT_EQ(copy->kms_key_id, "key-1");
  EXPECT_EQ(copy->source_snapshot_id, "s-1");
  EXPECT_EQ(copy->source_region, "cn-hangzhou");
  EXPECT_EQ(copy->source_disk_id, "");
  EXPECT_EQ(copy->source_disk_size_gib, 20);
}

}  // namespace
}  // namespace cloudapi
