#pragma once
// Counters of the calls, as Prometheus text.
#include <absl/base/thread_annotations.h>
#include <absl/synchronization/mutex.h>

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <utility>

namespace cloudapi {

// Thread-safe. Callers count only names of their tables, so that the memory is bounded.
class Metrics {
 public:
  // `code` is the ECS code of a refusal, "OK" otherwise.
  void Count(const std::string& action, const std::string& code, std::chrono::microseconds took)
      ABSL_LOCKS_EXCLUDED(mutex_);
  std::string Text() ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  struct Latency {
    std::int64_t count = 0;
    std::chrono::microseconds sum{0};
  };
  absl::Mutex mutex_;
  std::map<std::pair<std::string, std::string>, std::int64_t> totals_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, Latency> latencies_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace cloudapi
