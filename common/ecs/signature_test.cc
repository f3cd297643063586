#include "common/ecs/signature.h"

#include <gtest/gtest.h>

#include <string>

namespace ecs {
namespace {

// The vendor's published example and the vectors computed with its SDKs.
struct SignCase {
  std::string name;
  std::string method;
  Parameters parameters;
  std::string signature;
};

class SignTest : public testing::TestWithParam<SignCase> {};

TEST_P(SignTest, GivenParametersWhenSignedThenEqualsTheVector) {
  const SignCase& given = GetParam();
  EXPECT_EQ(Signature("testsecret", StringToSign(given.method, given.parameters)), given.signature);
}

INSTANTIATE_TEST_SUITE_P(
    Vectors, SignTest,
    testing::Values(SignCase{"DescribeRegions",
                             "GET",
                             {{"AccessKeyId", "testid"},
                              {"Action", "DescribeRegions"},
                              {"Format", "XML"},
                              {"SignatureMethod", "HMAC-SHA1"},
                              {"SignatureNonce", "3ee8c1b8-83d3-44af-a94f-4e0ad82fd6cf"},
                              {"SignatureVersion", "1.0"},
                              {"Timestamp", "2016-02-23T12:46:24Z"},
                              {"Version", "2014-05-26"}},
                             "OLeaidS1JvxuMvnyHOwuJ+uX5qY="},
                    SignCase{"SpacesStarsAndTildes",
                             "GET",
                             {{"AccessKeyId", "testid"},
                              {"Action", "DescribeDisks"},
                              {"DiskIds", R"(["d-bp1aaaaaaaaaaaaaaaaa"])"},
                              {"Format", "JSON"},
                              {"PageSize", "100"},
                              {"RegionId", "cn-hangzhou"},
                              {"SignatureMethod", "HMAC-SHA1"},
                              {"SignatureNonce", "0b9ce6a2-5d5c-4b1e-9d0c-0f0f0f0f0f0f"},
                              {"SignatureVersion", "1.0"},
                              {"Tag.1.Key", "env"},
                              {"Tag.1.Value", "a b*c~d"},
                              {"Timestamp", "2026-01-01T00:00:00Z"},
                              {"Version", "2014-05-26"}},
                             "Mu6ylCo9aSaiBGKmqm16USDL4iw="},
                    SignCase{"ChineseNameInAForm",
                             "POST",
                             {{"AccessKeyId", "testid"},
                              {"Action", "CreateDisk"},
                              {"DiskCategory", "cloud_essd"},
                              {"DiskName", "数据盘-1"},
                              {"Encrypted", "false"},
                              {"Format", "JSON"},
                              {"PerformanceLevel", "PL0"},
                              {"RegionId", "cn-hangzhou"},
                              {"SignatureMethod", "HMAC-SHA1"},
                              {"SignatureNonce", "n-2"},
                              {"SignatureVersion", "1.0"},
                              {"Size", "20"},
                              {"Timestamp", "2026-01-01T00:00:00Z"},
                              {"Version", "2014-05-26"},
                              {"ZoneId", "cn-hangzhou-i"}},
                             "iaXee5VoVLjuaScoxM37Ixq0YLI="},
                    SignCase{"EmptySignatureType",
                             "POST",
                             {{"AccessKeyId", "testid"},
                              {"Action", "AttachDisk"},
                              {"DiskId", "d-bp1aaaaaaaaaaaaaaaaa"},
                              {"Format", "JSON"},
                              {"InstanceId", "i-bp1aaaaaaaaaaaaaaaaa"},
                              {"RegionId", "cn-hangzhou"},
                              {"SignatureMethod", "HMAC-SHA1"},
                              {"SignatureNonce", "n-3"},
                              {"SignatureType", ""},
                              {"SignatureVersion", "1.0"},
                              {"Timestamp", "2026-01-01T00:00:00Z"},
                              {"Version", "2014-05-26"}},
                             "u3jX81FgWY7wFrKUMJsfE2Ue+Bg="},
                    SignCase{"SecurityToken",
                             "POST",
                             {{"AccessKeyId", "testid"},
                              {"Action", "AttachDisk"},
                              {"DiskId", "d-bp1aaaaaaaaaaaaaaaaa"},
                              {"Format", "JSON"},
                              {"InstanceId", "i-bp1aaaaaaaaaaaaaaaaa"},
                              {"RegionId", "cn-hangzhou"},
                              {"SecurityToken", "CAISexample+/=token"},
                              {"SignatureMethod", "HMAC-SHA1"},
                              {"SignatureNonce", "n-4"},
                              {"SignatureType", ""},
                              {"SignatureVersion", "1.0"},
                              {"Timestamp", "2026-01-01T00:00:00Z"},
                              {"Version", "2014-05-26"}},
                             "Kd00aFebIfY8eyfjGcH9c1BSIGA="}),
    [](const auto& instance) { return instance.param.name; });

TEST(SignedQueryTest, GivenACallWhenSignedThenTheSignatureComesLastAndIsEncoded) {
  const std::string query = SignedQuery(
      "GET", {{"Action", "DescribeRegions"}, {"Format", "XML"}}, {"testid", "testsecret"},
      "3ee8c1b8-83d3-44af-a94f-4e0ad82fd6cf", "2016-02-23T12:46:24Z");
  EXPECT_TRUE(query.ends_with("&Signature=OLeaidS1JvxuMvnyHOwuJ%2BuX5qY%3D")) << query;
}

TEST(SignedQueryTest, GivenASecurityTokenWhenSignedThenItIsPartOfTheCall) {
  const std::string query =
      SignedQuery("POST", {{"Action", "AttachDisk"}}, {"id", "secret", "a+b"}, "n", "t");
  EXPECT_NE(query.find("&SecurityToken=a%2Bb&"), std::string::npos) << query;
}

}  // namespace
}  // namespace ecs
