#include "cloudapi/actions/logins/logins.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "cloudapi/actions/logins/key_material.h"
#include "cloudapi/actions/testing/write_fixture.h"

namespace cloudapi {
namespace {

TEST(KeyMaterialTest, GivenSeedWhenKeysAreMadeThenTheSameAndKnownByAFingerprint) {
  const KeyMaterial keys = MakeKeys("seed");
  EXPECT_EQ(keys.private_pem, MakeKeys("seed").private_pem);
  EXPECT_NE(keys.private_pem, MakeKeys("other").private_pem);
  EXPECT_TRUE(keys.private_pem.starts_with("-----BEGIN PRIVATE KEY-----\n"));
  EXPECT_TRUE(keys.public_line.starts_with("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5"));
  EXPECT_EQ(FingerprintOf(keys.public_line)->size(), 32U);
  EXPECT_EQ(FingerprintOf(keys.public_line + " me@here\n"), FingerprintOf(keys.public_line));
  for (const char* text : {"", "ssh-rsa", "ssh-rsa ???", "rsa AAAA"})
    EXPECT_FALSE(FingerprintOf(text)) << text;
}

class LoginsTest : public WriteTest {
 protected:
  LoginsTest() { caller.region = "cn-hangzhou"; }
  Result<Answer> Do(std::string_view action, Params::Map values) {
    values.emplace("RegionId", "cn-hangzhou");
    return Run(action, std::move(values));
  }
  nlohmann::json Pairs(Params::Map values) {
    const auto answer = Do("DescribeKeyPairs", std::move(values));
    return nlohmann::json::parse("{" + answer->members + "}").at("KeyPairs").at("KeyPair");
  }
};

TEST_F(LoginsTest, GivenPairWhenMadeAndImportedThenToldWithoutItsPublicKey) {
  EXPECT_EQ(Code(Do("CreateKeyPair", {{"KeyPairName", "ops"}})), "");
  EXPECT_EQ(Code(Do("CreateKeyPair", {{"KeyPairName", "ops"}})), "KeyPair.AlreadyExist");
  EXPECT_EQ(Code(Do("CreateKeyPair", {{"KeyPairName", "1"}})), "InvalidKeyPairName.Malformed");
  EXPECT_EQ(Code(Do("ImportKeyPair", {{"KeyPairName", "mine"}, {"PublicKeyBody", "x"}})),
            "InvalidPublicKeyBody.Malformed");
  EXPECT_EQ(Code(Do("ImportKeyPair",
                    {{"KeyPairName", "mine"}, {"PublicKeyBody", MakeKeys("mine").public_line}})),
            "");
  EXPECT_EQ(Pairs({}).size(), 2U);
  EXPECT_EQ(Pairs({{"KeyPairName", "m*"}}).at(0).at("KeyPairName"), "mine");
  EXPECT_FALSE(Pairs({{"KeyPairName", "ops"}}).at(0).contains("PublicKey"));
  EXPECT_TRUE(
      Pairs({{"KeyPairName", "ops"}, {"IncludePublicKey", "true"}}).at(0).contains("PublicKey"));
}

TEST_F(LoginsTest, GivenPairWhenBoundThenItIsTheInstances) {
  EXPECT_EQ(Code(Do("CreateKeyPair", {{"KeyPairName", "ops"}})), "");
  EXPECT_EQ(Code(Do("AttachKeyPair", {{"KeyPairName", "ops"}, {"InstanceIds", R"(["i-1"])"}})), "");
  const auto bound = store->Read([](View& view) -> Result<std::string> {
    return view.Find<Instance>("a", "", "i-1")->key_pair_name;
  });
  EXPECT_EQ(*bound, "ops");
  EXPECT_EQ(Code(Do("AttachKeyPair", {{"KeyPairName", "ops"}, {"InstanceIds", R"(["i-none"])"}})),
            "InvalidInstanceId.NotFound");
  EXPECT_EQ(Code(Do("AttachKeyPair", {{"KeyPairName", "none"}, {"InstanceIds", R"(["i-1"])"}})),
            "InvalidKeyPair.NotFound");
}

}  // namespace
}  // namespace cloudapi
