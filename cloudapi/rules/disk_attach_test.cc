#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "cloudapi/rules/new_disk.h"
#include "cloudapi/rules/transitions.h"
#include "cloudapi/testing/disk_states.h"
#include "cloudapi/testing/small_catalogue.h"

namespace cloudapi {
namespace {

// Everything that Attach looks at, in the state that succeeds.
struct Scene {
  topology::Catalogue catalogue = SmallCatalogue();
  Disk disk = DiskIn(DiskStatus::kAvailable);
  Instance instance = RunningInstance("i-2");
  AttachTerms terms;

  Result<Disk> Try() {
    terms.instance_type = catalogue.FindInstanceType(instance.type);
    return Attach(disk, instance, terms);
  }
};

Disk Other(const std::string& id, const std::string& device, const std::string& instance = "i-2") {
  Disk disk = DiskIn(DiskStatus::kInUse);
  disk.id = id;
  disk.attachments.front().instance_id = instance;
  disk.attachments.front().device = device;
  return disk;
}

struct AttachCase {
  std::string label;
  std::function<void(Scene&)> change;
  int status;  // 0: succeeds
  std::string code;
};
class AttachTest : public testing::TestWithParam<AttachCase> {};

TEST_P(AttachTest, GivenSceneWhenAttachedThenAnswers) {
  Scene scene;
  GetParam().change(scene);
  const auto attached = scene.Try();
  EXPECT_EQ(attached ? "" : attached.error().code, GetParam().code);
  EXPECT_EQ(attached ? 0 : attached.error().http_status, GetParam().status);
  EXPECT_TRUE(attached || !attached.error().rule.empty());
}

// A multi-attach disk on i-1, whose node runs on `machine`.
void HeldOn(Scene& scene, const std::string& machine) {
  scene.disk = DiskIn(DiskStatus::kInUse);
  scene.disk.multi_attach = true;
  scene.terms.others = {RunningInstance("i-1")};
  scene.terms.others.front().machine = machine;
}

INSTANTIATE_TEST_SUITE_P(
    Machines, AttachTest,
    testing::Values(AttachCase{"TheSame",
                               [](Scene& s) { HeldOn(s, "m-1"), s.instance.machine = "m-1"; }, 0,
                               ""},
                    AttachCase{"Another",
                               [](Scene& s) { HeldOn(s, "m-1"), s.instance.machine = "m-2"; }, 403,
                               "OperationDenied"},
                    AttachCase{"NotKnown", [](Scene& s) { HeldOn(s, "m-1"); }, 0, ""},
                    AttachCase{"VirtualHolder",
                               [](Scene& s) { HeldOn(s, ""), s.instance.machine = "m-2"; }, 0, ""}),
    [](const auto& tested) { return tested.param.label; });

void InStatus(Scene& scene, DiskStatus status) {
  scene.disk = DiskIn(status);
}

INSTANTIATE_TEST_SUITE_P(
    Statuses, AttachTest,
    testing::Values(
        AttachCase{"Available", [](Scene&) {}, 0, ""},
        AttachCase{"Creating", [](Scene& s) { InStatus(s, DiskStatus::kCreating); }, 403,
                   "IncorrectDiskStatus"},
        AttachCase{"Attaching", [](Scene& s) { InStatus(s, DiskStatus::kAttaching); }, 403,
                   "IncorrectDiskStatus"},
        AttachCase{"InUse", [](Scene& s) { InStatus(s, DiskStatus::kInUse); }, 403,
                   "IncorrectDiskStatus"},
        AttachCase{"InUseOnTheSameInstance",
                   [](Scene& s) { InStatus(s, DiskStatus::kInUse), s.instance.id = "i-1"; }, 403,
                   "IncorrectDiskStatus"},
        AttachCase{"Detaching", [](Scene& s) { InStatus(s, DiskStatus::kDetaching); }, 403,
                   "IncorrectDiskStatus"},
        AttachCase{"ReIniting", [](Scene& s) { InStatus(s, DiskStatus::kReIniting); }, 403,
                   "IncorrectDiskStatus"},
        AttachCase{"SystemDisk",
                   [](Scene& s) {
                     s.disk = NewSystemDisk(RunningInstance("i-1"), s.catalogue);
                     s.disk = CompleteCreate(s.disk, {}).value();
                   },
                   403, "IncorrectDiskStatus"},
        AttachCase{"MultiAttachInUse",
                   [](Scene& s) { InStatus(s, DiskStatus::kInUse), s.disk.multi_attach = true; }, 0,
                   ""},
        AttachCase{
            "MultiAttachAttaching",
            [](Scene& s) { InStatus(s, DiskStatus::kAttaching), s.disk.multi_attach = true; }, 0,
            ""},
        AttachCase{"MultiAttachInUseThere",
                   [](Scene& s) {
                     InStatus(s, DiskStatus::kInUse), s.disk.multi_attach = true;
                     s.instance.id = "i-1";
                   },
                   403, "IncorrectDiskStatus"},
        AttachCase{
            "MultiAttachReIniting",
            [](Scene& s) { InStatus(s, DiskStatus::kReIniting), s.disk.multi_attach = true; }, 403,
            "IncorrectDiskStatus"}),
    [](const auto& c) { return c.param.label; });

INSTANTIATE_TEST_SUITE_P(
    Rules, AttachTest,
    testing::Values(
        AttachCase{"Stopped", [](Scene& s) { s.instance.status = InstanceStatus::kStopped; }, 0,
                   ""},
        AttachCase{"Starting", [](Scene& s) { s.instance.status = InstanceStatus::kStarting; }, 400,
                   "IncorrectInstanceStatus"},
        AttachCase{"Pending", [](Scene& s) { s.instance.status = InstanceStatus::kPending; }, 400,
                   "IncorrectInstanceStatus"},
        AttachCase{"Stopping", [](Scene& s) { s.instance.status = InstanceStatus::kStopping; }, 400,
                   "IncorrectInstanceStatus"},
        AttachCase{"OtherZone", [](Scene& s) { s.instance.zone = "cn-hangzhou-d"; }, 403,
                   "ResourcesNotInSameZone"},
        AttachCase{"NotPortable", [](Scene& s) { s.disk.portable = false; }, 403,
                   "DiskNotPortable"},
        AttachCase{
            "MultiAttachDeleteWithInstance",
            [](Scene& s) { s.disk.multi_attach = true, s.terms.delete_with_instance = false; }, 403,
            "DeleteWithInstance.Conflict"},
        AttachCase{"UnknownType", [](Scene& s) { s.instance.type = "ecs.none"; }, 403,
                   "InstanceDiskLimitExceeded"},
        AttachCase{
            "TypeWithoutCategory",
            [](Scene& s) { s.instance.type = "ecs.c5.large", s.disk.category = "cloud_auto"; }, 403,
            "InvalidInstanceType.NotSupportDiskCategory"},
        AttachCase{"MultiAttachWithoutNvme",
                   [](Scene& s) { s.instance.type = "ecs.c5.large", s.disk.multi_attach = true; },
                   403, "InvalidInstanceType.NotSupportMultiAttachDisk"},
        AttachCase{"InstanceFull",
                   [](Scene& s) {
                     s.terms.attached = {Other("d-2", "/dev/xvdb"), Other("d-3", "/dev/xvdc"),
                                         Other("d-4", "/dev/xvdd")};
                   },
                   403, "InstanceDiskLimitExceeded"},
        AttachCase{"AgentCannotSee", [](Scene& s) { s.instance.agent_refusal = "no images"; }, 403,
                   "InstanceDiskLimitExceeded"},
        AttachCase{"SixteenInstances",
                   [](Scene& s) {
                     InStatus(s, DiskStatus::kInUse), s.disk.multi_attach = true;
                     s.disk.attachments.resize(16);
                   },
                   403, "DiskAttachedNumberExceeded"},
        AttachCase{"FifteenInstances",
                   [](Scene& s) {
                     InStatus(s, DiskStatus::kInUse), s.disk.multi_attach = true;
                     s.disk.attachments.resize(15);
                   },
                   0, ""},
        AttachCase{"DeviceName", [](Scene& s) { s.terms.device = "/dev/sdb"; }, 400,
                   "InvalidDevice.Malformed"},
        AttachCase{"SystemDevice", [](Scene& s) { s.terms.device = "/dev/xvda"; }, 400,
                   "InvalidDevice.Malformed"},
        AttachCase{"DeviceTaken",
                   [](Scene& s) {
                     s.terms.attached = {Other("d-2", "/dev/xvdc")}, s.terms.device = "/dev/xvdc";
                   },
                   403, "InvalidDevice.InUse"}),
    [](const auto& c) { return c.param.label; });

TEST(Attach, GivenAvailableDiskWhenAttachedThenIsAttachingWithTheNextDevice) {
  Scene scene;
  scene.terms.attached = {Other("d-2", "/dev/xvdb")};
  scene.terms.delete_with_instance = true;
  const Disk attached = scene.Try().value();
  EXPECT_EQ(attached.status, DiskStatus::kAttaching);
  EXPECT_TRUE(attached.delete_with_instance);
  EXPECT_FALSE(attached.ever_attached);
  ASSERT_EQ(attached.attachments.size(), 1U);
  EXPECT_EQ(attached.attachments[0], (Attachment{.instance_id = "i-2",
                                                 .device = "/dev/xvdc",
                                                 .state = AttachmentState::kAttaching}));
}

TEST(Attach, GivenZonesThatDifferWhenAttachedThenMessageNamesBoth) {
  Scene scene;
  scene.instance.zone = "cn-hangzhou-d";
  const auto attached = scene.Try();
  EXPECT_NE(attached.error().message.find("cn-hangzhou-b"), std::string::npos);
  EXPECT_NE(attached.error().message.find("cn-hangzhou-d"), std::string::npos);
  EXPECT_EQ(attached.error().facts, (std::vector<Fact>{{"disk.zone", "cn-hangzhou-b"},
                                                       {"instance.zone", "cn-hangzhou-d"}}));
}

TEST(Attach, GivenMultiAttachDiskInUseWhenAttachedAgainThenStaysInUse) {
  Scene scene;
  InStatus(scene, DiskStatus::kInUse);
  scene.disk.multi_attach = true;
  const Disk attached = scene.Try().value();
  EXPECT_EQ(attached.status, DiskStatus::kInUse);
  EXPECT_EQ(attached.attachments.size(), 2U);
}

TEST(NextDevice, GivenTakenDevicesWhenAskedThenIsTheFirstFree) {
  EXPECT_EQ(NextDevice({}, "i-2"), "/dev/xvdb");
  EXPECT_EQ(NextDevice({Other("d-2", "/dev/xvdc")}, "i-2"), "/dev/xvdb");
  EXPECT_EQ(NextDevice({Other("d-2", "/dev/xvdb", "i-9")}, "i-2"), "/dev/xvdb");
  std::vector<Disk> attached;
  for (char letter = 'b'; letter <= 'z'; ++letter) {
    attached.push_back(Other(std::string("d-") + letter, std::string("/dev/xvd") + letter));
  }
  EXPECT_EQ(NextDevice(attached, "i-2"), "/dev/xvdaa");
  attached.push_back(Other("d-aa", "/dev/xvdaa"));
  EXPECT_EQ(NextDevice(attached, "i-2"), "/dev/xvdab");
}

Disk Regional(DiskStatus status) {
  Disk disk = DiskIn(status);
  disk.category = "cloud_regional_disk_auto";
  disk.performance_level.clear();
  disk.zone.clear();
  return disk;
}

TEST(RegionalDiskTest, GivenInstanceInAnyZoneWhenAttachedThenOnlyTheRegionCounts) {
  Scene scene;
  scene.disk = Regional(DiskStatus::kAvailable);
  scene.instance.zone = "cn-hangzhou-d";
  EXPECT_TRUE(scene.Try());
  scene.instance.region = "cn-beijing";
  EXPECT_EQ(scene.Try().error().code, "ResourcesNotInSameZone");
}

class ForceTest : public testing::Test {
 protected:
  ForceTest() {
    scene_.disk = Regional(DiskStatus::kInUse);
    scene_.instance.zone = "cn-hangzhou-d";
    scene_.terms.instance_type = scene_.catalogue.FindInstanceType(scene_.instance.type);
  }
  Result<Disk> Force() {
    return AttachByForce(scene_.disk, scene_.instance, &holder_, scene_.terms);
  }
  std::string Code() {
    const auto forced = Force();
    return forced ? "" : forced.error().code;
  }

