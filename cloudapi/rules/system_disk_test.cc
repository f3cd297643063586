#include <gtest/gtest.h>

#include "cloudapi/rules/new_disk.h"
#include "cloudapi/rules/transitions.h"
#include "cloudapi/testing/disk_states.h"
#include "cloudapi/testing/small_catalogue.h"

namespace cloudapi {
namespace {

Disk Present() {
  Disk disk = CompleteCreate(NewSystemDisk(RunningInstance("i-1"), SmallCatalogue()), {}).value();
  disk.id = "d-root";
  disk.name = "root";
  return disk;
}

struct ReplaceCase {
  std::string label;
  SystemDiskRequest request;
  std::string code;
};
class ReplacementTest : public testing::TestWithParam<ReplaceCase> {};

TEST_P(ReplacementTest, GivenRequestWhenReplacedThenTakenOrRefused) {
  const auto next = ReplacementOf(Present(), GetParam().request, false, SmallCatalogue());
  EXPECT_EQ(next ? "" : next.error().code, GetParam().code);
}

const std::string kBadSize = "InvalidSystemDiskSize.ValueNotSupported";
INSTANTIATE_TEST_SUITE_P(
    Rows, ReplacementTest,
    testing::Values(
        ReplaceCase{"Image", {.image_id = "m-1"}, ""},
        ReplaceCase{"NoImage", {}, "MissingParameter"},
        ReplaceCase{"Size", {.image_id = "m-1", .size_gib = 2048}, ""},
        ReplaceCase{"TooLarge", {.image_id = "m-1", .size_gib = 2049}, kBadSize},
        ReplaceCase{"TooSmall", {.image_id = "m-1", .size_gib = 19}, kBadSize},
        ReplaceCase{
            "Key", {.image_id = "m-1", .kms_key_id = "k"}, "InvalidParameter.EncryptedIllegal"},
        ReplaceCase{"Encrypted", {.image_id = "m-1", .encrypted = true, .kms_key_id = "k"}, ""}),
    [](const auto& c) { return c.param.label; });

TEST(ReplacementTest, GivenPresentDiskWhenReplacedThenWhatItWasAndAnotherImage) {
  const auto next =
      ReplacementOf(Present(), {.image_id = "m-1", .size_gib = 100}, false, SmallCatalogue());
  ASSERT_TRUE(next);
  EXPECT_EQ(next->status, DiskStatus::kCreating);
  EXPECT_EQ(next->type, kSystemDisk);
  EXPECT_EQ(next->name, "root");
  EXPECT_EQ(next->image_id, "m-1");
  EXPECT_EQ(next->size_gib, 100);
  EXPECT_EQ(CompleteCreate(*next, {})->status, DiskStatus::kInUse);
}

TEST(ReplacementTest, GivenPresentDiskThatIsBusyWhenReplacedThenRefused) {
  EXPECT_EQ(ReplacementOf(Present(), {.image_id = "m-1"}, true, SmallCatalogue()).error().code,
            "DiskCreatingSnapshot");
  Disk young = Present();
  young.status = DiskStatus::kCreating;
  EXPECT_EQ(ReplacementOf(young, {.image_id = "m-1"}, false, SmallCatalogue()).error().code,
            "IncorrectDiskStatus");
}

}  // namespace
}  // namespace cloudapi
