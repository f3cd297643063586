#include "cloudapi/base/json.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cstddef>

#include "common/base/text.h"

namespace cloudapi {
namespace {

void AppendQuoted(std::string& out, std::string_view text) {
  out += '"';
  base::AppendJsonText(out, text);
  out += '"';
}

}  // namespace

void JsonWriter::Separate() {
  if (need_comma_) text_ += ',';
  need_comma_ = true;
}

JsonWriter& JsonWriter::BeginObject() {
  Separate();
  text_ += '{';
  need_comma_ = false;
  return *this;
}

JsonWriter& JsonWriter::EndObject() {
  text_ += '}';
  need_comma_ = true;
  return *this;
}

JsonWriter& JsonWriter::BeginArray() {
  Separate();
  text_ += '[';
  need_comma_ = false;
  return *this;
}

JsonWriter& JsonWriter::EndArray() {
  text_ += ']';
  need_comma_ = true;
  return *this;
}

JsonWriter& JsonWriter::Key(std::string_view name) {
  Separate();
  AppendQuoted(text_, name);
  text_ += ':';
  need_comma_ = false;
  return *this;
}

JsonWriter& JsonWriter::Value(std::string_view text) {
  Separate();
  AppendQuoted(text_, text);
  return *this;
}

JsonWriter& JsonWriter::Value(std::int64_t number) {
  Separate();
  const fmt::format_int digits(number);
  text_.append(digits.data(), digits.size());
  return *this;
}

JsonWriter& JsonWriter::Value(std::uint64_t number) {
  Separate();
  const fmt::format_int digits(number);
  text_.append(digits.data(), digits.size());
  return *this;
}

JsonWriter& JsonWriter::Value(bool flag) {
  Separate();
  text_ += flag ? "true" : "false";
  return *this;
}

JsonWriter& JsonWriter::Value(double number) {
  Separate();
  std::array<char, 40> buffer{};
  const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number);
  text_.append(buffer.data(), end);
  return *this;
}

}  // namespace cloudapi
