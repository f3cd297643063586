#pragma once
// What the admin's handlers share. Private to admin.
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "cloudapi/base/json.h"
#include "cloudapi/base/result.h"
#include "cloudapi/http/http.h"

namespace cloudapi {

inline HttpResponse JsonAnswer(std::string body, int status = 200) {
  return {.status = status, .body = std::move(body) + "\n"};
}

// {"error":"one line"}
inline HttpResponse RefusalAnswer(int status, std::string_view message) {
  JsonWriter json;
  json.BeginObject().Field("error", message).EndObject();
  return JsonAnswer(json.Take(), status);
}

// The fields of a request's JSON object. The first field that is missing or of another type is
// remembered as `error`; then the values read are empty.
class Body {
 public:
  explicit Body(const std::string& text)
      : object_(nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false)) {
    if (!object_.is_object()) error_ = "The body is no JSON object.";
  }

  const std::string& error() const { return error_; }
  bool Has(const char* name) const { return object_.is_object() && object_.contains(name); }

  std::string Text(const char* name, bool required) {
    const nlohmann::json* field = Find(name, required);
    if (field == nullptr) return {};
    if (field->is_string()) return field->get<std::string>();
    return Wrong(name, "text"), std::string();
  }
  std::int64_t Integer(const char* name) {
    const nlohmann::json* field = Find(name, true);
    if (field == nullptr) return 0;
    if (field->is_number_integer()) return field->get<std::int64_t>();
    return Wrong(name, "a whole number"), 0;
  }
  bool Boolean(const char* name) {
    const nlohmann::json* field = Find(name, true);
    if (field == nullptr) return false;
    if (field->is_boolean()) return field->get<bool>();
    return Wrong(name, "true or false"), false;
  }

  // The members of an object, empty when it is absent.
  nlohmann::json Object(const char* name) {
    const nlohmann::json* field = Find(name, true);
    if (field == nullptr) return nlohmann::json::object();
    if (field->is_object()) return *field;
    return Wrong(name, "an object"), nlohmann::json::object();
  }

 private:
  const nlohmann::json* Find(const char* name, bool required) {
    if (Has(name)) return &object_.at(name);
    if (required && error_.empty()) error_ = std::string(name) + " is required.";
    return nullptr;
  }
  void Wrong(const char* name, std::string_view wanted) {
    if (error_.empty()) error_ = std::string(name) + " must be " + std::string(wanted) + ".";
  }

  nlohmann::json object_;
  std::string error_;
};

}  // namespace cloudapi
