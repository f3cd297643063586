#include "cloudapi/actions/role_sessions.h"

#include <gtest/gtest.h>

namespace cloudapi {
namespace {

const RoleSession kSession{.account = "team \"a\"",
                           .role = "reader",
                           .name = "ci",
                           .expires = SysMillis(std::chrono::hours(1))};

template <class T>
std::string CodeOf(const Result<T>& result) {
  return result ? "" : result.error().code;
}

TEST(RoleSessionsTest, GivenIssuedWhenOpenedThenTheSessionAndItsSecret) {
  const RoleSessions sessions("secret");
  const RoleCredentials made = sessions.Issue(kSession, "1");
  EXPECT_EQ(made.access_key_id.substr(0, 4), "STS.");
  EXPECT_TRUE(sessions.Issued(made.access_key_id));
  const auto opened = sessions.Open(made.access_key_id, made.security_token);
  ASSERT_TRUE(opened);
  EXPECT_EQ(opened->session, kSession);
  EXPECT_EQ(opened->access_key_secret, made.access_key_secret);
  const RoleCredentials other = sessions.Issue(kSession, "2");
  EXPECT_NE(other.access_key_id, made.access_key_id);
  EXPECT_NE(other.access_key_secret, made.access_key_secret);
}

TEST(RoleSessionsTest, GivenWhatIsNotOursWhenOpenedThenItsCode) {
  const RoleSessions sessions("secret");
  const RoleCredentials made = sessions.Issue(kSession, "1");
  const RoleCredentials other = sessions.Issue(kSession, "2");
  const RoleCredentials foreign = RoleSessions("another").Issue(kSession, "1");
  const std::string& key = made.access_key_id;
  EXPECT_EQ(CodeOf(sessions.Open(key, "")), "MissingSecurityToken");
  EXPECT_EQ(CodeOf(sessions.Open(key, other.security_token)),
            "InvalidSecurityToken.MismatchWithAccessKey");
  for (const std::string& token :
       {std::string("x"), std::string("."), std::string("zz.00"), foreign.security_token,
        made.security_token + "0", "7b7d" + made.security_token.substr(4)})
    EXPECT_EQ(CodeOf(sessions.Open(key, token)), "InvalidSecurityToken.Malformed") << token;
  EXPECT_FALSE(sessions.Issued(foreign.access_key_id));
  EXPECT_FALSE(sessions.Issued("STS.abc"));
  EXPECT_FALSE(sessions.Issued("testid"));
}

TEST(RoleSessionsTest, GivenTheEndOfItsTimeThenExpired) {
  EXPECT_EQ(CodeOf(RoleSessions::CheckTime(kSession, kSession.expires - SysMillis::duration(1))),
            "");
  EXPECT_EQ(CodeOf(RoleSessions::CheckTime(kSession, kSession.expires)),
            "InvalidSecurityToken.Expired");
}

}  // namespace
}  // namespace cloudapi
