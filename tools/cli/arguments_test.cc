#include "tools/cli/arguments.h"

#include <gtest/gtest.h>

namespace zonedisk {
namespace {

TEST(AssignmentsTest, GivenWordsWhenParsedThenNamesAndValues) {
  const auto parsed = ParseAssignments({"RegionId=cn-hangzhou", "Description=", "Filter=a=b"});
  ASSERT_TRUE(parsed);
  EXPECT_EQ(*parsed,
            (ecs::Parameters{{"RegionId", "cn-hangzhou"}, {"Description", ""}, {"Filter", "a=b"}}));
}

struct BadWordsCase {
  std::string name;
  std::vector<std::string> words;
  std::string message;
};

class BadWordsTest : public testing::TestWithParam<BadWordsCase> {};

TEST_P(BadWordsTest, GivenWordsWhenParsedThenUsageError) {
  const auto parsed = ParseAssignments(GetParam().words);
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error(), (Failure{ExitCode::kUsage, GetParam().message}));
}

INSTANTIATE_TEST_SUITE_P(
    All, BadWordsTest,
    testing::Values(BadWordsCase{"NoEquals", {"Size"}, "\"Size\" is not Name=Value"},
                    BadWordsCase{"NoName", {"=20"}, "\"=20\" is not Name=Value"},
                    BadWordsCase{"Empty", {""}, "\"\" is not Name=Value"},
                    BadWordsCase{"Twice", {"Size=20", "Size=40"}, "Size is given twice"}),
    [](const auto& tested) { return tested.param.name; });

struct EndpointCase {
  std::string name;
  std::string text;
  std::string expected;  // empty: refused
};

class EndpointTest : public testing::TestWithParam<EndpointCase> {};

TEST_P(EndpointTest, GivenTextWhenParsedThenEndpointOrUsageError) {
  const auto endpoint = ParseEndpoint(GetParam().text);
  EXPECT_EQ(endpoint.value_or(""), GetParam().expected);
  EXPECT_TRUE(endpoint || endpoint.error().code == ExitCode::kUsage);
}

INSTANTIATE_TEST_SUITE_P(
    All, EndpointTest,
    testing::Values(EndpointCase{"HostAndPort", "http://127.0.0.1:20140", "http://127.0.0.1:20140"},
                    EndpointCase{"Slash", "http://localhost:20140/", "http://localhost:20140"},
                    EndpointCase{"HostOnly", "http://cloud", "http://cloud"},
                    EndpointCase{"NoScheme", "127.0.0.1:20140", ""},
                    EndpointCase{"OtherScheme", "ftp://cloud", ""},
                    EndpointCase{"Path", "http://cloud/ecs", ""},
                    EndpointCase{"NoHost", "http://", ""}),
    [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace zonedisk
