#include "cloudapi/rules/new_disk.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "cloudapi/testing/small_catalogue.h"

namespace cloudapi {
namespace {

DiskRequest Good() {
  return {
      .region = "cn-hangzhou", .zone = "cn-hangzhou-b", .category = "cloud_essd", .size_gib = 20};
}

Snapshot Source() {
  return {.id = "s-1",
          .status = SnapshotStatus::kAccomplished,
          .available = true,
          .progress = 100,
          .source_disk_size_gib = 40};
}

struct RefusalCase {
  std::string label;
  std::function<void(DiskRequest&)> change;
  int status;
  std::string code;
};
class NewDiskTest : public testing::TestWithParam<RefusalCase> {};

TEST_P(NewDiskTest, GivenOneWrongParameterWhenMadeThenRefuses) {
  DiskRequest request = Good();
  GetParam().change(request);
  const auto disk = NewDisk(request, SmallCatalogue(), nullptr);
  ASSERT_FALSE(disk);
  EXPECT_EQ(disk.error().http_status, GetParam().status);
  EXPECT_EQ(disk.error().code, GetParam().code);
  EXPECT_FALSE(disk.error().rule.empty());
  EXPECT_EQ(disk.error().message.find("NotFound"), std::string::npos);
}

using R = DiskRequest;
INSTANTIATE_TEST_SUITE_P(
    Rows, NewDiskTest,
    testing::Values(
        RefusalCase{"NoZone", [](R& r) { r.zone = ""; }, 400, "MissingParameter"},
        RefusalCase{"NoSize", [](R& r) { r.size_gib.reset(); }, 400, "MissingParameter"},
        RefusalCase{"UnknownRegion", [](R& r) { r.region = "cn-x"; }, 404,
                    "InvalidRegionId.NotFound"},
        RefusalCase{"UnknownZone", [](R& r) { r.zone = "cn-x-a"; }, 404, "InvalidZoneId.NotFound"},
        RefusalCase{"ZoneOfOtherRegion", [](R& r) { r.zone = "cn-beijing-a"; }, 404,
                    "InvalidZoneId.NotFound"},
        RefusalCase{"UnknownCategory", [](R& r) { r.category = "cloud_x"; }, 400,
                    "InvalidDiskCategory.ValueNotSupported"},
        RefusalCase{"RegionalWithZone", [](R& r) { r.category = "cloud_regional_disk_auto"; }, 400,
                    "InvalidZoneId.DiskCategoryUnsupported"},
        RefusalCase{"RegionalInNoRegion",
                    [](R& r) {
                      r.category = "cloud_regional_disk_auto";
                      r.zone = "";
                      r.region = "cn-x";
                    },
                    404, "InvalidRegionId.NotFound"},
        RefusalCase{"RegionalTooSmall",
                    [](R& r) {
                      r.category = "cloud_regional_disk_auto";
                      r.zone = "";
                      r.size_gib = 9;
                    },
                    403, "InvalidDataDiskSize.ValueNotSupported"},
        RefusalCase{"Local", [](R& r) { r.category = "local_ssd_pro"; }, 400,
                    "InvalidDiskCategory.NotSupported"},
        RefusalCase{"EphemeralTooSmall",
                    [](R& r) { r.category = "elastic_ephemeral_disk_standard", r.size_gib = 63; },
                    403, "InvalidDataDiskSize.ValueNotSupported"},
        RefusalCase{"EphemeralShared",
                    [](R& r) {
                      r.category = "elastic_ephemeral_disk_standard";
                      r.size_gib = 64;
                      r.multi_attach = "Enabled";
                    },
                    403, "InvalidParameter.DiskCategoryAndMultiAttachNotMatch"},
        RefusalCase{"NotOffered",
                    [](R& r) { r.category = "cloud_efficiency", r.zone = "cn-hangzhou-d"; }, 403,
                    "InvalidDataDiskCategory.NotSupported"},
        RefusalCase{"SoldOut", [](R& r) { r.category = "cloud_ssd", r.zone = "cn-hangzhou-d"; },
                    403, "InvalidDataDiskCategory.NotSupported"},
        RefusalCase{"UnknownLevel", [](R& r) { r.performance_level = "PL9"; }, 400,
                    "InvalidPerformanceLevel.Malformed"},
        RefusalCase{"LevelWithoutLevels",
                    [](R& r) { r.category = "cloud_ssd", r.performance_level = "PL1"; }, 403,
                    "InvalidDataDiskCategory.NotSupported"},
        RefusalCase{"BelowLevel", [](R& r) { r.size_gib = 19; }, 403,
                    "OperationDenied.PerformanceLevelNotMatch"},
        RefusalCase{"BelowPl2", [](R& r) { r.size_gib = 460, r.performance_level = "PL2"; }, 403,
                    "OperationDenied.PerformanceLevelNotMatch"},
        RefusalCase{"AboveEssd", [](R& r) { r.size_gib = 65537; }, 403,
                    "InvalidDataDiskSize.ValueNotSupported"},
        RefusalCase{"BelowCloud", [](R& r) { r.category = "", r.size_gib = 4; }, 403,
                    "InvalidDiskSize.NotSupported"},
        RefusalCase{"AboveSsd", [](R& r) { r.category = "cloud_ssd", r.size_gib = 32769; }, 403,
                    "InvalidDiskSize.NotSupported"},
        RefusalCase{"AboveAuto", [](R& r) { r.category = "cloud_auto", r.size_gib = 65537; }, 403,
                    "InvalidDataDiskSize.ValueNotSupported"},
        RefusalCase{"Name", [](R& r) { r.name = "1"; }, 400, "InvalidDiskName.Malformed"},
        RefusalCase{"Description", [](R& r) { r.description = "x"; }, 400,
                    "InvalidDescription.Malformed"},
        RefusalCase{"TagTwice",
                    [](R& r) {
                      r.tags = {{"k", "1"}, {"k", "2"}};
                    },
                    400, "Duplicate.TagKey"},
        RefusalCase{"KeyWithoutEncryption", [](R& r) { r.kms_key_id = "key"; }, 400,
                    "InvalidParameter.EncryptedIllegal"},
        RefusalCase{"MultiAttachWord", [](R& r) { r.multi_attach = "yes"; }, 403,
                    "InvalidParameter.MultiAttach"},
        RefusalCase{"MultiAttachCategory",
                    [](R& r) { r.category = "cloud_ssd", r.multi_attach = "Enabled"; }, 403,
                    "InvalidParameter.DiskCategoryAndMultiAttachNotMatch"},
        RefusalCase{"IopsCategory", [](R& r) { r.provisioned_iops = 100; }, 400,
                    "ProvisionedIopsForDiskCategoryUnsupported"},
        RefusalCase{"IopsLimit",
                    [](R& r) { r.category = "cloud_auto", r.provisioned_iops = 17001; }, 400,
                    "InvalidProvisionedIops.LimitExceed"},
        RefusalCase{"IopsTinyDisk",
                    [](R& r) { r.category = "cloud_auto", r.size_gib = 3, r.provisioned_iops = 1; },
                    400, "InvalidProvisionedIops.LimitExceed"},
        RefusalCase{"BurstCategory", [](R& r) { r.bursting = true; }, 400,
                    "BurstingEnabledForDiskCategoryUnsupported"},
        RefusalCase{
            "BurstMultiAttach",
            [](R& r) { r.category = "cloud_auto", r.bursting = true, r.multi_attach = "Enabled"; },
            400, "BurstingEnabledForMultiAttachDiskUnsupported"},
        RefusalCase{"BurstTinyDisk",
                    [](R& r) { r.category = "cloud_auto", r.bursting = true, r.size_gib = 3; }, 400,
                    "InvalidBurstingEnabled.DiskSizeTooSmall"}),
    [](const auto& c) { return c.param.label; });

TEST(NewDisk, GivenPlainRequestWhenMadeThenHasTheServicesDefaults) {
  const auto disk = NewDisk(Good(), SmallCatalogue(), nullptr);
  ASSERT_TRUE(disk) << disk.error().message;
  EXPECT_EQ(disk->status, DiskStatus::kCreating);
  EXPECT_EQ(disk->performance_level, "PL1");
  EXPECT_EQ(disk->guest_size_gib, 20);
  EXPECT_FALSE(disk->delete_auto_snapshot);
  EXPECT_FALSE(disk->delete_with_instance);
  EXPECT_TRUE(disk->portable);
  EXPECT_FALSE(disk->multi_attach);
  EXPECT_EQ(disk->type, "data");
}

TEST(NewDisk, GivenNoCategoryWhenMadeThenIsCloud) {
  DiskRequest request = Good();
  request.category = "";
  EXPECT_EQ(NewDisk(request, SmallCatalogue(), nullptr).value().category, "cloud");
}

TEST(NewDisk, GivenSnapshotWhenMadeThenTakesTheLargerSizeAndItsEncryption) {
  Snapshot source = Source();
  source.encrypted = true;
  source.kms_key_id = "key";
  DiskRequest request = Good();
  const auto disk = NewDisk(request, SmallCatalogue(), &source);
  ASSERT_TRUE(disk);
  EXPECT_EQ(disk->size_gib, 40);
  EXPECT_EQ(disk->source_snapshot_id, "s-1");
  EXPECT_TRUE(disk->encrypted);
  EXPECT_EQ(disk->kms_key_id, "key");
  request.size_gib = 50;
  EXPECT_EQ(NewDisk(request, SmallCatalogue(), &source).value().size_gib, 50);
  request.size_gib.reset();
  EXPECT_EQ(NewDisk(request, SmallCatalogue(), &source).value().size_gib, 40);
  request.encrypted = false;
  EXPECT_EQ(NewDisk(request, SmallCatalogue(), &source).error().code,
            "InvalidEncrypted.NotMatchSnapshot");
}

TEST(NewDisk, GivenSnapshotNotAvailableWhenMadeThenRefuses) {
  Snapshot source = Source();
  source.available = false;
  EXPECT_EQ(NewDisk(Good(), SmallCatalogue(), &source).error().code, "InvalidSnapshotId.NotReady");
}

TEST(SpeedOf, GivenCategoryAndSizeWhenAskedThenFollowsTheFormula) {
  EXPECT_EQ(SpeedOf("cloud_efficiency", "", 20, 0), (Speed{1960, 103}));
  EXPECT_EQ(SpeedOf("cloud_efficiency", "", 1000, 0), (Speed{5000, 140}));
  EXPECT_EQ(SpeedOf("cloud_ssd", "", 100, 0), (Speed{4800, 170}));
  EXPECT_EQ(SpeedOf("cloud_essd", "PL0", 100, 0), (Speed{3000, 125}));
  EXPECT_EQ(SpeedOf("cloud_essd", "PL1", 20, 0), (Speed{2800, 130}));
  EXPECT_EQ(SpeedOf("cloud_essd", "PL3", 65536, 0), (Speed{1000000, 4000}));
  EXPECT_EQ(SpeedOf("cloud_auto", "", 1, 0), (Speed{3000, 125}));
  EXPECT_EQ(SpeedOf("cloud_auto", "", 100, 500), (Speed{7300, 170}));
  EXPECT_EQ(SpeedOf("cloud", "", 100, 0), (Speed{0, 0}));
}

struct SystemDiskCase {
  std::string label;
  std::vector<std::string> type_has;
  std::vector<std::string> zone_offers;
  std::string category;
  std::string level;
  std::int64_t size_gib;
};
class NewSystemDiskTest : public testing::TestWithParam<SystemDiskCase> {};

TEST_P(NewSystemDiskTest, GivenTypeAndZoneWhenMadeThenOfACategoryThatTheyHave) {
  topology::Catalogue catalogue = SmallCatalogue();
  catalogue.categories.push_back({.name = "cloud_large", .sizes = {100, 200}});
  catalogue.instance_types.front().categories = GetParam().type_has;
  topology::Zone& zone = catalogue.regions.front().zones.front();
  zone.offers.clear();
  for (const std::string& category : GetParam().zone_offers) zone.offers.push_back({category});
  const Instance instance{.id = "i-1",
                          .account = "a",
                          .region = "cn-hangzhou",
                          .zone = "cn-hangzhou-b",
                          .type = catalogue.instance_types.front().name};
  const Disk disk = NewSystemDisk(instance, catalogue);
  EXPECT_EQ(disk.category, GetParam().category);
  EXPECT_EQ(disk.performance_level, GetParam().level);
  EXPECT_EQ(disk.size_gib, GetParam().size_gib);
  EXPECT_EQ(disk.guest_size_gib, disk.size_gib);
  EXPECT_EQ(disk.type, kSystemDisk);
  EXPECT_EQ(disk.status, DiskStatus::kCreating);
  EXPECT_EQ(disk.account, "a");
  EXPECT_EQ(disk.region, "cn-hangzhou");
  EXPECT_EQ(disk.zone, "cn-hangzhou-b");
  EXPECT_FALSE(disk.portable);
  EXPECT_TRUE(disk.delete_with_instance);
  ASSERT_EQ(disk.attachments.size(), 1U);
  EXPECT_EQ(disk.attachments[0].instance_id, "i-1");
  EXPECT_EQ(disk.attachments[0].device, "/dev/xvda");
}

INSTANTIATE_TEST_SUITE_P(
    Rows, NewSystemDiskTest,
    testing::Values(
        SystemDiskCase{"Essd",
                       {"cloud", "cloud_ssd", "cloud_essd"},
                       {"cloud", "cloud_essd"},
                       "cloud_essd",
                       "PL1",
                       40},
        SystemDiskCase{
            "OlderType", {"cloud_ssd"}, {"cloud_essd", "cloud_ssd"}, "cloud_ssd", "", 40},
        SystemDiskCase{
            "ZoneWithoutEssd", {"cloud_ssd", "cloud_essd"}, {"cloud_ssd"}, "cloud_ssd", "", 40},
        SystemDiskCase{"NothingInCommon", {"cloud_ssd"}, {"cloud_essd"}, "cloud_ssd", "", 40},
        SystemDiskCase{"ZonalOnly",
                       {"cloud_regional_disk_auto", "cloud_auto"},
                       {"cloud_auto"},
                       "cloud_auto",
                       "",
                       40},
        SystemDiskCase{
            "LeastOfTheCategory", {"cloud_large"}, {"cloud_large"}, "cloud_large", "", 100}),
    [](const auto& c) { return c.param.label; });

}  // namespace
}  // namespace cloudapi
