#pragma once
// The numbers that only grow, whatever clock, reset or restart does. Private to the writer.
#include <cstdint>
#include <string>
#include <string_view>

#include "cloudapi/base/env.h"
#include "cloudapi/store/records.h"

namespace cloudapi {

// Lives on the writer thread. Numbers taken by a request that is rolled back are not used again.
class Sequences {
 public:
  // Goes on where the database stands. A new database draws a prefix of its ids from `env`, so that
  // two clouds on one machine do not make the same serial numbers.
  Sequences(Records& records, Env& env);

  // 20 characters after the dash: region code (3), prefix (8), growing number in base 36 (9).
  std::string NextId(std::string_view kind_prefix, std::string_view region_code);
  std::int64_t NextSeq() { return ++seq_; }
  std::int64_t NextRevision() { return ++revision_; }
  std::int64_t Revision() const { return revision_; }
  // Into the open transaction.
  void Save();

 private:
  Records& records_;
  std::string prefix_;
  std::int64_t id_ = 0;
  std::int64_t seq_ = 0;
  std::int64_t revision_ = 0;
  std::string saved_;
};

}  // namespace cloudapi
