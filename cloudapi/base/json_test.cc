#include "cloudapi/base/json.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <nlohmann/json.hpp>

namespace cloudapi {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

std::string Written(std::string_view text) {
  JsonWriter json;
  json.Value(text);
  return json.Take();
}

// The text that a client reads, or a mark when it reads none.
std::string Read(const std::string& json) {
  const auto parsed = nlohmann::json::parse(json, nullptr, false);
  return parsed.is_string() ? parsed.get<std::string>() : "not a string";
}

std::string Utf8(unsigned point) {
  const auto tail = [point](unsigned shift) {
    return static_cast<char>(0x80 | ((point >> shift) & 0x3F));
  };
  if (point < 0x80) return {static_cast<char>(point)};
  if (point < 0x800) return {static_cast<char>(0xC0 | (point >> 6)), tail(0)};
  if (point < 0x10000) return {static_cast<char>(0xE0 | (point >> 12)), tail(6), tail(0)};
  return {static_cast<char>(0xF0 | (point >> 18)), tail(12), tail(6), tail(0)};
}

// One code point as UTF-8, or one byte that is malformed wherever it stands.
struct Piece {
  unsigned point = 0;
  bool good = true;
  std::string Bytes() const {
    return good ? Utf8(point) : std::string(1, static_cast<char>(point));
  }
  std::string Expected() const { return good ? Bytes() : std::string(kReplacement); }
};

rc::Gen<Piece> AnyPiece() {
  const auto good = [](rc::Gen<unsigned> points) {
    return rc::gen::map(std::move(points), [](unsigned point) { return Piece{.point = point}; });
  };
  const auto bad = [](unsigned low, unsigned high) {
    return rc::gen::map(rc::gen::inRange(low, high),
                        [](unsigned byte) { return Piece{.point = byte, .good = false}; });
  };
  return rc::gen::oneOf(
      good(rc::gen::inRange(0U, 0x80U)), good(rc::gen::inRange(0x80U, 0x800U)),
      good(rc::gen::inRange(0x800U, 0xD800U)), good(rc::gen::inRange(0xE000U, 0x10000U)),
      good(rc::gen::inRange(0x10000U, 0x110000U)), bad(0x80, 0xC2), bad(0xF5, 0x100));
}

RC_GTEST_PROP(JsonWriterTest, GivenAnyTextWhenWrittenThenItReadsBackWithMalformedBytesReplaced,
              ()) {
  std::string bytes;
  std::string expected;
  for (const auto& piece : *rc::gen::container<std::vector<Piece>>(AnyPiece())) {
    bytes += piece.Bytes();
    expected += piece.Expected();
  }
  RC_ASSERT(Read(Written(bytes)) == expected);
}

RC_GTEST_PROP(JsonWriterTest, GivenAnyBytesWhenWrittenThenTheyParse, (const std::string& bytes)) {
  RC_ASSERT(nlohmann::json::parse(Written(bytes), nullptr, false).is_string());
}

struct TextCase {
  std::string name;
  std::string bytes;
  std::string json;
};
class JsonTextTest : public testing::TestWithParam<TextCase> {};
TEST_P(JsonTextTest, GivenBytesWhenWrittenThenText) {
  EXPECT_EQ(Written(GetParam().bytes), '"' + GetParam().json + '"');
}
INSTANTIATE_TEST_SUITE_P(
    Bytes, JsonTextTest,
    testing::Values(TextCase{"Quotes", "a\"b\\c/", "a\\\"b\\\\c/"},
                    TextCase{"Controls", std::string("\n\r\t\b\f\0\x1f", 7),
                             "\\n\\r\\t\\b\\f\\u0000\\u001f"},
                    TextCase{"Delete", "\x7f", "\x7f"},
                    TextCase{"Cut",
                             "\xE2\x82"
                             "A",
                             "\xEF\xBF\xBD\xEF\xBF\xBD"
                             "A"},
                    TextCase{"Overlong", "\xC0\x80", "\xEF\xBF\xBD\xEF\xBF\xBD"},
                    TextCase{"Surrogate", "\xED\xA0\x80", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},
                    TextCase{"BeyondTheLast", "\xF4\x90\x80\x80",
                             "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"}),
    [](const auto& test) { return test.param.name; });

TEST(JsonWriterTest, GivenNestingWhenWrittenThenCommasStandBetweenMembersOnly) {
  JsonWriter json;
  json.BeginObject().Field("A", 1).Field("B", true).Field("C", "x").Key("D").BeginArray();
  json.Value(std::int64_t{-9'000'000'000}).BeginObject().EndObject().BeginArray().EndArray();
  json.EndArray().Key("E").BeginObject().EndObject().Field("G", 1.5).EndObject();
  EXPECT_EQ(json.Text(), R"({"A":1,"B":true,"C":"x","D":[-9000000000,{},[]],"E":{},"G":1.5})");
}

}  // namespace
}  // namespace cloudapi
