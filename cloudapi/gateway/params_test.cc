#include "cloudapi/base/params.h"

#include <gtest/gtest.h>

#include "cloudapi/http/decode.h"

namespace cloudapi {
namespace {

TEST(DecodeTest, GivenQueryWhenDecodedThenFirstValueOfANameStays) {
  Params params;
  DecodeQuery("a=1%2B+2&b&A=3&%zz=4&&c==", params);
  EXPECT_EQ(params.All(), (Params::Map{{"a", "1+ 2"}, {"b", ""}, {"%zz", "4"}, {"c", "="}}));
}

TEST(ParamsTest, GivenListsWithGapsWhenReadThenInNumericOrder) {
  const Params params({{"Id.10", "c"},
                       {"id.2", "b"},
                       {"Id.1", "a"},
                       {"Id.3", ""},
                       {"Id.0", "x"},
                       {"Id.x", "x"},
                       {"Tag.2.value", "v"},
                       {"Tag.2.Key", "k"},
                       {"Tags.1", "x"}});
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
INSTANTIATE_TEST_SUITE_P(Texts, JsonListTest,
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

constexpr ParamSpec kSpecs[] = {{.name = "Size",
                                 .type = ParamType::kInteger,
                                 .required = true,
                                 .min = 1,
                                 .max = 10,
                                 .invalid_status = 403,
                                 .invalid_code = "TooBig"},
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

constexpr ParamSpec kTypedSpecs[] = {
    {.name = "Int", .type = ParamType::kInteger, .invalid_code = "Int"},
    {.name = "Long", .type = ParamType::kLong, .invalid_code = "Long"},
    {.name = "Price", .type = ParamType::kFloat, .min = 0, .max = 2, .invalid_code = "Price"},
    {.name = "Ids", .type = ParamType::kJsonList, .max = 2, .invalid_code = "Ids"},
    {.name = "Id", .type = ParamType::kList, .max = 2, .invalid_code = "Id"},
    {.name = "Tag", .type = ParamType::kStructList, .max = 2, .invalid_code = "Tag"}};

struct TypedCase {
  std::string name;
  Params::Map params;
  std::string code;
};
class TypedTest : public testing::TestWithParam<TypedCase> {};
TEST_P(TypedTest, GivenValueWhenValidatedThenAnswers) {
  const auto valid = Validate(kTypedSpecs, Params(GetParam().params));
  EXPECT_EQ(valid ? "" : valid.error().code, GetParam().code);
}
INSTANTIATE_TEST_SUITE_P(
    Values, TypedTest,
    testing::Values(
        TypedCase{"LargestInt", {{"Int", "2147483647"}}, ""},
        TypedCase{"SmallestInt", {{"Int", "-2147483648"}}, ""},
        TypedCase{"IntTooLarge", {{"Int", "2147483648"}}, "Int"},
        TypedCase{"IntTooSmall", {{"Int", "-2147483649"}}, "Int"},
        TypedCase{"LargestLong", {{"Long", "9223372036854775807"}}, ""},
        TypedCase{"LongTooLarge", {{"Long", "9223372036854775808"}}, "Long"},
        TypedCase{"LongWithPlus", {{"Long", "+1"}}, "Long"},
        TypedCase{"Float", {{"Price", "1.5"}}, ""},
        TypedCase{"FloatTooLarge", {{"Price", "2.01"}}, "Price"},
        TypedCase{"FloatTooSmall", {{"Price", "-0.1"}}, "Price"},
        TypedCase{"FloatNan", {{"Price", "nan"}}, "Price"},
        TypedCase{"FloatText", {{"Price", "1.5x"}}, "Price"},
        TypedCase{"EmptiesAreAbsent", {{"Int", ""}, {"Price", ""}, {"Ids", ""}, {"Id.1", ""}}, ""},
        TypedCase{"JsonFull", {{"Ids", R"(["a","b"])"}}, ""},
        TypedCase{"JsonTooMany", {{"Ids", R"(["a","b","c"])"}}, "Ids"},
        TypedCase{"JsonText", {{"Ids", "a,b"}}, "Ids"},
        TypedCase{"ListFull", {{"Id.1", "a"}, {"Id.7", "b"}, {"Id.9", ""}}, ""},
        TypedCase{"ListTooMany", {{"Id.1", "a"}, {"Id.2", "b"}, {"Id.3", "c"}}, "Id"},
        TypedCase{"StructsOfEmpties", {{"Tag.1.Key", ""}}, ""},
        TypedCase{"StructsOfValues", {{"Tag.1", "a"}}, "Tag"}),
    [](const auto& test) { return test.param.name; });

constexpr ParamSpec kRequiredSpecs[] = {
    {.name = "Id", .type = ParamType::kList, .required = true, .missing_code = "NoId"},
    {.name = "Tag", .type = ParamType::kStructList, .required = true, .missing_code = "NoTag"}};

TEST(ValidateTest, GivenRequiredListsWhenEmptyThenMissing) {
  const auto code = [](Params::Map values) {
    const auto valid = Validate(kRequiredSpecs, Params(std::move(values)));
    return valid ? "" : valid.error().code;
  };
  EXPECT_EQ(code({}), "NoId");
  EXPECT_EQ(code({{"Id", "a"}, {"Id.x", "a"}, {"Id.1", ""}}), "NoId");
  EXPECT_EQ(code({{"Id.1", "a"}, {"Tag.x.Key", "a"}}), "NoTag");
  // An empty key is a tag, which the action refuses in its own words.
  EXPECT_EQ(code({{"Id.1", "a"}, {"Tag.1.Key", ""}}), "");
}

TEST(ValidateTest, GivenMissingWhenValidatedThenMessageNamesIt) {
  EXPECT_NE(Validate(kSpecs, Params()).error().message.find("Size"), std::string::npos);
}

TEST(ValidateTest, GivenUnknownWhenValidatedThenReported) {
  EXPECT_EQ(*Validate(kSpecs, Params({{"Size", "3"}, {"Tag.1.Key", "a"}, {"Sizes", "4"}})),
            std::vector<std::string>{"Sizes"});
}

}  // namespace
}  // namespace cloudapi
