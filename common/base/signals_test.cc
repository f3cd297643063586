#include "common/base/signals.h"

#include <gtest/gtest.h>
#include <pthread.h>

namespace base {
namespace {

using std::chrono::milliseconds;

TEST(StopSignalsTest, GivenASignalWhenWaitedForThenTakenOnce) {
  const StopSignals signals;
  EXPECT_FALSE(signals.WaitFor(milliseconds(0)));
  ::pthread_kill(::pthread_self(), SIGTERM);
  EXPECT_TRUE(signals.WaitFor(milliseconds(1000)));
  EXPECT_FALSE(signals.WaitFor(milliseconds(1)));
  ::pthread_kill(::pthread_self(), SIGINT);
  EXPECT_EQ(signals.Wait(), SIGINT);
}

}  // namespace
}  // namespace base
