#pragma once
// What holds accounts back: how much they may have, how often they may call, and which calls are
// refused by a fault rule.
#include "cloudapi/gateway/faults.h"
#include "cloudapi/gateway/quota_book.h"
#include "cloudapi/gateway/throttles.h"

namespace cloudapi {

// Thread-safe.
struct AccountLimits {
  QuotaBook quotas;
  Throttles throttles;
  Faults faults;
};

}  // namespace cloudapi
