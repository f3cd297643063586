#include "cloudapi/wire/params.h"

#include <gtest/gtest.h>

#include "cloudapi/wire/decode.h"

namespace cloudapi {
namespace {

TEST(DecodeTest, GivenQueryWhenDecodedThenFirstValueOfANameStays) {
  Params params;
  DecodeQuery("a=1%2B+2&b&A=3&%zz=4&&c==", params);
  EXPECT_EQ(params.All(), (Params::Map{{"a", "1+ 2"}, {"b", ""}, {"%zz", "4"}, {"c", "="}}));
}

TEST(ParamsTest, GivenListsWithGapsWhenReadThenInNumericOrder) {
  const Params params({{"Id.10", "c"}, {"id.2", "b"}, {"Id.1", "a"}, {"Id.0", "x"}, {"Id.x", "x"},
                       {"Tag.2.value", "v"}, {"Tag.2.Key", "k"}, {"Tags.1", "x"}});
  EXPECT_EQ(params.List("Id"), (std::vector<std::string>{"a", "b", "c"}));
  ASSERT_EQ(params.Structs("Tag").size(), 1u);
  EXPECT_EQ(params.Structs("Tag")[0].find("VALUE")->second, "v");
}

struct JsonListCase {
  std::string name;
  std::string text;
  std::optional<std::vector<std::string>> expected;
};
class JsonListTest : public testing::TestWithParam<JsonListCase> {};
TEST_P(JsonListTest, GivenTextWhenReadThenAnswers) {
  EXPECT_EQ(Params({{"Ids", GetParam().text}}).JsonList("Ids"), GetParam().expected);
}
INSTANTIATE_TEST_SUITE_P(
    Texts, JsonListTest,
    testing::Values(JsonListCase{"One", R"(["d-1"])", {{"d-1"}}},
                    JsonListCase{"Spaces", R"( [ "a" , "b" ] )", {{"a", "b"}}},
                    JsonListCase{"Escaped", R"(["a\"\u00e9"])", {{"a\"é"}}},
                    JsonListCase{"None", "[]", std::vector<std::string>{}},
                    JsonListCase{"Comma", R"(["a",])", std::nullopt},
                    JsonListCase{"Cut", R"(["a")", std::nullopt},
                    JsonListCase{"Numbers", "[1]", std::nullopt},
                    JsonListCase{"Deep", std::string(2000, '['), std::nullopt},
                    JsonListCase{"Plain", "d-1,d-2", std::nullopt}),
    [](const auto& test) { return test.param.name; });

constexpr ParamSpec kSpecs[] = {
    {.name = "Size", .type = ParamType::kInteger, .required = true, .min = 1, .max = 10,
     .invalid_status = 403, .invalid_code = "TooBig"},
    {.name = "Flag", .type = ParamType::kBoolean},
    {.name = "Tag", .type = ParamType::kStructList, .max = 1}};

struct ValidateCase {
  std::string name;
  Params::Map params;
  std::string code;
};
class ValidateTest : public testing::TestWithParam<ValidateCase> {};
TEST_P(ValidateTest, GivenParamsWhenValidatedThenAnswers) {
  const auto valid = Validate(kSpecs, Params(GetParam().params));
  EXPECT_EQ(valid ? "" : valid.error().code, GetParam().code);
}
INSTANTIATE_TEST_SUITE_P(
    Rows, ValidateTest,
    testing::Values(ValidateCase{"Good", {{"size", "3"}, {"FLAG", "True"}}, ""},
                    ValidateCase{"Missing", {}, "MissingParameter"},
                    ValidateCase{"Empty", {{"Size", ""}}, "MissingParameter"},
                    ValidateCase{"TooLarge", {{"Size", "11"}}, "TooBig"},
                    ValidateCase{"NoNumber", {{"Size", "3x"}}, "TooBig"},
                    ValidateCase{"NoFlag", {{"Size", "3"}, {"Flag", "1"}}, "InvalidParameter"},
                    ValidateCase{"TooMany",
                                 {{"Size", "3"}, {"Tag.1.Key", "a"}, {"Tag.2.Key", "b"}},
                                 "InvalidParameter"}),
    [](const auto& test) { return test.param.name; });

TEST(ValidateTest, GivenMissingWhenValidatedThenMessageNamesIt) {
  EXPECT_NE(Validate(kSpecs, Params()).error().message.find("Size"), std::string::npos);
}

TEST(ValidateTest, GivenUnknownWhenValidatedThenReported) {
  EXPECT_EQ(*Validate(kSpecs, Params({{"Size", "3"}, {"Tag.1.Key", "a"}, {"Sizes", "4"}})),
            std::vector<std::string>{"Sizes"});
}

}  // namespace
}  // namespace cloudapi
