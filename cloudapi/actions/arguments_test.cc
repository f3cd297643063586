#include "cloudapi/actions/arguments.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace cloudapi {
namespace {

using Texts = Arguments::Texts;
using Type = ParameterType;

Parameter Row(std::string name, Type type, Parameter rest = {}) {
  rest.name = std::move(name);
  rest.type = type;
  return rest;
}
Refusal Code(std::string code) {
  return {.status = 400, .code = std::move(code)};
}
ParameterSet Members(std::vector<Parameter> rows) {
  return ParameterSet(std::move(rows));
}

const ParameterSet kDeclared({
    Row("Int", Type::kInteger, {.invalid = Code("Int")}),
    Row("Size", Type::kInteger, {.min = 1, .max = 10, .invalid = Code("Size")}),
    Row("Long", Type::kLong, {.invalid = Code("Long")}),
    Row("Price", Type::kFloat, {.min = 0, .max = 2, .invalid = Code("Price")}),
    Row("Flag", Type::kBoolean),
    Row("Name", Type::kString),
    Row("Ids", Type::kString, {.form = TextForm::kJson, .max = 2, .invalid = Code("Ids")}),
    Row("Link", Type::kString, {.form = TextForm::kJsonOrText}),
    Row("Kind", Type::kString, {.words = {"all", "System"}, .invalid = Code("Kind")}),
    Row("Tasks", Type::kString, {.form = TextForm::kCommas, .max = 2, .invalid = Code("Tasks")}),
    Row("Id", Type::kRepeatList, {.max = 2, .invalid = Code("Id")}),
    Row("Tag", Type::kRepeatList,
        {.max = 2,
         .invalid = Code("Tag"),
         .members = {Members({Row("Key", Type::kString), Row("Values", Type::kRepeatList),
                              Row("Weight", Type::kInteger, {.invalid = Code("Weight")})})}}),
    Row("Options", Type::kStruct),
    Row("Far", Type::kString, {.effect = Effect::kRefused, .refused = {404, "Far"}}),
    Row("Deep", Type::kBoolean, {.effect = Effect::kRefused, .refused = {403, "Deep"}}),
    Row("Many", Type::kLong, {.effect = Effect::kRefused, .refused = {403, "Many"}}),
});

struct Case {
  std::string name;
  Params::Map params;
  std::string code;
};
class ValidateTest : public testing::TestWithParam<Case> {};
TEST_P(ValidateTest, GivenValueWhenValidatedThenTakenOrRefusedByItsRow) {
  const auto valid = Validate(kDeclared, Params(GetParam().params));
  EXPECT_EQ(valid ? "" : valid.error().code, GetParam().code);
}
INSTANTIATE_TEST_SUITE_P(
    Values, ValidateTest,
    testing::Values(
        Case{"Good", {{"size", "3"}, {"FLAG", "True"}}, ""},
        Case{"TooLarge", {{"Size", "11"}}, "Size"}, Case{"TooSmall", {{"Size", "0"}}, "Size"},
        Case{"NoNumber", {{"Size", "3x"}}, "Size"},
        Case{"NoFlag", {{"Flag", "1"}}, "InvalidParameter"},
        Case{"LargestInt", {{"Int", "2147483647"}}, ""},
        Case{"SmallestInt", {{"Int", "-2147483648"}}, ""},
        Case{"IntTooLarge", {{"Int", "2147483648"}}, "Int"},
        Case{"IntTooSmall", {{"Int", "-2147483649"}}, "Int"},
        Case{"LargestLong", {{"Long", "9223372036854775807"}}, ""},
        Case{"LongTooLarge", {{"Long", "9223372036854775808"}}, "Long"},
        Case{"LongWithPlus", {{"Long", "+1"}}, "Long"}, Case{"Float", {{"Price", "1.5"}}, ""},
        Case{"FloatTooLarge", {{"Price", "2.01"}}, "Price"},
        Case{"FloatTooSmall", {{"Price", "-0.1"}}, "Price"},
        Case{"FloatNan", {{"Price", "nan"}}, "Price"},
        Case{"FloatText", {{"Price", "1.5x"}}, "Price"},
        Case{"EmptiesAreAbsent", {{"Int", ""}, {"Price", ""}, {"Ids", ""}, {"Id.1", ""}}, ""},
        Case{"JsonFull", {{"Ids", R"(["a","b"])"}}, ""},
        Case{"JsonTooMany", {{"Ids", R"(["a","b","c"])"}}, "Ids"},
        Case{"JsonText", {{"Ids", "a,b"}}, "Ids"}, Case{"CommasFull", {{"Tasks", "a,b"}}, ""},
        Case{"WordInAnyCase", {{"Kind", "SYSTEM"}}, ""}, Case{"NoWord", {{"Kind", "x"}}, "Kind"},
        Case{"CommasTooMany", {{"Tasks", "a,b,c"}}, "Tasks"},
        Case{"ListFull", {{"Id.1", "a"}, {"Id.7", "b"}, {"Id.9", ""}}, ""},
        Case{"ListTooMany", {{"Id.1", "a"}, {"Id.2", "b"}, {"Id.3", "c"}}, "Id"},
        Case{"StructsOfEmpties", {{"Tag.1.Key", ""}}, ""},
        Case{"StructsOfValues", {{"Tag.1", "a"}}, "Tag"},
        Case{"StructsTooMany", {{"Tag.1.Key", "a"}, {"Tag.2.Key", "a"}, {"Tag.3.Key", "a"}}, "Tag"},
        Case{"MemberOfAnotherType", {{"Tag.1.Weight", "heavy"}}, "Weight"}),
    [](const auto& test) { return test.param.name; });

Arguments Valid(Params::Map params) {
  auto valid = Validate(kDeclared, Params(std::move(params)));
  EXPECT_TRUE(valid) << valid.error().message;
  return std::move(*valid);
}

TEST(ArgumentsTest, GivenValuesWhenReadThenOfTheirTypes) {
  const Arguments args = Valid({{"int", "-7"},
                                {"Price", "1.5"},
                                {"Flag", "TRUE"},
                                {"Name", "n"},
                                {"Kind", "sysTEM"},
                                {"Tasks", "a,,b"},
                                {"Id.10", "late"},
                                {"ID.2", "early"},
                                {"Options.Any", "x"}});
  EXPECT_EQ(args.Integer("Int"), -7);
  EXPECT_EQ(args.Number("Int"), -7.0);
  EXPECT_EQ(args.Number("Price"), 1.5);
  EXPECT_EQ(args.Boolean("Flag"), true);
  EXPECT_TRUE(args.IsTrue("Flag"));
  EXPECT_EQ(args.Text("Name"), "n");
  EXPECT_EQ(args.Text("Kind"), "System") << "as the row spells it";
  EXPECT_EQ(args.Items("Tasks"), (Texts{"a", "b"}));
  EXPECT_EQ(args.List("Id"), (Texts{"early", "late"}));
  EXPECT_EQ(args.Boolean("Options"), true);
}

TEST(ArgumentsTest, GivenNothingWhenReadThenAbsent) {
  const Arguments args = Valid({{"Name", ""}});
  EXPECT_EQ(args.Text("Name"), std::nullopt);
  EXPECT_EQ(args.TextOrEmpty("Name"), "");
  EXPECT_EQ(args.TextOr("Name", "usual"), "usual");
  EXPECT_TRUE(args.Has("Name"));
  EXPECT_FALSE(args.Has("Int"));
  EXPECT_EQ(args.Integer("Int"), std::nullopt);
  EXPECT_EQ(args.Number("Int"), std::nullopt);
  EXPECT_FALSE(args.IsTrue("Flag"));
  EXPECT_EQ(args.Items("Ids"), std::nullopt);
  EXPECT_TRUE(args.List("Id").empty());
  EXPECT_TRUE(args.Structs("Tag").empty());
}

TEST(ArgumentsTest, GivenStructuresWhenReadThenRowsOfTypedMembers) {
  const Arguments args = Valid({{"Tag.2.key", "k"},
                                {"Tag.2.Weight", "3"},
                                {"Tag.2.Values.1", "v"},
                                {"Tag.2.Values.2", "w"},
                                {"Tag.1.Key", ""}});
  const auto& rows = args.Structs("Tag");
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].Text("Key"), std::nullopt);
  EXPECT_EQ(rows[1].Text("Key"), "k");
  EXPECT_EQ(rows[1].Integer("Weight"), 3);
  EXPECT_EQ(rows[1].List("Values"), (Texts{"v", "w"}));
}