  Scene scene_;
  Instance holder_ = RunningInstance("i-1");
};

TEST_F(ForceTest, GivenDiskOfAnotherInstanceWhenForcedThenItLeavesThatAndGoesOn) {
  const Disk leaving = Force().value();
  EXPECT_EQ(leaving.status, DiskStatus::kDetaching);
  EXPECT_EQ(leaving.forced_to, "i-2");
  ASSERT_EQ(leaving.attachments.size(), 1U);
  EXPECT_EQ(leaving.attachments[0].instance_id, "i-1");
  EXPECT_EQ(GoOn(leaving, &scene_.instance, {}), leaving);
  const Disk left = CompleteDetach(leaving, "i-1", SysMillis()).value();
  const Disk next = GoOn(left, &scene_.instance, {Other("d-2", "/dev/xvdb")});
  EXPECT_EQ(next.status, DiskStatus::kAttaching);
  EXPECT_EQ(next.forced_to, "");
  EXPECT_EQ(next.attachments.at(0).instance_id, "i-2");
  EXPECT_EQ(next.attachments.at(0).device, "/dev/xvdc");
  const Disk alone = GoOn(left, nullptr, {});
  EXPECT_EQ(alone.status, DiskStatus::kAvailable);
  EXPECT_EQ(alone.forced_to, "");
}

TEST_F(ForceTest, GivenFreeDiskWhenForcedThenAttachedAsUsual) {
  scene_.disk = Regional(DiskStatus::kAvailable);
  const auto attached = AttachByForce(scene_.disk, scene_.instance, nullptr, scene_.terms);
  ASSERT_TRUE(attached);
  EXPECT_EQ(attached->status, DiskStatus::kAttaching);
}

TEST_F(ForceTest, GivenWhatForceIsNotForWhenForcedThenItsCode) {
  holder_.zone = "cn-hangzhou-d";
  EXPECT_EQ(Code(), "InvalidInstance.ZoneConflict");
  holder_.zone = "cn-hangzhou-b";
  scene_.instance.status = InstanceStatus::kStarting;
  EXPECT_EQ(Code(), "IncorrectInstanceStatus");
  scene_.instance.status = InstanceStatus::kRunning;
  for (const auto status : {DiskStatus::kCreating, DiskStatus::kAttaching, DiskStatus::kDetaching,
                            DiskStatus::kReIniting}) {
    scene_.disk.status = status;
    EXPECT_EQ(Code(), "IncorrectDiskStatus");
  }
  scene_.disk = Regional(DiskStatus::kInUse);
  scene_.disk.multi_attach = true;
  EXPECT_EQ(Code(), "InvalidParameterForce.MultiAttachDiskNotSupported");
  scene_.disk = DiskIn(DiskStatus::kInUse);
  EXPECT_EQ(Code(), "InvalidParameterForce.DiskCategoryNotSupported");
}

class EphemeralTest : public testing::Test {
 protected:
  EphemeralTest() {
    scene_.disk.category = "elastic_ephemeral_disk_standard";
    scene_.disk.size_gib = 64;
    scene_.disk.performance_level.clear();
    scene_.terms.delete_with_instance = true;
  }
  Scene scene_;
};

TEST_F(EphemeralTest, GivenDiskWhenAttachedThenItStaysWithThatInstance) {
  const Disk attached =
      CompleteAttach(scene_.Try().value(), scene_.instance.id, SysMillis()).value();
  EXPECT_EQ(attached.home_instance_id, "i-2");
  EXPECT_EQ(Detach(attached, scene_.instance, std::nullopt).error().code,
            "InvalidParameter.DeleteWithInstance");
  EXPECT_EQ(Detach(attached, scene_.instance, false).error().code,
            "InvalidParameter.DeleteWithInstance");
  const Disk detached =
      CompleteDetach(Detach(attached, scene_.instance, true).value(), "i-2", SysMillis()).value();
  EXPECT_TRUE(detached.delete_with_instance);
  scene_.disk = detached;
  EXPECT_TRUE(scene_.Try());
  scene_.instance.id = "i-3";
  EXPECT_EQ(scene_.Try().error().code, "InvalidOperation.OtherInstanceUnsupported");
}

TEST_F(EphemeralTest, GivenDiskWhenItShallStayBehindThenRefused) {
  for (const std::optional<bool> given : {std::optional<bool>(), std::optional<bool>(false)}) {
    scene_.terms.delete_with_instance = given;
    EXPECT_EQ(scene_.Try().error().code, "InvalidParameter.DeleteWithInstance");
  }
  EXPECT_EQ(ModifyAttribute(scene_.disk, {.delete_with_instance = false}).error().code,
            "DeleteWithInstance.Conflict");
  EXPECT_TRUE(ModifyAttribute(scene_.disk, {.delete_with_instance = true}));
}

TEST_F(EphemeralTest, GivenUsedDiskWhenSnapshottedThenItsCategoryHasNone) {
  scene_.disk.ever_attached = true;
  EXPECT_EQ(StartSnapshot(scene_.disk, {}).error().code, "DiskCategory.OperationNotSupported");
}

}  // namespace
}  // namespace cloudapi
