#include "cloudapi/gateway/response.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cloudapi/testing/fake_env.h"

namespace cloudapi {
namespace {

constexpr char kRequestId[] = "473469C7-AA6F-4DC5-B3DB-A3DC0DE3C83E";

ApiError Refusal() {
  return {.http_status = 403, .code = "IncorrectDiskStatus", .message = "disk d-1 is \"In_use\""};
}

void ExpectRequestIdHeader(const HttpResponse& response) {
  EXPECT_THAT(response.headers,
              testing::ElementsAre(testing::Pair("X-Acs-Request-Id", kRequestId)));
}

TEST(ErrorBodyTest, GivenJsonWhenRefusedThenEveryMemberIsText) {
  const auto response = ErrorResponse(BodyFormat::kJson, "127.0.0.1:1", kRequestId, Refusal());
  EXPECT_EQ(response.status, 403);
  EXPECT_EQ(response.content_type, "application/json;charset=utf-8");
  EXPECT_EQ(response.body,
            "{\"RequestId\":\"473469C7-AA6F-4DC5-B3DB-A3DC0DE3C83E\",\"HostId\":\"127.0.0.1:1\","
            "\"Code\":\"IncorrectDiskStatus\",\"Message\":\"disk d-1 is \\\"In_use\\\"\","
            "\"Recommend\":\"https://api.alibabacloud.com/troubleshoot?q=IncorrectDiskStatus"
            "&product=Ecs\"}");
  ExpectRequestIdHeader(response);
}

TEST(ErrorBodyTest, GivenXmlWhenRefusedThenRootIsError) {
  const auto response = ErrorResponse(BodyFormat::kXml, "127.0.0.1:1", kRequestId, Refusal());
  EXPECT_EQ(response.status, 403);
  EXPECT_EQ(response.content_type, "text/xml;charset=utf-8");
  EXPECT_EQ(response.body,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error>"
            "<RequestId>473469C7-AA6F-4DC5-B3DB-A3DC0DE3C83E</RequestId>"
            "<HostId>127.0.0.1:1</HostId><Code>IncorrectDiskStatus</Code>"
            "<Message>disk d-1 is &quot;In_use&quot;</Message>"
            "<Recommend>https://api.alibabacloud.com/troubleshoot?q=IncorrectDiskStatus"
            "&amp;product=Ecs</Recommend></Error>");
  ExpectRequestIdHeader(response);
}

TEST(SuccessBodyTest, GivenMembersWhenAnsweredThenBothFormats) {
  const auto json =
      SuccessResponse(BodyFormat::kJson, "CreateDisk", kRequestId, R"("DiskId":"d-1")");
  EXPECT_EQ(json.status, 200);
  EXPECT_EQ(json.body, R"({"RequestId":"473469C7-AA6F-4DC5-B3DB-A3DC0DE3C83E","DiskId":"d-1"})");
  const auto xml = SuccessResponse(BodyFormat::kXml, "CreateDisk", kRequestId, R"("DiskId":"d-1")");
  EXPECT_EQ(xml.body,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><CreateDiskResponse>"
            "<RequestId>473469C7-AA6F-4DC5-B3DB-A3DC0DE3C83E</RequestId><DiskId>d-1</DiskId>"
            "</CreateDiskResponse>");
  ExpectRequestIdHeader(json);
  ExpectRequestIdHeader(xml);
}

TEST(SuccessBodyTest, GivenNoMembersWhenAnsweredThenOnlyTheRequestId) {
  EXPECT_EQ(SuccessResponse(BodyFormat::kJson, "DeleteDisk", kRequestId, "").body,
            R"({"RequestId":"473469C7-AA6F-4DC5-B3DB-A3DC0DE3C83E"})");
}

TEST(RequestIdTest, GivenEnvWhenMadeThenUuidOfVersionFourInCapitals) {
  FakeEnv env;
  const auto first = NewRequestId(env);
  EXPECT_THAT(first, testing::MatchesRegex(
                         "[0-9A-F]{8}-[0-9A-F]{4}-4[0-9A-F]{3}-[89AB][0-9A-F]{3}-[0-9A-F]{12}"));
  EXPECT_NE(first, NewRequestId(env));
}

TEST(HttpErrorTest, GivenStatusWhenRefusedThenItsCode) {
  for (const auto& [status, code] :
       std::vector<std::pair<int, std::string>>{{400, "InvalidRequest"},
                                                {404, "InvalidPath.NotFound"},
                                                {405, "UnsupportedHTTPMethod"},
                                                {413, "RequestEntityTooLarge"},
                                                {414, "RequestURITooLong"}}) {
    const auto error = HttpError(status, "why");
    EXPECT_EQ(error.http_status, status);
    EXPECT_EQ(error.code, code);
    EXPECT_EQ(error.message, "why");
  }
}

}  // namespace
}  // namespace cloudapi
