#pragma once
// The ClientToken under which a named object is created: the same name, the same token.
#include <string>
#include <string_view>
#include <utility>

namespace driver {

// "n:" + name where that is ASCII and fits the API's 64 characters, else "h:" + base64 (standard
// alphabet, no padding) of the 128-bit FNV-1a hash. Equal to the token of ACK's driver, so that
// both create the same disk once.
std::string ClientToken(std::string_view name);

// Always the "h:" form.
std::string HashedClientToken(std::string_view text);

// Which token to use for the next try, when the service keeps answering for objects that are gone.
// Deterministic: a repeated call walks the same tokens.
class TokenChain {
 public:
  explicit TokenChain(std::string name) : seed_(std::move(name)) {}
  // All tokens in the "h:" form: for texts that no name can be.
  static TokenChain Hashed(std::string text) {
    TokenChain chain(std::move(text));
    chain.hashed_ = true;
    return chain;
  }
  std::string Token() const { return hashed_ ? HashedClientToken(seed_) : ClientToken(seed_); }
  // The token's object, `id`, was deleted since.
  void PassDeleted(std::string_view id);
  // The token was used with other parameters, by an object that is gone.
  void PassMismatch();

 private:
  std::string seed_;
  bool hashed_ = false;
};

}  // namespace driver
