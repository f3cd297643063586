#include "driver/host/partition_table.h"

#include <fmt/core.h>

#include <algorithm>
#include <string_view>

namespace driver {
namespace {

using Bytes = std::vector<unsigned char>;
using Outcome = base::Expected<GrownTable, std::string>;

// MBR: four entries of 16 bytes, and a signature.
constexpr std::size_t kMbrEntries = 446;
constexpr std::size_t kMbrEntryBytes = 16;
constexpr unsigned kMbrEntryCount = 4;
constexpr std::size_t kMbrType = 4;
constexpr std::size_t kMbrStart = 8;
constexpr std::size_t kMbrSectors = 12;
constexpr std::size_t kMbrSignature = 510;
constexpr std::uint64_t kMostMbrSectors = 0xFFFFFFFF;
constexpr unsigned char kProtective = 0xEE;
constexpr unsigned char kExtended[] = {0x05, 0x0F, 0x85};

// GPT header, at the second sector.
constexpr std::string_view kGptSignature = "EFI PART";
constexpr std::size_t kHeaderBytes = 12;
constexpr std::size_t kHeaderCrc = 16;
constexpr std::size_t kMyLba = 24;
constexpr std::size_t kAlternateLba = 32;
constexpr std::size_t kLastUsable = 48;
constexpr std::size_t kEntriesLba = 72;
constexpr std::size_t kEntryCount = 80;
constexpr std::size_t kEntryBytes = 84;
constexpr std::size_t kEntriesCrc = 88;
constexpr std::size_t kSmallestHeader = 92;
// GPT entry.
constexpr std::size_t kTypeBytes = 16;
constexpr std::size_t kFirstLba = 32;
constexpr std::size_t kLastLba = 40;
constexpr std::uint64_t kSmallestEntry = 128;

std::uint64_t Get(std::span<const unsigned char> bytes, std::size_t at, std::size_t width) {
  std::uint64_t value = 0;
  for (std::size_t i = width; i > 0; --i) value = value << 8 | bytes[at + i - 1];
  return value;
}

void Set(std::span<unsigned char> bytes, std::size_t at, std::size_t width, std::uint64_t value) {
  for (std::size_t i = 0; i < width; ++i) {
    bytes[at + i] = static_cast<unsigned char>(value >> (8 * i));
  }
}

tl::unexpected<std::string> No(std::string why) {
  return tl::unexpected<std::string>(std::move(why));
}

tl::unexpected<std::string> NotAlone(unsigned number) {
  return No(fmt::format("partition {} is not the only one in the table", number));
}

bool IsZero(std::span<const unsigned char> bytes) {
  return std::ranges::all_of(bytes, [](unsigned char byte) { return byte == 0; });
}

// One sector with four bytes changed, which a disk writes whole or not at all.
Outcome GrowInMbr(const TableDisk& disk, unsigned number) {
  if (number == 0 || number > kMbrEntryCount) return No("a logical partition does not grow");
  const auto sector_bytes = static_cast<std::uint64_t>(disk.sector_bytes);
  Bytes sector(disk.head.begin(), disk.head.begin() + disk.sector_bytes);
  const std::span<unsigned char> table(sector);
  for (unsigned other = 1; other <= kMbrEntryCount; ++other) {
    const auto entry = table.subspan(kMbrEntries + (other - 1) * kMbrEntryBytes, kMbrEntryBytes);
    if ((entry[kMbrType] != 0) != (other == number)) return NotAlone(number);
  }
  const auto entry = table.subspan(kMbrEntries + (number - 1) * kMbrEntryBytes, kMbrEntryBytes);
  if (std::ranges::find(kExtended, entry[kMbrType]) != std::end(kExtended)) {
    return No("an extended partition does not grow");
  }
  const auto start = Get(entry, kMbrStart, 4);
  const auto total = static_cast<std::uint64_t>(disk.bytes) / sector_bytes;
  if (start == 0 || start >= total) return No("the partition lies outside of the disk");
  const auto sectors = std::min(total - start, kMostMbrSectors);
  Set(entry, kMbrSectors, 4, sectors);
  return GrownTable{.start = static_cast<std::int64_t>(start * sector_bytes),
                    .bytes = static_cast<std::int64_t>(sectors * sector_bytes),
                    .writes = {{.offset = 0, .bytes = std::move(sector)}}};
}

struct Gpt {
  Bytes header;   // one sector
  Bytes entries;  // whole sectors
  std::size_t entry_bytes = 0;
  std::size_t count = 0;
};

void SetHeaderCrc(Bytes& header) {
  const auto length = Get(header, kHeaderBytes, 4);
  Set(header, kHeaderCrc, 4, 0);
  Set(header, kHeaderCrc, 4, Crc32(std::span(header).first(length)));
}

base::Expected<Gpt, std::string> ReadGpt(const TableDisk& disk) {
  const auto sector = static_cast<std::size_t>(disk.sector_bytes);
  const auto header = disk.head.subspan(sector, sector);
  const std::string_view signature(reinterpret_cast<const char*>(header.data()),
                                   kGptSignature.size());
  const auto length = Get(header, kHeaderBytes, 4);
  if (signature != kGptSignature || length < kSmallestHeader || length > sector) {
    return No("there is no GPT header");
  }
  Gpt gpt{.header = Bytes(header.begin(), header.end())};
  SetHeaderCrc(gpt.header);
  const auto at = Get(header, kEntriesLba, 8);
  gpt.count = Get(header, kEntryCount, 4);
  gpt.entry_bytes = Get(header, kEntryBytes, 4);
  const auto most = disk.head.size() / sector;
  const bool sane = gpt.header == Bytes(header.begin(), header.end()) && at >= 2 && at < most &&
                    gpt.entry_bytes >= kSmallestEntry && gpt.entry_bytes <= sector &&
                    gpt.count > 0 && gpt.count <= (most - at) * sector / gpt.entry_bytes;
  if (!sane) return No("the GPT header is damaged");
  const auto used = gpt.count * gpt.entry_bytes;
  const auto whole = (used + sector - 1) / sector * sector;
  const auto entries =
      disk.head.subspan(at * sector, std::min(whole, disk.head.size() - at * sector));
  if (Crc32(entries.first(used)) != Get(header, kEntriesCrc, 4)) {
    return No("the GPT entries are damaged");
  }
  gpt.entries.assign(entries.begin(), entries.end());
  gpt.entries.resize(whole);
  return gpt;
}

Outcome GrowInGpt(const TableDisk& disk, unsigned number) {
  auto gpt = ReadGpt(disk);
  if (!gpt) return No(gpt.error());
  if (number == 0 || number > gpt->count) return No("there is no such partition in the table");
  const std::span<unsigned char> entries(gpt->entries);
  for (std::size_t other = 0; other < gpt->count; ++other) {
    const auto type = entries.subspan(other * gpt->entry_bytes, kTypeBytes);
    if (!IsZero(type) != (other + 1 == number)) return NotAlone(number);
  }
  const auto sector = static_cast<std::uint64_t>(disk.sector_bytes);
  const auto total = static_cast<std::uint64_t>(disk.bytes) / sector;
  const auto table_sectors = gpt->entries.size() / sector;
  const auto entry = entries.subspan((number - 1) * gpt->entry_bytes, gpt->entry_bytes);
  const auto first = Get(entry, kFirstLba, 8);
  // At the end of the disk: the entries once more, then the header.
  if (total < first + table_sectors + 2) return No("the partition lies outside of the disk");
  const auto last = total - table_sectors - 2;
  if (last < Get(entry, kLastLba, 8)) return No("the disk is smaller than its table says");
  Set(entry, kLastLba, 8, last);

  auto& primary = gpt->header;
  const auto primary_entries = Get(primary, kEntriesLba, 8);
  Set(primary, kAlternateLba, 8, total - 1);
  Set(primary, kLastUsable, 8, last);
  Set(primary, kEntriesCrc, 4, Crc32(entries.first(gpt->count * gpt->entry_bytes)));
  SetHeaderCrc(primary);
  Bytes backup = primary;
  Set(backup, kMyLba, 8, total - 1);
  Set(backup, kAlternateLba, 8, 1);
  Set(backup, kEntriesLba, 8, last + 1);
  SetHeaderCrc(backup);

  // Header and entry of the first table go in one write: it is of one page for the first 24
  // partitions. The kernel takes no table whose first header does not fit its entries.
  const auto end_of_entry = primary_entries * sector + number * gpt->entry_bytes;
  Bytes front(disk.head.begin(), disk.head.begin() + static_cast<std::ptrdiff_t>(end_of_entry));
  // The protective MBR names the whole disk, as far as its 32 bits reach.
  Set(front, kMbrEntries + kMbrSectors, 4, std::min(total - 1, kMostMbrSectors));
  std::ranges::copy(primary, front.begin() + disk.sector_bytes);
  std::ranges::copy(entry, front.end() - static_cast<std::ptrdiff_t>(gpt->entry_bytes));
  const auto at = [&](std::uint64_t lba) { return static_cast<std::int64_t>(lba * sector); };
  GrownTable grown{.start = at(first), .bytes = at(last - first + 1)};
  grown.writes.push_back({.offset = at(last + 1), .bytes = std::move(gpt->entries)});
  grown.writes.push_back({.offset = at(total - 1), .bytes = std::move(backup)});
  grown.writes.push_back({.offset = 0, .bytes = std::move(front)});
  return grown;
}

}  // namespace

std::uint32_t Crc32(std::span<const unsigned char> bytes) {
  constexpr std::uint32_t kPolynomial = 0xEDB88320;
  std::uint32_t crc = 0xFFFFFFFF;
  for (const unsigned char byte : bytes) {
    crc ^= byte;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? kPolynomial : 0);
  }
  return ~crc;
}

base::Expected<GrownTable, std::string> GrowInTable(const TableDisk& disk, unsigned number) {
  if (disk.head.size() < 2 * static_cast<std::size_t>(disk.sector_bytes) ||
      disk.head[kMbrSignature] != 0x55 || disk.head[kMbrSignature + 1] != 0xAA) {
    return No("there is no partition table");
  }
  const bool gpt = disk.head[kMbrEntries + kMbrType] == kProtective;
  return gpt ? GrowInGpt(disk, number) : GrowInMbr(disk, number);
}

}  // namespace driver
