#include "driver/base/volume_locks.h"

#include <gtest/gtest.h>

namespace driver {
namespace {

TEST(VolumeLocksTest, GivenHeldObjectWhenLockedThenAbortedUntilReleased) {
  VolumeLocks locks;
  {
    auto first = locks.Lock("volume d-1");
    ASSERT_TRUE(first);
    const auto second = locks.Lock("volume d-1");
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error(),
              (RpcError{grpc::StatusCode::ABORTED, "volume d-1 is busy with another call"}));
    EXPECT_TRUE(locks.Lock("volume d-2"));
    const auto moved = std::move(*first);
    EXPECT_FALSE(locks.Lock("volume d-1"));
  }
  EXPECT_TRUE(locks.Lock("volume d-1"));
}

}  // namespace
}  // namespace driver
