#include "cloudapi/base/system_env.h"

#include <gtest/gtest.h>

namespace cloudapi {
namespace {

using std::chrono::hours;

TEST(SystemEnvTest, GivenRunningClockWhenAdvancedThenRunsOnFromThereAndNeverGoesBack) {
  SystemEnv env(1);
  const SysMillis target = env.CloudNow() + hours(2);
  env.AdvanceTo(target);
  EXPECT_GE(env.CloudNow(), target);
  EXPECT_LT(env.CloudNow(), target + hours(1));
  EXPECT_FALSE(env.Get().frozen);
  const ClockState before = env.Get();
  env.AdvanceTo(target - hours(1));
  EXPECT_EQ(env.Get(), before);
}

TEST(SystemEnvTest, GivenFrozenClockWhenAdvancedThenStandsThereAndNeverGoesBack) {
  SystemEnv env(1);
  const SysMillis at = SysMillis(hours(1));
  env.Set({.frozen = true, .frozen_at = at});
  env.AdvanceTo(at + hours(1));
  EXPECT_EQ(env.CloudNow(), at + hours(1));
  env.AdvanceTo(at);
  EXPECT_EQ(env.CloudNow(), at + hours(1));
}

}  // namespace
}  // namespace cloudapi
