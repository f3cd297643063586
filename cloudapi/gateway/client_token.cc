#include "cloudapi/gateway/client_token.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <tuple>
#include <utility>

#include "cloudapi/gateway/route.h"
#include "cloudapi/gateway/signature.h"
#include "common/base/text.h"

namespace cloudapi {
namespace {

constexpr std::size_t kLongestToken = 64;

// "tag.1.key" → "Tag.1.Key"; nullopt: not declared.
std::optional<std::string> DeclaredName(std::span<const ParamSpec> declared,
                                        std::string_view name) {
  const auto* spec = FindSpec(declared, name);
  if (spec == nullptr) return std::nullopt;
  const auto rest = name.substr(spec->name.size());  // ".1.key"
  const auto tail = rest.substr(std::min(rest.rfind('.') + 1, rest.size()));
  const auto member = std::ranges::find_if(
      spec->members, [&](std::string_view word) { return base::EqualNoCase(word, tail); });
  if (member == spec->members.end()) return fmt::format("{}{}", spec->name, rest);
  return fmt::format("{}{}{}", spec->name, rest.substr(0, rest.size() - tail.size()), *member);
}

}  // namespace

bool IsClientToken(std::string_view text) {
  return text.size() <= kLongestToken && std::ranges::all_of(text, [](char c) {
           return static_cast<unsigned char>(c) >= 0x20 && static_cast<unsigned char>(c) < 0x7F;
         });
}

std::string HashOfCall(std::span<const ParamSpec> declared, const Params& params) {
  std::string text;
  for (const auto& [given, value] : params.All()) {
    if (IsPublicParam(given)) continue;
    const auto name = DeclaredName(declared, given);
    if (name) text += fmt::format("{}:{}={}:{};", name->size(), *name, value.size(), value);
  }
  return Sha256Hex(text);
}

bool TokensInFlight::Less::operator()(const TokenKey& a, const TokenKey& b) const {
  return std::tie(a.account, a.region, a.action, a.token) <
         std::tie(b.account, b.region, b.action, b.token);
}

TokensInFlight::Claim::Claim(TokensInFlight& tokens, TokenKey key)
    : tokens_(tokens), key_(std::move(key)) {
  const absl::MutexLock lock(&tokens_.mutex_);
  held_ = tokens_.held_.insert(key_).second;
}

TokensInFlight::Claim::~Claim() {
  if (!held_) return;
  const absl::MutexLock lock(&tokens_.mutex_);
  tokens_.held_.erase(key_);
}

}  // namespace cloudapi
