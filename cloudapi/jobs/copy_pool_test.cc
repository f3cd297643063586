#include "cloudapi/jobs/copy_pool.h"

#include <absl/synchronization/notification.h>
#include <gtest/gtest.h>

namespace cloudapi {
namespace {

class CopyPoolTest : public testing::Test {
 protected:
  // Waits until `count` copies have ended.
  void AwaitDone(int count) {
    const absl::MutexLock lock(&mutex_);
    while (done_ < count) changed_.Wait(&mutex_);
  }

  absl::Mutex mutex_;
  absl::CondVar changed_;
  int done_ = 0;
  CopyPool pool_{[this](const std::string&) {
    const absl::MutexLock lock(&mutex_);
    ++done_;
    changed_.SignalAll();
  }};
};

TEST_F(CopyPoolTest, GivenCopyWhenAskedAgainThenItsResultUntilCancelled) {
  int runs = 0;
  const auto copy = [&](const std::stop_token&) { return Result<std::int64_t>(++runs); };
  EXPECT_FALSE(pool_.Run("a", copy));
  AwaitDone(1);
  EXPECT_EQ(**pool_.Run("a", copy), 1);
  EXPECT_EQ(**pool_.Run("a", copy), 1);
  EXPECT_TRUE(pool_.Cancel("a"));
  EXPECT_FALSE(pool_.Run("a", copy));
  AwaitDone(2);
  EXPECT_EQ(**pool_.Run("a", copy), 2);
}

TEST_F(CopyPoolTest, GivenRunningCopyWhenCancelledThenToldToStopAndForgottenAtItsEnd) {
  absl::Notification started;
  pool_.Run("a", [&](const std::stop_token& stop) -> Result<std::int64_t> {
    started.Notify();
    while (!stop.stop_requested()) std::this_thread::yield();
    return Fail(ApiError{.message = "stopped"});
  });
  started.WaitForNotification();
  EXPECT_FALSE(pool_.Cancel("a"));
  AwaitDone(1);
  EXPECT_TRUE(pool_.Cancel("a"));
  EXPECT_FALSE(pool_.Run("a", [](const std::stop_token&) { return Result<std::int64_t>(7); }));
  AwaitDone(2);
  EXPECT_EQ(**pool_.Run("a", nullptr), 7);
}

TEST_F(CopyPoolTest, GivenQueuedCopyWhenCancelledThenItNeverBegins) {
  absl::Notification release;
  const auto wait = [&](const std::stop_token&) -> Result<std::int64_t> {
    release.WaitForNotification();
    return 0;
  };
  pool_.Run("a", wait);
  pool_.Run("b", wait);
  bool began = false;
  pool_.Run("c", [&](const std::stop_token&) -> Result<std::int64_t> {
    began = true;
    return 0;
  });
  EXPECT_TRUE(pool_.Cancel("c"));
  release.Notify();
  AwaitDone(2);
  pool_.Drain();
  EXPECT_FALSE(began);
}

}  // namespace
}  // namespace cloudapi
