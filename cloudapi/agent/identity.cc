#include "cloudapi/agent/identity.h"

#include <fmt/format.h>
#include <openssl/sha.h>

#include <array>

#include "common/base/text.h"

namespace cloudapi {
namespace {

using Digest = std::array<unsigned char, SHA256_DIGEST_LENGTH>;

Digest Sha256(std::string_view text) {
  Digest digest{};
  ::SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
  return digest;
}

// `prefix`, "bp1" and 17 characters made of the two. Neither name has a line break in it, so no two
// pairs make the same text.
std::string IdOf(std::string_view prefix, std::string_view first, std::string_view second) {
  constexpr std::size_t kLength = 17;
  Digest digest = Sha256(fmt::format("{}\n{}", first, second));
  // The digest is one big number; its last digits to the base 36 are taken by long division.
  std::string digits(kLength, '0');
  for (std::size_t at = kLength; at > 0; --at) {
    unsigned rest = 0;
    for (unsigned char& byte : digest) {
      const unsigned value = rest * 256 + byte;
      byte = static_cast<unsigned char>(value / 36);
      rest = value % 36;
    }
    digits[at - 1] = base::kBase36Digits[rest];
  }
  return fmt::format("{}bp1{}", prefix, digits);
}

}  // namespace

std::string InstanceIdOf(std::string_view cluster_id, std::string_view node) {
  return IdOf("i-", cluster_id, node);
}

std::string VpcIdOf(std::string_view account, std::string_view region) {
  return IdOf("vpc-", account, region);
}

std::string VSwitchIdOf(std::string_view account, std::string_view zone) {
  return IdOf("vsw-", account, zone);
}

std::string MacOf(std::string_view instance_id) {
  const Digest digest = Sha256(instance_id);
  return fmt::format("00:16:3e:{:02x}:{:02x}:{:02x}", digest[0], digest[1], digest[2]);
}

}  // namespace cloudapi
