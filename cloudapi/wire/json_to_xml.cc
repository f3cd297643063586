#include "cloudapi/wire/json.h"

#include <nlohmann/json.hpp>

namespace cloudapi {
namespace {

using Json = nlohmann::ordered_json;

// XML 1.0 has no place for most control characters, not even escaped.
void AppendText(std::string& out, std::string_view text) {
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\r': out += "&#13;"; break;
      default:
        if (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t') {
          out += "\xEF\xBF\xBD";
        } else {
          out += c;
        }
    }
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
