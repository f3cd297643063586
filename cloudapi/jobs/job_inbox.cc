#include "cloudapi/jobs/job_inbox.h"

#include <utility>

namespace cloudapi {

void JobInbox::Woken() {
  ++wakes_;
  changed_.SignalAll();
}

void JobInbox::Tell(const JobChanges& changes) {
  const absl::MutexLock lock(&mutex_);
  if (changes.cleared) {
    news_.jobs = {.cleared = true};
    under_way_.clear();
  }
  for (const Job& job : changes.added) {
    news_.jobs.added.push_back(job);
    if (!IsDated(job.step)) ++under_way_[SubjectOf(job)];
  }
  for (const Job& job : changes.removed) {
    news_.jobs.removed.push_back(job);
    const auto found = under_way_.find(SubjectOf(job));
    if (IsDated(job.step) || found == under_way_.end()) continue;
    if (--found->second == 0) under_way_.erase(found);
  }
  Woken();
}

void JobInbox::Tell(const Event& event) {
  const absl::MutexLock lock(&mutex_);
  news_.events.push_back(event);
  Woken();
}

void JobInbox::Wake() {
  const absl::MutexLock lock(&mutex_);
  Woken();
}

JobInbox::News JobInbox::Take() {
  const absl::MutexLock lock(&mutex_);
  return std::exchange(news_, {});
}

std::uint64_t JobInbox::Wakes() {
  const absl::MutexLock lock(&mutex_);
  return wakes_;
}

void JobInbox::WaitForWake(std::uint64_t seen, std::chrono::milliseconds at_most) {
  const absl::MutexLock lock(&mutex_);
  if (wakes_ == seen) changed_.WaitFor(mutex_, at_most);
}

bool JobInbox::IsUnderWay(const std::vector<Job>& jobs) const {
  for (const Job& job : jobs) {
    if (under_way_.contains(SubjectOf(job))) return true;
  }
  return false;
}

void JobInbox::AwaitEnd(const std::vector<Job>& jobs, std::chrono::milliseconds at_most) {
  const auto deadline = env_.Steady() + at_most;
  const absl::MutexLock lock(&mutex_);
  while (IsUnderWay(jobs)) {
    const auto now = env_.Steady();
    if (now >= deadline) return;
    changed_.WaitFor(mutex_, deadline - now);
  }
}

}  // namespace cloudapi
