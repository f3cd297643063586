#include "cloudapi/rules/limits.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>

#include "common/base/text.h"

namespace cloudapi {
namespace {

// Code points of a UTF-8 text; nothing when it is malformed (overlong forms and surrogates too).
std::optional<std::u32string> Decode(std::string_view text) {
  std::u32string points;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = base::Utf8Length(text.substr(at));
    if (length == 0) return std::nullopt;
    const auto lead = static_cast<unsigned char>(text[at]);
    char32_t point = length == 1 ? lead : lead & (0x7fU >> length);
    for (std::size_t next = 1; next < length; ++next)
      point = (point << 6U) | (static_cast<unsigned char>(text[at + next]) & 0x3fU);
    points.push_back(point);
    at += length;
  }
  return points;
}

bool IsAsciiLetter(char32_t point) {
  return (point >= U'a' && point <= U'z') || (point >= U'A' && point <= U'Z');
}

// Letters beyond ASCII are told from punctuation and symbols by their blocks.
bool IsLetter(char32_t point) {
  if (point < 0x80) return IsAsciiLetter(point);
  if (point < 0xc0) return point == 0xaa || point == 0xb5 || point == 0xba;
  if (point == 0xd7 || point == 0xf7) return false;
  constexpr std::array<std::pair<char32_t, char32_t>, 7> kNotLetters = {{
      {0x2000, 0x2bff},    // punctuation, arrows, mathematics, box drawing
      {0x2e00, 0x2e7f},    // supplemental punctuation
      {0x3000, 0x3004},    // ideographic space and marks
      {0x3008, 0x3020},    // CJK brackets
      {0xe000, 0xf8ff},    // private use
      {0xff00, 0xff20},    // full-width punctuation and digits
      {0x1f000, 0x1faff},  // pictographs
  }};
  return std::ranges::none_of(kNotLetters, [point](const auto& block) {
    return block.first <= point && point <= block.second;
  });
}

bool IsNamePart(char32_t point) {
  return IsLetter(point) || (point >= U'0' && point <= U'9') || point == U':' || point == U'_' ||
         point == U'.' || point == U'-' || (point >= 0xff10 && point <= 0xff19);
}

bool IsUrl(std::string_view text) {
  return text.starts_with("http://") || text.starts_with("https://");
}

bool HasUrl(std::string_view text) {
  return text.find("http://") != std::string_view::npos ||
         text.find("https://") != std::string_view::npos;
}

Result<void> CheckTag(const Tag& tag) {
  const auto key_length = CountCharacters(tag.key);
  if (!key_length || *key_length < 1 || *key_length > 128 || HasUrl(tag.key) ||
      tag.key.starts_with("acs:") || tag.key.starts_with("aliyun")) {
    return Refuse(400, "InvalidTagKey.Malformed", "tags.key",
                  fmt::format("The tag key \"{}\" must have 1 to 128 characters, no http:// or "
                              "https://, and not begin with acs: or aliyun.",
                              tag.key),
                  {{"tag.key", tag.key}});
  }
  const auto value_length = CountCharacters(tag.value);
  if (!value_length || *value_length > 128 || HasUrl(tag.value)) {
    return Refuse(
        400, "InvalidTagValue.Malformed", "tags.value",
        fmt::format("The value of tag \"{}\" must have at most 128 characters and no http:// "
                    "or https://.",
                    tag.key),
        {{"tag.key", tag.key}, {"tag.value", tag.value}});
  }
  return {};
}

}  // namespace

std::optional<std::size_t> CountCharacters(std::string_view text) {
  const auto points = Decode(text);
  if (!points) return std::nullopt;
  return points->size();
}

Result<void> CheckName(std::string_view name, std::string_view code) {
  const auto points = Decode(name);
  const bool good = points && points->size() >= 2 && points->size() <= 128 &&
                    IsLetter(points->front()) && std::ranges::all_of(*points, IsNamePart) &&
                    !IsUrl(name);
  if (good) return {};
  return Refuse(
      400, code, "name.format",
      fmt::format("The name \"{}\" must have 2 to 128 characters, begin with a letter and "
                  "hold only letters, digits, colons, underscores, periods and hyphens.",
                  name),
      {{"name", std::string(name)}});
}

Result<void> CheckDescription(std::string_view description, int status) {
  if (description.empty()) return {};
  const auto length = CountCharacters(description);
  if (length && *length >= 2 && *length <= 256 && !IsUrl(description)) return {};
  return Refuse(status, "InvalidDescription.Malformed", "description.format",
                "The description must have 2 to 256 characters and not begin with http:// or "
                "https://.",
                {{"description.length", length ? std::to_string(*length) : "not UTF-8"}});
}

Result<void> CheckTags(const std::vector<Tag>& tags) {
  std::vector<std::string_view> keys;
  for (const Tag& tag : tags) {
    if (auto checked = CheckTag(tag); !checked) return checked;
    keys.push_back(tag.key);
  }
  std::ranges::sort(keys);
  const auto twice = std::ranges::adjacent_find(keys);
  if (twice == keys.end()) return {};
  return Refuse(400, "Duplicate.TagKey", "tags.unique",
                fmt::format("The tag key \"{}\" is given twice.", *twice),
                {{"tag.key", std::string(*twice)}});
}

}  // namespace cloudapi
