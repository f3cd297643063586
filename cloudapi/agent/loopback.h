#pragma once
// Addresses on `lo` of this network namespace.
#include <string>

#include "cloudapi/base/result.h"

namespace cloudapi {

// Whether any interface has the IPv4 address.
bool HasAddress(const std::string& address);
// Adds ADDRESS/32 to `lo` unless an interface has it. What is added carries a label, by which it
// is known again after a restart. Returns whether it was added. Errors: 500 InternalError, without
// the right to (CAP_NET_ADMIN).
Result<bool> AddToLoopback(const std::string& address);
// Takes the address away if AddToLoopback once added it, in this process or an earlier one. Returns
// whether it did. Errors: 500 InternalError.
Result<bool> RemoveFromLoopback(const std::string& address);

}  // namespace cloudapi
