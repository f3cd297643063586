#pragma once
// How much an account may have. Limits of accounts count in each region apart.
// Source: ECS API reference, "limits" and the QuotaExceed codes of the actions; Quota Center.
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "cloudapi/base/result.h"

namespace cloudapi {

enum class Quota : std::size_t {
  kPostPaidDisks,
  kPortableDisks,
  kDiskGib,      // all disks
  kDataDiskGib,  // without the system disks
  kPolicies,
  kSnapshotsPerDisk,  // that calls made
  kTagsPerResource,
};
inline constexpr std::size_t kQuotaCount = 7;

struct QuotaRow {
  Quota quota;
  std::string_view name;  // in the lab API
  int http_status;
  std::string_view code;  // what a call beyond it gets
  std::string_view unit;  // what is counted, for the message
  // The service's own value; nullopt: it differs by account there.
  std::optional<std::int64_t> documented;
  // Limits of a resource hold unasked. Those of an account do not: many jobs share one here.
  bool holds_unasked;
};
// In the order of the enumeration.
std::span<const QuotaRow> QuotaRows();
// The row of that name, or null.
const QuotaRow* FindQuota(std::string_view name);

// The limits of one account.
class Quotas {
 public:
  Quotas();  // those that hold unasked
  // nullopt: there is none.
  std::optional<std::int64_t> Limit(Quota quota) const { return limits_[std::size_t(quota)]; }
  void Set(Quota quota, std::optional<std::int64_t> limit) { limits_[std::size_t(quota)] = limit; }
  // Whether `more` fit beside the `used` ones. Errors: status and code of the quota's row.
  Result<void> Check(Quota quota, std::int64_t used, std::int64_t more) const;
  bool operator==(const Quotas&) const = default;

 private:
  std::array<std::optional<std::int64_t>, kQuotaCount> limits_;
};

}  // namespace cloudapi
