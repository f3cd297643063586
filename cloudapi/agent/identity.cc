#include "cloudapi/agent/identity.h"

#include <openssl/sha.h>

#include <array>
#include <cstdint>

namespace cloudapi {

std::string InstanceIdOf(std::string_view cluster_id, std::string_view node) {
  constexpr std::string_view kDigits = "0123456789abcdefghijklmnopqrstuvwxyz";
  constexpr std::size_t kLength = 17;
  // No node has a line break in its name, so no two pairs make the same text.
  const std::string text = std::string(cluster_id) + '\n' + std::string(node);
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  ::SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
  // The digest is one big number; its last digits to the base 36 are taken by long division.
  std::string id(kLength, '0');
  for (std::size_t at = kLength; at > 0; --at) {
    unsigned rest = 0;
    for (unsigned char& byte : digest) {
      const unsigned value = rest * 256 + byte;
      byte = static_cast<unsigned char>(value / 36);
      rest = value % 36;
    }
    id[at - 1] = kDigits[rest];
  }
  return "i-bp1" + id;
}

}  // namespace cloudapi
