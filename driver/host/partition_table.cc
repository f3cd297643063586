#include "driver/host/partition_table.h"

#include <fmt/format.h>
#include <libfdisk/libfdisk.h>

#include <memory>
#include <system_error>

namespace driver {
namespace {

using Context = std::unique_ptr<fdisk_context, decltype(&fdisk_unref_context)>;
using Partition = std::unique_ptr<fdisk_partition, decltype(&fdisk_unref_partition)>;

tl::unexpected<std::string> Refuse(std::string why) {
  return tl::unexpected<std::string>(std::move(why));
}

// Of a function of libfdisk that answers a negative errno.
tl::unexpected<std::string> Refuse(const char* doing, int result) {
  return Refuse(fmt::format("{}: {}", doing, std::generic_category().message(-result)));
}

// Whether `index` is the only partition; else why not.
std::string OtherPartitions(fdisk_context* context, std::size_t index) {
  std::size_t used = 0;
  for (std::size_t i = 0; i < fdisk_get_npartitions(context); ++i) {
    if (fdisk_is_partition_used(context, i) != 0) ++used;
  }
  if (used > 1) return fmt::format("it has {} partitions", used);
  return fdisk_is_partition_used(context, index) != 0
             ? ""
             : fmt::format("it has no partition {}", index + 1);
}

// As the table in memory has it.
base::Expected<GrownPartition, std::string> Look(fdisk_context* context, std::size_t index) {
  fdisk_partition* found = nullptr;
  const int looked = fdisk_get_partition(context, index, &found);
  const Partition partition(found, &fdisk_unref_partition);
  if (looked != 0) return Refuse("read the partition", looked);
  const auto sector = static_cast<std::int64_t>(fdisk_get_sector_size(context));
  return GrownPartition{
      .start = static_cast<std::int64_t>(fdisk_partition_get_start(found)) * sector,
      .bytes = static_cast<std::int64_t>(fdisk_partition_get_size(found)) * sector};
}

}  // namespace

base::Expected<GrownPartition, std::string> GrowInTable(const std::string& disk, unsigned number) {
  const Context context(fdisk_new_context(), &fdisk_unref_context);
  if (!context || number == 0) return Refuse("it has no partition 0");
  fdisk_disable_dialogs(context.get(), 1);
  if (const int opened = fdisk_assign_device(context.get(), disk.c_str(), 0); opened != 0) {
    return Refuse("open", opened);
  }
  if (fdisk_has_label(context.get()) == 0) return Refuse("it has no table");
  const std::size_t index = number - 1;
  if (auto problem = OtherPartitions(context.get(), index); !problem.empty()) {
    return Refuse(std::move(problem));
  }
  const auto before = Look(context.get(), index);
  if (!before) return before;
  // Nothing but its size: to the last sector that the table leaves to partitions.
  const auto sector = static_cast<std::int64_t>(fdisk_get_sector_size(context.get()));
  const auto end = static_cast<std::int64_t>(fdisk_get_last_lba(context.get())) + 1;
  const Partition wish(fdisk_new_partition(), &fdisk_unref_partition);
  fdisk_partition_set_size(wish.get(), static_cast<std::uint64_t>(end - before->start / sector));
  if (const int set = fdisk_set_partition(context.get(), index, wish.get()); set != 0) {
    return Refuse("grow the partition", set);
  }
  const auto after = Look(context.get(), index);
  if (!after || after->start != before->start || after->bytes < before->bytes) {
    return Refuse("its table cannot be understood");
  }
  if (const int written = fdisk_write_disklabel(context.get()); written != 0) {
    return Refuse("write the table", written);
  }
  if (const int closed = fdisk_deassign_device(context.get(), 0); closed != 0) {
    return Refuse("sync the table", closed);
  }
  return after;
}

}  // namespace driver
