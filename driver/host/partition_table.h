#pragma once
// Growing the only partition of a disk in its table, as bytes: MBR and GPT.
// Source: UEFI specification 2.10, chapter 5.
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "common/base/expected.h"

namespace driver {

// Bytes to be written at an offset of the disk, in the order given: whenever that ends, either the
// old table or the new one is found.
struct TableWrite {
  std::int64_t offset = 0;
  std::vector<unsigned char> bytes;
};

struct GrownTable {
  std::int64_t start = 0;  // of the partition, in bytes
  std::int64_t bytes = 0;  // its new size
  std::vector<TableWrite> writes;
};

struct TableDisk {
  std::int64_t bytes = 0;
  std::int64_t sector_bytes = 512;
  // The beginning of the disk: kTableBytes, or the whole disk if that is less.
  std::span<const unsigned char> head;
};

inline constexpr std::int64_t kTableBytes = 1 << 20;

// The table with partition `number` reaching to the end of the disk. Errors: why not, in words: no
// table, a damaged one, more partitions, a partition that is not there.
base::Expected<GrownTable, std::string> GrowInTable(const TableDisk& disk, unsigned number);

// The checksum of GPT.
std::uint32_t Crc32(std::span<const unsigned char> bytes);

}  // namespace driver
