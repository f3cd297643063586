#include "driver/base/volume_locks.h"

#include <gtest/gtest.h>

namespace driver {
namespace {

TEST(VolumeLocksTest, GivenHeldKeyWhenTriedThenNothingUntilReleased) {
  VolumeLocks locks;
  auto first = locks.TryLock("d-1");
  ASSERT_TRUE(first);
  EXPECT_FALSE(locks.TryLock("d-1"));
  EXPECT_TRUE(locks.TryLock("d-2"));
  {
    const auto moved = std::move(*first);
    first.reset();
    EXPECT_FALSE(locks.TryLock("d-1"));
  }
  EXPECT_TRUE(locks.TryLock("d-1"));
}

}  // namespace
}  // namespace driver
