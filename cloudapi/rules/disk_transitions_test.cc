#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "cloudapi/rules/new_disk.h"
#include "cloudapi/rules/transitions.h"
#include "cloudapi/testing/disk_states.h"
#include "cloudapi/testing/small_catalogue.h"

namespace cloudapi {
namespace {

constexpr SysMillis kNow{std::chrono::milliseconds(1700000000000)};

// One transition with the code that each status answers, in the order of kAllDiskStatuses:
// Creating, Available, Attaching, In_use, Detaching, ReIniting. "" succeeds.
struct Transition {
  std::string label;
  std::function<Result<Disk>(Disk)> run;
  std::array<std::string, 6> codes;
};
class TransitionTest : public testing::TestWithParam<Transition> {};

TEST_P(TransitionTest, GivenEveryStatusWhenRunThenAnswers) {
  for (std::size_t i = 0; i < kAllDiskStatuses.size(); ++i) {
    const Disk disk = DiskIn(kAllDiskStatuses.at(i));
    const auto after = GetParam().run(disk);
    EXPECT_EQ(after ? "" : after.error().code, GetParam().codes.at(i)) << WordOf(disk.status);
    if (after) continue;
    EXPECT_NE(after.error().message.find("d-1"), std::string::npos);
    EXPECT_FALSE(after.error().rule.empty());
  }
}

Result<Disk> Deleted(const Disk& disk, bool snapshot_progressing) {
  const auto checked = CheckDelete(disk, snapshot_progressing);
  if (!checked) return Fail(checked.error());
  return disk;
}
Result<Disk> Resized(const Disk& disk, bool online, bool snapshot_progressing = false) {
  std::vector<Instance> instances;
  if (!disk.attachments.empty()) instances.push_back(RunningInstance("i-1"));
  return Resize(disk,
                {.new_size_gib = 30,
                 .online = online,
                 .snapshot_progressing = snapshot_progressing,
                 .instances = instances},
                SmallCatalogue());
}

constexpr auto kWrong = "IncorrectDiskStatus";
constexpr auto kGone = "InvalidDisk.AlreadyDetached";
INSTANTIATE_TEST_SUITE_P(
    Table, TransitionTest,
    testing::Values(
        Transition{"CompleteCreate",
                   [](Disk disk) { return CompleteCreate(std::move(disk), kNow); },
                   {"", kWrong, kWrong, kWrong, kWrong, kWrong}},
        Transition{"CompleteAttach",
                   [](Disk disk) { return CompleteAttach(std::move(disk), "i-1", kNow); },
                   {kWrong, kWrong, "", kWrong, kWrong, kWrong}},
        Transition{"CompleteAttachElsewhere",
                   [](Disk disk) { return CompleteAttach(std::move(disk), "i-9", kNow); },
                   {kWrong, kWrong, kWrong, kWrong, kWrong, kWrong}},
        Transition{
            "Detach",
            [](Disk disk) { return Detach(std::move(disk), RunningInstance("i-1"), {}); },
            {kWrong, kGone, kWrong, "", "InvalidOperation.DiskDetachingFromThisEcs", kWrong}},
        Transition{"DetachFromOther",
                   [](Disk disk) { return Detach(std::move(disk), RunningInstance("i-9"), {}); },
                   {kWrong, kGone, "DependencyViolation", "DependencyViolation",
                    "DependencyViolation", "DependencyViolation"}},
        Transition{"CompleteDetach",
                   [](Disk disk) { return CompleteDetach(std::move(disk), "i-1", kNow); },
                   {kWrong, kWrong, kWrong, kWrong, "", kWrong}},
        Transition{"ForceDetach",
                   [](Disk disk) { return ForceDetach(std::move(disk), "i-1"); },
                   {kGone, kGone, "", "", "", ""}},
        Transition{"Delete",
                   [](Disk disk) { return Deleted(disk, false); },
                   {kWrong, "", kWrong, kWrong, kWrong, kWrong}},
        Transition{"DeleteDuringSnapshot",
                   [](Disk disk) { return Deleted(disk, true); },
                   {kWrong, "DiskCreatingSnapshot", kWrong, kWrong, kWrong, kWrong}},
        Transition{"ResizeOffline",
                   [](Disk disk) { return Resized(disk, false); },
                   {kWrong, "", kWrong, "", kWrong, kWrong}},
        Transition{"ResizeOnline",
                   [](Disk disk) { return Resized(disk, true); },
                   {kWrong, kWrong, kWrong, "", kWrong, kWrong}},
        Transition{
            "ResizeDuringSnapshot",
            [](Disk disk) { return Resized(disk, false, true); },
            {kWrong, "DiskCreatingSnapshot", kWrong, "DiskCreatingSnapshot", kWrong, kWrong}},
        Transition{"ModifyAttribute",
                   [](Disk disk) { return ModifyAttribute(std::move(disk), {.name = "new"}); },
                   {kWrong, "", "", "", "", ""}}),
    [](const auto& c) { return c.param.label; });

TEST(Disk, GivenWholeLifeWhenStepsCompleteThenNothingJumps) {
  Disk disk = CompleteCreate(DiskIn(DiskStatus::kCreating), kNow).value();
  EXPECT_EQ(disk.status, DiskStatus::kAvailable);
  const auto catalogue = SmallCatalogue();
  disk = Attach(disk, RunningInstance("i-1"),
                {.instance_type = catalogue.FindInstanceType("ecs.g7.xlarge")})
             .value();
  EXPECT_EQ(disk.status, DiskStatus::kAttaching);
  EXPECT_FALSE(disk.ever_attached);
  disk = CompleteAttach(disk, "i-1", kNow).value();
  EXPECT_EQ(disk.status, DiskStatus::kInUse);
  EXPECT_EQ(disk.attachments[0].attached_time, kNow);
  disk.delete_with_instance = true;
  disk = Detach(disk, RunningInstance("i-1"), {}).value();
  EXPECT_EQ(disk.status, DiskStatus::kDetaching);
  EXPECT_EQ(disk.attachments.size(), 1U);
  disk = CompleteDetach(disk, "i-1", kNow).value();
  EXPECT_EQ(disk.status, DiskStatus::kAvailable);
  EXPECT_TRUE(disk.attachments.empty());
  EXPECT_EQ(disk.detached_time, kNow);
  EXPECT_TRUE(disk.ever_attached);
  EXPECT_FALSE(disk.delete_with_instance);
}

TEST(Disk, GivenTwoInstancesWhenOneDetachesThenStaysInUse) {
  Disk disk = DiskIn(DiskStatus::kInUse);
  disk.multi_attach = true;
  disk.attachments.push_back(
      {.instance_id = "i-2", .device = "/dev/xvdb", .state = AttachmentState::kAttached});
  disk = Detach(disk, RunningInstance("i-1"), {}).value();
  EXPECT_EQ(disk.status, DiskStatus::kInUse);
  EXPECT_EQ(Detach(disk, RunningInstance("i-1"), {}).error().code,
            "InvalidOperation.DiskDetachingFromThisEcs");
  disk = CompleteDetach(disk, "i-1", kNow).value();
  EXPECT_EQ(disk.status, DiskStatus::kInUse);
  ASSERT_EQ(disk.attachments.size(), 1U);
  EXPECT_EQ(disk.attachments[0].instance_id, "i-2");
}

Disk SystemDiskOf(const Instance& instance) {
  return CompleteCreate(NewSystemDisk(instance, SmallCatalogue()), kNow).value();
}

TEST(SystemDisk, GivenDiskMadeForAnInstanceWhenCompleteThenInUseThereAndNeverAvailable) {
  const Disk disk = SystemDiskOf(RunningInstance("i-1"));
  EXPECT_EQ(disk.status, DiskStatus::kInUse);
  ASSERT_EQ(disk.attachments.size(), 1U);
  EXPECT_EQ(disk.attachments[0].state, AttachmentState::kAttached);
  EXPECT_EQ(disk.attachments[0].attached_time, kNow);
  EXPECT_EQ(disk.attached_time, kNow);
  EXPECT_TRUE(disk.ever_attached);
}

struct SystemDetachCase {
  InstanceStatus status;
  std::string code;
};
class SystemDetachTest : public testing::TestWithParam<SystemDetachCase> {};

TEST_P(SystemDetachTest, GivenSystemDiskWhenDetachedThenOnlyFromAStoppedInstance) {
  Instance instance = RunningInstance("i-1");
  const Disk disk = SystemDiskOf(instance);
  instance.status = GetParam().status;
  const auto detached = Detach(disk, instance, {});
  EXPECT_EQ(detached ? "" : detached.error().code, GetParam().code);
  EXPECT_EQ(detached ? 0 : detached.error().http_status, GetParam().code.empty() ? 0 : 403);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, SystemDetachTest,
    testing::Values(SystemDetachCase{InstanceStatus::kPending, "IncorrectInstanceStatus"},
                    SystemDetachCase{InstanceStatus::kStarting, "IncorrectInstanceStatus"},
                    SystemDetachCase{InstanceStatus::kRunning, "DiskTypeViolation"},
                    SystemDetachCase{InstanceStatus::kStopping, "IncorrectInstanceStatus"},
                    SystemDetachCase{InstanceStatus::kStopped, ""}),
    [](const auto& c) { return std::string(WordOf(c.param.status)); });

TEST(SystemDisk, GivenSystemDiskWhenChangedThenWithinItsOwnLimits) {
  const Disk disk = SystemDiskOf(RunningInstance("i-1"));
  const auto resize = [&](std::int64_t gib) {
    const auto resized =
        Resize(disk, {.new_size_gib = gib, .online = true, .instances = {RunningInstance("i-1")}},
               SmallCatalogue());
    return resized ? "" : resized.error().code;
  };
  EXPECT_EQ(resize(2048), "");
  EXPECT_EQ(resize(2049), "InvalidDiskSize.TooLarge");
  EXPECT_TRUE(ModifyAttribute(disk, {.name = "root", .delete_with_instance = true}));
  EXPECT_EQ(ModifyAttribute(disk, {.delete_with_instance = false}).error().code, "DiskNotPortable");
  EXPECT_EQ(CheckDelete(disk, false).error().code, "IncorrectDiskStatus");
  EXPECT_EQ(StartSnapshot(disk, {}).value().source_disk_type, kSystemDisk);
}

TEST(Disk, GivenInstanceStartingWhenDetachedThenRefuses) {
  Instance instance = RunningInstance("i-1");
  instance.status = InstanceStatus::kStarting;
  EXPECT_EQ(Detach(DiskIn(DiskStatus::kInUse), instance, {}).error().code,
            "IncorrectInstanceStatus");
}

TEST(Disk, GivenDiskBeingFilledWhenDeletedThenSaysInitializing) {
  Disk disk = DiskIn(DiskStatus::kCreating);
  disk.source_snapshot_id = "s-1";
  EXPECT_EQ(CheckDelete(disk, false).error().code, "IncorrectDiskStatus.Initializing");
}

struct ResizeCase {
  std::string label;
  std::int64_t size;
  bool online;
  std::string category;
  InstanceStatus instance;
  std::string code;
};
class ResizeTest : public testing::TestWithParam<ResizeCase> {};

TEST_P(ResizeTest, GivenAttachedDiskOf20GibWhenResizedThenAnswers) {
  Disk disk = DiskIn(DiskStatus::kInUse);
  disk.category = GetParam().category;
  if (disk.category != "cloud_essd") disk.performance_level = "";
  Instance instance = RunningInstance("i-1");
  instance.status = GetParam().instance;
  const auto resized = Resize(
      disk, {.new_size_gib = GetParam().size, .online = GetParam().online, .instances = {instance}},
      SmallCatalogue());
  EXPECT_EQ(resized ? "" : resized.error().code, GetParam().code);
}

constexpr auto kRun = InstanceStatus::kRunning;
INSTANTIATE_TEST_SUITE_P(
    Rows, ResizeTest,
    testing::Values(
        ResizeCase{"Grow", 21, false, "cloud_essd", kRun, ""},
        ResizeCase{"Smaller", 19, false, "cloud_auto", kRun, "InvalidDiskSize.TooSmall"},
        ResizeCase{"BelowCategory", 19, false, "cloud_essd", kRun, "InvalidParameter"},
        ResizeCase{"Same", 20, false, "cloud_essd", kRun, "InvalidDiskSize"},
        ResizeCase{"Largest", 65536, false, "cloud_essd", kRun, ""},
        ResizeCase{"TooLarge", 65537, false, "cloud_essd", kRun, "InvalidDiskSize.TooLarge"},
        ResizeCase{"OnlineCloud", 21, true, "cloud", kRun, "InvalidDiskCategory.NotSupported"},
        ResizeCase{"OfflineCloud", 21, false, "cloud", kRun, ""},
        ResizeCase{"OnlineStopped", 21, true, "cloud_essd", InstanceStatus::kStopped,
                   "InvalidInstanceStatus.NotRunning"},
        ResizeCase{"OfflineStopped", 21, false, "cloud_essd", InstanceStatus::kStopped, ""},
        ResizeCase{"OfflineStarting", 21, false, "cloud_essd", InstanceStatus::kStarting,
                   "IncorrectInstanceStatus"}),
    [](const auto& c) { return c.param.label; });

TEST(Resize, GivenAttachedDiskWhenResizedOfflineThenGuestKeepsItsSizeUntilReattached) {
  Disk disk = Resized(DiskIn(DiskStatus::kInUse), false).value();
  EXPECT_EQ(disk.size_gib, 30);
  EXPECT_EQ(disk.guest_size_gib, 20);
  disk = CompleteDetach(Detach(disk, RunningInstance("i-1"), {}).value(), "i-1", kNow).value();
  EXPECT_EQ(disk.guest_size_gib, 30);
}

TEST(Resize, GivenAttachedDiskWhenResizedOnlineThenGuestSeesItAtOnce) {
  EXPECT_EQ(Resized(DiskIn(DiskStatus::kInUse), true).value().guest_size_gib, 30);
}

struct ModifyCase {
  std::string label;
  DiskAttributes attributes;
  std::string category;
  bool multi_attach;
  std::int64_t size;
  std::string code;
};
class ModifyTest : public testing::TestWithParam<ModifyCase> {};

TEST_P(ModifyTest, GivenDiskWhenModifiedThenAnswers) {
  Disk disk = DiskIn(DiskStatus::kAvailable);
  disk.category = GetParam().category;
  disk.multi_attach = GetParam().multi_attach;
  disk.size_gib = GetParam().size;
  const auto modified = ModifyAttribute(disk, GetParam().attributes);
  EXPECT_EQ(modified ? "" : modified.error().code, GetParam().code);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, ModifyTest,
    testing::Values(
        ModifyCase{"Name", {.name = "1"}, "cloud_essd", false, 20, "InvalidDiskName.Malformed"},
        ModifyCase{"Description",
                   {.description = "x"},
                   "cloud_essd",
                   false,
                   20,
                   "InvalidDescription.Malformed"},
        ModifyCase{"EmptyDescription", {.description = ""}, "cloud_essd", false, 20, ""},
        ModifyCase{"MultiAttachWithInstance",
                   {.delete_with_instance = true},
                   "cloud_essd",
                   true,
                   20,
                   "DeleteWithInstance.Conflict"},
        ModifyCase{"BurstEssd",
                   {.bursting = true},
                   "cloud_essd",
                   false,
                   20,
                   "BurstingEnabledForDiskCategoryUnsupported"},
        ModifyCase{"BurstMulti",
                   {.bursting = true},
                   "cloud_auto",
                   true,
                   20,
                   "BurstingEnabledForMultiAttachDiskUnsupported"},
        ModifyCase{"BurstSmall",
                   {.bursting = true},
                   "cloud_auto",
                   false,
                   3,
                   "InvalidBurstingEnabled.DiskSizeTooSmall"},
        ModifyCase{"Burst", {.bursting = true}, "cloud_auto", false, 4, ""}),
    [](const auto& c) { return c.param.label; });

TEST(Modify, GivenSomeAttributesWhenModifiedThenOthersStay) {
  Disk disk = DiskIn(DiskStatus::kAvailable);
  disk.name = "old";
  disk.description = "text";
  const Disk modified =
      ModifyAttribute(disk, {.name = "new", .delete_auto_snapshot = true}).value();
  EXPECT_EQ(modified.name, "new");
  EXPECT_EQ(modified.description, "text");
  EXPECT_TRUE(modified.delete_auto_snapshot);
  EXPECT_TRUE(modified.enable_auto_snapshot);
}

}  // namespace
}  // namespace cloudapi
