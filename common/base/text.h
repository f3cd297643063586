#pragma once
// Text as protocols see it: ASCII and UTF-8, whatever the locale says. Pure.
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace base {

constexpr char Lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
std::string Lower(std::string_view text);

bool EqualNoCase(std::string_view a, std::string_view b);
bool StartsWithNoCase(std::string_view text, std::string_view prefix);
// The order of maps and sets whose keys compare without case.
struct LessNoCase {
  using is_transparent = void;
  bool operator()(std::string_view a, std::string_view b) const;
};

// Without the blanks at both ends: space, tab and line ends, if no others are given.
std::string_view Trim(std::string_view text, std::string_view blanks = " \t\r\n");

// The parts between the separators, empty ones too; the last of `most` parts is all the rest.
std::vector<std::string_view> Split(std::string_view text, char separator,
                                    std::size_t most = std::string_view::npos);

// The whole text as a number to the base 10 or `to`; nullopt for anything else.
template <class T, class... To>
std::optional<T> ParseNumber(std::string_view text, To... to) {
  T number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, to...);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// FNV-1a, 64 bits: the same in every program and after every restart; it guards no secret.
std::uint64_t StableHash(std::string_view text);

// The value of a hexadecimal digit of either case; -1 if it is none.
constexpr int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = Lower(c);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}
// Two lower-case digits a byte.
std::string ToHex(std::string_view bytes);
// The bytes again; nullopt for an odd length or another character.
std::optional<std::string> FromHex(std::string_view digits);

inline constexpr std::string_view kBase36Digits = "0123456789abcdefghijklmnopqrstuvwxyz";
// The last `digits` digits of `number` to the base 36, with leading zeros.
std::string Base36(std::uint64_t number, int digits);

// RFC 3986: everything but A-Z a-z 0-9 - _ . ~ becomes %XX in capitals.
std::string PercentEncode(std::string_view text);
void AppendPercentEncoded(std::string& out, std::string_view text);
// As queries and forms are written: "%41+b" becomes "A b". A percent sign without two hexadecimal
// digits stays as it is.
std::string PercentDecode(std::string_view text);

// Length of the UTF-8 sequence at the start of `text`, 0 when it is malformed or empty.
// Source: RFC 3629, table of well-formed sequences.
std::size_t Utf8Length(std::string_view text);
// The inside of a JSON string. A byte that is not UTF-8 becomes U+FFFD.
void AppendJsonText(std::string& out, std::string_view text);
// A line of a log: control characters become their JSON escapes, such as \n or \u001b, so that no
// text from outside ends the line or drives a terminal. Other text stays as it is.
std::string EscapeControls(std::string_view text);

}  // namespace base
