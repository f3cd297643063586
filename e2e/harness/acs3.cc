#include "e2e/harness/acs3.h"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>

#include <array>
#include <string_view>

namespace e2e {
namespace {

std::string Hex(const unsigned char* bytes, std::size_t size) {
  std::string text;
  for (std::size_t i = 0; i < size; ++i) text += fmt::format("{:02x}", bytes[i]);
  return text;
}

std::string HmacSha256(const std::string& key, const std::string& text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data(), &size);
  return Hex(digest.data(), size);
}

std::string Joined(const std::vector<std::string>& names) {
  std::string text;
  for (const auto& name : names) text += (text.empty() ? "" : ";") + name;
  return text;
}

}  // namespace

std::string Sha256(std::string_view text) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
  return Hex(digest.data(), digest.size());
}

const std::vector<std::string>& Acs3Headers() {
  static const std::vector<std::string> names{
      "host",       "x-acs-action",          "x-acs-content-sha256",
      "x-acs-date", "x-acs-signature-nonce", "x-acs-version"};
  return names;
}

std::string StringToSignAcs3(const Acs3Request& request, const std::vector<std::string>& names) {
  std::string canonical = request.method + "\n/\n" + QueryText(request.query) + "\n";
  for (const auto& name : names) canonical += name + ":" + request.headers.at(name) + "\n";
  canonical += "\n" + Joined(names) + "\n" + Sha256(request.body);
  return "ACS3-HMAC-SHA256\n" + Sha256(canonical);
}

void SignAcs3(Acs3Request& request, const std::vector<std::string>& names, const Key& key) {
  request.headers["authorization"] =
      fmt::format("ACS3-HMAC-SHA256 Credential={},SignedHeaders={},Signature={}", key.id,
                  Joined(names), HmacSha256(key.secret, StringToSignAcs3(request, names)));
}

Acs3Request SignedAcs3(const std::string& action, Parameters query, const std::string& body,
                       const Stamp& stamp, const Key& key) {
  Acs3Request request{.query = std::move(query),
                      .body = body,
                      .headers = {{"host", "127.0.0.1"},
                                  {"x-acs-action", action},
                                  {"x-acs-content-sha256", Sha256(body)},
                                  {"x-acs-date", stamp.timestamp},
                                  {"x-acs-signature-nonce", stamp.nonce},
                                  {"x-acs-version", "2014-05-26"}}};
  SignAcs3(request, Acs3Headers(), key);
  return request;
}

std::string ToBytes(const Acs3Request& request) {
  std::string bytes = request.method + " /?" + QueryText(request.query) + " HTTP/1.1\r\n";
  for (const auto& [name, value] : request.headers) bytes += name + ": " + value + "\r\n";
  return bytes +
         fmt::format("connection: close\r\ncontent-length: {}\r\n\r\n", request.body.size()) +
         request.body;
}

}  // namespace e2e
