#include "cloudapi/actions/disk_quotas.h"

#include "cloudapi/store/tx.h"

namespace cloudapi {
namespace {

// Over data and system disks, of the region of `disk`; facet "": how many there are.
std::int64_t DiskTotal(const WriteCall& call, const Disk& disk, std::string_view facet) {
  TotalKey key{call.caller.account, disk.region, KindOf<Disk>().name, facet};
  if (facet.empty()) return call.tx.TotalOf(key);
  std::int64_t total = 0;
  for (const std::string_view type : {kDataDisk, kSystemDisk}) {
    key.value = type;
    total += call.tx.TotalOf(key);
  }
  return total;
}

// Nothing is read for a quota that the account does not have.
Result<void> CheckDiskTotal(const WriteCall& call, Quota quota, const Disk& disk,
                            std::string_view facet, std::int64_t more) {
  if (!call.quotas.Limit(quota)) return {};
  return call.quotas.Check(quota, DiskTotal(call, disk, facet), more);
}

}  // namespace

Result<void> CheckRoomFor(const WriteCall& call, const Disk& disk) {
  if (auto room = CheckDiskTotal(call, Quota::kPostPaidDisks, disk, "", 1); !room) return room;
  const std::int64_t portable = disk.portable ? 1 : 0;
  if (auto room = CheckDiskTotal(call, Quota::kPortableDisks, disk, "portable", portable); !room)
    return room;
  return CheckRoomToGrow(call, disk, disk.size_gib);
}

Result<void> CheckRoomToGrow(const WriteCall& call, const Disk& disk, std::int64_t more_gib) {
  if (call.quotas.Limit(Quota::kDataDiskGib) && disk.type == kDataDisk) {
    const std::int64_t used = call.tx.TotalOf(
        {call.caller.account, disk.region, KindOf<Disk>().name, "size_gib", kDataDisk});
    if (auto room = call.quotas.Check(Quota::kDataDiskGib, used, more_gib); !room) return room;
  }
  return CheckDiskTotal(call, Quota::kDiskGib, disk, "size_gib", more_gib);
}

}  // namespace cloudapi
