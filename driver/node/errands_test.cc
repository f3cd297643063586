#include "driver/node/errands.h"

#include "driver/testing/fake_clock.h"
#include "driver/testing/staging_fixture.h"

namespace driver {
namespace {

using grpc::StatusCode;

class ErrandsTest : public testing::Test {
 protected:
  // Work that goes on until it is let end.
  std::function<Result<int>(const Deadline&)> Held() {
    return [this](const Deadline& own) -> Result<int> {
      const absl::MutexLock lock(&mutex_, absl::Condition(&released_));
      saw_caller_go_ = own.Gone();
      ++ended_;
      return 7;
    };
  }
  void Release() {
    const absl::MutexLock lock(&mutex_);
    released_ = true;
  }
  Deadline In(Duration time) { return {.at = clock_.Now() + time}; }

  FakeClock clock_;
  absl::Mutex mutex_;
  bool released_ ABSL_GUARDED_BY(mutex_) = false;
  bool saw_caller_go_ ABSL_GUARDED_BY(mutex_) = false;
  int ended_ ABSL_GUARDED_BY(mutex_) = 0;
  Errands errands_{clock_};
};

TEST_F(ErrandsTest, GivenWorkInTimeWhenRunThenItsResult) {
  Release();
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(*errands_.Run<int>("stage of d-1", In(std::chrono::hours(1)), Held()), 7);
  }
  const auto failed = errands_.Run<int>(
      "stage of d-1", In(std::chrono::hours(1)),
      [](const Deadline&) { return Result<int>(Fail(StatusCode::NOT_FOUND, "no such volume")); });
  EXPECT_EQ(CodeOf(failed), StatusCode::NOT_FOUND);
}

TEST_F(ErrandsTest, GivenWorkBeyondTheDeadlineWhenRunThenAnswersBeforeItAndGoesOn) {
  const auto first = errands_.Run<int>("stage of d-1", In(std::chrono::milliseconds(20)), Held());
  EXPECT_EQ(CodeOf(first), StatusCode::DEADLINE_EXCEEDED);
  EXPECT_EQ(MessageOf(first), "stage of d-1 goes on; repeat the call to go on");
  const auto second = errands_.Run<int>("stage of d-1", In(std::chrono::hours(1)), Held());
  EXPECT_EQ(CodeOf(second), StatusCode::ABORTED);
  EXPECT_EQ(MessageOf(second), "an earlier stage of d-1 is still at work");
  EXPECT_EQ(CodeOf(errands_.Run<int>("stage of d-2", In(std::chrono::hours(1)),
                                     [](const Deadline&) { return Result<int>(1); })),
            StatusCode::OK);
  Release();
  errands_.Wait();
  {
    const absl::MutexLock lock(&mutex_);
    EXPECT_EQ(ended_, 1);
    EXPECT_TRUE(saw_caller_go_);
  }
  EXPECT_EQ(*errands_.Run<int>("stage of d-1", In(std::chrono::hours(1)), Held()), 7);
}

TEST_F(ErrandsTest, GivenCallerThatGoesWhenRunThenCancelled) {
  const Deadline gone{.at = clock_.Now() + std::chrono::hours(1),
                      .caller_gone = [] { return true; }};
  EXPECT_EQ(CodeOf(errands_.Run<int>("stage of d-1", gone, Held())), StatusCode::CANCELLED);
  Release();
}

}  // namespace
}  // namespace driver