struct ItemsCase {
  std::string name;
  std::string parameter;
  std::string text;
  std::optional<Texts> expected;
};
class ItemsTest : public testing::TestWithParam<ItemsCase> {};
TEST_P(ItemsTest, GivenTextWhenReadThenItsItems) {
  const auto valid =
      Validate(kDeclared, Params(Params::Map{{GetParam().parameter, GetParam().text}}));
  EXPECT_EQ(valid ? valid->Items(GetParam().parameter) : std::nullopt, GetParam().expected);
}
INSTANTIATE_TEST_SUITE_P(
    Texts, ItemsTest,
    testing::Values(ItemsCase{"One", "Ids", R"(["d-1"])", Texts{"d-1"}},
                    ItemsCase{"Spaces", "Ids", R"( [ "a" , "b" ] )", Texts{"a", "b"}},
                    ItemsCase{"Escaped", "Ids", R"(["a\"\u00e9"])", Texts{"a\"é"}},
                    ItemsCase{"None", "Ids", "[]", Texts{}},
                    ItemsCase{"Comma", "Ids", R"(["a",])", std::nullopt},
                    ItemsCase{"Cut", "Ids", R"(["a")", std::nullopt},
                    ItemsCase{"Numbers", "Ids", "[1]", std::nullopt},
                    ItemsCase{"Deep", "Ids", std::string(2000, '['), std::nullopt},
                    ItemsCase{"Plain", "Ids", "d-1,d-2", std::nullopt},
                    ItemsCase{"ListOrText", "Link", R"(["a","b"])", Texts{"a", "b"}},
                    ItemsCase{"TextOrList", "Link", "sl-1", Texts{"sl-1"}}),
    [](const auto& test) { return test.param.name; });

