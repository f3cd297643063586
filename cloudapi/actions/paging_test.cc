#include "cloudapi/actions/paging.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "cloudapi/testing/test_cloud.h"
#include "common/base/time.h"

namespace cloudapi {
namespace {

using nlohmann::json;

constexpr std::string_view kScope = "default|cn-hangzhou|DescribeDisks";

RC_GTEST_PROP(TokenTest, GivenAnyPositionWhenEncodedThenDecodedInItsScopeOnly,
              (std::uint32_t seq, std::string text)) {
  const auto token = EncodeToken(kScope, {.seq = seq, .text = text});
  const auto position = DecodeToken(kScope, token);
  RC_ASSERT(position.has_value());
  RC_ASSERT(position->seq == seq);
  RC_ASSERT(position->text == text);
  RC_ASSERT(!DecodeToken("other|cn-hangzhou|DescribeDisks", token).has_value());
}

RC_GTEST_PROP(TokenTest, GivenAnyChangeWhenDecodedThenNothing, (std::uint32_t seq)) {
  std::string token = EncodeToken(kScope, {.seq = seq});
  const auto at = *rc::gen::inRange<std::size_t>(0, token.size());
  token[at] = token[at] == 'a' ? 'b' : 'a';
  RC_ASSERT(!DecodeToken(kScope, token).has_value());
}

TEST(TokenTest, GivenForeignTextWhenDecodedThenNothing) {
  for (const char* text : {"", "x", "1234", "zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz",
                           "0000000000000001000000000000000g", "caeba0bfd3Cb1"})
    EXPECT_FALSE(DecodeToken(kScope, text)) << text;
}

// Disks in a cloud of its own, numbered as they were made.
class PagingTest : public testing::Test {
 protected:
  void Fill(int amount) {
    for (int i = 0; i < amount; ++i) {
      Disk disk{.id = "d-" + std::to_string(100 + i),
                .account = "default",
                .region = "cn-hangzhou",
                .zone = "cn-hangzhou-b",
                .status = DiskStatus::kAvailable,
                .category = "cloud_essd",
                .size_gib = 20,
                .seq = i + 1};
      cloud_.Put(disk);
    }
  }
  json Ask(std::vector<std::pair<std::string, std::string>> given) {
    Params params;
    params.Set("RegionId", "cn-hangzhou");
    for (auto& [name, value] : given) params.Set(name, value);
    const auto answer = cloud_.Call("DescribeDisks", params);
    EXPECT_TRUE(answer) << answer.error().message;
    return json::parse("{" + answer->members + "}");
  }
  static std::size_t Shown(const json& answer) { return answer.at("Disks").at("Disk").size(); }

  TestCloud cloud_;
};

TEST_F(PagingTest, GivenDisksWhenWalkedByTokenThenEachOnceNewestFirst) {
  Fill(37);
  std::vector<std::string> seen;
  std::string token;
  int pages = 0;
  do {
    const auto answer = Ask({{"MaxResults", "12"}, {"NextToken", token}});
    for (const auto& disk : answer.at("Disks").at("Disk")) seen.push_back(disk.at("DiskId"));
    token = answer.at("NextToken");
    EXPECT_EQ(answer.at("TotalCount"), 37);
    ++pages;
  } while (!token.empty());
  EXPECT_EQ(pages, 4);
  ASSERT_EQ(seen.size(), 37U);
  for (std::size_t i = 0; i < seen.size(); ++i)
    EXPECT_EQ(seen[i], "d-" + std::to_string(136 - static_cast<int>(i)));
}

TEST_F(PagingTest, GivenNoPagingParameterWhenMoreFollowThenTheTokenLeadsOn) {
  Fill(13);
  const auto first = Ask({});
  EXPECT_EQ(Shown(first), 10U);
  EXPECT_EQ(first.at("TotalCount"), 13);
  const auto rest = Ask({{"NextToken", first.at("NextToken")}});
  EXPECT_EQ(Shown(rest), 3U);
  EXPECT_EQ(rest.at("TotalCount"), 13);
  EXPECT_EQ(rest.at("NextToken"), "");
}

TEST_F(PagingTest, GivenMaxResultsWhenOutOfBoundsThenClamped) {
  Fill(15);
  EXPECT_EQ(Shown(Ask({{"MaxResults", "1"}})), 10U);
  EXPECT_EQ(Shown(Ask({{"MaxResults", "-3"}})), 10U);
  EXPECT_EQ(Shown(Ask({{"MaxResults", "100000"}})), 15U);
}

TEST_F(PagingTest, GivenPageStyleWhenAskedThenExactTotalOnEveryPage) {
  Fill(15);
  for (const auto& [page, shown] : {std::pair{1, 10}, {2, 5}, {3, 0}}) {
    const auto answer = Ask({{"PageNumber", std::to_string(page)}});
    EXPECT_EQ(answer.at("TotalCount"), 15);
    EXPECT_EQ(answer.at("PageNumber"), page);
    EXPECT_EQ(answer.at("PageSize"), 10);
    EXPECT_EQ(answer.at("NextToken") == "", page != 1);
    EXPECT_EQ(Shown(answer), static_cast<std::size_t>(shown));
  }
  EXPECT_EQ(Shown(Ask({{"PageNumber", "2147483647"}, {"PageSize", "100"}})), 0U);
}

TEST_F(PagingTest, GivenPageParametersBesideMaxResultsThenIgnored) {
  Fill(12);
  EXPECT_EQ(Shown(Ask({{"MaxResults", "11"}, {"PageNumber", "2"}, {"PageSize", "5"}})), 11U);
}

TEST_F(PagingTest, GivenEndOfCreationInMinutesThenTheWholeMinuteCounts) {
  Disk disk{.id = "d-1",
            .account = "default",
            .region = "cn-hangzhou",
            .zone = "cn-hangzhou-b",
            .status = DiskStatus::kAvailable,
            .category = "cloud_essd",
            .size_gib = 20,
            .creation_time = *base::ParseTime("2024-01-01T10:00:30Z"),
            .seq = 1};
  cloud_.Put(disk);
  const auto shown = [this](const char* key, const char* value) {
    return Shown(Ask({{"Filter.1.Key", key}, {"Filter.1.Value", value}}));
  };
  EXPECT_EQ(shown("CreationEndTime", "2024-01-01T10:00Z"), 1U);
  EXPECT_EQ(shown("CreationEndTime", "2024-01-01T10:00:29Z"), 0U);
  EXPECT_EQ(shown("CreationStartTime", "2024-01-01T10:00Z"), 1U);
  EXPECT_EQ(shown("CreationStartTime", "2024-01-01T10:01Z"), 0U);
}

}  // namespace
}  // namespace cloudapi
