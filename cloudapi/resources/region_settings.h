#pragma once
// What an account has set for a whole region, as a value. Without a row everything is as the
// service begins. Field meaning: ECS API reference, DescribeDiskEncryptionByDefaultStatus,
// DescribeDiskDefaultKMSKeyId.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "cloudapi/resources/kind.h"
#include "cloudapi/resources/tag.h"

namespace cloudapi {

// The key that the service itself keeps for each account.
inline constexpr std::string_view kServiceKey = "alias/acs/ecs";

struct RegionSettings {
  std::string id;  // the region's
  std::string account;
  std::string region;
  bool encrypted_by_default = false;
  std::string default_kms_key_id{kServiceKey};
  std::vector<Tag> tags;  // none: no tag action names settings
  std::int64_t seq = 0;
  bool operator==(const RegionSettings&) const = default;
};

template <>
const Kind<RegionSettings>& KindOf<RegionSettings>();

}  // namespace cloudapi
