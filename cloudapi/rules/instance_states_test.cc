#include "cloudapi/rules/instance_states.h"

#include <gtest/gtest.h>

#include "cloudapi/testing/disk_states.h"

namespace cloudapi {
namespace {

using Status = InstanceStatus;

Instance InstanceIn(Status status) {
  Instance instance = RunningInstance("i-1");
  instance.status = status;
  return instance;
}

struct StateCase {
  std::string label;
  Result<Instance> (*change)(Instance);
  Status from;
  Status to;
};
class InstanceStatesTest : public testing::TestWithParam<StateCase> {};

TEST_P(InstanceStatesTest, GivenEachStatusWhenChangedThenOnlyFromTheOne) {
  for (const Status status : {Status::kPending, Status::kStarting, Status::kRunning,
                              Status::kStopping, Status::kStopped}) {
    const auto next = GetParam().change(InstanceIn(status));
    if (status == GetParam().from) {
      ASSERT_TRUE(next);
      EXPECT_EQ(next->status, GetParam().to);
      continue;
    }
    ASSERT_FALSE(next) << WordOf(status);
    EXPECT_EQ(next.error().code, "IncorrectInstanceStatus");
    EXPECT_EQ(next.error().http_status, 403);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Rows, InstanceStatesTest,
    testing::Values(StateCase{"Start", Start, Status::kStopped, Status::kStarting},
                    StateCase{"Stop", [](Instance instance) { return Stop(instance, ""); },
                              Status::kRunning, Status::kStopping},
                    StateCase{"Reboot", Reboot, Status::kRunning, Status::kStarting},
                    StateCase{"CompleteStart", CompleteStart, Status::kStarting, Status::kRunning},
                    StateCase{"CompleteStop", CompleteStop, Status::kStopping, Status::kStopped}),
    [](const auto& c) { return c.param.label; });

TEST(InstanceStatesTest, GivenNodeWhenChangedThenItsMachineIsNotTheClouds) {
  Instance node = InstanceIn(Status::kRunning);
  node.has_agent = true;
  EXPECT_EQ(Stop(node, "").error().code, "OperationDenied");
  EXPECT_EQ(Reboot(node).error().code, "OperationDenied");
  EXPECT_EQ(CheckDeleteInstance(node, true).error().code, "OperationDenied");
}

TEST(InstanceStatesTest, GivenStoppedModeWhenStoppedThenKeptUntilItStarts) {
  const auto stopping = Stop(InstanceIn(Status::kRunning), "StopCharging");
  EXPECT_EQ(stopping->stopped_mode, "StopCharging");
  EXPECT_EQ(Stop(InstanceIn(Status::kRunning), "")->stopped_mode, kKeepCharging);
  EXPECT_EQ(Start(*CompleteStop(*stopping))->stopped_mode, kNotStopped);
}

TEST(InstanceStatesTest, GivenStatusWhenDeletedThenStoppedOrByForce) {
  EXPECT_TRUE(CheckDeleteInstance(InstanceIn(Status::kStopped), false));
  EXPECT_TRUE(CheckDeleteInstance(InstanceIn(Status::kRunning), true));
  EXPECT_EQ(CheckDeleteInstance(InstanceIn(Status::kRunning), false).error().code,
            "IncorrectInstanceStatus");
  EXPECT_EQ(CheckDeleteInstance(InstanceIn(Status::kStopping), true).error().code,
            "IncorrectInstanceStatus");
}

TEST(CompletePending, GivenWhetherItStartsWhenMadeThenStartingOrStopped) {
  Instance instance{.id = "i-1", .status = InstanceStatus::kPending};
  EXPECT_EQ(CompletePending(instance)->status, InstanceStatus::kStarting);
  instance.starts = false;
  EXPECT_EQ(CompletePending(instance)->status, InstanceStatus::kStopped);
  EXPECT_EQ(CompletePending(instance)->stopped_mode, kKeepCharging);
  instance.status = InstanceStatus::kRunning;
  EXPECT_EQ(CompletePending(instance).error().code, "IncorrectInstanceStatus");
}

TEST(CheckDeleteInstance, GivenProtectionWhenDeletedThenRefused) {
  const Instance instance{
      .id = "i-1", .status = InstanceStatus::kStopped, .deletion_protection = true};
  EXPECT_EQ(CheckDeleteInstance(instance, true).error().code,
            "InvalidOperation.DeletionProtection");
}

}  // namespace
}  // namespace cloudapi
