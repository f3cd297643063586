#pragma once
// Access keys and the accounts they belong to.
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "cloudapi/base/result.h"
#include "cloudapi/gateway/signature.h"

namespace cloudapi {

inline constexpr std::string_view kDefaultAccount = "default";

struct AccessKey {
  std::string account;
  SigningKey signing;
};

// Prefix of the accounts of unknown keys, and of no other account. Without it an unsigned call with
// an account's name as its AccessKeyId would be a call of that account.
inline constexpr std::string_view kUnknownKeyPrefix = "key:";

// Thread-safe once filled.
class Keys {
 public:
  // testid/testsecret of the default account. It is public, so not for servers that demand
  // signatures.
  void AddBuiltIn();
  void Add(std::string id, std::string_view secret, std::string account);
  // Adds {"keys":[{"AccessKeyId":"…","AccessKeySecret":"…","Account":"…"}]}. `warning`, when not
  // null, is told when others may read the file. Errors: 400 with one line, never with a secret;
  // also when an Account begins with kUnknownKeyPrefix.
  Result<void> Load(const std::filesystem::path& file, std::string* warning);
  const AccessKey* Find(std::string_view id) const;
  // Those of the keys, sorted.
  std::vector<std::string> Accounts() const;
  // No id: the default account. An unknown key: kUnknownKeyPrefix and the id.
  std::string AccountOf(std::string_view id) const;

 private:
  std::map<std::string, AccessKey, std::less<>> keys_;
};

}  // namespace cloudapi
