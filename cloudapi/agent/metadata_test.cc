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
  InstanceFacts facts_{
      .instance_id = "i-bp1aa", .zone = "cn-hangzhou-b", .instance_type = "ecs.g7.xlarge"};
  Metadata metadata_{env_, facts_, false};
};

TEST_F(MetadataTest, GivenFactsWhenReadThenPlainTextWithoutNewline) {
  const std::pair<const char*, const char*> cases[] = {
      {"/latest/meta-data/instance-id", "i-bp1aa"},
      {"/latest/meta-data/region-id", "cn-hangzhou"},
      {"/latest/meta-data/zone-id", "cn-hangzhou-b"},
      {"/latest/meta-data/owner-account-id", "default"},
      {"/latest/meta-data/instance/instance-type", "ecs.g7.xlarge"},
      {"/latest/meta-data/instance/instance-name", "i-bp1aa"},
      {"/latest/meta-data/hostname", "i-bp1aa"},
      {"/latest/meta-data/serial-number", "bp1aa"},
      {"/latest/meta-data/image-id", "zonedisk"},
      {"/latest/meta-data/network-type", "vpc"},
      {"/latest/meta-data/private-ipv4", "127.0.0.1"},
      {"/latest/meta-data/mac", "00:16:3e:f4:e2:25"},
      {"/latest/meta-data/vpc-id", "vpc-bp136bireh9wt25zsgm4"},
      {"/latest/meta-data/vswitch-id", "vsw-bp1hi58x32eii9p8ib9v"}};
  for (const auto& [path, expected] : cases) {
    const MetadataResponse response = metadata_.Get(path, "");
    EXPECT_EQ(response.status, 200) << path;
    EXPECT_EQ(response.body, expected);
  }
}

TEST_F(MetadataTest, GivenFactsWhenDocumentIsReadThenKebabCaseJson) {
  const auto document =
      nlohmann::json::parse(metadata_.Get("/latest/dynamic/instance-identity/document", "").body);
  EXPECT_EQ(document["zone-id"], "cn-hangzhou-b");
  EXPECT_EQ(document["region-id"], "cn-hangzhou");
  EXPECT_EQ(document["instance-id"], "i-bp1aa");
  EXPECT_EQ(document["instance-type"], "ecs.g7.xlarge");
  EXPECT_EQ(document["owner-account-id"], "default");
  EXPECT_EQ(document["serial-number"], "bp1aa");
  EXPECT_EQ(document["mac"], "00:16:3e:f4:e2:25");
}

TEST_F(MetadataTest, GivenNodeNameWhenReadThenTheInstanceHasIt) {
  facts_.name = "node-1";
  Metadata named(env_, facts_, false);
  named.SetPlace("cn-hangzhou", "default");
  EXPECT_EQ(named.Get("/latest/meta-data/hostname", "").body, "node-1");
  EXPECT_EQ(named.Get("/latest/meta-data/instance/instance-name", "").body, "node-1");
}

TEST_F(MetadataTest, GivenFoldersWhenReadThenTheirEntriesOneALine) {
  const std::pair<const char*, const char*> cases[] = {
      {"/", "latest/"},
      {"/latest/", "dynamic/\nmeta-data/"},
      {"/latest/dynamic/instance-identity/", "document"},
      {"/latest/meta-data/",
       "disks/\nhostname\nimage-id\ninstance-id\ninstance/\nmac\nnetwork-type\n"
       "owner-account-id\nprivate-ipv4\nregion-id\nserial-number\nvpc-id\nvswitch-id\nzone-id"},
      {"/latest/meta-data/instance", "instance-name\ninstance-type"},
      {"/latest/meta-data/disks/", ""}};
  for (const auto& [path, expected] : cases) {
    const MetadataResponse response = metadata_.Get(path, "");
    EXPECT_EQ(response.status, 200) << path;
    EXPECT_EQ(response.body, expected) << path;
  }
}

TEST_F(MetadataTest, GivenDisksWhenReadThenTheirIdsBySerialNumber) {
  metadata_.SetDisks({{"bp1one", "d-bp1one"}, {"bp1two", "d-bp1two"}});
  EXPECT_EQ(metadata_.Get("/latest/meta-data/disks/", "").body, "bp1one/\nbp1two/");
  EXPECT_EQ(metadata_.Get("/latest/meta-data/disks/bp1two/", "").body, "id");
  EXPECT_EQ(metadata_.Get("/latest/meta-data/disks/bp1two/id", "").body, "d-bp1two");
  metadata_.SetDisks({});
  EXPECT_EQ(metadata_.Get("/latest/meta-data/disks/bp1two/id", "").status, 404);
}

TEST_F(MetadataTest, GivenRoleWhenItsCredentialsAreReadThenWhatClientsNeed) {
  facts_.role = {.name = "disks", .access_key_id = "ak", .access_key_secret = "s3"};
  Metadata metadata(env_, facts_, false);
  metadata.SetPlace("cn-hangzhou", "default");
  EXPECT_EQ(metadata.Get("/latest/meta-data/ram/security-credentials/", "").body, "disks");
  const auto credentials = nlohmann::json::parse(
      metadata.Get("/latest/meta-data/ram/security-credentials/disks", "").body);
  EXPECT_EQ(credentials, nlohmann::json({{"AccessKeyId", "ak"},
                                         {"AccessKeySecret", "s3"},
                                         {"SecurityToken", "disks"},
                                         {"LastUpdated", "2024-01-01T00:00:00Z"},
                                         {"Expiration", "2024-01-01T06:00:00Z"},
                                         {"Code", "Success"}}));
}

TEST_F(MetadataTest, GivenUnknownPathsWhenReadThenNotFound) {
  for (const char* path :
       {"/none", "/late", "/latest/meta-data/none", "/latest/meta-data/ram/security-credentials/",
        "/latest/meta-data/instance-id/", "/latest/meta-data/instance/vsc-options/enabled"}) {
    EXPECT_EQ(metadata_.Get(path, "").status, 404) << path;
  }
}

TEST_F(MetadataTest, GivenTokenWhenItsTimeIsOverThenUnauthorised) {
  const MetadataResponse token = metadata_.Token("63");
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
