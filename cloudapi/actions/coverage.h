#pragma once
// What calls have reached: parameters that an accepted call gave and its action used, or for which
// a call was refused as their rows say; and refusals. The tests of the whole project are summed up
// from this into coverage.tsv.
#include <absl/base/thread_annotations.h>
#include <absl/synchronization/mutex.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "cloudapi/actions/action.h"

namespace cloudapi {

// Thread-safe. Bounded by the tables: one counter a declared parameter, one a refusal.
class Coverage {
 public:
  struct Row {
    std::string action;  // "*" where a call names none
    std::string kind;    // parameter | refusal
    std::string name;    // Tag.N.Key; 404 InvalidDiskId.NotFound
    std::uint64_t calls = 0;
    std::string proof;  // of coverage.tsv; empty for a row that it does not hold
  };
  // Told of each row once, when it is first reached, as "CreateDisk\tparameter\tSize".
  using OnFirst = std::function<void(const std::string& row)>;

  explicit Coverage(OnFirst on_first = {});
  // A call that succeeded, or would have but for its DryRun.
  void Accepted(const Arguments& args);
  // Of a fault rule it counts only for a row that comes about by no other way.
  void Refused(std::string_view action, const ApiError& refusal) ABSL_LOCKS_EXCLUDED(mutex_);
  // Each declared parameter, and each refusal that is in coverage.tsv or was reached; sorted.
  std::vector<Row> Rows() const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  struct Counter {
    std::string action;
    std::string name;
    Refusal refused;
    std::atomic<std::uint64_t> calls{0};
  };
  void Declare(const std::string& action, const std::string& prefix, const ParameterSet& set);
  void Count(Counter& counter);
  // The parameters that the refusal says it is about.
  void CountRefused(std::string_view action, const ApiError& refusal);

  const OnFirst on_first_;
  std::vector<std::unique_ptr<Counter>> parameters_;
  std::unordered_map<const ParameterSet*, std::size_t> first_of_;  // the set's first counter
  // Those of rows that refuse, by action and name.
  std::map<std::pair<std::string, std::string>, std::size_t> refusing_;
  mutable absl::Mutex mutex_;
  // By action, kind of row (refusal, or fault for those of fault rules) and name.
  std::map<std::array<std::string, 3>, std::uint64_t> refusals_ ABSL_GUARDED_BY(mutex_);
};

// An OnFirst that appends each row as a line to `file`; none for an empty name.
Coverage::OnFirst AppendRowsTo(const std::string& file);

}  // namespace cloudapi
