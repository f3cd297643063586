#include "cloudapi/agent/metadata.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "cloudapi/testing/fake_env.h"

namespace cloudapi {
namespace {

class MetadataTest : public testing::Test {
 protected:
  void SetUp() override { metadata_.SetPlace("cn-hangzhou", "default"); }

  FakeEnv env_;
  MetadataFacts facts_{
      .instance_id = "i-1", .zone = "cn-hangzhou-b", .instance_type = "ecs.g7.xlarge"};
  Metadata metadata_{env_, facts_, false};
};

TEST_F(MetadataTest, GivenFactsWhenReadThenPlainTextWithoutNewline) {
  const std::pair<const char*, const char*> cases[] = {
      {"/latest/meta-data/instance-id", "i-1"},
      {"/latest/meta-data/region-id", "cn-hangzhou"},
      {"/latest/meta-data/zone-id", "cn-hangzhou-b"},
      {"/latest/meta-data/owner-account-id", "default"},
      {"/latest/meta-data/instance/instance-type", "ecs.g7.xlarge"}};
  for (const auto& [path, expected] : cases) {
    const MetadataAnswer answer = metadata_.Get(path, "");
    EXPECT_EQ(answer.status, 200) << path;
    EXPECT_EQ(answer.body, expected);
  }
}

TEST_F(MetadataTest, GivenFactsWhenDocumentIsReadThenKebabCaseJson) {
  const auto document =
      nlohmann::json::parse(metadata_.Get("/latest/dynamic/instance-identity/document", "").body);
  EXPECT_EQ(document["zone-id"], "cn-hangzhou-b");
  EXPECT_EQ(document["region-id"], "cn-hangzhou");
  EXPECT_EQ(document["instance-id"], "i-1");
  EXPECT_EQ(document["instance-type"], "ecs.g7.xlarge");
  EXPECT_EQ(document["owner-account-id"], "default");
}

TEST_F(MetadataTest, GivenUnknownPathsWhenReadThenNotFound) {
  for (const char* path : {"/", "/latest", "/latest/", "/latest/meta-data/none",
                           "/latest/meta-data/instance/vsc-options/enabled"}) {
    EXPECT_EQ(metadata_.Get(path, "").status, 404) << path;
  }
}

TEST_F(MetadataTest, GivenTokenWhenItsTimeIsOverThenUnauthorised) {
  const MetadataAnswer token = metadata_.Token("63");
  ASSERT_EQ(token.status, 200);
  EXPECT_EQ(metadata_.Get("/latest/meta-data/zone-id", token.body).status, 200);
  EXPECT_EQ(metadata_.Get("/latest/meta-data/zone-id", "other").status, 401);
  env_.Advance(std::chrono::seconds(63));
  EXPECT_EQ(metadata_.Get("/latest/meta-data/zone-id", token.body).status, 401);
}

TEST_F(MetadataTest, GivenBadLifetimesWhenTokenIsAskedThenRefused) {
  for (const char* ttl : {"", "0", "-1", "21601", "x", "60s"}) {
    EXPECT_EQ(metadata_.Token(ttl).status, 400) << ttl;
  }
  EXPECT_EQ(metadata_.Token("21600").status, 200);
}

TEST_F(MetadataTest, GivenTokensRequiredWhenReadWithoutThenForbidden) {
  Metadata strict(env_, facts_, true);
  strict.SetPlace("cn-hangzhou", "default");
  EXPECT_EQ(strict.Get("/latest/meta-data/zone-id", "").status, 403);
  EXPECT_EQ(strict.Get("/latest/meta-data/zone-id", strict.Token("60").body).status, 200);
}

TEST_F(MetadataTest, GivenPlaceUnknownWhenReadThenNotFoundRatherThanEmpty) {
  Metadata early(env_, facts_, false);
  EXPECT_EQ(early.Get("/latest/dynamic/instance-identity/document", "").status, 404);
}

}  // namespace
}  // namespace cloudapi
