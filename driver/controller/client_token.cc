#include "driver/controller/client_token.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace driver {
namespace {

__extension__ using Wide = unsigned __int128;

constexpr std::size_t kLongestPlainName = 62;

Wide Fnv1a128(std::string_view text) {
  constexpr Wide kPrime = (Wide{1} << 88) + 0x13B;
  Wide hash = (Wide{0x6c62272e07bb0142ULL} << 64) | 0x62b821756295c58dULL;
  for (const char c : text) {
    hash ^= static_cast<unsigned char>(c);
    hash *= kPrime;
  }
  return hash;
}

std::string Base64(Wide value) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  // 128 bits are 21 digits of 6 bits and one that holds the last two.
  for (int shift = 122; shift >= 0; shift -= 6) {
    text += kDigits[static_cast<std::size_t>(value >> shift) & 63];
  }
  text += kDigits[static_cast<std::size_t>(value << 4) & 63];
  return text;
}

}  // namespace

std::string ClientToken(std::string_view name) {
  const bool ascii =
      std::ranges::all_of(name, [](char c) { return static_cast<signed char>(c) >= 0; });
  if (ascii && name.size() <= kLongestPlainName) return "n:" + std::string(name);
  return HashedClientToken(name);
}

std::string HashedClientToken(std::string_view text) {
  return "h:" + Base64(Fnv1a128(text));
}

void TokenChain::PassDeleted(std::string_view id) {
  seed_.append("#").append(id);
  hashed_ = true;
}

void TokenChain::PassMismatch() {
  seed_.append("##");
  hashed_ = true;
}

}  // namespace driver
