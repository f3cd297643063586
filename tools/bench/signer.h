#pragma once
// Signed requests as HTTP text.
#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <utility>

#include "common/ecs/signature.h"

namespace zonedisk::bench {

// Signs every request itself, for the product and for its limits alike. The same seed gives the
// same ids and nonces. The text lives until the next call.
class Signer {
 public:
  explicit Signer(std::uint64_t seed);
  const std::string& Describe(const std::string& disk_id);
  // The same query to the page of the server that always answers the same few bytes.
  const std::string& Health(const std::string& disk_id);
  // A disk with a ClientToken and two tags.
  const std::string& Create();
  // A page of 100 disks.
  const std::string& Page(const std::string& next_token);
  // Any call of the API.
  const std::string& Call(ecs::Parameters parameters) { return Sign("/", std::move(parameters)); }
  std::size_t Pick(std::size_t n) { return random_() % n; }

 private:
  std::string NextNonce();
  const std::string& Sign(const std::string& path, ecs::Parameters parameters);

  std::mt19937_64 random_;
  std::uint64_t count_ = 0;
  std::string timestamp_;
  std::string text_;
};

}  // namespace zonedisk::bench
