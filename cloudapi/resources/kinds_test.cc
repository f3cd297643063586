#include "cloudapi/resources/kinds.h"

#include <gtest/gtest.h>

#include "cloudapi/base/time.h"

namespace cloudapi {
namespace {

SysMillis At(std::int64_t millis) {
  return SysMillis(std::chrono::milliseconds(millis));
}

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

TEST(Model, GivenTimeWhenFormattedThenBothFormsParseBack) {
  const SysMillis time = At(1623046134567);  // 2021-06-07T06:08:54.567Z
  EXPECT_EQ(FormatSeconds(time), "2021-06-07T06:08:54Z");
  EXPECT_EQ(FormatMinutes(time), "2021-06-07T06:08Z");
  EXPECT_EQ(ParseTime("2021-06-07T06:08:54Z"), At(1623046134000));
  EXPECT_EQ(ParseTime("2021-06-07T06:08Z"), At(1623046080000));
}

TEST(Model, GivenMalformedTimesWhenParsedThenNothing) {
  for (const std::string_view text :
       {"", "2021-06-07", "2021-06-07T06:08:54", "2021-13-07T06:08:54Z", "2021-02-30T06:08Z",
        "2021-06-07T24:08Z", "2021-06-07T06:60Z", "2021-06-07 06:08:54Z", "2021-06-0aT06:08:54Z",
        "2021-06-07T06:08:54+Z"}) {
    EXPECT_FALSE(ParseTime(text)) << text;
  }
}

}  // namespace
}  // namespace cloudapi
