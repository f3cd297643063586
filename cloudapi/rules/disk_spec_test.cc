#include "cloudapi/rules/disk_spec.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "cloudapi/testing/disk_states.h"
#include "cloudapi/testing/small_catalogue.h"

namespace cloudapi {
namespace {

Disk Essd() {
  Disk disk = DiskIn(DiskStatus::kAvailable);
  disk.zone = "cn-hangzhou-b";
  disk.category = "cloud_essd";
  disk.performance_level = "PL1";
  disk.size_gib = 500;
  return disk;
}

struct SpecCase {
  std::string name;
  std::function<void(Disk&, SpecTerms&)> change;
  std::string expected;  // "category level iops", or the code of the refusal
};
class CheckSpecTest : public testing::TestWithParam<SpecCase> {};

TEST_P(CheckSpecTest, GivenDiskAndWishWhenCheckedThenTheSpecOrTheRefusal) {
  Disk disk = Essd();
  SpecTerms terms;
  GetParam().change(disk, terms);
  const auto spec = CheckSpec(disk, terms, SmallCatalogue());
  EXPECT_EQ(spec ? spec->category + " " + spec->performance_level + " " +
                       std::to_string(spec->provisioned_iops)
                 : spec.error().code,
            GetParam().expected);
}

using D = Disk;
using T = SpecTerms;
INSTANTIATE_TEST_SUITE_P(
    Rows, CheckSpecTest,
    testing::Values(
        SpecCase{"Level", [](D&, T& w) { w.performance_level = "PL2"; }, "cloud_essd PL2 0"},
        SpecCase{"LevelDown",
                 [](D& d, T& w) {
                   d.performance_level = "PL2";
                   w.performance_level = "PL1";
                 },
                 "cloud_essd PL1 0"},
        SpecCase{"ToAuto", [](D&, T& w) { w.category = "cloud_auto"; }, "cloud_auto  0"},
        SpecCase{"ToAutoWithIops",
                 [](D&, T& w) {
                   w.category = "cloud_auto";
                   w.provisioned_iops = 100;
                 },
                 "cloud_auto  100"},
        SpecCase{"FromSsd",
                 [](D& d, T& w) {
                   d.category = "cloud_ssd";
                   d.performance_level = "";
                   w.category = "cloud_essd";
                 },
                 "cloud_essd PL1 0"},
        SpecCase{"IopsAlone",
                 [](D& d, T& w) {
                   d.category = "cloud_auto";
                   d.performance_level = "";
                   w.provisioned_iops = 50;
                 },
                 "cloud_auto  50"},
        SpecCase{"Nothing", [](D&, T&) {}, "NoChangeInDiskCategoryAndPerformanceLevel"},
        SpecCase{"Same",
                 [](D&, T& w) {
                   w.category = "cloud_essd";
                   w.performance_level = "PL1";
                 },
                 "NoChangeInDiskCategoryAndPerformanceLevel"},
        SpecCase{"Unknown", [](D&, T& w) { w.category = "cloud_x"; },
                 "InvalidDiskCategory.ValueNotSupported"},
        SpecCase{"NoTarget", [](D&, T& w) { w.category = "cloud"; },
                 "InvalidDiskCategory.ValueNotSupported"},
        SpecCase{"NoWayDown", [](D&, T& w) { w.category = "cloud_ssd"; },
                 "InvalidDiskCategory.NotSupported"},
        SpecCase{"NoWayFromCloud",
                 [](D& d, T& w) {
                   d.category = "cloud";
                   d.performance_level = "";
                   w.category = "cloud_essd";
                 },
                 "InvalidDiskCategory.NotSupported"},
        SpecCase{"UnknownLevel", [](D&, T& w) { w.performance_level = "PL9"; },
                 "InvalidPerformanceLevel.Malformed"},
        SpecCase{"LevelOfAuto",
                 [](D&, T& w) {
                   w.category = "cloud_auto";
                   w.performance_level = "PL1";
                 },
                 "InvalidPerformanceLevelParam.Mismatch"},
        SpecCase{"ToPl0", [](D&, T& w) { w.performance_level = "PL0"; },
                 "InvalidPerformanceLevel.TooLow"},
        SpecCase{"TooSmallForPl3", [](D&, T& w) { w.performance_level = "PL3"; },
                 "OperationDenied.PerformanceLevelNotMatch"},
        SpecCase{"IopsOfEssd", [](D&, T& w) { w.provisioned_iops = 1; },
                 "ProvisionedIopsForDiskCategoryUnsupported"},
        SpecCase{"IopsTooMany",
                 [](D&, T& w) {
                   w.category = "cloud_auto";
                   w.provisioned_iops = 50001;
                 },
                 "InvalidProvisionedIops.LimitExceed"},
        SpecCase{"Creating", [](D& d, T&) { d.status = DiskStatus::kCreating; },
                 "IncorrectDiskStatus"},
        SpecCase{"Attaching", [](D& d, T&) { d.status = DiskStatus::kAttaching; },
                 "IncorrectDiskStatus"},
        SpecCase{"Detaching", [](D& d, T&) { d.status = DiskStatus::kDetaching; },
                 "IncorrectDiskStatus"},
        SpecCase{"ReIniting", [](D& d, T&) { d.status = DiskStatus::kReIniting; },
                 "IncorrectDiskStatus"},
        SpecCase{"InUse",
                 [](D& d, T& w) {
                   d.status = DiskStatus::kInUse;
                   w.instances = {RunningInstance("i-1")};
                   w.performance_level = "PL2";
                 },
                 "cloud_essd PL2 0"},
        SpecCase{"InstanceStopping",
                 [](D& d, T& w) {
                   d.status = DiskStatus::kInUse;
                   w.instances = {RunningInstance("i-1")};
                   w.instances.front().status = InstanceStatus::kStopping;
                 },
                 "InvalidOperation.InstanceStatusUnsupported"},
        SpecCase{"MultiAttach", [](D& d, T&) { d.multi_attach = true; },
                 "InvalidOperation.MultiAttachDisk"},
        SpecCase{"Snapshot", [](D&, T& w) { w.snapshot_progressing = true; },
                 "DiskCreatingSnapshot"},
        SpecCase{"Growing", [](D&, T& w) { w.growing = true; },
                 "OperationDenied.DiskExpansionUnfinished"},
        SpecCase{"Twice", [](D&, T& w) { w.change_unfinished = true; },
                 "InvalidStatus.DiskNotReady"},
        SpecCase{"Cooling", [](D&, T& w) { w.cooling = true; }, "DiskInCoolingPeriod"}),
    [](const auto& test) { return test.param.name; });

TEST(CheckSpec, GivenCategorySoldOutInTheZoneWhenWantedThenNoStock) {
  Disk disk = Essd();
  disk.zone = "cn-hangzhou-d";
  disk.category = "cloud_efficiency";
  disk.performance_level = "";
  EXPECT_EQ(CheckSpec(disk, {.category = "cloud_ssd"}, SmallCatalogue()).error().code,
            "OperationDenied.NoStock");
}

TEST(ChangeSpec, GivenAutoDiskWhenMadeEssdThenItsTuningEnds) {
  Disk disk = Essd();
  disk.category = "cloud_auto";
  disk.performance_level = "";
  disk.provisioned_iops = 100;
  disk.bursting_enabled = true;
  const Disk changed = ChangeSpec(disk, {.category = "cloud_essd", .performance_level = "PL1"});
  EXPECT_EQ(changed.category, "cloud_essd");
  EXPECT_EQ(changed.performance_level, "PL1");
  EXPECT_EQ(changed.provisioned_iops, 0);
  EXPECT_FALSE(changed.bursting_enabled);
  EXPECT_EQ(changed.size_gib, disk.size_gib);
}

TEST(DiskSpec, GivenSpecsWhenFormattedThenParsedBack) {
  for (const DiskSpec& spec : {DiskSpec{.category = "cloud_essd", .performance_level = "PL2"},
                               DiskSpec{.category = "cloud_auto", .provisioned_iops = 50000}}) {
    EXPECT_EQ(ParseSpec(FormatSpec(spec)), spec);
  }
  for (const char* text : {"", "cloud_essd", "cloud_essd,PL1", "cloud_essd,PL1,x"}) {
    EXPECT_EQ(ParseSpec(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace cloudapi
