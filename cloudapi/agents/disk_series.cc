#include "cloudapi/agents/disk_series.h"

#include <array>

namespace cloudapi {
namespace {

constexpr std::array kMembers = {&DiskTotals::reads,       &DiskTotals::writes,
                                 &DiskTotals::read_bytes,  &DiskTotals::written_bytes,
                                 &DiskTotals::read_micros, &DiskTotals::write_micros};

std::int64_t MinuteOf(SysMillis time) {
  return std::chrono::floor<std::chrono::minutes>(time).time_since_epoch().count();
}

}  // namespace

DiskTotals TotalsOf(const PresentDisk& disk) {
  return {.reads = disk.reads,
          .writes = disk.writes,
          .read_bytes = disk.read_bytes,
          .written_bytes = disk.written_bytes,
          .read_micros = disk.read_micros,
          .write_micros = disk.write_micros};
}

void DiskSeries::Add(const std::string& account, const std::string& disk, const DiskTotals& before,
                     const DiskTotals& after, SysMillis now) {
  if (before == after) return;
  for (const auto member : kMembers)
    if (after.*member < before.*member) return;
  const std::int64_t minute = MinuteOf(now);
  const absl::MutexLock lock(&mutex_);
  Prune(minute);
  DiskTotals& totals = disks_[{account, disk}][minute];
  for (const auto member : kMembers) totals.*member += after.*member - before.*member;
}

// Once a minute.
void DiskSeries::Prune(std::int64_t minute) {
  if (minute == pruned_) return;
  pruned_ = minute;
  const std::int64_t oldest = minute - std::chrono::minutes(kSeriesLifetime).count();
  for (auto& [disk, minutes] : disks_) minutes.erase(minutes.begin(), minutes.lower_bound(oldest));
  std::erase_if(disks_, [](const auto& entry) { return entry.second.empty(); });
}

DiskTotals DiskSeries::Between(std::string_view account, std::string_view disk, SysMillis from,
                               SysMillis until) const {
  DiskTotals sum;
  const absl::MutexLock lock(&mutex_);
  const auto found = disks_.find({std::string(account), std::string(disk)});
  if (found == disks_.end()) return sum;
  const auto end = found->second.lower_bound(MinuteOf(until));
  for (auto at = found->second.lower_bound(MinuteOf(from)); at != end; ++at)
    for (const auto member : kMembers) sum.*member += at->second.*member;
  return sum;
}

}  // namespace cloudapi
