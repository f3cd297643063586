#pragma once
// Disks with a partition table, images or devices.
#include <libfdisk/libfdisk.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace driver {

// In bytes, whole sectors of 512.
struct TablePartition {
  std::int64_t start = 0;
  std::int64_t bytes = 0;
};

// Writes a table of `kind`, "dos" or "gpt", with these partitions on a device or image that is
// there.
inline bool WriteTable(const std::string& disk, const char* kind,
                       const std::vector<TablePartition>& partitions) {
  const std::unique_ptr<fdisk_context, decltype(&fdisk_unref_context)> context(
      fdisk_new_context(), &fdisk_unref_context);
  fdisk_disable_dialogs(context.get(), 1);
  if (fdisk_assign_device(context.get(), disk.c_str(), 0) != 0) return false;
  bool written = fdisk_create_disklabel(context.get(), kind) == 0;
  for (std::size_t i = 0; i < partitions.size(); ++i) {
    const std::unique_ptr<fdisk_partition, decltype(&fdisk_unref_partition)> partition(
        fdisk_new_partition(), &fdisk_unref_partition);
    fdisk_partition_set_partno(partition.get(), i);
    fdisk_partition_set_start(partition.get(),
                              static_cast<std::uint64_t>(partitions[i].start) / 512);
    fdisk_partition_set_size(partition.get(),
                             static_cast<std::uint64_t>(partitions[i].bytes) / 512);
    written = written && fdisk_add_partition(context.get(), partition.get(), nullptr) == 0;
  }
  written = written && fdisk_write_disklabel(context.get()) == 0;
  return fdisk_deassign_device(context.get(), 0) == 0 && written;
}

}  // namespace driver
