#include "tools/cli/cloud_client.h"

#include <gtest/gtest.h>

#include "tools/cli/testing/stub_cloud.h"

namespace zonedisk {
namespace {

Stamp FixedStamp() {
  return {"n-2", "2026-01-01T00:00:00Z"};
}

CloudSettings SettingsFor(const StubCloud& stub) {
  return {.endpoint = stub.Endpoint(),
          .credentials = {"testid", "testsecret"},
          .region = "cn-hangzhou",
          .lab_token = "lab-secret"};
}

TEST(CloudClientTest, GivenParametersWhenCalledThenSignedFormIsSent) {
  StubCloud stub({{200, R"({"DiskId":"d-1"})"}});
  CloudClient cloud(SettingsFor(stub), FixedStamp);
  const auto answer = cloud.Call("CreateDisk", {{"DiskCategory", "cloud_essd"},
                                                {"DiskName", "数据盘-1"},
                                                {"Encrypted", "false"},
                                                {"PerformanceLevel", "PL0"},
                                                {"Size", "20"},
                                                {"ZoneId", "cn-hangzhou-i"}});
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(*answer, R"({"DiskId":"d-1"})");
  const StubCloud::Seen seen = stub.Requests().at(0);
  EXPECT_EQ(seen.method, "POST");
  EXPECT_EQ(seen.target, "/");
  EXPECT_EQ(seen.lab_token, "");
  // The published vector of this very call.
  EXPECT_TRUE(seen.body.ends_with("&Signature=iaXee5VoVLjuaScoxM37Ixq0YLI%3D")) << seen.body;
}

TEST(CloudClientTest, GivenRegionInTheCallWhenCalledThenItIsKept) {
  StubCloud stub({{200, "{}"}});
  CloudClient cloud(SettingsFor(stub), FixedStamp);
  ASSERT_TRUE(cloud.Call("DescribeDisks", {{"RegionId", "cn-beijing"}}));
  EXPECT_NE(stub.Requests().at(0).body.find("RegionId=cn-beijing"), std::string::npos);
  EXPECT_EQ(stub.Requests().at(0).body.find("cn-hangzhou"), std::string::npos);
}

TEST(CloudClientTest, GivenRefusalWhenCalledThenCodeMessageAndRequestId) {
  StubCloud stub(
      {{404, R"({"RequestId":"R-1","Code":"InvalidDiskId.NotFound","Message":"no d-9"})"}});
  CloudClient cloud(SettingsFor(stub), FixedStamp);
  const auto answer = cloud.Call("DeleteDisk", {{"DiskId", "d-9"}});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error(),
            (Failure{ExitCode::kRefused, "InvalidDiskId.NotFound: no d-9 (RequestId R-1)"}));
}

TEST(CloudClientTest, GivenLabCallWhenSentThenTokenAndBodyGoWithIt) {
  StubCloud stub({{200, R"({"mode":"frozen"})"}, {200, "{}"}});
  CloudClient cloud(SettingsFor(stub), FixedStamp);
  ASSERT_TRUE(cloud.Lab("POST", "clock", R"({"mode":"frozen"})"));
  ASSERT_TRUE(cloud.Lab("DELETE", "instances/i-1"));
  const auto requests = stub.Requests();
  EXPECT_EQ(requests.at(0).target, "/_zonedisk/clock");
  EXPECT_EQ(requests.at(0).lab_token, "lab-secret");
  EXPECT_EQ(requests.at(0).body, R"({"mode":"frozen"})");
  EXPECT_EQ(requests.at(1).method, "DELETE");
  EXPECT_EQ(requests.at(1).target, "/_zonedisk/instances/i-1");
}

TEST(CloudClientTest, GivenNobodyListensWhenCalledThenUnreachable) {
  CloudSettings settings;
  {
    StubCloud stub({});
    settings = SettingsFor(stub);
  }
  CloudClient cloud(settings, FixedStamp);
  const auto answer = cloud.Call("DescribeDisks", {});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ExitCode::kUnreachable);
  EXPECT_NE(answer.error().message.find("cannot reach the cloud at " + settings.endpoint),
            std::string::npos);
}

struct RefusalCase {
  std::string name;
  std::string body;
  std::string expected;
};

class RefusalTextTest : public testing::TestWithParam<RefusalCase> {};

TEST_P(RefusalTextTest, GivenBodyWhenRefusedThenOneLineTells) {
  EXPECT_EQ(RefusalText(409, GetParam().body), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    All, RefusalTextTest,
    testing::Values(RefusalCase{"WithoutRequestId", R"({"Code":"C","Message":"m"})", "C: m"},
                    RefusalCase{"Lab", R"({"error":"node i-1 still holds d-1"})",
                                "node i-1 still holds d-1"},
                    RefusalCase{"LabWithDisks", R"({"error":"still held","disks":["d-1","d-2"]})",
                                "still held (d-1, d-2)"},
                    RefusalCase{"Empty", "", "HTTP 409"},
                    RefusalCase{"NotJson", "<Error/>", "HTTP 409: <Error/>"},
                    RefusalCase{"WrongTypes", R"({"Code":5})", R"(HTTP 409: {"Code":5})"},
                    RefusalCase{"Array", "[1]", "HTTP 409: [1]"}),
    [](const auto& tested) { return tested.param.name; });

TEST(ParseJsonTest, GivenNoJsonWhenParsedThenRefused) {
  EXPECT_TRUE(ParseJson("{}"));
  const auto parsed = ParseJson("<html>");
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().message, "the answer is not JSON: <html>");
}

}  // namespace
}  // namespace zonedisk
