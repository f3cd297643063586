#include "cloudapi/actions/logins/key_material.h"

#include <fmt/format.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <array>
#include <cstdint>
#include <cstdlib>
#include <memory>

#include "common/base/text.h"

namespace cloudapi {
namespace {

using Bytes = std::basic_string<unsigned char>;

constexpr std::string_view kKeyType = "ssh-ed25519";
constexpr std::size_t kKeyBytes = 32;

Bytes Digest(const EVP_MD* kind, const unsigned char* data, std::size_t size) {
  Bytes digest(EVP_MAX_MD_SIZE, 0);
  unsigned int length = 0;
  if (EVP_Digest(data, size, digest.data(), &length, kind, nullptr) != 1) std::abort();
  digest.resize(length);
  return digest;
}

// A field of the SSH wire form: four bytes of length, then the text.
void AppendField(Bytes& blob, const unsigned char* data, std::size_t size) {
  for (const unsigned shift : {24U, 16U, 8U, 0U})
    blob += static_cast<unsigned char>(static_cast<std::uint32_t>(size) >> shift);
  blob.append(data, size);
}

std::string Base64(const Bytes& data) {
  std::string text((data.size() + 2) / 3 * 4 + 1, '\0');
  const int length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), data.data(),
                                     static_cast<int>(data.size()));
  text.resize(static_cast<std::size_t>(length));
  return text;
}

std::optional<Bytes> FromBase64(std::string_view text) {
  if (text.empty() || text.size() % 4 != 0) return std::nullopt;
  Bytes data(text.size() / 4 * 3, 0);
  const int length =
      EVP_DecodeBlock(data.data(), reinterpret_cast<const unsigned char*>(text.data()),
                      static_cast<int>(text.size()));
  if (length < 0) return std::nullopt;
  // Padding decodes to zeros.
  const std::size_t padding = text.ends_with("==") ? 2 : (text.ends_with('=') ? 1 : 0);
  data.resize(static_cast<std::size_t>(length) - padding);
  return data;
}

std::string PemOf(EVP_PKEY* key) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> out(BIO_new(BIO_s_mem()), BIO_free);
  if (PEM_write_bio_PrivateKey(out.get(), key, nullptr, nullptr, 0, nullptr, nullptr) != 1)
    std::abort();
  char* data = nullptr;
  const long size = BIO_get_mem_data(out.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

}  // namespace

KeyMaterial MakeKeys(std::string_view seed) {
  const Bytes secret =
      Digest(EVP_sha256(), reinterpret_cast<const unsigned char*>(seed.data()), seed.size());
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(
      EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, secret.data(), kKeyBytes),
      EVP_PKEY_free);
  std::array<unsigned char, kKeyBytes> open{};
  std::size_t size = open.size();
  if (!key || EVP_PKEY_get_raw_public_key(key.get(), open.data(), &size) != 1) std::abort();
  Bytes blob;
  AppendField(blob, reinterpret_cast<const unsigned char*>(kKeyType.data()), kKeyType.size());
  AppendField(blob, open.data(), size);
  return {.private_pem = PemOf(key.get()),
          .public_line = fmt::format("{} {}", kKeyType, Base64(blob))};
}

std::optional<std::string> FingerprintOf(std::string_view public_line) {
  const auto words = base::Split(base::Trim(public_line), ' ');
  if (words.size() < 2 || !words[0].starts_with("ssh-")) return std::nullopt;
  const auto blob = FromBase64(words[1]);
  if (!blob) return std::nullopt;
  std::string text;
  for (const unsigned char byte : Digest(EVP_md5(), blob->data(), blob->size()))
    text += fmt::format("{:02x}", byte);
  return text;
}

}  // namespace cloudapi
