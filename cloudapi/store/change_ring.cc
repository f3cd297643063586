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
}

std::int64_t ChangeRing::Revision() const {
  const absl::MutexLock lock(&mutex_);
  return revision_;
}

std::int64_t ChangeRing::Wait(std::int64_t after, absl::Duration at_most) {
  const absl::MutexLock lock(&mutex_);
  const auto changed = [this, after]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) {
    return stopped_ || revision_ > after;
  };
  mutex_.AwaitWithTimeout(absl::Condition(&changed), at_most);
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
}

}  // namespace cloudapi
