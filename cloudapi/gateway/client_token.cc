#include "cloudapi/gateway/client_token.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace cloudapi {
namespace {

constexpr std::size_t kLongestToken = 64;

}  // namespace

bool IsClientToken(std::string_view text) {
  return text.size() <= kLongestToken && std::ranges::all_of(text, [](char c) {
           return static_cast<unsigned char>(c) >= 0x20 && static_cast<unsigned char>(c) < 0x7F;
         });
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
