#include "cloudapi/http/worker_pool.h"

#include <utility>

namespace cloudapi {
void WorkerPool::Post(std::function<void()> work) {
  const absl::MutexLock lock(&mutex_);
  if (stopped_) return;
  queue_.push_back(std::move(work));
  Staff();
}

void WorkerPool::Stop() {
  std::vector<std::jthread> ended;
  {
    const absl::MutexLock lock(&mutex_);
    stopped_ = true;
    queue_.clear();
    work_or_stop_.SignalAll();
    ended.swap(threads_);
  }
}

std::size_t WorkerPool::Threads() const {
  const absl::MutexLock lock(&mutex_);
  return threads_.size();
}

bool WorkerPool::MayTake() const {
  return !queue_.empty() && running_ < limits_.workers;
}

void WorkerPool::Staff() {
  if (!MayTake() || stopped_) return;
  if (idle_ > 0) work_or_stop_.Signal();
  // Those outside a scope run, idle or are on their way to the queue: enough when there are as many
  // as may run.
  const auto waiting = static_cast<std::size_t>(in_commits_ + in_polls_);
  const bool enough = threads_.size() - waiting >= static_cast<std::size_t>(limits_.workers);
  // A thread that was signalled still counts as idle, so compare with all that is queued.
  if (!enough && idle_ < queue_.size()) threads_.emplace_back([this] { Run(); });
}

void WorkerPool::Run() {
  ObserveThisThread(this);
  mutex_.Lock();
  while (!stopped_) {
    if (!MayTake()) {
      ++idle_;
      work_or_stop_.Wait(&mutex_);
      --idle_;
      continue;
    }
    auto work = std::move(queue_.front());
    queue_.pop_front();
    ++running_;
    mutex_.Unlock();
    work();
    work = nullptr;
    mutex_.Lock();
    --running_;
  }
  mutex_.Unlock();
}

int& WorkerPool::Waiting(BlockingScope::Why why) {
  switch (why) {
    case BlockingScope::Why::kCommit: return in_commits_;
    case BlockingScope::Why::kLongPoll: return in_polls_;
  }
  return in_commits_;
}

bool WorkerPool::EnterWait(BlockingScope::Why why) {
  const absl::MutexLock lock(&mutex_);
  const int limit = why == BlockingScope::Why::kCommit ? limits_.in_commits : limits_.in_polls;
  if (Waiting(why) >= limit) return false;
  ++Waiting(why);
  --running_;
  Staff();
  return true;
}

void WorkerPool::LeaveWait(BlockingScope::Why why) {
  const absl::MutexLock lock(&mutex_);
  --Waiting(why);
  ++running_;
}

}  // namespace cloudapi
