#include "driver/node/errands.h"

#include <fmt/core.h>

#include <algorithm>

#include "common/base/crash_points.h"
#include "driver/base/poller.h"

namespace driver {
namespace {

using grpc::StatusCode;

// How often it is looked whether the caller has gone.
constexpr std::chrono::milliseconds kLook{100};

}  // namespace

Result<void> Errands::RunUntil(const std::string& name, const Deadline& deadline,
                               std::function<void(const Deadline&)> work) {
  const absl::MutexLock lock(&mutex_);
  Reap();
  if (errands_.contains(name)) {
    return Fail(StatusCode::ABORTED, fmt::format("an earlier {} is still at work", name));
  }
  Errand& errand = errands_[name];
  const Deadline own{.at = deadline.at,
                     .caller_gone = [gone = errand.abandoned] { return gone->load(); }};
  errand.thread = std::thread(
      [this, &errand, own, work = std::move(work), about = base::CurrentCrashSubjects()] {
        {
          const base::CrashScope scope([&about] { return about; });
          work(own);
        }
        const absl::MutexLock finished(&mutex_);
        errand.over = true;
      });
  Duration left = deadline.at - clock_.Now();
  while (!errand.over && left > Duration::zero() && !deadline.Gone()) {
    const auto slice = std::min<Duration>(left, kLook);
    mutex_.AwaitWithTimeout(absl::Condition(&errand.over), absl::FromChrono(slice));
    left -= slice;
  }
  if (errand.over) {
    errand.thread.join();
    errands_.erase(name);
    return {};
  }
  errand.abandoned->store(true);
  if (deadline.Gone()) return Fail(StatusCode::CANCELLED, fmt::format("{} goes on", name));
  return Fail(DeadlineExceeded(fmt::format("{} goes on", name)));
}

void Errands::Reap() {
  for (auto entry = errands_.begin(); entry != errands_.end();) {
    Errand& errand = entry->second;
    // Whoever still waits for its result takes it away.
    if (!errand.over || !errand.abandoned->load()) {
      ++entry;
      continue;
    }
    errand.thread.join();
    entry = errands_.erase(entry);
  }
}

bool Errands::IsIdle() const {
  return std::ranges::all_of(errands_, [](const auto& entry) { return entry.second.over; });
}

void Errands::Wait() {
  const absl::MutexLock lock(&mutex_, absl::Condition(this, &Errands::IsIdle));
  Reap();
}

}  // namespace driver
