#include "cloudapi/rules/new_instance.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "cloudapi/rules/limits.h"
#include "common/base/text.h"

namespace cloudapi {
namespace {

constexpr int kMostDigits = 6;

// "prefix[begin,digits]suffix"; both numbers may be left out.
struct Numbered {
  std::string_view prefix;
  std::int64_t begin = 0;
  int digits = kMostDigits;
  std::string_view suffix;
};

// The number, `absent` for no text; nullopt for any other one or one out of range.
std::optional<int> NumberOr(std::string_view text, int absent, int most) {
  if (text.empty()) return absent;
  const auto number = base::ParseNumber<int>(text);
  return number && *number >= 0 && *number <= most ? number : std::nullopt;
}

std::optional<Numbered> ParseNumbered(std::string_view name) {
  constexpr int kMostBegin = 999999;
  const std::size_t open = name.find('[');
  const std::size_t close = name.find(']', open == name.npos ? 0 : open);
  if (open == name.npos || close == name.npos) return std::nullopt;
  const auto numbers = base::Split(name.substr(open + 1, close - open - 1), ',');
  if (numbers.size() != 2) return std::nullopt;
  const auto begin = NumberOr(numbers[0], 0, kMostBegin);
  const auto digits = NumberOr(numbers[1], kMostDigits, kMostDigits);
  if (!begin || !digits || *digits == 0) return std::nullopt;
  return Numbered{.prefix = name.substr(0, open),
                  .begin = *begin,
                  .digits = *digits,
                  .suffix = name.substr(close + 1)};
}

bool IsAsciiAlnum(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool IsHostName(std::string_view name) {
  constexpr std::size_t kMostCharacters = 64;
  if (name.size() < 2 || name.size() > kMostCharacters) return false;
  bool after_alnum = false;
  for (const char c : name) {
    const bool joins = c == '-' || c == '.';
    if (!joins && !IsAsciiAlnum(c)) return false;
    if (joins && !after_alnum) return false;
    after_alnum = !joins;
  }
  return after_alnum;
}

// Bytes that the text stands for; nullopt when it is no Base64.
std::optional<std::size_t> DecodedSize(std::string_view text) {
  const std::size_t padding = text.ends_with("==") ? 2 : (text.ends_with('=') ? 1 : 0);
  const std::string_view body = text.substr(0, text.size() - padding);
  const bool good = text.size() % 4 == 0 && std::ranges::all_of(body, [](char c) {
                      return IsAsciiAlnum(c) || c == '+' || c == '/';
                    });
  if (!good) return std::nullopt;
  return text.size() / 4 * 3 - padding;
}

}  // namespace

std::string NameAt(std::string_view pattern, std::int64_t index, std::int64_t amount,
                   bool unique_suffix) {
  if (const auto numbered = ParseNumbered(pattern)) {
    return fmt::format("{}{:0{}}{}", numbered->prefix, numbered->begin + index, numbered->digits,
                       numbered->suffix);
  }
  if (!unique_suffix || amount == 1) return std::string(pattern);
  return fmt::format("{}{:03}", pattern, index + 1);
}

Result<void> CheckInstanceName(std::string_view name) {
  return CheckName(name, "InvalidInstanceName.Malformed");
}

Result<void> CheckHostName(std::string_view name) {
  if (IsHostName(name)) return {};
  return Refuse(400, "InvalidHostName.Malformed", "instance.host-name",
                fmt::format("The host name \"{}\" must have 2 to 64 letters, digits, hyphens and "
                            "periods, the latter two neither at an end nor in a row.",
                            name),
                {{"host-name", std::string(name)}});
}

Result<void> CheckUserData(std::string_view base64) {
  constexpr std::size_t kMostBytes = 32768;
  const auto bytes = DecodedSize(base64);
  if (!bytes) {
    return Refuse(400, "InvalidUserData.Base64FormatInvalid", "instance.user-data",
                  "UserData is not Base64.");
  }
  if (*bytes <= kMostBytes) return {};
  return Refuse(400, "InvalidUserData.SizeExceeded", "instance.user-data-size",
                fmt::format("UserData has {} bytes, {} are allowed.", *bytes, kMostBytes));
}

}  // namespace cloudapi
