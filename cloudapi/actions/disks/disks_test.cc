#include "cloudapi/actions/disks/disks.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "cloudapi/actions/testing/write_fixture.h"
#include "cloudapi/catalogue/catalogue.h"
#include "cloudapi/rules/new_disk.h"

namespace cloudapi {
namespace {

using Values = Params::Map;
class DisksWriteTest : public WriteTest {};

TEST_F(DisksWriteTest, GivenRequestWhenCreatedThenIsCreatingWithAJobDueAfterTheDelay) {
  settings.delays.create = std::chrono::milliseconds(700);
  const std::string id = IdIn(Create({{"DiskCategory", "cloud_essd"},
                                      {"Size", "20"},
                                      {"DiskName", "data-1"},
                                      {"Description", "text"},
                                      {"Tag.2.Key", "b"},
                                      {"Tag.1.Key", "c"},
                                      {"Tag.1.Value", "v"}}));
  const Disk disk = DiskOf(id).value();
  EXPECT_EQ(id.substr(0, 5), "d-bp1");
  EXPECT_EQ(disk.status, DiskStatus::kCreating);
  EXPECT_EQ(disk.region, "cn-hangzhou");
  EXPECT_EQ(disk.name, "data-1");
  EXPECT_EQ(disk.tags, (std::vector<Tag>{{"b", ""}, {"c", "v"}}));
  EXPECT_EQ(disk.creation_time, env.CloudNow());
  const auto jobs = JobsOf(id);
  ASSERT_EQ(jobs.size(), 1U);
  EXPECT_EQ(jobs[0].step, Step::kDiskCreate);
  EXPECT_EQ(jobs[0].due, env.CloudNow() + std::chrono::milliseconds(700));
}

TEST_F(DisksWriteTest, GivenInstanceWithSystemDiskWhenDataDisksComeThenItTakesNoneOfTheirPlaces) {
  ASSERT_TRUE(store->Write("setup", [&](Tx& tx) -> Result<void> {
    Disk disk = NewSystemDisk(RunningInstance("i-1"), catalogue);
    disk.id = "d-root";
    disk.seq = tx.NextSeq();
    tx.Put(CompleteCreate(disk, tx.Now()).value());
    return {};
  }));
  EXPECT_EQ(Code(Attach("d-root", "i-2")), "IncorrectDiskStatus");
  EXPECT_EQ(
      Code(Run("AttachDisk", {{"DiskId", "d-root"}, {"InstanceId", "i-1"}, {"Bootable", "true"}})),
      "IncorrectDiskStatus");
  EXPECT_EQ(Code(Detach("d-root", "i-1")), "DiskTypeViolation");
  const int limit = catalogue.FindInstanceType("ecs.g7.xlarge")->disk_quantity;
  for (int i = 0; i < limit; ++i) {
    const std::string id = MakeDisk();
    ASSERT_EQ(Code(Attach(id, "i-1")), "");
    EXPECT_EQ(DiskOf(id)->attachments.at(0).device, std::string("/dev/xvd") + "bcd"[i]);
  }
  EXPECT_EQ(Code(Attach(MakeDisk(), "i-1")), "InstanceDiskLimitExceeded");
  const auto disk = MakeDisk({{"SnapshotId", MakeSnapshot("d-root")}});
  EXPECT_EQ(DiskOf(disk)->type, kDataDisk);
}

struct CreateCase {
  std::string label;
  Values values;
  std::string code;
};
class CreateDiskTest : public WriteTest, public testing::WithParamInterface<CreateCase> {};

TEST_P(CreateDiskTest, GivenParametersWhenCreatedThenAnswersAndLeavesNothing) {
  const std::int64_t before = store->Revision();
  EXPECT_EQ(Code(Create(GetParam().values)), GetParam().code);
  EXPECT_EQ(store->Revision() == before, !GetParam().code.empty());
}

INSTANTIATE_TEST_SUITE_P(
    Rows, CreateDiskTest,
    testing::Values(
        CreateCase{"Plain", {{"Size", "20"}}, ""}, CreateCase{"NoSize", {}, "MissingParameter"},
        CreateCase{"NoZone", {{"Size", "20"}, {"ZoneId", ""}}, "MissingParameter"},
        CreateCase{"SizeText", {{"Size", "big"}}, "InvalidSize.ValueNotSupported"},
        CreateCase{"SizeZero", {{"Size", "0"}}, "InvalidSize.ValueNotSupported"},
        CreateCase{"SizeOfNoCategory", {{"Size", "70000"}}, "InvalidDiskSize.NotSupported"},
        CreateCase{"SizeOutOfRange", {{"Size", "4"}}, "InvalidDiskSize.NotSupported"},
        CreateCase{"UnknownSnapshot", {{"SnapshotId", "s-none"}}, "InvalidSnapshotId.NotFound"},
        CreateCase{"ZoneAndInstance",
                   {{"Size", "20"}, {"InstanceId", "i-1"}},
                   "InvalidParam.ZoneIdAndInstanceId.Conflict"},
        CreateCase{"Subscription",
                   {{"Size", "20"}, {"ZoneId", ""}, {"InstanceId", "i-1"}},
                   "OperationDenied"},
        CreateCase{"SubscriptionUnknown",
                   {{"Size", "20"}, {"ZoneId", ""}, {"InstanceId", "i-none"}},
                   "InvalidInstanceId.NotFound"},
        CreateCase{
            "SubscriptionMultiAttach",
            {{"Size", "20"}, {"ZoneId", ""}, {"InstanceId", "i-1"}, {"MultiAttach", "Enabled"}},
            "InvalidParameter.MultiAttachAndInstanceIdConflict"},
        CreateCase{"StorageSet", {{"Size", "20"}, {"StorageSetId", "ss-1"}}, ""},
        CreateCase{"StorageSetForm",
                   {{"Size", "20"}, {"StorageSetId", "set"}},
                   "InvalidStorageSetId.NotFound"},
        CreateCase{"StorageSetPartition",
                   {{"Size", "20"}, {"StorageSetId", "ss-1"}, {"StorageSetPartitionNumber", "1"}},
                   "InvalidParameter"},
        CreateCase{"StorageCluster",
                   {{"Size", "20"}, {"StorageClusterId", "dbsc-1"}},
                   "InvalidStorageClusterId.NotExist"},
        CreateCase{"StorageSetAndCluster",
                   {{"Size", "20"}, {"StorageSetId", "ss-1"}, {"StorageClusterId", "dbsc-1"}},
                   "InvalidStorageClusterId.ConflictWithStorageSetId"},
        CreateCase{"ResourceGroup",
                   {{"Size", "20"}, {"ResourceGroupId", "x"}},
                   "InvalidResourceGroup.NotFound"},
        CreateCase{"Regional",
                   {{"Size", "20"}, {"DiskCategory", "cloud_regional_disk_auto"}, {"ZoneId", ""}},
                   ""},
        CreateCase{"RegionalWithZone",
                   {{"Size", "20"}, {"DiskCategory", "cloud_regional_disk_auto"}},
                   "InvalidZoneId.DiskCategoryUnsupported"},
        CreateCase{"Local",
                   {{"Size", "20"}, {"DiskCategory", "local_ssd_pro"}},
                   "InvalidDiskCategory.NotSupported"}),
    [](const auto& c) { return c.param.label; });

TEST_F(DisksWriteTest, GivenSnapshotWhenDisksComeAndGoThenItsUsageFollows) {
  const std::string snapshot = MakeSnapshot(MakeUsedDisk());
  EXPECT_EQ(SnapshotOf(snapshot)->usage, "none");
  const std::string first = MakeDisk({{"SnapshotId", snapshot}});
  const std::string second = MakeDisk({{"SnapshotId", snapshot}});
  EXPECT_EQ(DiskOf(first)->source_snapshot_id, snapshot);
  EXPECT_EQ(SnapshotOf(snapshot)->usage, "disk");
  EXPECT_EQ(Code(Delete(first)), "");
  EXPECT_EQ(SnapshotOf(snapshot)->usage, "disk");
  EXPECT_EQ(Code(Delete(second)), "");
  EXPECT_EQ(SnapshotOf(snapshot)->usage, "none");
}

TEST_F(DisksWriteTest, GivenSnapshotOfAnotherRegionWhenRestoredWithoutRegionThenItsRegionDecides) {
  catalogue = BuiltInCatalogue();
  caller.region = "cn-beijing";
  const std::string disk =
      MakeDisk({{"ZoneId", "cn-beijing-a"}, {"DiskCategory", "cloud_essd"}, {"Size", "20"}});
  settings.snapshot_never_attached = true;
  const std::string snapshot = MakeSnapshot(disk);
  caller.region = "";
  const Values here = {{"SnapshotId", snapshot}, {"DiskCategory", "cloud_essd"}};
  EXPECT_EQ(Code(Create(here)), "InvalidZoneId.NotFound");
  Values there = here;
  there.emplace("ZoneId", "cn-beijing-a");
  const std::string restored = IdIn(Create(there));
  EXPECT_EQ(DiskOf(restored)->region, "cn-beijing");
  EXPECT_EQ(SnapshotOf(snapshot)->usage, "disk");
  Settle();
  EXPECT_EQ(Code(Delete(restored)), "");
  EXPECT_EQ(SnapshotOf(snapshot)->usage, "none");
}

TEST_F(DisksWriteTest, GivenCreatingDiskWhenModifiedThenRefused) {
  const std::string id = IdIn(Create({{"DiskCategory", "cloud_essd"}, {"Size", "20"}}));
  EXPECT_EQ(Code(Run("ModifyDiskAttribute", {{"DiskId", id}, {"DiskName", "new"}})),
            "IncorrectDiskStatus");
  Settle();
  EXPECT_EQ(Code(Run("ModifyDiskAttribute", {{"DiskId", id}, {"DiskName", "new"}})), "");
}

TEST_F(DisksWriteTest, GivenDiskWhenAttachedAndDetachedThenEachStateIsVisible) {
  const std::string id = MakeDisk();
  EXPECT_EQ(Code(Attach(id, "i-1")), "");
  EXPECT_EQ(DiskOf(id)->status, DiskStatus::kAttaching);
  EXPECT_EQ(JobsOf(id).at(0).step, Step::kDiskAttach);
  EXPECT_EQ(JobsOf(id).at(0).detail.instance_id, "i-1");
  Settle();
  EXPECT_EQ(DiskOf(id)->status, DiskStatus::kInUse);
  EXPECT_EQ(Code(Attach(id, "i-1")), "IncorrectDiskStatus");
  EXPECT_EQ(Code(Attach(id, "i-2")), "IncorrectDiskStatus");
  EXPECT_EQ(Code(Detach(id, "i-2")), "DependencyViolation");
  EXPECT_EQ(Code(Delete(id)), "IncorrectDiskStatus");
  EXPECT_EQ(Code(Detach(id, "i-1")), "");
  EXPECT_EQ(DiskOf(id)->status, DiskStatus::kDetaching);
  EXPECT_EQ(Code(Detach(id, "i-1")), "InvalidOperation.DiskDetachingFromThisEcs");
  Settle();
  EXPECT_EQ(DiskOf(id)->status, DiskStatus::kAvailable);
  EXPECT_EQ(Code(Detach(id, "i-1")), "InvalidDisk.AlreadyDetached");
}

TEST_F(DisksWriteTest, GivenUnknownNamesWhenAttachedOrDetachedThenNotFound) {
  const std::string id = MakeDisk();
  EXPECT_EQ(Code(Attach("d-none", "i-1")), "InvalidDiskId.NotFound");
  EXPECT_EQ(Code(Attach(id, "i-none")), "InvalidInstanceId.NotFound");
  EXPECT_EQ(Code(Detach("d-none", "i-1")), "InvalidDiskId.NotFound");
  EXPECT_EQ(Code(Detach(id, "i-none")), "InvalidInstanceId.NotFound");
  caller.account = "b";
  EXPECT_EQ(Code(Attach(id, "i-1")), "InvalidInstanceId.NotFound");
  EXPECT_EQ(Code(Delete(id)), "InvalidDiskId.NotFound");
}

TEST_F(DisksWriteTest, GivenOtherRegionNamedWhenDeletedThenNotFound) {
  const std::string id = MakeDisk();
  caller.region = "cn-beijing";
  EXPECT_EQ(Code(Delete(id)), "InvalidDiskId.NotFound");
  caller.region = "cn-hangzhou";
  EXPECT_EQ(Code(Delete(id)), "");
}

TEST_F(DisksWriteTest, GivenAttachmentAcrossZonesWhenTriedThenRefusesAndDiskStaysAvailable) {
  const std::string id = MakeDisk();
  EXPECT_EQ(Code(Attach(id, "i-far")), "ResourcesNotInSameZone");
  EXPECT_EQ(DiskOf(id)->status, DiskStatus::kAvailable);
  EXPECT_TRUE(JobsOf(id).empty());
}

TEST_F(DisksWriteTest, GivenThreeDisksOnInstanceWhenAnotherIsAttachedThenLimitIsReached) {
  for (const std::string device : {"/dev/xvdb", "/dev/xvdc", "/dev/xvdd"}) {
    const std::string id = MakeDisk();
    EXPECT_EQ(Code(Attach(id, "i-1")), "");
    EXPECT_EQ(DiskOf(id)->attachments.at(0).device, device);
  }
  EXPECT_EQ(Code(Attach(MakeDisk(), "i-1")), "InstanceDiskLimitExceeded");
}

TEST_F(DisksWriteTest, GivenMultiAttachDiskWhenAttachedTwiceThenBothHoldIt) {
  const std::string id = MakeDisk({{"MultiAttach", "Enabled"}});
  EXPECT_EQ(Code(Attach(id, "i-1")), "");
  EXPECT_EQ(Code(Attach(id, "i-2")), "");
  Settle();
  EXPECT_EQ(DiskOf(id)->status, DiskStatus::kInUse);
  EXPECT_EQ(DiskOf(id)->attachments.size(), 2U);
  EXPECT_EQ(Code(Attach(id, "i-2")), "IncorrectDiskStatus");
}

struct ModeCase {
  std::string label;
  std::string parameter;
  std::string multi_attach;
  std::string code;
};
class AttachModeTest : public WriteTest, public testing::WithParamInterface<ModeCase> {};

TEST_P(AttachModeTest, GivenDataDiskWhenAttachedInThatModeThenRefuses) {
  const std::string id = MakeDisk({{"MultiAttach", GetParam().multi_attach}});
  EXPECT_EQ(Code(Run("AttachDisk",
                     {{"DiskId", id}, {"InstanceId", "i-1"}, {GetParam().parameter, "true"}})),
            GetParam().code);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, AttachModeTest,
    testing::Values(ModeCase{"Force", "Force", "Disabled",
                             "InvalidParameterForce.DiskCategoryNotSupported"},
                    ModeCase{"ForceMulti", "Force", "Enabled",
                             "InvalidParameterForce.MultiAttachDiskNotSupported"},
                    ModeCase{"Bootable", "Bootable", "Disabled", "InvalidDisk.DiskNotBootable"},
                    ModeCase{"BootableMulti", "Bootable", "Enabled",
                             "InvalidOperation.CanNotAttachMultiAttachDiskAsSystemDisk"},
                    ModeCase{"DeleteWithInstance", "DeleteWithInstance", "Disabled", ""},
                    ModeCase{"DeleteWithInstanceMulti", "DeleteWithInstance", "Enabled",
                             "DeleteWithInstance.Conflict"}),
    [](const auto& c) { return c.param.label; });

TEST_F(DisksWriteTest, GivenDeletedDiskWhenDeletedAgainThenSucceedsForADay) {
  const std::string id = MakeDisk();
  EXPECT_EQ(Code(Delete(id)), "");
  EXPECT_FALSE(DiskOf(id));
  const auto jobs = JobsOf(id);
  ASSERT_EQ(jobs.size(), 1U);
  EXPECT_EQ(jobs[0].step, Step::kDiskUnlink);
  EXPECT_EQ(jobs[0].detail.generation, 0);
  EXPECT_EQ(Code(Delete(id)), "");
  env.Advance(kTombstoneLifetime);
  EXPECT_EQ(Code(Delete(id)), "InvalidDiskId.NotFound");
  EXPECT_EQ(Code(Delete("d-none")), "InvalidDiskId.NotFound");
}

struct ResizeCase {
  std::string label;
  Values values;
  std::string code;
};
class ResizeDiskTest : public WriteTest, public testing::WithParamInterface<ResizeCase> {};

TEST_P(ResizeDiskTest, GivenDiskInUseWhenResizedThenAnswers) {
  const std::string id = MakeUsedDisk();
  Values values = GetParam().values;
  values.emplace("DiskId", id);
  EXPECT_EQ(Code(Run("ResizeDisk", values)), GetParam().code);
  EXPECT_EQ(DiskOf(id)->size_gib, GetParam().code.empty() ? 30 : 20);
  EXPECT_EQ(JobsOf(id).size(), GetParam().code.empty() ? 1U : 0U);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, ResizeDiskTest,
    testing::Values(
        ResizeCase{"Default", {{"NewSize", "30"}}, ""},
        ResizeCase{"Offline", {{"NewSize", "30"}, {"Type", "offline"}}, ""},
        ResizeCase{"Online", {{"NewSize", "30"}, {"Type", "online"}}, ""},
        ResizeCase{"Type", {{"NewSize", "30"}, {"Type", "x"}}, "InvalidParam.Type"},
        ResizeCase{"NoSize", {}, "MissingParameter"},
        ResizeCase{"BelowCategory", {{"NewSize", "4"}}, "InvalidParameter"},
        ResizeCase{"OfNoCategory", {{"NewSize", "70000"}}, "InvalidDiskSize.TooLarge"},
        ResizeCase{"Unknown", {{"NewSize", "30"}, {"DiskId", "d-none"}}, "InvalidDiskId.NotFound"}),
    [](const auto& c) { return c.param.label; });

struct ModifyCase {
  std::string label;
  Values values;
  std::string code;
};
class ModifyDiskAttributeTest : public WriteTest, public testing::WithParamInterface<ModifyCase> {};

TEST_P(ModifyDiskAttributeTest, GivenParametersWhenModifiedThenAnswers) {
  Values values = GetParam().values;
  for (auto& [name, value] : values) {
    if (value == "DISK") value = MakeDisk();
  }
  EXPECT_EQ(Code(Run("ModifyDiskAttribute", values)), GetParam().code);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, ModifyDiskAttributeTest,
    testing::Values(
        ModifyCase{"One", {{"DiskId", "DISK"}, {"DiskName", "new"}}, ""},
        ModifyCase{"Many", {{"DiskIds.1", "DISK"}, {"DiskIds.2", "DISK"}, {"DiskName", "new"}}, ""},
        ModifyCase{"ClearDescription", {{"DiskId", "DISK"}, {"Description", ""}}, ""},
        ModifyCase{"Nobody", {{"DiskName", "new"}}, "MissingParameter.DiskIdOrDiskIds"},
        ModifyCase{"Both",
                   {{"DiskId", "DISK"}, {"DiskIds.1", "DISK"}, {"DiskName", "new"}},
                   "ParameterConflict.DiskIdAndDiskIds"},
        ModifyCase{"Nothing", {{"DiskId", "DISK"}}, "NoAttributeToModify"},
        ModifyCase{"Name", {{"DiskId", "DISK"}, {"DiskName", "1"}}, "InvalidDiskName.Malformed"},
        ModifyCase{"Description",
                   {{"DiskId", "DISK"}, {"Description", "x"}},
                   "InvalidDescription.Malformed"},
        ModifyCase{"Bursting",
                   {{"DiskId", "DISK"}, {"BurstingEnabled", "true"}},
                   "BurstingEnabledForDiskCategoryUnsupported"},
        ModifyCase{
            "Unknown", {{"DiskId", "d-none"}, {"DiskName", "new"}}, "InvalidDiskId.NotFound"}),
    [](const auto& c) { return c.param.label; });

TEST_F(DisksWriteTest, GivenOneUnknownAmongManyWhenModifiedThenNoneChanges) {
  const std::string id = MakeDisk({{"DiskName", "old"}});
  EXPECT_EQ(Code(Run("ModifyDiskAttribute",
                     {{"DiskIds.1", id}, {"DiskIds.2", "d-none"}, {"DiskName", "new"}})),
            "InvalidDiskId.NotFound");
  EXPECT_EQ(DiskOf(id)->name, "old");
}

class ResetDisksTest : public WriteTest {
 protected:
  ResetDisksTest() { caller.region = "cn-hangzhou"; }
  // An Available disk and a snapshot of it.
  std::pair<std::string, std::string> MakePair() {
    const std::string disk = MakeUsedDisk();
    const std::string snapshot = MakeSnapshot(disk);
    EXPECT_EQ(Code(Detach(disk, "i-1")), "");
    Settle();
    return {disk, snapshot};
  }
  Result<Answer> ResetAll(Values values) {
    values.emplace("RegionId", "cn-hangzhou");
    return Run("ResetDisks", std::move(values));
  }
};

TEST_F(ResetDisksTest, GivenDisksWhenResetThenEachForItself) {
  const auto [one, of_one] = MakePair();
  const auto [two, of_two] = MakePair();
  const auto answer = ResetAll({{"Disk.1.DiskId", one},
                                {"Disk.1.SnapshotId", of_one},
                                {"Disk.2.DiskId", two},
                                {"Disk.2.SnapshotId", of_one}});
  ASSERT_TRUE(answer) << answer.error().message;
  const auto rows = nlohmann::json::parse("{" + answer->members + "}")
                        .at("OperationProgressSet")
                        .at("OperationProgress");
  EXPECT_EQ(rows[0].at("OperationStatus"), "Success");
  EXPECT_EQ(rows[1].at("OperationStatus"), "Failed");
  EXPECT_EQ(rows[1].at("ErrorCode"), "InvalidParameter.Mismatch");
  EXPECT_EQ(DiskOf(one)->status, DiskStatus::kReIniting);
  EXPECT_EQ(DiskOf(one)->restoring_from, of_one);
  EXPECT_EQ(DiskOf(two)->status, DiskStatus::kAvailable);
  Settle();
  EXPECT_EQ(DiskOf(one)->generation, 1);
}

TEST_F(ResetDisksTest, GivenOneThatIsNotThereWhenResetThenNoneIs) {
  const auto [one, of_one] = MakePair();
  Values values = {{"Disk.1.DiskId", one}, {"Disk.1.SnapshotId", of_one}};
  const auto code = [&](const std::string& disk, const std::string& snapshot) {
    values["Disk.2.DiskId"] = disk;
    values["Disk.2.SnapshotId"] = snapshot;
    return Code(ResetAll(values));
  };
  EXPECT_EQ(code("d-none", of_one), "InvalidDiskId.NotFound");
  EXPECT_EQ(code(one, "s-none"), "InvalidSnapshotId.NotFound");
  EXPECT_EQ(code(one, ""), "MissingParameter");
  EXPECT_EQ(code("", of_one), "MissingParameter");
  EXPECT_EQ(DiskOf(one)->status, DiskStatus::kAvailable);
  Values many;
  for (int i = 1; i <= 11; ++i) many["Disk." + std::to_string(i) + ".DiskId"] = one;
  EXPECT_EQ(Code(ResetAll(many)), "InvalidParameter");
}

}  // namespace
}  // namespace cloudapi