TEST(ValidateTest, GivenMissingWhenValidatedThenRefusedByItsRowAndNamed) {
  const ParameterSet declared({Row("Id", Type::kRepeatList, {.missing = Code("NoId")}),
                               Row("Tag", Type::kRepeatList,
                                   {.missing = {.status = 404, .code = "NoTag"},
                                    .members = {Members({Row("Key", Type::kString)})}}),
                               Row("Zone", Type::kString, {.required = true})});
  const auto code = [&](Params::Map values) {
    const auto valid = Validate(declared, Params(std::move(values)));
    return valid ? "" : valid.error().code;
  };
  EXPECT_EQ(code({}), "NoId");
  EXPECT_EQ(code({{"Id", "a"}, {"Id.x", "a"}, {"Id.1", ""}}), "NoId");
  EXPECT_EQ(code({{"Id.1", "a"}, {"Tag.x.Key", "a"}}), "NoTag");
  // An empty key is a tag, which the action refuses in its own words; no refusal in the row: so for
  // the zone.
  EXPECT_EQ(code({{"Id.1", "a"}, {"Tag.1.Key", ""}}), "");
  const auto refused = Validate(declared, Params());
  EXPECT_EQ(refused.error().message, "The parameter Id is missing.");
}

TEST(CanonicalTest, GivenSpellingsOfOneCallWhenComparedThenTheSameText) {
  const std::string text =
      Valid({{"Int", "7"}, {"Tag.1.Key", "k"}, {"Ids", R"(["a","b"])"}}).Canonical();
  EXPECT_EQ(Valid({{"INT", "07"}, {"tag.3.key", "k"}, {"Ids", R"([ "a", "b" ])"}, {"Other", "x"}})
                .Canonical(),
            text);
  EXPECT_NE(Valid({{"Int", "8"}, {"Tag.1.Key", "k"}, {"Ids", R"(["a","b"])"}}).Canonical(), text);
  EXPECT_NE(Valid({{"Id.1", "ab"}}).Canonical(), Valid({{"Id.1", "a"}, {"Id.2", "b"}}).Canonical());
}

TEST(UndeclaredTest, GivenNamesWhenLookedAtThenTheUnknownOnes) {
  EXPECT_EQ(Undeclared(kDeclared, Params({{"Size", "3"}, {"Tag.1.Key", "a"}, {"Sizes", "4"}})),
            Texts{"Sizes"});
}

using ArgumentsDeathTest = testing::Test;

TEST_F(ArgumentsDeathTest, GivenNameThatIsNotDeclaredWhenReadThenEndsWithIt) {
  const Arguments args = Valid({});
  EXPECT_DEATH((void)args.Text("DiksId"), "DiksId");
  EXPECT_DEATH((void)args.Text("Size"), "Size");
}

TEST(ValidateTest, GivenRefusedParameterWhenAskedForThenItsRefusalAfterAllOthers) {
  const auto code = [](Params::Map params) {
    const auto read = Validate(kDeclared, Params(std::move(params)));
    return read ? "" : read.error().code;
  };
  EXPECT_EQ(code({{"Far", "x"}}), "Far");
  EXPECT_EQ(code({{"Deep", "true"}}), "Deep");
  EXPECT_EQ(code({{"Many", "1"}}), "Many");
  EXPECT_EQ(code({{"Far", ""}, {"Deep", "false"}, {"Many", "0"}}), "");
  EXPECT_EQ(code({{"Far", "x"}, {"Size", "11"}}), "Size");
}

}  // namespace
}  // namespace cloudapi
