#pragma once
// Disks that somebody has partitioned, as a test brings them along.
#include <cstdint>
#include <filesystem>
#include <string>

namespace e2e {

// Writes an MBR table with `count` (1 to 4) Linux partitions of equal size and an ext4 file system
// into each, on the first `mib` MiB of an image or a device. Returns what went wrong; empty when
// nothing did.
std::string WritePartitions(const std::filesystem::path& disk, int count, std::uint32_t mib);

}  // namespace e2e
