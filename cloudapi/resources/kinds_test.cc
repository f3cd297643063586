#include "cloudapi/resources/kinds.h"

#include <gtest/gtest.h>

namespace cloudapi {
namespace {

TEST(Model, GivenEveryStatusWhenSpelledThenParsesBack) {
  for (const auto status : {DiskStatus::kCreating, DiskStatus::kAvailable, DiskStatus::kAttaching,
                            DiskStatus::kInUse, DiskStatus::kDetaching, DiskStatus::kReIniting}) {
    EXPECT_EQ(EnumOf<DiskStatus>(WordOf(status)), status);
  }
  for (const auto status :
       {SnapshotStatus::kProgressing, SnapshotStatus::kAccomplished, SnapshotStatus::kFailed}) {
    EXPECT_EQ(EnumOf<SnapshotStatus>(WordOf(status)), status);
  }
  for (const auto status :
       {InstanceStatus::kPending, InstanceStatus::kStarting, InstanceStatus::kRunning,
        InstanceStatus::kStopping, InstanceStatus::kStopped}) {
    EXPECT_EQ(EnumOf<InstanceStatus>(WordOf(status)), status);
  }
  EXPECT_EQ(WordOf(DiskStatus::kInUse), "In_use");
  EXPECT_FALSE(EnumOf<DiskStatus>("In_Use"));
}

TEST(Model, GivenDiskIdWhenSerialAskedThenIsThePartAfterTheDash) {
  EXPECT_EQ(SerialNumber("d-bp131n0q38u3a4zi1234"), "bp131n0q38u3a4zi1234");
}

}  // namespace
}  // namespace cloudapi
