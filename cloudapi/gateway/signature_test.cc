#include "cloudapi/gateway/signature.h"

#include <gtest/gtest.h>

namespace cloudapi {
namespace {

// The vectors of the vendor's page and of the SDKs' signers, for testid/testsecret.
struct V1Case {
  std::string name;
  std::string method;
  Params::Map params;
  std::string signature;
};

Params::Map Attach(const std::string& nonce) {
  return {{"AccessKeyId", "testid"},
          {"Action", "AttachDisk"},
          {"DiskId", "d-bp1aaaaaaaaaaaaaaaaa"},
          {"Format", "JSON"},
          {"InstanceId", "i-bp1aaaaaaaaaaaaaaaaa"},
          {"RegionId", "cn-hangzhou"},
          {"SignatureMethod", "HMAC-SHA1"},
          {"SignatureNonce", nonce},
          {"SignatureType", ""},
          {"SignatureVersion", "1.0"},
          {"Timestamp", "2026-01-01T00:00:00Z"},
          {"Version", "2014-05-26"}};
}

std::vector<V1Case> V1Cases() {
  auto sts = Attach("n-4");
  sts["SecurityToken"] = "CAISexample+/=token";
  return {
      {"Regions",
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
      {"Disks",
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
      {"CreateForm",
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
      {"EmptySignatureType", "POST", Attach("n-3"), "u3jX81FgWY7wFrKUMJsfE2Ue+Bg="},
      {"SecurityToken", "POST", sts, "Kd00aFebIfY8eyfjGcH9c1BSIGA="},
  };
}

class SignatureV1Test : public testing::TestWithParam<V1Case> {};

TEST_P(SignatureV1Test, GivenVectorWhenSignedThenEquals) {
  const SigningKey key("testsecret");
  auto params = GetParam().params;
  params["Signature"] = "not part of it";
  EXPECT_EQ(key.SignV1(StringToSignV1(GetParam().method, Params(params))), GetParam().signature);
}

INSTANTIATE_TEST_SUITE_P(Vectors, SignatureV1Test, testing::ValuesIn(V1Cases()),
                         [](const auto& test) { return test.param.name; });

TEST(SignatureV1Test, GivenRegionsWhenCanonicalThenAsPublished) {
  EXPECT_EQ(
      StringToSignV1("GET", Params(V1Cases()[0].params)),
      "GET&%2F&AccessKeyId%3Dtestid%26Action%3DDescribeRegions%26Format%3DXML%26SignatureMethod"
      "%3DHMAC-SHA1%26SignatureNonce%3D3ee8c1b8-83d3-44af-a94f-4e0ad82fd6cf%26SignatureVersion"
      "%3D1.0%26Timestamp%3D2016-02-23T12%253A46%253A24Z%26Version%3D2014-05-26");
}

TEST(SignatureV3Test, GivenQueryWhenSignedThenEquals) {
  const HttpRequest request{.method = "POST",
                            .path = "/",
                            .query = Params({{"RegionId", "cn-hangzhou"},
                                             {"DiskIds", R"(["d-bp1aaaaaaaaaaaaaaaaa"])"},
                                             {"PageSize", "100"},
                                             {"Tag.1.Key", "env"},
                                             {"Tag.1.Value", "a b*c~d"}}),
                            .headers = {{"host", "ecs.cn-hangzhou.aliyuncs.com"},
                                        {"x-acs-action", "DescribeDisks"},
                                        {"x-acs-content-sha256", Sha256Hex("")},
                                        {"x-acs-credentials-provider", "static_ak"},
                                        {"x-acs-date", "2026-01-01T00:00:00Z"},
                                        {"x-acs-signature-nonce", "n-5"},
                                        {"x-acs-version", "2014-05-26"}}};
  const auto text = StringToSignV3(
      request, {"host", "x-acs-action", "x-acs-content-sha256", "x-acs-credentials-provider",
                "x-acs-date", "x-acs-signature-nonce", "x-acs-version"});
  EXPECT_EQ(text,
            "ACS3-HMAC-SHA256\n7ed1f6ba4b83120cf571e170264d50906d9be946475ae3a611db8b53e2e828f6");
  EXPECT_EQ(SigningKey("testsecret").SignV3(text),
            "f66fa664d9e2e701f114c9855ce8381870c633f848b755cf24fcf1cfbe85d87f");
}

TEST(SignatureV3Test, GivenFormAndTokenWhenSignedThenEquals) {
  const HttpRequest request{
      .method = "POST",
      .path = "/",
      .query = Params({{"RegionId", "cn-hangzhou"}, {"ZoneId", "cn-hangzhou-i"}}),
      .headers = {{"content-type", "application/x-www-form-urlencoded"},
                  {"host", "ecs.cn-hangzhou.aliyuncs.com"},
                  {"x-acs-accesskey-id", "testid"},
                  {"x-acs-action", "CreateDisk"},
                  {"x-acs-content-sha256", Sha256Hex("DiskName=test%2A1&Size=20")},
                  {"x-acs-credentials-provider", "static_ak"},
                  {"x-acs-date", "2026-01-01T00:00:00Z"},
                  {"x-acs-security-token", "CAISexample+/=token"},
                  {"x-acs-signature-nonce", "n-6"},
                  {"x-acs-version", "2014-05-26"}},
      .body = "DiskName=test%2A1&Size=20"};
  std::vector<std::string> names;
  for (const auto& [name, value] : request.headers) names.push_back(name);
  const auto text = StringToSignV3(request, names);
  EXPECT_EQ(text,
            "ACS3-HMAC-SHA256\n917f6e925ce83702c734d8e0dad44ff69e5eeeeb58f08ee733855f0d01e491c4");
  EXPECT_EQ(SigningKey("testsecret").SignV3(text),
            "ad2aca9155eabd92a7de81e74611c1b1de9ed82a25f9c9b18e099191a055a03c");
}

// As the Go SDK sends CreateAutoSnapshotPolicy, whose own parameter is regionId.
TEST(StringToSignTest, GivenNameInTwoCasesThenBothAreSigned) {
  Params params;
  params.Add("regionId", "cn-hangzhou");
  params.Add("RegionId", "cn-hangzhou");
  params.Add("Action", "CreateAutoSnapshotPolicy");
  EXPECT_EQ(StringToSignV1("POST", params),
            "POST&%2F&Action%3DCreateAutoSnapshotPolicy%26RegionId%3Dcn-hangzhou%26regionId%3Dcn-"
            "hangzhou");
}

}  // namespace
}  // namespace cloudapi
