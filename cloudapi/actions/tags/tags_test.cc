#include "cloudapi/actions/tags/tags.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "cloudapi/testing/sample_world.h"

namespace cloudapi {
namespace {

using nlohmann::json;
using Given = std::vector<std::pair<std::string, std::string>>;

class TagsTest : public testing::Test {
 protected:
  TagsTest() { PutSampleWorld(cloud_); }

  Result<Answer> Call(std::string_view action, const Given& given,
                      const std::string& account = "default") {
    Params params;
    params.Set("RegionId", "cn-hangzhou");
    params.Set("ResourceType", "disk");
    for (const auto& [name, value] : given) params.Set(name, value);
    return cloud_.Call(action, params, account);
  }
  // "key=value" of each tag of that disk.
  std::vector<std::string> TagsOf(const std::string& disk) {
    std::vector<std::string> tags;
    for (const auto& row : List({{"ResourceId.1", disk}}))
      tags.push_back(row.at("TagKey").get<std::string>() + "=" +
                     row.at("TagValue").get<std::string>());
    return tags;
  }
  json List(const Given& given) {
    const auto answer = Call("ListTagResources", given);
    EXPECT_TRUE(answer);
    return json::parse("{" + answer->members + "}").at("TagResources").at("TagResource");
  }

  TestCloud cloud_;
};

TEST_F(TagsTest, GivenTagsWhenSetThenTheSameKeyIsOverwrittenAndDocumentsFollow) {
  ASSERT_TRUE(Call("TagResources", {{"ResourceId.1", kFreeDisk},
                                    {"ResourceId.2", kHeldDisk},
                                    {"Tag.1.Key", "env"},
                                    {"Tag.1.Value", "new"},
                                    {"Tag.2.Key", "x"}}));
  EXPECT_THAT(TagsOf(kFreeDisk), testing::ElementsAre("env=new", "x="));
  EXPECT_THAT(TagsOf(kHeldDisk), testing::ElementsAre("env=new", "own=a&b", "x="));
  const auto answer =
      Call("DescribeDisks", {{"Tag.1.Key", "env"}, {"Tag.1.Value", "new"}, {"Tag.2.Key", "own"}});
  ASSERT_TRUE(answer);
  const auto disks = json::parse("{" + answer->members + "}");
  ASSERT_EQ(disks.at("TotalCount"), 1);
  EXPECT_EQ(disks.at("Disks").at("Disk")[0].at("DiskId"), kHeldDisk);
}

TEST_F(TagsTest, GivenOneUnknownResourceWhenTaggedThenNoneIsTouched) {
  EXPECT_FALSE(Call("TagResources", {{"ResourceId.1", kFreeDisk},
                                     {"ResourceId.2", "d-x"},
                                     {"Tag.1.Key", "a"},
                                     {"Tag.1.Value", "b"}}));
  EXPECT_THAT(TagsOf(kFreeDisk), testing::ElementsAre("env=test"));
}

TEST_F(TagsTest, GivenOtherAccountOrTypeWhenTaggedThenNotFound) {
  const Given given = {{"ResourceId.1", kFreeDisk}, {"Tag.1.Key", "a"}, {"Tag.1.Value", "b"}};
  EXPECT_EQ(Call("TagResources", given, "another").error().code, "InvalidResourceId.NotFound");
  Given snapshot = given;
  snapshot.emplace_back("ResourceType", "snapshot");
  EXPECT_EQ(Call("TagResources", snapshot).error().code, "InvalidResourceId.NotFound");
  EXPECT_THAT(TagsOf(kFreeDisk), testing::ElementsAre("env=test"));
}

TEST_F(TagsTest, GivenKeysOrAllWhenUntaggedThenOnlyThose) {
  ASSERT_TRUE(Call("UntagResources",
                   {{"ResourceId.1", kHeldDisk}, {"TagKey.1", "own"}, {"TagKey.2", "absent"}}));
  EXPECT_THAT(TagsOf(kHeldDisk), testing::ElementsAre("env=prod"));
  ASSERT_TRUE(Call("UntagResources", {{"ResourceId.1", kHeldDisk}}));
  EXPECT_THAT(TagsOf(kHeldDisk), testing::ElementsAre("env=prod"));
  ASSERT_TRUE(Call("UntagResources", {{"ResourceId.1", kHeldDisk}, {"All", "true"}}));
  EXPECT_THAT(TagsOf(kHeldDisk), testing::IsEmpty());
}

TEST_F(TagsTest, GivenValueWhenRemovedThenOnlyIfEqual) {
  ASSERT_TRUE(Call("RemoveTags", {{"ResourceId", kHeldDisk},
                                  {"Tag.1.Key", "env"},
                                  {"Tag.1.Value", "other"},
                                  {"Tag.2.Key", "own"}}));
  EXPECT_THAT(TagsOf(kHeldDisk), testing::ElementsAre("env=prod"));
  ASSERT_TRUE(Call("RemoveTags",
                   {{"ResourceId", kHeldDisk}, {"Tag.1.Key", "env"}, {"Tag.1.Value", "prod"}}));
  EXPECT_THAT(TagsOf(kHeldDisk), testing::IsEmpty());
}

TEST_F(TagsTest, GivenOldLowerCaseMembersWhenAddedThenTaken) {
  ASSERT_TRUE(
      Call("AddTags", {{"ResourceId", kFreeDisk}, {"Tag.1.key", "k"}, {"Tag.1.value", "v"}}));
  EXPECT_THAT(TagsOf(kFreeDisk), testing::ElementsAre("env=test", "k=v"));
}

TEST_F(TagsTest, GivenSnapshotAndInstanceWhenTaggedThenTheirDocumentsSayIt) {
  for (const auto& [type, id, action] :
       {std::tuple{"snapshot", kReadySnapshot, "DescribeSnapshots"},
        std::tuple{"instance", kNodeB, "DescribeInstances"}}) {
    ASSERT_TRUE(Call(
        "AddTags",
        {{"ResourceType", type}, {"ResourceId", id}, {"Tag.1.Key", "mark"}, {"Tag.1.Value", "1"}}));
    const auto answer = Call(action, {{"Tag.1.Key", "mark"}});
    ASSERT_TRUE(answer);
    EXPECT_THAT(answer->members, testing::HasSubstr(id));
    EXPECT_THAT(answer->members, testing::HasSubstr("\"TotalCount\":1"));
  }
}

TEST_F(TagsTest, GivenPatternWhenListedThenKeysMatchIt) {
  EXPECT_EQ(List({{"TagFilter.1.TagKey", "o*"}}).size(), 2U);
  EXPECT_EQ(List({{"TagFilter.1.TagKey", "*n*"}}).size(), 3U);
  EXPECT_EQ(List({{"TagFilter.1.TagKey", "env"}, {"TagFilter.1.TagValues.1", "test"}}).size(), 1U);
  EXPECT_EQ(List({{"TagFilter.1.TagKey", "env"}, {"TagFilter.1.TagValues.1", "none"}}).size(), 0U);
  EXPECT_EQ(List({{"ResourceType", "image"}, {"ResourceId.1", "m-1"}}).size(), 0U);
}

TEST_F(TagsTest, GivenManyTagsWhenListedThenPagesOfFiftyCoverAll) {
  for (int number = 0; number < 30; ++number) {
    Disk disk{.id = "d-many" + std::to_string(number),
              .account = "default",
              .region = "cn-hangzhou",
              .zone = "cn-hangzhou-b",
              .status = DiskStatus::kAvailable,
              .category = "cloud_essd",
              .size_gib = 20,
              .tags = {{"a", "1"}, {"many", "yes"}},
              .seq = 3000 + number};
    cloud_.Put(disk);
  }
  std::vector<std::size_t> pages;
  std::string token;
  do {
    const auto answer = Call("ListTagResources", {{"Tag.1.Key", "many"}, {"NextToken", token}});
    ASSERT_TRUE(answer);
    const auto page = json::parse("{" + answer->members + "}");
    pages.push_back(page.at("TagResources").at("TagResource").size());
    token = page.at("NextToken");
  } while (!token.empty());
  EXPECT_THAT(pages, testing::ElementsAre(50, 10));
}

TEST_F(TagsTest, GivenCategoryWhenTagsAreCountedThenAllAreCustom) {
  const auto total = [this](const std::string& category) {
    const auto answer = Call("DescribeTags", {{"Category", category}});
    return answer ? json::parse("{" + answer->members + "}").at("TotalCount").get<int>() : -1;
  };
  EXPECT_GT(total("All"), 0);
  EXPECT_EQ(total("custom"), total("All"));
  EXPECT_EQ(total("System"), 0);
  EXPECT_EQ(total("x"), -1);
}

TEST_F(TagsTest, GivenResourceWhenTagsDescribedThenOnlyItsOwn) {
  const auto answer = Call("DescribeTags", {{"ResourceId", kHeldDisk}});
  ASSERT_TRUE(answer);
  const auto tags = json::parse("{" + answer->members + "}");
  EXPECT_EQ(tags.at("TotalCount"), 2);
  EXPECT_EQ(tags.at("Tags").at("Tag")[0].at("ResourceTypeCount").at("Disk"), 1);
  const auto page = Call("DescribeTags", {{"PageSize", "1"}, {"PageNumber", "2"}});
  ASSERT_TRUE(page);
  const auto second = json::parse("{" + page->members + "}");
  EXPECT_EQ(second.at("Tags").at("Tag").size(), 1U);
  EXPECT_EQ(second.at("TotalCount"), 3);
}

}  // namespace
}  // namespace cloudapi
