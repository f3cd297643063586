#include "cloudapi/actions/sts/sts.h"

#include <nlohmann/json.hpp>

#include "cloudapi/actions/testing/write_fixture.h"

namespace cloudapi {
namespace {

using nlohmann::json;

class StsTest : public WriteTest {
 protected:
  StsTest() { settings.accounts = {"default", "team-a"}; }

  json Answered(std::string_view action, Params::Map values = {}) {
    const auto answer = Run(action, std::move(values));
    EXPECT_TRUE(answer) << answer.error().message;
    return answer ? json::parse("{" + answer->members + "}") : json();
  }
  Result<Answer> Assume(Params::Map values) {
    values.emplace("RoleArn", "acs:ram::team-a:role/reader");
    values.emplace("RoleSessionName", "ci");
    return Run("AssumeRole", std::move(values));
  }
};

TEST_F(StsTest, GivenOwnKeyWhenAskedWhoCallsThenTheAccount) {
  const json who = Answered("GetCallerIdentity");
  const std::string number = AccountNumber("a");
  EXPECT_EQ(number.size(), 16U);
  EXPECT_EQ(who, json({{"IdentityType", "Account"},
                       {"AccountId", number},
                       {"UserId", number},
                       {"RoleId", ""},
                       {"PrincipalId", number},
                       {"Arn", "acs:ram::" + number + ":root"}}));
}

TEST_F(StsTest, GivenRoleWhenAskedWhoCallsThenTheRoleAndItsSession) {
  caller.account = "1234567890123456";
  caller.role = "reader";
  caller.role_session = "ci";
  const json who = Answered("GetCallerIdentity");
  EXPECT_EQ(who.at("IdentityType"), "AssumedRoleUser");
  EXPECT_EQ(who.at("AccountId"), "1234567890123456");
  EXPECT_EQ(who.at("Arn"), "acs:ram::1234567890123456:assumed-role/reader/ci");
  EXPECT_EQ(who.at("PrincipalId"), who.at("RoleId").get<std::string>() + ":ci");
}

TEST_F(StsTest, GivenRoleWhenAssumedThenCredentialsOfItsAccountForTheGivenTime) {
  const auto answer = Assume({{"DurationSeconds", "900"}});
  ASSERT_TRUE(answer) << answer.error().message;
  const json made = json::parse("{" + answer->members + "}");
  EXPECT_EQ(made.at("Credentials").at("Expiration"), "2024-01-01T00:15:00Z");
  EXPECT_EQ(made.at("AssumedRoleUser").at("Arn"),
            "acs:ram::" + AccountNumber("team-a") + ":assumed-role/reader/ci");
  const auto opened =
      settings.role_sessions.Open(made.at("Credentials").at("AccessKeyId").get<std::string>(),
                                  made.at("Credentials").at("SecurityToken").get<std::string>());
  ASSERT_TRUE(opened);
  EXPECT_EQ(opened->session, (RoleSession{.account = "team-a",
                                          .role = "reader",
                                          .name = "ci",
                                          .expires = env.CloudNow() + std::chrono::minutes(15)}));
  EXPECT_EQ(made.at("Credentials").at("AccessKeySecret"), opened->access_key_secret);
}

TEST_F(StsTest, GivenAccountByItsNumberOrOwnWhenAssumedThenFound) {
  for (const std::string& account :
       {AccountNumber("team-a"), std::string("default"), AccountNumber("a")})
    EXPECT_EQ(Code(Assume({{"RoleArn", "acs:ram::" + account + ":role/r"}})), "") << account;
}

struct AssumeCase {
  std::string label;
  Params::Map values;
  std::string code;
};
class AssumeRoleTest : public StsTest, public testing::WithParamInterface<AssumeCase> {};

TEST_P(AssumeRoleTest, GivenWrongValueWhenAssumedThenItsCode) {
  EXPECT_EQ(Code(Assume(GetParam().values)), GetParam().code);
}

INSTANTIATE_TEST_SUITE_P(
    Values, AssumeRoleTest,
    testing::Values(
        AssumeCase{"NoArn", {{"RoleArn", ""}}, "MissingRoleArn"},
        AssumeCase{"NoName", {{"RoleSessionName", ""}}, "MissingRoleSessionName"},
        AssumeCase{"NoRole", {{"RoleArn", "acs:ram::team-a:user/x"}}, "InvalidParameter.RoleArn"},
        AssumeCase{"NoAccount", {{"RoleArn", "acs:ram:::role/x"}}, "InvalidParameter.RoleArn"},
        AssumeCase{
            "RoleName", {{"RoleArn", "acs:ram::team-a:role/a b"}}, "InvalidParameter.RoleArn"},
        AssumeCase{
            "UnknownAccount", {{"RoleArn", "acs:ram::team-b:role/x"}}, "EntityNotExist.Role"},
        AssumeCase{"ShortName", {{"RoleSessionName", "x"}}, "InvalidParameter.RoleSessionName"},
        AssumeCase{
            "NameWithSlash", {{"RoleSessionName", "a/b"}}, "InvalidParameter.RoleSessionName"},
        AssumeCase{"TooShort", {{"DurationSeconds", "899"}}, "InvalidParameter.DurationSeconds"},
        AssumeCase{"TooLong", {{"DurationSeconds", "43201"}}, "InvalidParameter.DurationSeconds"},
        AssumeCase{"PolicyText", {{"Policy", "x"}}, "InvalidParameter.PolicyGrammar"},
        AssumeCase{
            "PolicySize", {{"Policy", std::string(2049, 'x')}}, "InvalidParameter.PolicySize"},
        AssumeCase{"PolicyThatFits", {{"Policy", "{}"}}, ""}),
    [](const testing::TestParamInfo<AssumeCase>& test) { return test.param.label; });

}  // namespace
}  // namespace cloudapi
