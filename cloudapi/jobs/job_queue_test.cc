#include "cloudapi/jobs/job_queue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cloudapi {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;

constexpr JobQueue::SteadyTime kSteady{};
constexpr SysMillis At(int millis) {
  return SysMillis(milliseconds(millis));
}

class JobQueueTest : public testing::Test {
 protected:
  void Add(std::int64_t id, int due) { queue_.Add({.id = id, .due = At(due)}); }
  std::vector<std::int64_t> Take(int now, JobQueue::SteadyTime steady = kSteady,
                                 std::size_t limit = 100) {
    std::vector<std::int64_t> ids;
    for (const Job& job : queue_.Take(At(now), steady, limit)) ids.push_back(job.id);
    return ids;
  }
  const Event agent_{.account = "a", .name = "i-1"};
  JobQueue queue_;
};

TEST_F(JobQueueTest, GivenJobsWhenTakenThenThoseDueInOrderOfDueAndIdOnce) {
  Add(3, 10);
  Add(2, 10);
  Add(1, 20);
  Add(4, 5);
  EXPECT_EQ(queue_.NextDue(At(0)), At(5));
  EXPECT_THAT(Take(10, kSteady, 2), ElementsAre(4, 2));
  EXPECT_THAT(Take(10), ElementsAre(3));
  EXPECT_TRUE(Take(19).empty());
  EXPECT_EQ(queue_.NextDue(At(10)), At(20));
  EXPECT_THAT(Take(20), ElementsAre(1));
  EXPECT_FALSE(queue_.NextDue(At(0)));
}

TEST_F(JobQueueTest, GivenParkedJobsWhenAnEventComesThenOnlyThoseThatWaitForIt) {
  Add(1, 1);
  Add(2, 2);
  Take(5);
  queue_.Park(1, {.blocked_on = "one", .events = {agent_, {.account = "", .name = "x.img"}}});
  queue_.Park(2, {.blocked_on = "two", .events = {{.account = "b", .name = "i-1"}}});
  EXPECT_TRUE(Take(5).empty());
  EXPECT_THAT(queue_.BlockedOn(At(5)), ElementsAre("one", "two"));
  EXPECT_THAT(queue_.BlockedOn(At(1)), ElementsAre("one"));
  queue_.Wake(agent_);
  EXPECT_THAT(queue_.BlockedOn(At(5)), ElementsAre("two"));
  EXPECT_THAT(Take(5), ElementsAre(1));
  queue_.Wake({.account = "", .name = "x.img"});
  EXPECT_TRUE(Take(5).empty()) << "its wait has ended";
}

TEST_F(JobQueueTest, GivenParkedJobWhenItsTimeComesThenTakenAgain) {
  Add(1, 1);
  Take(1);
  queue_.Park(1, {.local = true, .again = kSteady + seconds(1)});
  EXPECT_TRUE(queue_.HasLocalWait());
  EXPECT_EQ(queue_.NextLook(), kSteady + seconds(1));
  EXPECT_TRUE(Take(1, kSteady + milliseconds(999)).empty());
  EXPECT_THAT(Take(1, kSteady + seconds(1)), ElementsAre(1));
  EXPECT_FALSE(queue_.HasLocalWait());
  EXPECT_FALSE(queue_.NextLook());
}

TEST_F(JobQueueTest, GivenRemovedJobsThenNothingOfThemIsLeft) {
  Add(1, 1);
  Add(2, 1);
  Add(3, 1);
  Take(1, kSteady, 2);
  queue_.Park(1, {.local = true, .events = {agent_}, .again = kSteady});
  for (const std::int64_t id : {1, 2, 3, 4}) queue_.Remove(id);
  queue_.Park(2, {.blocked_on = "gone"});
  queue_.Wake(agent_);
  EXPECT_TRUE(Take(9, kSteady + seconds(9)).empty());
  EXPECT_TRUE(queue_.BlockedOn(At(9)).empty());
  EXPECT_FALSE(queue_.HasLocalWait());
}

}  // namespace
}  // namespace cloudapi
