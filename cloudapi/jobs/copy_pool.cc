#include "cloudapi/jobs/copy_pool.h"

#include <algorithm>
#include <utility>

namespace cloudapi {
namespace {

constexpr int kWorkers = 2;

}  // namespace

CopyPool::CopyPool(std::function<void(const std::string& image)> on_done)
    : on_done_(std::move(on_done)) {
  for (int i = 0; i < kWorkers; ++i) threads_.emplace_back([this] { Loop(); });
}

CopyPool::~CopyPool() {
  {
    const absl::MutexLock lock(&mutex_);
    ending_ = true;
    queue_.clear();
    for (auto& [image, entry] : entries_) entry.stop.request_stop();
    changed_.SignalAll();
  }
  threads_.clear();
}

CopyPool::Done CopyPool::Run(const std::string& image, Copy copy) {
  const absl::MutexLock lock(&mutex_);
  const auto [found, added] = entries_.try_emplace(image);
  if (!added) return found->second.result;
  found->second.copy = std::move(copy);
  queue_.push_back(image);
  changed_.Signal();
  return std::nullopt;
}

bool CopyPool::Cancel(const std::string& image) {
  const absl::MutexLock lock(&mutex_);
  const auto found = entries_.find(image);
  if (found == entries_.end()) return true;
  if (found->second.running) {
    found->second.cancelled = true;
    found->second.stop.request_stop();
    return false;
  }
  std::erase(queue_, image);
  entries_.erase(found);
  return true;
}

bool CopyPool::IsAtRest() const {
  return std::ranges::none_of(entries_, [](const auto& entry) { return entry.second.running; });
}

void CopyPool::Drain() {
  const absl::MutexLock lock(&mutex_);
  queue_.clear();
  while (!IsAtRest()) changed_.Wait(&mutex_);
  entries_.clear();
}

void CopyPool::Loop() {
  while (true) {
    std::string image;
    Copy copy;
    std::stop_token stop;
    {
      const absl::MutexLock lock(&mutex_);
      while (queue_.empty() && !ending_) changed_.Wait(&mutex_);
      if (ending_) return;
      image = std::move(queue_.front());
      queue_.pop_front();
      Entry& entry = entries_.at(image);
      copy = std::exchange(entry.copy, nullptr);
      stop = entry.stop.get_token();
      entry.running = true;
    }
    Result<std::int64_t> result = copy(stop);
    {
      const absl::MutexLock lock(&mutex_);
      const auto entry = entries_.find(image);
      entry->second.running = false;
      entry->second.result = std::move(result);
      if (entry->second.cancelled) entries_.erase(entry);
      changed_.SignalAll();
    }
    on_done_(image);
  }
}

}  // namespace cloudapi
