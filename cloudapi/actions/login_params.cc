#include "cloudapi/actions/login_params.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "cloudapi/actions/find.h"

namespace cloudapi {
namespace {

constexpr std::string_view kSymbols = "()`~!@#$%^&*-_+=|{}[]:;'<>,.?/";

// 8 to 30 characters of at least three of the four sorts, no slash first.
bool IsPassword(std::string_view text) {
  constexpr std::size_t kLeast = 8;
  constexpr std::size_t kMost = 30;
  if (text.size() < kLeast || text.size() > kMost || text.front() == '/') return false;
  std::array<bool, 4> sorts = {};
  for (const char c : text) {
    const std::array<bool, 4> is = {c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z',
                                    c >= '0' && c <= '9', kSymbols.find(c) != kSymbols.npos};
    if (std::ranges::find(is, true) == is.end()) return false;
    for (std::size_t i = 0; i < sorts.size(); ++i) sorts[i] = sorts[i] || is[i];
  }
  return std::ranges::count(sorts, true) >= 3;
}

}  // namespace

Result<void> CheckPassword(const Arguments& args) {
  const auto password = args.Text("Password");
  if (!password || IsPassword(*password)) return {};
  return Refuse(400, "InvalidPassword.Malformed", "login.password",
                "The password must have 8 to 30 characters, of three sorts of upper-case and "
                "lower-case letters, digits and symbols, and not begin with a slash.");
}

Result<void> CheckLogin(const WriteCall& call) {
  const Arguments& args = call.args;
  const auto key_pair = args.Text("KeyPairName");
  const bool inherits = args.Declares("PasswordInherit") && args.IsTrue("PasswordInherit");
  if (int{args.Text("Password").has_value()} + int{key_pair.has_value()} + int{inherits} > 1) {
    return Refuse(400, "InvalidPasswordParam.Mismatch", "login.one-way",
                  "Password, KeyPairName and PasswordInherit exclude each other.");
  }
  if (auto good = CheckPassword(args); !good || !key_pair) return good;
  const auto found = Find<KeyPair>(call, *key_pair);
  return found ? Result<void>() : Fail(found.error());
}

}  // namespace cloudapi
