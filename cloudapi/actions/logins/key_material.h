#pragma once
// Keys of pairs: made, and known by their fingerprints.
#include <optional>
#include <string>
#include <string_view>

namespace cloudapi {

struct KeyMaterial {
  std::string private_pem;
  std::string public_line;  // "ssh-ed25519 AAAA…"
};

// An Ed25519 pair that is the same for the same seed: nothing here can be opened with it.
KeyMaterial MakeKeys(std::string_view seed);
// MD5 of the key in a line "ssh-… BASE64 …", 32 hexadecimal digits; nullopt for another text.
std::optional<std::string> FingerprintOf(std::string_view public_line);

}  // namespace cloudapi
