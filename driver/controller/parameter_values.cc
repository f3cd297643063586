#include "driver/controller/parameter_values.h"

#include <algorithm>
#include <cctype>
#include <charconv>

namespace driver {

tl::unexpected<RpcError> RefuseParameter(std::string_view name, std::string_view why) {
  return Fail(grpc::StatusCode::INVALID_ARGUMENT,
              "parameter " + std::string(name) + " " + std::string(why));
}

std::string LowerCase(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

Result<std::vector<std::string>> ParseList(std::string_view name, std::string_view text) {
  std::vector<std::string> members;
  while (true) {
    const auto comma = text.find(',');
    const auto member = text.substr(0, comma);
    if (member.empty()) return RefuseParameter(name, "has an empty member");
    if (member.find_first_of(" \t") != std::string_view::npos) {
      return RefuseParameter(name, "has a space in its list; write \"a,b\"");
    }
    members.emplace_back(member);
    if (comma == std::string_view::npos) return members;
    text.remove_prefix(comma + 1);
  }
}

Result<std::vector<std::string>> ParseListOf(std::string_view name, std::string_view text,
                                             std::span<const std::string_view> known) {
  auto members = ParseList(name, text);
  if (!members) return members;
  for (const auto& member : *members) {
    if (std::ranges::find(known, member) == known.end()) {
      return RefuseParameter(name, "has an unknown member " + member);
    }
  }
  return members;
}

Result<bool> ParseYes(std::string_view name, const std::string& text) {
  const auto word = LowerCase(text);
  if (word == "yes" || word == "true" || word == "1") return true;
  if (word == "no" || word == "false" || word == "0") return false;
  return RefuseParameter(name, "is neither true nor false");
}

Result<std::int64_t> ParseCount(const std::string& name, const std::string& text) {
  std::int64_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc() || end != text.data() + text.size() || count < 0) {
    return RefuseParameter(name, "is not a whole number of at least 0");
  }
  return count;
}

}  // namespace driver
