#pragma once
// Tags that a class or a claim puts on disks and snapshots.
#include <string>
#include <string_view>

#include "driver/base/result.h"
#include "driver/cloud/cloud.h"

namespace driver {

// Tags that the driver itself writes; users cannot set or remove them.
bool IsOwnTag(std::string_view key);

// Adds a tag of the user after checking the rules for keys and values.
Result<void> AddUserTag(Tags& tags, const std::string& key, const std::string& value);

}  // namespace driver
