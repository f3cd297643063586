#pragma once
// The numbers that only grow, whatever clock, reset or restart does. Private to the writer.
#include <cstdint>
#include <string>
#include <string_view>

#include "cloudapi/base/env.h"

namespace cloudapi {

class Connection;

// Lives on the writer thread. Numbers taken by a request that is rolled back are not used again.
class Sequences {
 public:
  // Goes on where the database stands. A new database draws a prefix of its ids from `env`, so that
  // two clouds on one machine do not make the same serial numbers.
  Sequences(Connection& connection, Env& env);

  // 20 characters after the dash: region code (3), prefix (8), growing number in base 36 (9).
  std::string NextId(std::string_view kind_prefix, std::string_view region_code);
  std::int64_t NextSeq() { return ++numbers_.seq; }
  std::int64_t NextRevision() { return ++numbers_.revision; }
  std::int64_t Revision() const { return numbers_.revision; }
  // Into the open transaction.
  void Save();

 private:
  struct Numbers {
    std::int64_t id = 0;
    std::int64_t seq = 0;
    std::int64_t revision = 0;
    bool operator==(const Numbers&) const = default;
  };

  Connection& connection_;
  std::string prefix_;
  Numbers numbers_;
  Numbers saved_;
};

}  // namespace cloudapi
