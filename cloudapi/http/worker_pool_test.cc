#include "cloudapi/http/worker_pool.h"

#include <absl/synchronization/notification.h>
#include <gtest/gtest.h>

#include <optional>

#include "cloudapi/base/blocking.h"

namespace cloudapi {
namespace {

using Why = BlockingScope::Why;

// A count that tests wait for.
class Tally {
 public:
  void Add() {
    const absl::MutexLock lock(&mutex_);
    ++count_;
  }
  bool Reaches(int wanted) {
    const auto reached = [this, wanted] { return Count() >= wanted; };
    const absl::MutexLock lock(&mutex_);
    return mutex_.AwaitWithTimeout(absl::Condition(&reached), absl::Seconds(20));
  }
  int Count() const { return count_; }

 private:
  absl::Mutex mutex_;
  int count_ = 0;
};

TEST(WorkerPoolTest, GivenWorkWhenPostedThenAllRunsOnFewThreads) {
  WorkerPool pool({.workers = 2});
  Tally done;
  for (int i = 0; i < 100; ++i) pool.Post([&] { done.Add(); });
  EXPECT_TRUE(done.Reaches(100));
  EXPECT_LE(pool.Threads(), 2u);
}

TEST(WorkerPoolTest, GivenNoWorkWhenMadeThenNoThread) {
  WorkerPool pool({.workers = 2});
  EXPECT_EQ(pool.Threads(), 0u);
}

TEST(WorkerPoolTest, GivenWorkersThatRunWhenMoreIsPostedThenItWaits) {
  absl::Notification go;
  Tally started;
  WorkerPool pool({.workers = 2});
  for (int i = 0; i < 3; ++i)
    pool.Post([&] {
      started.Add();
      go.WaitForNotification();
    });
  EXPECT_TRUE(started.Reaches(2));
  EXPECT_EQ(pool.Threads(), 2u);
  go.Notify();
  EXPECT_TRUE(started.Reaches(3));
  EXPECT_EQ(pool.Threads(), 2u);
}

struct SpareCase {
  std::string name;
  Why why;
};
class SpareTest : public testing::TestWithParam<SpareCase> {};

TEST_P(SpareTest, GivenWorkersThatWaitWhenMoreIsPostedThenSparesRunUpToTheLimit) {
  absl::Notification go;
  Tally waiting;
  WorkerPool pool({.workers = 1, .in_commits = 3, .in_polls = 3});
  // Three are counted as waiting; the fourth keeps the one place, the fifth has none.
  for (int i = 0; i < 5; ++i)
    pool.Post([&] {
      const BlockingScope scope(GetParam().why);
      waiting.Add();
      go.WaitForNotification();
    });
  EXPECT_TRUE(waiting.Reaches(4));
  EXPECT_EQ(pool.Threads(), 4u);
  go.Notify();
  EXPECT_TRUE(waiting.Reaches(5));
  EXPECT_LE(pool.Threads(), 4u);
}
INSTANTIATE_TEST_SUITE_P(Reasons, SpareTest,
                         testing::Values(SpareCase{"Commit", Why::kCommit},
                                         SpareCase{"LongPoll", Why::kLongPoll}),
                         [](const auto& test) { return test.param.name; });

TEST(WorkerPoolTest, GivenPollsAtTheirLimitWhenCommitsWaitThenTheirSparesStillStart) {
  absl::Notification go;
  Tally polls;
  Tally others;
  WorkerPool pool({.workers = 1, .in_commits = 1, .in_polls = 1});
  pool.Post([&] {
    const BlockingScope scope(Why::kLongPoll);
    polls.Add();
    go.WaitForNotification();
  });
  EXPECT_TRUE(polls.Reaches(1));
  pool.Post([&] {
    const BlockingScope scope(Why::kCommit);
    others.Add();
    go.WaitForNotification();
  });
  pool.Post([&] { others.Add(); });
  EXPECT_TRUE(others.Reaches(2));
  go.Notify();
}

TEST(WorkerPoolTest, GivenNestedScopesWhenLeftThenCountedOnce) {
  WorkerPool pool({.workers = 1, .in_commits = 1, .in_polls = 1});
  Tally done;
  for (int i = 0; i < 10; ++i)
    pool.Post([&] {
      const BlockingScope outer(Why::kLongPoll);
      const BlockingScope inner(Why::kCommit);
      done.Add();
    });
  EXPECT_TRUE(done.Reaches(10));
  // Were a place lost, nothing would run any more.
  pool.Post([&] { done.Add(); });
  EXPECT_TRUE(done.Reaches(11));
  EXPECT_LE(pool.Threads(), 3u);
}

TEST(WorkerPoolTest, GivenAnotherThreadWhenItWaitsThenNothingIsCounted) {
  WorkerPool pool({.workers = 1});
  const BlockingScope scope(Why::kCommit);
  Tally done;
  pool.Post([&] { done.Add(); });
  EXPECT_TRUE(done.Reaches(1));
}

TEST(WorkerPoolTest, GivenRunningAndQueuedWorkWhenStoppedThenRunningEndsAndQueuedIsDropped) {
  absl::Notification started;
  absl::Notification go;
  Tally done;
  auto pool = std::make_unique<WorkerPool>(WorkerLimits{.workers = 1});
  pool->Post([&] {
    started.Notify();
    go.WaitForNotification();
    done.Add();
  });
  pool->Post([&] {
    go.WaitForNotification();
    done.Add();
  });
  started.WaitForNotification();
  {
    // Stop waits for the running work, so that it is let go from here.
    const std::jthread stopper([&] { pool->Stop(); });
    while (pool->Threads() != 0) std::this_thread::yield();
    pool->Post([&] { done.Add(); });
    EXPECT_EQ(done.Count(), 0);
    go.Notify();
  }
  EXPECT_EQ(done.Count(), 1);
  pool.reset();
  EXPECT_EQ(done.Count(), 1);
}

}  // namespace
}  // namespace cloudapi
