#include "cloudapi/rules/snapshot_policy.h"

#include <fmt/format.h>

#include <algorithm>
#include <bitset>

#include "cloudapi/rules/limits.h"
#include "common/base/text.h"
#include "common/base/time.h"

namespace cloudapi {
namespace {

using std::chrono::days;
using std::chrono::hours;

constexpr hours kZone{8};  // UTC+8, that of every policy
constexpr int kHoursOfDay = 24;
constexpr int kDaysOfWeek = 7;
constexpr std::int64_t kForEver = -1;
constexpr std::int64_t kLongestRetention = 65536;
constexpr std::int64_t kLongestCopyRetention = 65535;

tl::unexpected<ApiError> Invalid(std::string_view parameter, std::string message) {
  return Refuse(403, "ParameterInvalid", fmt::format("policy.{}", parameter), std::move(message),
                {{"parameter", std::string(parameter)}});
}

// Whole numbers from `least` to `most`, each once, with commas between.
Result<std::string> NumbersOf(std::string_view parameter, const std::vector<std::string>& items,
                              int least, int most) {
  std::vector<int> seen;
  std::string text;
  for (const std::string& item : items) {
    const auto number = base::ParseNumber<int>(item);
    if (!number || *number < least || *number > most) {
      return Invalid(parameter, fmt::format("{} holds \"{}\"; numbers from {} to {} are taken.",
                                            parameter, item, least, most));
    }
    if (std::ranges::find(seen, *number) != seen.end())
      return Invalid(parameter, fmt::format("{} holds {} twice.", parameter, *number));
    seen.push_back(*number);
    text += fmt::format("{}{}", text.empty() ? "" : ",", *number);
  }
  if (text.empty()) return Invalid(parameter, fmt::format("{} holds nothing.", parameter));
  return text;
}

Result<std::int64_t> RetentionOf(std::string_view parameter, std::int64_t number,
                                 std::int64_t most) {
  if (number == kForEver || (number >= 1 && number <= most)) return number;
  return Invalid(parameter,
                 fmt::format("{} is {}; -1 and 1 to {} are taken.", parameter, number, most));
}

// One other region of the catalogue, or none.
Result<std::string> TargetsOf(const SnapshotPolicy& policy, const std::vector<std::string>& regions,
                              const topology::Catalogue& catalogue) {
  constexpr std::string_view kParameter = "TargetCopyRegions";
  if (regions.empty()) return std::string();
  if (regions.size() > 1)
    return Invalid(kParameter,
                   fmt::format("{} holds {} regions; one is taken.", kParameter, regions.size()));
  const std::string& region = regions.front();
  if (region != policy.region && catalogue.FindRegion(region) != nullptr) return region;
  return Invalid(kParameter, fmt::format("{} is no other region than {}.", region, policy.region));
}

Result<void> SetCopies(SnapshotPolicy& policy, const PolicyTerms& terms,
                       const topology::Catalogue& catalogue) {
  if (terms.target_copy_regions) {
    auto targets = TargetsOf(policy, *terms.target_copy_regions, catalogue);
    if (!targets) return Fail(targets.error());
    policy.target_copy_regions = std::move(*targets);
  }
  if (terms.copied_retention_days) {
    const auto retention = RetentionOf("CopiedSnapshotsRetentionDays", *terms.copied_retention_days,
                                       kLongestCopyRetention);
    if (!retention) return Fail(retention.error());
    policy.copied_retention_days = *retention;
  }
  policy.cross_region_copy = terms.cross_region_copy.value_or(policy.cross_region_copy);
  if (!policy.cross_region_copy || !policy.target_copy_regions.empty()) return {};
  return Invalid("TargetCopyRegions", "EnableCrossRegionCopy needs TargetCopyRegions.");
}

// Bit n: the text has the number n.
std::bitset<kHoursOfDay> SetOf(std::string_view numbers) {
  std::bitset<kHoursOfDay> set;
  for (const std::string_view item : base::Split(numbers, ',')) {
    const auto number = base::ParseNumber<std::size_t>(item);
    if (number && *number < set.size()) set.set(*number);
  }
  return set;
}

}  // namespace

Result<SnapshotPolicy> SetPolicy(SnapshotPolicy policy, const PolicyTerms& terms,
                                 const topology::Catalogue& catalogue) {
  if (terms.name) {
    if (!CheckName(*terms.name, "")) {
      return Invalid("autoSnapshotPolicyName",
                     fmt::format("The name \"{}\" must have 2 to 128 characters, begin with a "
                                 "letter and hold only letters, digits, colons, underscores, "
                                 "periods and hyphens.",
                                 *terms.name));
    }
    policy.name = *terms.name;
  }
  if (terms.time_points) {
    auto numbers = NumbersOf("timePoints", *terms.time_points, 0, kHoursOfDay - 1);
    if (!numbers) return Fail(numbers.error());
    policy.time_points = std::move(*numbers);
  }
  if (terms.repeat_weekdays) {
    auto numbers = NumbersOf("repeatWeekdays", *terms.repeat_weekdays, 1, kDaysOfWeek);
    if (!numbers) return Fail(numbers.error());
    policy.repeat_weekdays = std::move(*numbers);
  }
  if (terms.retention_days) {
    const auto retention = RetentionOf("retentionDays", *terms.retention_days, kLongestRetention);
    if (!retention) return Fail(retention.error());
    policy.retention_days = *retention;
  }
  if (auto copies = SetCopies(policy, terms, catalogue); !copies) return Fail(copies.error());
  return policy;
}

SysMillis NextFiring(const SnapshotPolicy& policy, SysMillis after) {
  const auto time_points = SetOf(policy.time_points);
  const auto weekdays = SetOf(policy.repeat_weekdays);
  auto local = std::chrono::floor<hours>(after + kZone);
  for (int step = 0; step <= kDaysOfWeek * kHoursOfDay; ++step) {
    local += hours(1);
    const auto day = std::chrono::floor<days>(local);
    const auto hour = static_cast<std::size_t>((local - day).count());
    if (time_points.test(hour) && weekdays.test(std::chrono::weekday(day).iso_encoding())) break;
  }
  return local - kZone;
}

Result<Snapshot> StartAutoSnapshot(const SnapshotPolicy& policy, const Disk& disk,
                                   SnapshotTerms terms, SysMillis now) {
  if (!disk.enable_auto_snapshot) {
    return Refuse(403, "OperationDenied", "policy.enable-auto-snapshot",
                  fmt::format("Disk {} has EnableAutoSnapshot=false.", disk.id));
  }
  terms.existing = 0;
  auto snapshot = StartSnapshot(disk, terms);
  if (!snapshot) return snapshot;
  constexpr std::size_t kDateCharacters = std::string_view("2021-06-07").size();
  std::string date = base::FormatTime(now + kZone).substr(0, kDateCharacters);
  std::erase(date, '-');
  snapshot->type = SnapshotType::kAuto;
  snapshot->policy_id = policy.id;
  snapshot->name = fmt::format("auto2.0_{}_{}", date, policy.id);
  snapshot->retention_days = std::max<std::int64_t>(policy.retention_days, 0);
  snapshot->resource_group_id = disk.resource_group_id;
  snapshot->requested_time = now;
  return snapshot;
}

}  // namespace cloudapi
