#include "e2e/harness/partitions.h"

#include <fmt/format.h>

#include <fstream>

#include "e2e/harness/process.h"

namespace e2e {
namespace {

constexpr std::uint32_t kSectorsOfMib = 2048;

// The place of a partition, in MiB.
struct Span {
  std::uint32_t start;
  std::uint32_t size;
};

// The first begins at 1 MiB.
Span SpanOf(int index, int count, std::uint32_t mib) {
  const auto size = (mib - 1) / static_cast<std::uint32_t>(count);
  return {1 + static_cast<std::uint32_t>(index) * size, size};
}

std::string Table(int count, std::uint32_t mib) {
  std::string sector(512, '\0');
  const auto set = [&sector](std::size_t at, std::uint32_t value) {
    for (std::size_t i = 0; i < 4; ++i) sector[at + i] = static_cast<char>(value >> (8 * i));
  };
  for (int i = 0; i < count; ++i) {
    const auto entry = 446 + 16 * static_cast<std::size_t>(i);
    const auto span = SpanOf(i, count, mib);
    sector[entry + 4] = '\x83';
    set(entry + 8, span.start * kSectorsOfMib);
    set(entry + 12, span.size * kSectorsOfMib);
  }
  sector[510] = '\x55';
  sector[511] = '\xAA';
  return sector;
}

}  // namespace

std::string WritePartitions(const std::filesystem::path& disk, int count, std::uint32_t mib) {
  {
    std::ofstream file(disk, std::ios::binary | std::ios::in);
    file << Table(count, mib) << std::flush;
    if (!file.good()) return "cannot write to " + disk.string();
  }
  for (int i = 0; i < count; ++i) {
    const auto span = SpanOf(i, count, mib);
    const auto made = RunCommand({"mkfs.ext4", "-q", "-F", "-E",
                                  fmt::format("offset={}", std::uint64_t{span.start} << 20),
                                  disk.string(), fmt::format("{}m", span.size)});
    if (!made.Ok()) return made.output;
  }
  return {};
}

}  // namespace e2e
