#pragma once
// Writing JSON by appending. The hot path never builds a DOM.
#include <cstdint>
#include <string>
#include <string_view>

namespace cloudapi {

// Appends members to an object text. Usage:
//   JsonWriter json; json.BeginObject(); json.Field("DiskId", id); json.EndObject(); json.Take();
// Commas are placed by the writer. Strings are escaped; invalid UTF-8 becomes U+FFFD.
class JsonWriter {
 public:
  JsonWriter& BeginObject();
  JsonWriter& EndObject();
  JsonWriter& BeginArray();
  JsonWriter& EndArray();
  JsonWriter& Key(std::string_view name);
  JsonWriter& Value(std::string_view text);
  JsonWriter& Value(const char* text) { return Value(std::string_view(text)); }
  JsonWriter& Value(std::int64_t number);
  JsonWriter& Value(std::uint64_t number);
  JsonWriter& Value(int number) { return Value(static_cast<std::int64_t>(number)); }
  JsonWriter& Value(bool flag);
  JsonWriter& Value(double number);
  template <class T>
  JsonWriter& Field(std::string_view name, const T& value) {
    return Key(name).Value(value);
  }

  const std::string& Text() const { return text_; }
  std::string Take() { return std::move(text_); }

 private:
  void Separate();
  std::string text_;
  bool need_comma_ = false;
};

}  // namespace cloudapi
