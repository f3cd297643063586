#pragma once
// Fault rules: calls that are refused because a test wants them to be. There are none until one is
// set.
#include <absl/base/thread_annotations.h>
#include <absl/synchronization/mutex.h>

#include <atomic>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cloudapi/base/json.h"
#include "cloudapi/base/result.h"

namespace cloudapi {

inline constexpr std::string_view kFaultsMeta = "faults";
inline constexpr std::size_t kMaxFaults = 256;
inline constexpr std::size_t kMaxFaultMessage = 1024;
inline constexpr std::size_t kFaultRequestIds = 16;  // the last ones are kept

struct FaultRule {
  std::int64_t id = 0;  // 0: the next free one
  std::string action;   // as in the table of actions: "AttachDisk", "Vpc.CreateVpc"
  std::string account;  // empty: every account
  int status = 0;
  std::string code;
  std::string message;
  std::int64_t nth = 1;    // the first call that it hits, of those that it matches
  std::int64_t times = 0;  // how many it hits; 0: all
  bool operator==(const FaultRule&) const = default;
};

// Into an object that is begun.
void WriteMembers(JsonWriter& json, const FaultRule& rule);

// Thread-safe.
class Faults {
 public:
  struct Row {
    FaultRule rule;
    std::int64_t matched = 0;
    std::int64_t hits = 0;
    std::deque<std::string> request_ids;  // of calls that it hit
  };

  // Sets the rule's status and message where it has none (0, empty), and adds it. Errors, with a
  // sentence: an action that is not served, a code that refusals.tsv does not list for it and no
  // status, a text or a number out of range, kMaxFaults rules.
  Result<std::int64_t> Add(FaultRule rule) ABSL_LOCKS_EXCLUDED(mutex_);
  bool Remove(std::int64_t id) ABSL_LOCKS_EXCLUDED(mutex_);
  void Forget() ABSL_LOCKS_EXCLUDED(mutex_);
  std::vector<Row> All() const ABSL_LOCKS_EXCLUDED(mutex_);

  // The refusal of the first rule that hits the call. Without rules this costs one load.
  Result<void> Pass(const std::string& account, std::string_view action,
                    const std::string& request_id) {
    if (!any_.load(std::memory_order_relaxed)) return {};
    return PassRules(account, action, request_id);
  }

  // The rules without their counts, and back; rows that Add refuses are passed over.
  std::string Text() const ABSL_LOCKS_EXCLUDED(mutex_);
  void Restore(const std::string& text) ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  Result<void> PassRules(const std::string& account, std::string_view action,
                         const std::string& request_id) ABSL_LOCKS_EXCLUDED(mutex_);

  std::atomic<bool> any_ = false;
  mutable absl::Mutex mutex_;
  std::vector<Row> rows_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace cloudapi
