#include "cloudapi/admin/state.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cloudapi {
namespace {

Attachment AttachedTo(const std::string& instance) {
  return {.instance_id = instance, .state = AttachmentState::kAttached};
}

// A disk on a node with an agent, a snapshot of it, all in order.
CloudState Sound() {
  return {
      .disks = {{.id = "d-1",
                 .account = "a",
                 .status = DiskStatus::kInUse,
                 .attachments = {AttachedTo("i-1")},
                 .generation = 2}},
      .snapshots = {{.id = "s-1", .account = "a", .status = SnapshotStatus::kAccomplished}},
      .instances = {{.id = "i-1", .account = "a", .has_agent = true},
                    {.id = "i-virtual", .account = "a"}},
      .inventory = {
          .images = {"d-1.g2.img", "s-1.img"},
          .devices =
              {{.account = "a", .instance = "i-1", .disk = "d-1", .generation = 2, .linked = true}},
          .reporting = {{"a", "i-1"}}}};
}

struct StateCase {
  std::string name;
  void (*spoil)(CloudState&);
  std::vector<std::string> expected;
};
class StateTest : public testing::TestWithParam<StateCase> {};

TEST_P(StateTest, GivenStateThenEveryDisagreementIsOneLine) {
  CloudState state = Sound();
  GetParam().spoil(state);
  EXPECT_THAT(FindDisagreements(state), testing::ElementsAreArray(GetParam().expected));
}

INSTANTIATE_TEST_SUITE_P(
    States, StateTest,
    testing::Values(
        StateCase{"Sound", [](CloudState&) {}, {}},
        StateCase{"FormerGeneration",
                  [](CloudState& state) { state.inventory.images.push_back("d-1.g1.img"); },
                  {"image d-1.g1.img belongs to nothing"}},
        StateCase{"HalfOfACopy",
                  [](CloudState& state) { state.inventory.images.push_back("s-1.img.part"); },
                  {"image s-1.img.part belongs to nothing"}},
        StateCase{"NoImages",
                  [](CloudState& state) { state.inventory.images.clear(); },
                  {"image d-1.g2.img is missing", "image s-1.img is missing"}},
        StateCase{"DiskIsBeingMade",
                  [](CloudState& state) {
                    state.disks.push_back(
                        {.id = "d-2", .account = "a", .status = DiskStatus::kCreating});
                  },
                  {}},
        StateCase{"FailedSnapshotKeepsItsImage",
                  [](CloudState& state) { state.snapshots[0].status = SnapshotStatus::kFailed; },
                  {"image s-1.img belongs to nothing"}},
        StateCase{"DeviceIsGone",
                  [](CloudState& state) { state.inventory.devices.clear(); },
                  {"disk d-1 is attached to i-1 and has no device there"}},
        StateCase{"DeviceOfAnotherGeneration",
                  [](CloudState& state) { state.inventory.devices[0].generation = 1; },
                  {"device of disk d-1 (generation 1) on i-1 is not attached",
                   "disk d-1 is attached to i-1 and has no device there"}},
        StateCase{"DetachedButHeld",
                  [](CloudState& state) { state.disks[0].attachments.clear(); },
                  {"device of disk d-1 (generation 2) on i-1 is not attached"}},
        StateCase{"VirtualInstancesHaveNoDevices",
                  [](CloudState& state) {
                    state.disks[0].attachments.push_back(AttachedTo("i-virtual"));
                  },
                  {}},
        StateCase{"SystemDisksHaveAnImageAndNoDevice",
                  [](CloudState& state) {
                    state.disks.push_back({.id = "d-3",
                                           .account = "a",
                                           .status = DiskStatus::kInUse,
                                           .type = std::string(kSystemDisk),
                                           .attachments = {AttachedTo("i-1")}});
                  },
                  {"image d-3.g0.img is missing"}},
        StateCase{
            "WithoutBytes", [](CloudState& state) { state.inventory = {.real = false}; }, {}}),
    [](const testing::TestParamInfo<StateCase>& test) { return test.param.name; });

TEST(IsSettledTest, GivenAgentThatHasNotReportedYetThenNotSettledWhileItShouldHoldADisk) {
  CloudState state = Sound();
  state.inventory.reporting.clear();
  EXPECT_FALSE(IsSettled(state));
  state.disks[0].attachments.clear();
  EXPECT_TRUE(IsSettled(state));
}

TEST(IsSettledTest, GivenJobsThenOnlyDatesCountAsSettled) {
  CloudState state = Sound();
  EXPECT_TRUE(IsSettled(state));
  state.jobs.push_back({.step = Step::kSnapshotExpire, .subject = "s-1"});
  EXPECT_TRUE(IsSettled(state));
  state.jobs.push_back({.step = Step::kDiskUnlink, .subject = "d-1"});
  EXPECT_FALSE(IsSettled(state));
}

}  // namespace
}  // namespace cloudapi
