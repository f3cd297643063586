#pragma once
// A key pair as a value. Its name is its id. Field meaning: ECS API reference, DescribeKeyPairs.
#include <cstdint>
#include <string>
#include <vector>

#include "cloudapi/base/env.h"
#include "cloudapi/resources/kind.h"
#include "cloudapi/resources/tag.h"

namespace cloudapi {

struct KeyPair {
  std::string id;  // the name
  std::string account;
  std::string region;
  std::string key_pair_id;  // "ssh-bp1…"
  std::string fingerprint;
  std::string public_key;
  std::string resource_group_id;
  SysMillis creation_time{};
  std::vector<Tag> tags;
  std::int64_t seq = 0;
  bool operator==(const KeyPair&) const = default;
};
template <>
const Kind<KeyPair>& KindOf<KeyPair>();

}  // namespace cloudapi
