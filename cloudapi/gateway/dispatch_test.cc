#include "cloudapi/gateway/dispatch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <set>
#include <sstream>
#include <thread>
#include <vector>

#include "cloudapi/base/crash_points.h"
#include "cloudapi/gateway/testing/dispatch_fixture.h"

namespace cloudapi {
namespace {

using std::chrono::hours;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

TEST_F(DispatchTest, GivenThrottleWhenEmptyThenRefusedBeforeParametersWithTheTimeToWait) {
  limits_.throttles.Set({.account = "default", .action = "Note", .burst = 1, .per_minute = 60});
  EXPECT_EQ(CodeOf(CallNote("a", "t-1")), "");
  const auto refused = Call("Note");
  EXPECT_EQ(refused.status, 400);
  EXPECT_EQ(CodeOf(refused), "Throttling");
  EXPECT_THAT(refused.headers, testing::Contains(testing::Pair("x-acs-retry-after", "1000")));
  EXPECT_EQ(CodeOf(Call("PlainNote", Params(Params::Map{{"Text", "b"}}))), "") << "another action";
  env_.AdvanceTo(env_.CloudNow() + std::chrono::seconds(1));
  EXPECT_EQ(CodeOf(CallNote("a", "t-1")), "");
}

TEST_F(DispatchTest, GivenQuotasOfAnAccountThenItsCallsHaveThem) {
  Quotas quotas;
  quotas.Set(Quota::kPostPaidDisks, 0);
  limits_.quotas.Set("default", quotas);
  const Params disk({{"RegionId", "cn-hangzhou"}, {"ZoneId", "cn-hangzhou-b"}, {"Size", "20"}});
  EXPECT_EQ(CodeOf(Call("CreateDisk", disk)), "QuotaExceed.PostPaidDisk");
  limits_.quotas.Forget();
  EXPECT_EQ(CodeOf(Call("CreateDisk", disk)), "");
}

TEST_F(DispatchTest, GivenVersionWhenCalledThenTheActionsOfThatProductOnly) {
  const auto of = [&](const std::string& version, const std::string& action) {
    return Call(action, Params(Params::Map{
                            {"Version", version}, {"Id", "cn-hangzhou"}, {"ServiceCode", "ecs"}}));
  };
  EXPECT_THAT(of("2015-04-01", "GetCallerIdentity").body, HasSubstr("acs:ram::"));
  EXPECT_THAT(of("2015-06-12", "describeendpoints").body, HasSubstr("127.0.0.1:1"));
  EXPECT_EQ(CodeOf(of("2014-05-26", "GetCallerIdentity")), "InvalidAction.NotFound");
  EXPECT_EQ(CodeOf(of("2015-04-01", "DescribeRegions")), "InvalidAction.NotFound");
  EXPECT_THAT(
      Call("GetCallerIdentity", Params(Params::Map{{"Version", "2015-04-01"}, {"Format", "XML"}}))
          .body,
      HasSubstr("<GetCallerIdentityResponse><RequestId>"));
}

TEST_F(DispatchTest, GivenTokenWhenRepeatedThenSameAnswerAndOneEffect) {
  const auto first = CallNote("a", "t-1");
  const auto second = CallNote("a", "t-1");
  EXPECT_EQ(RestOf(first), R"(,"Run":1})");
  EXPECT_EQ(RestOf(second), R"(,"Run":1})");
  EXPECT_NE(first.body, second.body);  // each has its own RequestId
  EXPECT_EQ(stage_.runs, 1);
}

TEST_F(DispatchTest, GivenTokenOfACreatedDiskWhenRepeatedThenTheSameDisk) {
  const Params params({{"RegionId", "cn-hangzhou"},
                       {"ZoneId", "cn-hangzhou-b"},
                       {"DiskCategory", "cloud_essd"},
                       {"Size", "20"},
                       {"ClientToken", "n:pvc-1"}});
  const auto first = Call("CreateDisk", params);
  EXPECT_THAT(RestOf(first), HasSubstr("\"DiskId\":\"d-"));
  EXPECT_EQ(RestOf(Call("CreateDisk", params)), RestOf(first));
  EXPECT_THAT(Call("DescribeDisks", Params(Params::Map{{"RegionId", "cn-hangzhou"}})).body,
              HasSubstr("\"TotalCount\":1"));
}

TEST_F(DispatchTest, GivenTokenOfACreatedDiskWhenInstanceIdIsGivenThenTokenIsIgnored) {
  Params params({{"ZoneId", "cn-hangzhou-b"},
                 {"DiskCategory", "cloud_essd"},
                 {"Size", "20"},
                 {"ClientToken", "n:pvc-1"}});
  EXPECT_EQ(CodeOf(Call("CreateDisk", params)), "");
  params.Set("InstanceId", "i-1");
  EXPECT_EQ(CodeOf(Call("CreateDisk", params)), "InvalidParam.ZoneIdAndInstanceId.Conflict");
}

TEST_F(DispatchTest, GivenParameterThatRulesOutTokensWhenRepeatedThenTwoEffects) {
  const Params params({{"Text", "a"}, {"Place", "here"}, {"ClientToken", std::string(65, 't')}});
  EXPECT_EQ(RestOf(Call("Note", params)), R"(,"Run":1})");
  EXPECT_EQ(RestOf(Call("Note", params)), R"(,"Run":2})");
}

TEST_F(DispatchTest, GivenTokenWhenOnlyPublicParametersDifferThenTheSameCall) {
  Params params({{"Text", "a"}, {"ClientToken", "t-1"}});
  EXPECT_EQ(RestOf(Call("Note", params)), R"(,"Run":1})");
  params.Set("Timestamp", "2024-01-01T00:00:01Z");
  params.Set("SignatureNonce", "n-2");
  params.Set("version", "2014-05-26");
  EXPECT_EQ(RestOf(Call("Note", params)), R"(,"Run":1})");
}

TEST_F(DispatchTest, GivenTokenWhenNamesAreWrittenInAnotherCaseThenTheSameCall) {
  const Params params({{"Text", "a"}, {"Tag.1.Key", "k"}, {"ClientToken", "t-1"}});
  EXPECT_EQ(RestOf(Call("Note", params)), R"(,"Run":1})");
  const Params again({{"text", "a"}, {"tag.1.KEY", "k"}, {"clientToken", "t-1"}});
  EXPECT_EQ(RestOf(Call("Note", again)), R"(,"Run":1})");
  const Params other({{"text", "a"}, {"tag.1.KEY", "K"}, {"clientToken", "t-1"}});
  EXPECT_EQ(CodeOf(Call("Note", other)), "IdempotentParameterMismatch");
}

TEST_F(DispatchTest, GivenTokenWhenAnUndeclaredParameterIsAddedThenTheSameCall) {
  EXPECT_EQ(RestOf(CallNote("a", "t-1")), R"(,"Run":1})");
  const Params again({{"Text", "a"}, {"ClientToken", "t-1"}, {"SourceIp", "10.0.0.1"}});
  EXPECT_EQ(RestOf(Call("Note", again)), R"(,"Run":1})");
}

TEST_F(DispatchTest, GivenTokenWhenParametersDifferThenMismatchAndNoEffect) {
  EXPECT_EQ(CodeOf(CallNote("a", "t-1")), "");
  const auto other = CallNote("b", "t-1");
  EXPECT_EQ(CodeOf(other), "IdempotentParameterMismatch");
  EXPECT_EQ(other.status, 403);
  EXPECT_EQ(Kept(), "a");
}

TEST_F(DispatchTest, GivenTokenWhenAccountRegionOrActionDiffersThenAnotherToken) {
  EXPECT_EQ(RestOf(CallNote("a", "t-1")), R"(,"Run":1})");
  // No region is the default one.
  Params params({{"Text", "a"}, {"ClientToken", "t-1"}, {"RegionId", "cn-beijing"}});
  EXPECT_EQ(RestOf(Call("Note", params)), R"(,"Run":2})");
  params = Params({{"Text", "a"},
                   {"ClientToken", "t-1"},
                   {"AccessKeyId", "stranger"},
                   {"Version", "2014-05-26"}});
  EXPECT_EQ(RestOf(Call("Note", params)), R"(,"Run":3})");
  stage_.go.Notify();
  params = Params({{"Text", "a"}, {"ClientToken", "t-1"}});
  EXPECT_EQ(RestOf(Call("WaitThenNote", params)), R"(,"Run":4})");
  EXPECT_EQ(RestOf(CallNote("a", "T-1")), R"(,"Run":5})");
}

TEST_F(DispatchTest, GivenRefusedCallWhenRepeatedWithItsTokenThenRunsAgain) {
  EXPECT_EQ(CodeOf(CallNote("refuse", "t-1")), "NoteRefused");
  EXPECT_EQ(RestOf(CallNote("a", "t-1")), R"(,"Run":1})");
}

TEST_F(DispatchTest, GivenTokenWhenADayOfTheCloudsClockPassedThenForgotten) {
  EXPECT_EQ(RestOf(CallNote("a", "t-1")), R"(,"Run":1})");
  env_.SetCloud(env_.CloudNow() + kTokenLifetime - std::chrono::minutes(1));
  EXPECT_EQ(RestOf(CallNote("a", "t-1")), R"(,"Run":1})");
  env_.SetCloud(env_.CloudNow() + std::chrono::minutes(2));
  EXPECT_EQ(RestOf(CallNote("a", "t-1")), R"(,"Run":2})");
}

TEST_F(DispatchTest, GivenMalformedTokensWhenCalledThenRefused) {
  for (const std::string& token :
       {std::string(65, 't'), std::string("t\xC3\xA9"), std::string("t\n"), std::string("\x7f")}) {
    const auto response = CallNote("a", token);
    EXPECT_EQ(CodeOf(response), "InvalidClientToken.Malformed") << token;
    EXPECT_EQ(response.status, 403);
  }
  EXPECT_EQ(CodeOf(CallNote("a", std::string(64, 't'))), "");
}

TEST_F(DispatchTest, GivenActionThatDeclaresNeitherWhenTokenAndDryRunAreGivenThenIgnored) {
  const Params params(
      {{"Text", "a"}, {"ClientToken", std::string(65, 't')}, {"DryRun", "perhaps"}});
  EXPECT_EQ(RestOf(Call("PlainNote", params)), R"(,"Run":1})");
  const Params dry({{"Text", "b"}, {"ClientToken", "t-1"}, {"DryRun", "true"}});
  EXPECT_EQ(RestOf(Call("PlainNote", dry)), R"(,"Run":2})");
  EXPECT_EQ(RestOf(Call("PlainNote", dry)), R"(,"Run":3})");
  EXPECT_EQ(Kept(), "b");
}

TEST_F(DispatchTest, GivenDeclaredDryRunWhenItsValueIsNoBooleanThenRefused) {
  EXPECT_EQ(CodeOf(Call("Note", Params({{"Text", "a"}, {"DryRun", "perhaps"}}))),
            "InvalidParameter");
  EXPECT_EQ(Kept(), "");
}

// What the service does not declare for an action, it does not honour either.
TEST_F(DispatchTest, GivenDryRunWhenADiskIsCreatedThenItIsThere) {
  const Params params({{"RegionId", "cn-hangzhou"},
                       {"ZoneId", "cn-hangzhou-b"},
                       {"DiskCategory", "cloud_essd"},
                       {"Size", "20"},
                       {"DryRun", "true"}});
  EXPECT_EQ(CodeOf(Call("CreateDisk", params)), "");
}

struct InFlightCase {
  std::string name;
  std::string action;
  std::string code;
};
class InFlightTest : public DispatchTest, public testing::WithParamInterface<InFlightCase> {};
TEST_P(InFlightTest, GivenTokenInFlightWhenCalledAgainThenRefusedUntilTheAnswerIsCommitted) {
  const Params params({{"Text", "a"}, {"ClientToken", "t-1"}});
  HttpResponse first;
  {
    const std::jthread caller([&] { first = Call(GetParam().action, params); });
    stage_.entered.WaitForNotification();
    const auto second = Call(GetParam().action, params);
    EXPECT_EQ(CodeOf(second), GetParam().code);
    EXPECT_EQ(second.status, 403);
    stage_.go.Notify();
  }
  EXPECT_EQ(RestOf(first), R"(,"Run":1})");
  EXPECT_EQ(RestOf(Call(GetParam().action, params)), R"(,"Run":1})");
}
INSTANTIATE_TEST_SUITE_P(
    Codes, InFlightTest,
    testing::Values(InFlightCase{"Usual", "WaitThenNote", "LastTokenProcessing"},
                    InFlightCase{"OfTheRow", "WaitOwnCode", "IdempotentProcessing"}),
    [](const auto& test) { return test.param.name; });

TEST_F(DispatchTest, GivenExceptionWhenCalledThenInternalErrorNothingKeptAndTheTokenIsFree) {
  const Params params({{"Text", "a"}, {"ClientToken", "t-1"}});
  const auto broken = Call("BreakOnce", params);
  EXPECT_EQ(broken.status, 500);
  EXPECT_EQ(CodeOf(broken), "InternalError");
  EXPECT_EQ(Kept(), "");
  EXPECT_EQ(CodeOf(Call("BreakOnce", params)), "");
  EXPECT_EQ(Kept(), "a");
}

TEST_F(DispatchTest, GivenExceptionInAReadWhenCalledThenInternalErrorAndTheNextCallWorks) {
  const auto broken = Call("BreakReading");
  EXPECT_EQ(broken.status, 500);
  EXPECT_EQ(CodeOf(broken), "InternalError");
  EXPECT_EQ(CodeOf(Call("DescribeRegions")), "");
}

TEST_F(DispatchTest, GivenDryRunWhenItWouldSucceedThenSaysSoAndKeepsNothing) {
  const Params params({{"Text", "a"}, {"DryRun", "true"}, {"ClientToken", "t-1"}});
  const auto dry = Call("Note", params);
  EXPECT_EQ(CodeOf(dry), "DryRunOperation");
  EXPECT_EQ(dry.status, 400);
  EXPECT_EQ(Kept(), "");
  // The token is unused too.
  EXPECT_EQ(CodeOf(CallNote("b", "t-1")), "");
  EXPECT_EQ(CodeOf(Call("Note", Params({{"Text", "refuse"}, {"DryRun", "True"}}))), "NoteRefused");
}

TEST_F(DispatchTest, GivenDryRunWhenAListingIsAskedThenSaysSoOrItsRefusal) {
  const auto listed = [this](const std::string& region) {
    return CodeOf(Call("DescribeDisks", Params({{"RegionId", region}, {"DryRun", "true"}})));
  };
  EXPECT_EQ(listed("cn-hangzhou"), "DryRunOperation");
  EXPECT_EQ(listed("nowhere"), "InvalidRegion.NotFound");
}

struct RoutingCase {
  std::string name;
  Params::Map params;
  std::string code;
  int status;
};
class RoutingTest : public DispatchTest, public testing::WithParamInterface<RoutingCase> {};
TEST_P(RoutingTest, GivenParametersWhenCalledThenAnswers) {
  Params params(GetParam().params);
  if (!params.Has("Format")) params.Set("Format", "JSON");
  const auto response = dispatcher_.Handle({.method = "GET", .path = "/", .query = params});
  EXPECT_EQ(response.status, GetParam().status);
  EXPECT_EQ(CodeOf(response), GetParam().code);
}
INSTANTIATE_TEST_SUITE_P(
    Calls, RoutingTest,
    testing::Values(
        RoutingCase{"NoAction", {}, "MissingParameter", 400},
        RoutingCase{"UnknownAction", {{"Action", "Describe"}}, "InvalidAction.NotFound", 404},
        RoutingCase{"OtherCase", {{"action", "describeregions"}}, "", 200},
        RoutingCase{
            "OtherProduct",
            {{"Action", "DescribeVpcs"}, {"Version", "2016-04-28"}, {"RegionId", "cn-hangzhou"}},
            "",
            200},
        RoutingCase{
            "ActionOfOtherProduct", {{"Action", "DescribeVpcs"}}, "InvalidAction.NotFound", 404},
        RoutingCase{
            "NameInTheTable", {{"Action", "Vpc.DescribeVpcs"}}, "InvalidAction.NotFound", 404},
        RoutingCase{"OtherVersion",
                    {{"Action", "DescribeRegions"}, {"Version", "2015-01-01"}},
                    "InvalidVersion",
                    400},
        // A key makes it V1, which must name the version.
        RoutingCase{"V1WithoutVersion",
                    {{"Action", "DescribeRegions"}, {"AccessKeyId", "ak"}},
                    "MissingParameter",
                    400},
        RoutingCase{"MissingParameter", {{"Action", "Note"}}, "MissingParameter", 400},
        RoutingCase{
            "UnknownParameter", {{"Action", "DescribeRegions"}, {"Colour", "red"}}, "", 200},
        RoutingCase{
            "BadSignature",
            {{"Action", "DescribeRegions"}, {"Version", "2014-05-26"}, {"AccessKeyId", "testid"}},
            "MissingParameter",
            400}),
    [](const auto& test) { return test.param.name; });

TEST_F(DispatchTest, GivenTokenWhenSpeltOtherwiseOrWithUndeclaredNamesThenTheSameCall) {
  Params params({{"Text", "a"}, {"Count", "7"}, {"ClientToken", "t-1"}});
  EXPECT_EQ(RestOf(Call("Note", params)), R"(,"Run":1})");
  params = Params({{"text", "a"}, {"COUNT", "07"}, {"SourceIp", "::1"}, {"ClientToken", "t-1"}});
  EXPECT_EQ(RestOf(Call("Note", params)), R"(,"Run":1})");
  params = Params({{"Text", "a"}, {"Count", "8"}, {"ClientToken", "t-1"}});
  EXPECT_EQ(CodeOf(Call("Note", params)), "IdempotentParameterMismatch");
}

TEST_F(DispatchTest, GivenOtherMethodWhenCalledThenUnsupported) {
  for (const std::string method : {"PUT", "DELETE", "HEAD", "OPTIONS"}) {
    const auto response =
        dispatcher_.Handle({.method = method,
                            .path = "/",
                            .query = Params({{"Action", "DescribeRegions"}, {"Format", "JSON"}})});
    EXPECT_EQ(response.status, 405);
    EXPECT_EQ(CodeOf(response), "UnsupportedHTTPMethod");
  }
}

TEST_F(DispatchTest, GivenFormatWhenAnsweredThenInIt) {
  const auto format = [this](Params params, const std::string& authorization) {
    params.Set("Action", "DescribeRegions");
    HttpRequest request{.method = "GET", .path = "/", .query = std::move(params)};
    if (!authorization.empty()) request.headers.emplace_back("authorization", authorization);
    return dispatcher_.Handle(request).content_type;
  };
  const Params::Map key = {{"AccessKeyId", "stranger"}, {"Version", "2014-05-26"}};
  EXPECT_THAT(format(Params(), ""), HasSubstr("xml"));
  EXPECT_THAT(format(Params(key), ""), HasSubstr("xml"));
  EXPECT_THAT(format(Params(Params::Map{{"Format", "json"}}), ""), HasSubstr("json"));
  EXPECT_THAT(format(Params(), "ACS3-HMAC-SHA256 nonsense"), HasSubstr("json"));
  EXPECT_THAT(format(Params(Params::Map{{"Format", "Xml"}}), "ACS3-HMAC-SHA256 nonsense"),
              HasSubstr("xml"));
  EXPECT_THAT(format(Params(Params::Map{{"Format", "YAML"}}), ""), HasSubstr("json"));
  EXPECT_EQ(Call("DescribeRegions", Params(Params::Map{{"Format", "YAML"}})).status, 400);
}

TEST_F(DispatchTest, GivenQueryAndFormWhenMergedThenBothCountAndTheQueryFirst) {
  const auto response = dispatcher_.Handle(
      {.method = "POST",
       .path = "/",
       .query = Params({{"Action", "Note"}, {"Format", "JSON"}}),
       .form = Params({{"Text", "from the form"}, {"action", "DescribeRegions"}})});
  EXPECT_EQ(CodeOf(response), "");
  EXPECT_EQ(Kept(), "from the form");
}

TEST_F(DispatchTest, GivenUnknownParametersWhenLoggedAtDebugThenNamedWithoutTheirValues) {
  std::ostringstream log;
  const auto before = spdlog::default_logger();
  auto logger = std::make_shared<spdlog::logger>(
      "test", std::make_shared<spdlog::sinks::ostream_sink_mt>(log));
  logger->set_level(spdlog::level::debug);
  spdlog::set_default_logger(std::move(logger));
  Call("DescribeRegions", Params({{"Colour\n", "secret-value"}, {"Timestamp", "now"}}));
  spdlog::set_default_logger(before);
  EXPECT_THAT(log.str(), HasSubstr(R"(ignored parameters ["Colour\n"])"));
  EXPECT_THAT(log.str(), HasSubstr("action DescribeRegions code OK"));
  EXPECT_THAT(log.str(), Not(HasSubstr("secret-value")));
}

TEST_F(DispatchTest, GivenCallsWhenCountedThenByActionAndCodeAndUnknownNamesShareOne) {
  Call("DescribeRegions");
  Call("Nonsense1");
  Call("Nonsense2");
  const auto text = metrics_.Text();
  EXPECT_THAT(text, HasSubstr("DescribeRegions"));
  EXPECT_THAT(text, HasSubstr("InvalidAction.NotFound"));
  EXPECT_THAT(text, Not(HasSubstr("Nonsense")));
}

TEST_F(DispatchTest, GivenCallsWhenCoverageIsReadThenWhatWasAcceptedOrRefused) {
  Call("DescribeZones", Params(Params::Map{{"RegionId", "cn-hangzhou"}}));
  Call("DescribeZones", Params(Params::Map{{"Verbose", "false"}}));
  Call("Nonsense1");
  Call("ResetDisk", Params({{"DiskId", "d-1"}, {"SnapshotId", "s-1"}, {"DryRun", "true"}}));
  std::set<std::string> reached;
  for (const Coverage::Row& row : coverage_.Rows())
    if (row.calls > 0) reached.insert(row.action + " " + row.name);
  EXPECT_THAT(reached,
              ElementsAre("* 404 InvalidAction.NotFound", "DescribeZones 400 MissingParameter",
                          "DescribeZones RegionId", "ResetDisk 404 InvalidDiskId.NotFound"));
}

TEST_F(DispatchTest, GivenDryRunThatWouldSucceedWhenCoverageIsReadThenItsParametersCount) {
  Call("DescribeDisks", Params({{"RegionId", "cn-hangzhou"}, {"DryRun", "true"}}));
  std::set<std::string> reached;
  for (const Coverage::Row& row : coverage_.Rows())
    if (row.calls > 0) reached.insert(row.name);
  EXPECT_THAT(reached, ElementsAre("400 DryRunOperation", "DryRun", "RegionId"));
}

TEST_F(DispatchTest, GivenRequestThatReachesNoActionWhenRefusedThenInItsFormat) {
  const auto refusal = [this](HttpRequest request) {
    return dispatcher_.Refusal(request, 414, "why");
  };
  EXPECT_THAT(refusal({}).body, HasSubstr("<Code>RequestURITooLong</Code><Message>why</Message>"));
  const auto json = refusal({.query = Params(Params::Map{{"Format", "json"}})});
  EXPECT_EQ(json.status, 414);
  EXPECT_THAT(json.content_type, HasSubstr("json"));
  EXPECT_THAT(json.body, HasSubstr(R"("Code":"RequestURITooLong","Message":"why")"));
  EXPECT_EQ(CodeOf(refusal({.headers = {{"authorization", "ACS3-HMAC-SHA256 Credential=ak"}}})),
            "RequestURITooLong");
}

// Each statement runs in a process of its own, threads included.
TEST_F(DispatchTest, GivenACrashPointForOneCallWhenOthersPassThenOnlyThatCallDies) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  const auto run = [this](std::string_view point) {
    if (!base::ArmCrashPoint(kCloudCrashPoints, point)) _exit(1);
    Call("DescribeRegions");
    store_->Write("jobs", [](Tx&) -> Result<bool> { return true; }).value();
    CallNote("first", "");
    CallNote("second", "");
    _exit(2);
  };
  const auto died = testing::ExitedWithCode(137);
  EXPECT_EXIT(run("write.before-commit@Note/second"), died,
              "crash point write.before-commit in Note second");
  EXPECT_EXIT(run("write.after-commit:2@Note"), died, "crash point write.after-commit in Note");
  EXPECT_EXIT(run("request.before-answer@Note/first"), died,
              "crash point request.before-answer in Note first");
  EXPECT_EXIT(run("write.after-commit@CreateDisk"), testing::ExitedWithCode(2), "");
  EXPECT_EXIT(run("request.before-answer:3@Note"), testing::ExitedWithCode(2), "");
}

}  // namespace
}  // namespace cloudapi
