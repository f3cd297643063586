#include "common/ecs/signature.h"

#include <gtest/gtest.h>

namespace driver {
namespace {

constexpr std::string_view kSecret = "testsecret";

TEST(PercentEncodeTest, GivenTextWhenEncodedThenOnlyUnreservedStay) {
  EXPECT_EQ(PercentEncode("aZ09-_.~"), "aZ09-_.~");
  EXPECT_EQ(PercentEncode("a b*c+d/'()!盘"), "a%20b%2Ac%2Bd%2F%27%28%29%21%E7%9B%98");
}

// The vendor's published example and vectors computed with its SDKs.
TEST(SignV1Test, GivenVectorsWhenSignedThenEqual) {
  EXPECT_EQ(SignV1("GET",
                   {{"AccessKeyId", "testid"},
                    {"Action", "DescribeRegions"},
                    {"Format", "XML"},
                    {"SignatureMethod", "HMAC-SHA1"},
                    {"SignatureNonce", "3ee8c1b8-83d3-44af-a94f-4e0ad82fd6cf"},
                    {"SignatureVersion", "1.0"},
                    {"Timestamp", "2016-02-23T12:46:24Z"},
                    {"Version", "2014-05-26"}},
                   kSecret),
            "OLeaidS1JvxuMvnyHOwuJ+uX5qY=");
  EXPECT_EQ(SignV1("GET",
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
                   kSecret),
            "Mu6ylCo9aSaiBGKmqm16USDL4iw=");
  CallParameters attach = {{"AccessKeyId", "testid"},
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
                           {"Version", "2014-05-26"}};
  EXPECT_EQ(SignV1("POST", attach, kSecret), "u3jX81FgWY7wFrKUMJsfE2Ue+Bg=");
  attach["SignatureNonce"] = "n-4";
  attach["SecurityToken"] = "CAISexample+/=token";
  EXPECT_EQ(SignV1("POST", attach, kSecret), "Kd00aFebIfY8eyfjGcH9c1BSIGA=");
}

}  // namespace
}  // namespace driver
