#include "cloudapi/store/change_ring.h"

#include <algorithm>
#include <utility>

namespace cloudapi {

void ChangeRing::Publish(std::vector<Change> changes, std::int64_t revision, bool cleared) {
  const absl::MutexLock lock(&mutex_);
  revision_ = revision;
  for (Change& change : changes) changes_.push_back(std::move(change));
  while (changes_.size() > limit_) {
    floor_ = changes_.front().revision;
    changes_.pop_front();
  }
  if (cleared) {
    changes_.clear();
    floor_ = revision;
  }
  changed_.SignalAll();
}

std::int64_t ChangeRing::Revision() const {
  const absl::MutexLock lock(&mutex_);
  return revision_;
}

std::optional<std::int64_t> ChangeRing::Wait(std::int64_t after, std::chrono::nanoseconds at_most) {
  const absl::MutexLock lock(&mutex_);
  if (!stopped_ && revision_ <= after) changed_.WaitFor(mutex_, at_most);
  if (stopped_) return std::nullopt;
  return revision_;
}

ChangeBatch ChangeRing::After(std::int64_t after) const {
  const absl::MutexLock lock(&mutex_);
  // A revision from the future belongs to another database: read everything anew too.
  if (after < floor_ || after > revision_) {
    return {.resynchronise = true, .revision = revision_};
  }
  const auto first = std::ranges::upper_bound(changes_, after, {}, &Change::revision);
  return {.revision = revision_, .changes = {first, changes_.end()}};
}

void ChangeRing::Stop() {
  const absl::MutexLock lock(&mutex_);
  stopped_ = true;
  changed_.SignalAll();
}

}  // namespace cloudapi
