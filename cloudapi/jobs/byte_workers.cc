#include "cloudapi/jobs/byte_workers.h"

#include <utility>

namespace cloudapi {
namespace {

constexpr int kWorkers = 2;

}  // namespace

ByteWorkers::ByteWorkers(std::function<void()> on_done) : on_done_(std::move(on_done)) {
  for (int i = 0; i < kWorkers; ++i) {
    threads_.emplace_back([this] { Loop(stop_.get_token()); });
  }
}

ByteWorkers::~ByteWorkers() {
  stop_.request_stop();
  {
    const absl::MutexLock lock(&mutex_);
    queue_.clear();
    changed_.SignalAll();
  }
  threads_.clear();
}

std::optional<Result<std::int64_t>> ByteWorkers::Run(std::int64_t key, Work work) {
  const absl::MutexLock lock(&mutex_);
  const auto done = done_.find(key);
  if (done != done_.end()) return done->second;
  if (started_.insert(key).second) {
    queue_.push_back({.key = key, .work = std::move(work)});
    changed_.Signal();
  }
  return std::nullopt;
}

void ByteWorkers::Forget(std::int64_t key) {
  const absl::MutexLock lock(&mutex_);
  // Unless it still runs: its result is then forgotten with the next Drain.
  if (done_.erase(key) > 0) started_.erase(key);
}

void ByteWorkers::Drain() {
  const absl::MutexLock lock(&mutex_);
  queue_.clear();
  while (running_ > 0) changed_.Wait(&mutex_);
  started_.clear();
  done_.clear();
}

void ByteWorkers::Loop(const std::stop_token& stop) {
  while (true) {
    Task task;
    {
      const absl::MutexLock lock(&mutex_);
      while (queue_.empty() && !stop.stop_requested()) changed_.Wait(&mutex_);
      if (stop.stop_requested()) return;
      task = std::move(queue_.front());
      queue_.pop_front();
      ++running_;
    }
    Result<std::int64_t> result = task.work(stop);
    {
      const absl::MutexLock lock(&mutex_);
      --running_;
      done_.insert_or_assign(task.key, std::move(result));
      changed_.SignalAll();
    }
    on_done_();
  }
}

}  // namespace cloudapi
