#include "cloudapi/rules/quotas.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "cloudapi/rules/limits.h"

namespace cloudapi {
namespace {

constexpr std::array<QuotaRow, kQuotaCount> kQuotaRows = {{
    {Quota::kPostPaidDisks, "PostPaidDisks", 403, "QuotaExceed.PostPaidDisk",
     "pay-as-you-go disks in the region", std::nullopt, false},
    {Quota::kPortableDisks, "PortableCloudDisks", 403, "QuotaExceed.PortableCloudDisk",
     "portable disks in the region", std::nullopt, false},
    {Quota::kDiskGib, "DiskCapacity", 400, "QuotaExceed.DiskCapacity", "GiB of disks in the region",
     std::nullopt, false},
    {Quota::kDataDiskGib, "PostpaidDataDiskCapacity", 403, "QuotaExceeded.PostpaidDataDiskCapacity",
     "GiB of pay-as-you-go data disks in the region", std::nullopt, false},
    {Quota::kPolicies, "AutoSnapshotPolicies", 403, "AutoSnapshotPolicy.QuotaExceed",
     "automatic snapshot policies in the region", 100, false},
    {Quota::kSnapshotsPerDisk, "SnapshotsPerDisk", 403, "QuotaExceed.Snapshot",
     "snapshots of the disk", kMaxSnapshotsPerDisk, true},
    {Quota::kTagsPerResource, "TagsPerResource", 403, "QuotaExceed.Tags", "tags of the resource",
     kMaxTagsPerResource, true},
}};

}  // namespace

std::span<const QuotaRow> QuotaRows() {
  return kQuotaRows;
}

const QuotaRow* FindQuota(std::string_view name) {
  const auto found = std::ranges::find(kQuotaRows, name, &QuotaRow::name);
  return found == kQuotaRows.end() ? nullptr : &*found;
}

Quotas::Quotas() {
  for (const QuotaRow& row : kQuotaRows) {
    if (row.holds_unasked) Set(row.quota, row.documented);
  }
}

Result<void> Quotas::Check(Quota quota, std::int64_t used, std::int64_t more) const {
  const auto limit = Limit(quota);
  if (!limit || more <= 0 || used <= *limit - more) return {};
  const QuotaRow& row = kQuotaRows[std::size_t(quota)];
  return Refuse(row.http_status, row.code, fmt::format("quota.{}", row.name),
                fmt::format("At most {} {} are allowed; there are {}, and {} more are asked for.",
                            *limit, row.unit, used, more),
                {{"quota", std::to_string(*limit)}, {"used", std::to_string(used)}});
}

}  // namespace cloudapi
