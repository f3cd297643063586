#include "cloudapi/gateway/keys.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <set>

#include "common/base/files.h"

namespace cloudapi {
namespace {

tl::unexpected<ApiError> Bad(const std::filesystem::path& file, std::string_view why) {
  return Refuse(400, "InvalidKeysFile", "keys.file", fmt::format("{}: {}", file.string(), why));
}

std::string TextOf(const nlohmann::json& row, const char* name) {
  if (!row.is_object()) return {};
  const auto found = row.find(name);
  return found != row.end() && found->is_string() ? found->get<std::string>() : std::string();
}

}  // namespace

void Keys::AddBuiltIn() {
  Add("testid", "testsecret", std::string(kDefaultAccount));
}

void Keys::Add(std::string id, std::string_view secret, std::string account) {
  keys_.insert_or_assign(std::move(id),
                         AccessKey{.account = std::move(account), .signing = SigningKey(secret)});
}

Result<void> Keys::Load(const std::filesystem::path& file, std::string* warning) {
  const auto text = base::ReadFile(file);
  if (!text) return Bad(file, "cannot be read");
  const auto json = nlohmann::json::parse(*text, nullptr, false);
  if (!json.is_object() || !json.contains("keys") || !json["keys"].is_array())
    return Bad(file, R"(is not {"keys":[…]})");
  for (const auto& row : json["keys"]) {
    auto id = TextOf(row, "AccessKeyId");
    const auto secret = TextOf(row, "AccessKeySecret");
    auto account = TextOf(row, "Account");
    if (id.empty() || secret.empty() || account.empty())
      return Bad(file, "a key lacks AccessKeyId, AccessKeySecret or Account");
    if (account.starts_with(kUnknownKeyPrefix))
      return Bad(file, fmt::format("an Account begins with {}, which unknown keys' accounts do",
                                   kUnknownKeyPrefix));
    Add(std::move(id), secret, std::move(account));
  }
  using std::filesystem::perms;
  std::error_code error;
  const auto mode = std::filesystem::status(file, error).permissions();
  if (warning != nullptr && (mode & (perms::group_all | perms::others_all)) != perms::none)
    *warning = fmt::format("{} holds secrets and is open to others; chmod 600 it", file.string());
  return {};
}

std::vector<std::string> Keys::Accounts() const {
  std::set<std::string> accounts;
  for (const auto& [id, key] : keys_) accounts.insert(key.account);
  return {accounts.begin(), accounts.end()};
}

const AccessKey* Keys::Find(std::string_view id) const {
  const auto found = keys_.find(id);
  return found == keys_.end() ? nullptr : &found->second;
}

std::string Keys::AccountOf(std::string_view id) const {
  if (id.empty()) return std::string(kDefaultAccount);
  const auto* key = Find(id);
  return key == nullptr ? fmt::format("{}{}", kUnknownKeyPrefix, id) : key->account;
}

}  // namespace cloudapi
