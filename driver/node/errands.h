#pragma once
// Work that a caller's deadline cannot end: mkfs and fsck must not be interrupted, and a system
// call on a device that hangs cannot be.
#include <absl/base/thread_annotations.h>
#include <absl/synchronization/mutex.h>

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include "driver/base/clock.h"
#include "driver/base/result.h"

namespace driver {

// Thread-safe. Whoever makes it outlives nothing of the work: the destructor waits for all of it.
class Errands {
 public:
  explicit Errands(Clock& clock) : clock_(clock) {}
  ~Errands() { Wait(); }
  Errands(const Errands&) = delete;
  Errands& operator=(const Errands&) = delete;

  // Runs `work` on a thread of its own and returns its result. The work goes on when the deadline
  // passes or the caller goes first, and sees the latter by its own deadline; it must own what it
  // uses. `name`: "NodeStageVolume of d-1".
  // Errors: DEADLINE_EXCEEDED and CANCELLED then; ABORTED, without running anything, while earlier
  // work of the name goes on.
  template <class T>
  Result<T> Run(const std::string& name, const Deadline& deadline,
                std::function<Result<T>(const Deadline&)> work) {
    const auto result = std::make_shared<std::optional<Result<T>>>();
    auto done = RunUntil(name, deadline, [result, work = std::move(work)](const Deadline& own) {
      result->emplace(work(own));
    });
    if (!done) return Fail(done.error());
    return std::move(**result);
  }

  // Until no work is under way.
  void Wait() ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  struct Errand {
    std::thread thread;
    std::shared_ptr<std::atomic<bool>> abandoned = std::make_shared<std::atomic<bool>>(false);
    bool over = false;
  };

  Result<void> RunUntil(const std::string& name, const Deadline& deadline,
                        std::function<void(const Deadline&)> work) ABSL_LOCKS_EXCLUDED(mutex_);
  // Ends threads that have nothing more to do.
  void Reap() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool IsIdle() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  Clock& clock_;
  mutable absl::Mutex mutex_;
  // At most one for each name, and a name is a call of a volume: a node has few.
  std::map<std::string, Errand> errands_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace driver
