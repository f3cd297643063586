#pragma once
// Growing the only partition of a disk in its table, MBR or GPT.
#include <cstdint>
#include <string>

#include "common/base/expected.h"

namespace driver {

struct GrownPartition {
  std::int64_t start = 0;  // bytes
  std::int64_t bytes = 0;  // its new size
};

// Writes the table of `disk`, a device or an image, with partition `number` reaching to the end,
// aligned to the disk; the same again when it does already. Errors: why not, in words: no table, a
// damaged one, more partitions, a partition that is not there.
base::Expected<GrownPartition, std::string> GrowInTable(const std::string& disk, unsigned number);

}  // namespace driver
