#pragma once
// What holds accounts back: how much they may have, and how often they may call.
#include "cloudapi/gateway/quota_book.h"
#include "cloudapi/gateway/throttles.h"

namespace cloudapi {

// Thread-safe.
struct AccountLimits {
  QuotaBook quotas;
  Throttles throttles;
};

}  // namespace cloudapi
