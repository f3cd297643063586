#pragma once
// What is known of the reads and writes of disks: the seam between the actions and who measures.
#include <cstdint>
#include <string_view>

#include "cloudapi/base/env.h"

namespace cloudapi {

struct DiskTotals {
  std::uint64_t reads = 0;
  std::uint64_t writes = 0;
  std::uint64_t read_bytes = 0;
  std::uint64_t written_bytes = 0;
  std::uint64_t read_micros = 0;  // that the reads took together
  std::uint64_t write_micros = 0;
  bool operator==(const DiskTotals&) const = default;
};

// Thread-safe.
class DiskActivity {
 public:
  virtual ~DiskActivity() = default;
  // What the disk's devices did in that time of the cloud's clock; zeros where nothing is known.
  virtual DiskTotals Between(std::string_view account, std::string_view disk, SysMillis from,
                             SysMillis until) const = 0;
};

}  // namespace cloudapi
