#pragma once
// Disks with a partition table, as bytes.
#include <algorithm>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "driver/host/partition_table.h"

namespace driver {

// In bytes, whole sectors of 512.
struct TablePartition {
  std::int64_t start = 0;
  std::int64_t bytes = 0;
};

inline void SetLittle(std::vector<unsigned char>& bytes, std::size_t at, std::size_t width,
                      std::uint64_t value) {
  for (std::size_t i = 0; i < width; ++i) {
    bytes[at + i] = static_cast<unsigned char>(value >> (8 * i));
  }
}

inline void SetMbrEntry(std::vector<unsigned char>& disk, std::size_t index, unsigned char type,
                        std::uint64_t start, std::uint64_t sectors) {
  const std::size_t entry = 446 + 16 * index;
  disk[entry + 4] = type;
  SetLittle(disk, entry + 8, 4, start);
  SetLittle(disk, entry + 12, 4, sectors);
  disk[510] = 0x55;
  disk[511] = 0xAA;
}

inline std::vector<unsigned char> DiskWithMbr(std::int64_t bytes,
                                              const std::vector<TablePartition>& partitions) {
  std::vector<unsigned char> disk(static_cast<std::size_t>(bytes));
  for (std::size_t i = 0; i < partitions.size(); ++i) {
    SetMbrEntry(disk, i, 0x83, static_cast<std::uint64_t>(partitions[i].start / 512),
                static_cast<std::uint64_t>(partitions[i].bytes / 512));
  }
  return disk;
}

// A header of 92 bytes at `at`, its checksum included.
inline void SetGptHeader(std::vector<unsigned char>& disk, std::size_t at, std::uint64_t own,
                         std::uint64_t other, std::uint64_t entries_lba,
                         std::uint32_t entries_crc) {
  constexpr std::string_view kStart("EFI PART\0\0\1\0\x5C\0\0\0", 16);
  std::ranges::copy(kStart, disk.begin() + static_cast<std::ptrdiff_t>(at));
  SetLittle(disk, at + 24, 8, own);
  SetLittle(disk, at + 32, 8, other);
  SetLittle(disk, at + 40, 8, 34);
  SetLittle(disk, at + 48, 8, disk.size() / 512 - 34);
  SetLittle(disk, at + 56, 8, 0x1234);  // the disk's own id
  SetLittle(disk, at + 72, 8, entries_lba);
  SetLittle(disk, at + 80, 4, 128);
  SetLittle(disk, at + 84, 4, 128);
  SetLittle(disk, at + 88, 4, entries_crc);
  SetLittle(disk, at + 16, 4, 0);
  SetLittle(disk, at + 16, 4, Crc32(std::span(disk).subspan(at, 92)));
}

inline std::vector<unsigned char> DiskWithGpt(std::int64_t bytes,
                                              const std::vector<TablePartition>& partitions) {
  std::vector<unsigned char> disk(static_cast<std::size_t>(bytes));
  const std::uint64_t total = disk.size() / 512;
  SetMbrEntry(disk, 0, 0xEE, 1, total - 1);
  for (std::size_t i = 0; i < partitions.size(); ++i) {
    const std::size_t entry = 1024 + 128 * i;
    // "Linux filesystem data", and an id of its own.
    SetLittle(disk, entry, 8, 0x477284830FC63DAF);
    SetLittle(disk, entry + 8, 8, 0xE47D47D8693D798E);
    SetLittle(disk, entry + 16, 8, i + 1);
    SetLittle(disk, entry + 32, 8, static_cast<std::uint64_t>(partitions[i].start / 512));
    SetLittle(disk, entry + 40, 8,
              static_cast<std::uint64_t>((partitions[i].start + partitions[i].bytes) / 512 - 1));
  }
  constexpr std::size_t kEntries = std::size_t{128} * 128;
  const auto crc = Crc32(std::span(disk).subspan(1024, kEntries));
  std::copy_n(disk.begin() + 1024, kEntries, disk.end() - 512 - kEntries);
  SetGptHeader(disk, 512, 1, total - 1, 2, crc);
  SetGptHeader(disk, disk.size() - 512, total - 1, 1, total - 33, crc);
  return disk;
}

// Whether a header with a right checksum stands there.
inline bool IsWholeGptHeader(std::vector<unsigned char> disk, std::size_t at) {
  std::uint32_t told = 0;
  for (std::size_t i = 4; i > 0; --i) told = told << 8 | disk[at + 16 + i - 1];
  SetLittle(disk, at + 16, 4, 0);
  return told == Crc32(std::span(disk).subspan(at, 92));
}

}  // namespace driver
