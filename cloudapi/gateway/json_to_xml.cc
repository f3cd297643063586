#include "cloudapi/gateway/json_to_xml.h"

#include <nlohmann/json.hpp>

namespace cloudapi {
namespace {

using Json = nlohmann::ordered_json;

// Length of what XML 1.0 has no place for, not even escaped, at the start of `text`; 0: none.
std::size_t UnwritableLength(std::string_view text) {
  const char c = text.front();
  if (static_cast<unsigned char>(c) < 0x20) return c == '\n' || c == '\t' || c == '\r' ? 0 : 1;
  // U+FFFE and U+FFFF
  return text.starts_with("\xEF\xBF\xBE") || text.starts_with("\xEF\xBF\xBF") ? 3 : 0;
}

void AppendText(std::string& out, std::string_view text) {
  while (!text.empty()) {
    if (const auto length = UnwritableLength(text); length != 0) {
      out += "\xEF\xBF\xBD";
      text.remove_prefix(length);
      continue;
    }
    switch (text.front()) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\r': out += "&#13;"; break;
      default: out += text.front();
    }
    text.remove_prefix(1);
  }
}

void AppendElement(std::string& out, const std::string& name, const Json& value) {
  if (value.is_array()) {
    for (const auto& item : value) AppendElement(out, name, item);
    return;
  }
  out += '<' + name + '>';
  if (value.is_object()) {
    for (const auto& [key, member] : value.items()) AppendElement(out, key, member);
  } else if (value.is_string()) {
    AppendText(out, value.get_ref<const std::string&>());
  } else if (!value.is_null()) {
    out += value.dump();
  }
  out += "</" + name + '>';
}

}  // namespace

std::string JsonToXml(std::string_view root, std::string_view json_object) {
  std::string out;
  AppendElement(out, std::string(root), Json::parse(json_object, nullptr, false));
  return out;
}

}  // namespace cloudapi
