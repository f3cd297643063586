#include "cloudapi/gateway/auth.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "cloudapi/actions/products.h"
#include "cloudapi/resources/kinds.h"
#include "cloudapi/testing/fake_env.h"
#include "cloudapi/testing/temp_folder.h"
#include "common/base/time.h"

namespace cloudapi {
namespace {

using std::chrono::seconds;
using testing::EndsWith;
using testing::HasSubstr;

constexpr std::string_view kServerString = "server string to sign is:";

HttpRequest Get() {
  return {.method = "GET", .path = "/"};
}

std::string Signed(std::string_view secret, const Params& params) {
  return SigningKey(secret).SignV1(StringToSignV1("GET", params));
}

// A signed V1 call; `change` alters the parameters before they are signed.
Params V1(const std::function<void(Params&)>& change = {}) {
  Params params({{"Action", "DescribeRegions"},
                 {"Version", "2014-05-26"},
                 {"AccessKeyId", "testid"},
                 {"SignatureMethod", "HMAC-SHA1"},
                 {"SignatureVersion", "1.0"},
                 {"SignatureNonce", "n-1"},
                 {"Timestamp", "2024-01-01T00:00:00Z"}});
  if (change) change(params);
  params.Set("Signature", Signed("testsecret", params));
  return params;
}

Params Without(const Params& params, const std::string& name) {
  auto values = params.All();
  values.erase(name);
  return Params(std::move(values));
}

std::string& HeaderOf(HttpRequest& request, std::string_view wanted) {
  for (auto& [name, value] : request.headers)
    if (name == wanted) return value;
  return request.headers.emplace_back(std::string(wanted), "").second;
}

void SignV3(HttpRequest& request, const std::vector<std::string>& names) {
  std::string list;
  for (const auto& name : names) list += (list.empty() ? "" : ";") + name;
  HeaderOf(request, "authorization") =
      "ACS3-HMAC-SHA256 Credential=testid,SignedHeaders=" + list +
      ",Signature=" + SigningKey("testsecret").SignV3(StringToSignV3(request, names));
}

const std::vector<std::string> kNames = {
    "host",       "x-acs-action",          "x-acs-content-sha256",
    "x-acs-date", "x-acs-signature-nonce", "x-acs-version"};

HttpRequest V3(const std::vector<std::string>& names = kNames) {
  HttpRequest request{.method = "POST",
                      .path = "/",
                      .query = Params(Params::Map{{"RegionId", "cn-hangzhou"}}),
                      .headers = {{"host", "127.0.0.1"},
                                  {"x-acs-action", "DescribeDisks"},
                                  {"x-acs-content-sha256", Sha256Hex("Size=20")},
                                  {"x-acs-date", "2024-01-01T00:00:00Z"},
                                  {"x-acs-signature-nonce", "n-3"},
                                  {"x-acs-version", "2014-05-26"}},
                      .body = "Size=20"};
  SignV3(request, names);
  return request;
}

class AuthTest : public testing::Test {
 protected:
  Authenticator In(SignatureMode mode) { return Authenticator(keys_, mode, env_); }
  // `params` become the query unless empty.
  static Result<Identity> Ask(Authenticator& authenticator, HttpRequest request,
                              const Params& params) {
    if (!params.All().empty()) request.query = params;
    return authenticator.Check(request, RouteOf(request, FindActionOf));
  }
  // The account, or the code of the refusal.
  static std::string Outcome(const Result<Identity>& checked) {
    return checked ? checked->account : checked.error().code;
  }
  std::string Check(SignatureMode mode, const HttpRequest& request, const Params& params) {
    Authenticator authenticator(keys_, mode, env_);
    return Outcome(Ask(authenticator, request, params));
  }

  static Keys BuiltIn() {
    Keys keys;
    keys.AddBuiltIn();
    return keys;
  }

  FakeEnv env_;
  Keys keys_ = BuiltIn();
};

enum class Caller { kUnsigned, kKnown, kWrongSecret, kUnknownKey };
struct ModeCase {
  std::string name;
  SignatureMode mode;
  Caller caller;
  std::string expected;
};
class AuthModeTest : public AuthTest, public testing::WithParamInterface<ModeCase> {};
TEST_P(AuthModeTest, GivenModeWhenCheckedThenAnswers) {
  const auto params_of = [](Caller caller) {
    switch (caller) {
      case Caller::kUnsigned: return Params();
      case Caller::kKnown: return V1();
      case Caller::kWrongSecret: {
        auto params = V1();
        params.Set("Signature", Signed("another", Without(params, "Signature")));
        return params;
      }
      case Caller::kUnknownKey:
        return V1([](Params& params) { params.Set("AccessKeyId", "stranger"); });
    }
    return Params();
  };
  EXPECT_EQ(Check(GetParam().mode, Get(), params_of(GetParam().caller)), GetParam().expected);
}
INSTANTIATE_TEST_SUITE_P(
    Modes, AuthModeTest,
    testing::Values(
        ModeCase{"PresentUnsigned", SignatureMode::kPresent, Caller::kUnsigned, "default"},
        ModeCase{"PresentKnown", SignatureMode::kPresent, Caller::kKnown, "default"},
        ModeCase{"PresentWrong", SignatureMode::kPresent, Caller::kWrongSecret,
                 "SignatureDoesNotMatch"},
        ModeCase{"PresentUnknown", SignatureMode::kPresent, Caller::kUnknownKey, "key:stranger"},
        ModeCase{"OffUnsigned", SignatureMode::kOff, Caller::kUnsigned, "default"},
        ModeCase{"OffWrong", SignatureMode::kOff, Caller::kWrongSecret, "default"},
        ModeCase{"OffUnknown", SignatureMode::kOff, Caller::kUnknownKey, "key:stranger"},
        ModeCase{"StrictUnsigned", SignatureMode::kStrict, Caller::kUnsigned, "MissingParameter"},
        ModeCase{"StrictKnown", SignatureMode::kStrict, Caller::kKnown, "default"},
        ModeCase{"StrictWrong", SignatureMode::kStrict, Caller::kWrongSecret,
                 "SignatureDoesNotMatch"},
        ModeCase{"StrictUnknown", SignatureMode::kStrict, Caller::kUnknownKey,
                 "InvalidAccessKeyId.NotFound"}),
    [](const auto& test) { return test.param.name; });

TEST_F(AuthTest, GivenKnownKeyOfAnotherAccountWhenCheckedThenThatAccount) {
  keys_.Add("ak", "testsecret", "team-a");
  EXPECT_EQ(Check(SignatureMode::kStrict, Get(),
                  V1([](Params& params) { params.Set("AccessKeyId", "ak"); })),
            "team-a");
}

struct V1Case {
  std::string name;
  std::string parameter;
  std::string value;  // empty: left out
  std::string expected;
};
class AuthV1Test : public AuthTest, public testing::WithParamInterface<V1Case> {};
TEST_P(AuthV1Test, GivenParameterWhenCheckedThenAnswers) {
  const auto params = V1([](Params& made) {
    if (GetParam().value.empty())
      made = Without(made, GetParam().parameter);
    else
      made.Set(GetParam().parameter, GetParam().value);
  });
  EXPECT_EQ(Check(SignatureMode::kPresent, Get(),
                  GetParam().parameter == "Signature" ? Without(params, "Signature") : params),
            GetParam().expected);
}
INSTANTIATE_TEST_SUITE_P(
    Parameters, AuthV1Test,
    testing::Values(
        V1Case{"NoSignature", "Signature", "", "MissingParameter"},
        V1Case{"NoMethod", "SignatureMethod", "", "MissingParameter"},
        V1Case{"NoVersion", "SignatureVersion", "", "MissingParameter"},
        V1Case{"NoNonce", "SignatureNonce", "", "MissingParameter"},
        V1Case{"NoTimestamp", "Timestamp", "", "MissingParameter"},
        V1Case{"NoKey", "AccessKeyId", "", "MissingParameter"},
        V1Case{"OtherMethod", "SignatureMethod", "HMAC-SHA256", "InvalidParameter"},
        V1Case{"OtherVersion", "SignatureVersion", "2.0", "InvalidParameter"},
        V1Case{"SecurityToken", "SecurityToken", "CAISexample+/=token", "default"},
        V1Case{"Earliest", "Timestamp", "2023-12-31T23:45:00Z", "default"},
        V1Case{"TooEarly", "Timestamp", "2023-12-31T23:44:59Z", "InvalidTimeStamp.Expired"},
        V1Case{"Latest", "Timestamp", "2024-01-01T00:15:00Z", "default"},
        V1Case{"TooLate", "Timestamp", "2024-01-01T00:15:01Z", "InvalidTimeStamp.Expired"},
        V1Case{"NoSeconds", "Timestamp", "2024-01-01T00:00Z", "InvalidTimeStamp.Format"},
        V1Case{"NoZone", "Timestamp", "2024-01-01T00:00:00", "InvalidTimeStamp.Format"},
        V1Case{"NoDate", "Timestamp", "2024-02-30T00:00:00Z", "InvalidTimeStamp.Format"},
        V1Case{"NoTime", "Timestamp", "yesterday", "InvalidTimeStamp.Format"}),
    [](const auto& test) { return test.param.name; });

TEST_F(AuthTest, GivenNonceWhenUsedAgainThenRefusesUntilTimestampsAreStale) {
  auto authenticator = In(SignatureMode::kPresent);
  EXPECT_EQ(Outcome(Ask(authenticator, Get(), V1())), "default");
  EXPECT_EQ(Outcome(Ask(authenticator, Get(), V1())), "SignatureNonceUsed");
  env_.Advance(2 * kAllowedSkew + seconds(1));
  const auto now = base::FormatTime(env_.WallNow());
  const auto later = V1([&now](Params& params) { params.Set("Timestamp", now); });
  EXPECT_EQ(Outcome(Ask(authenticator, Get(), later)), "default");
}

TEST_F(AuthTest, GivenWrongSignatureWhenRefusedThenItsNonceStaysUnused) {
  auto authenticator = In(SignatureMode::kPresent);
  auto wrong = V1();
  wrong.Set("Signature", "AAAA");
  EXPECT_EQ(Outcome(Ask(authenticator, Get(), wrong)), "SignatureDoesNotMatch");
  EXPECT_EQ(Outcome(Ask(authenticator, Get(), V1())), "default");
}

TEST_F(AuthTest, GivenNonceWhenAnotherKeyUsesItThenBothPass) {
  keys_.Add("ak", "testsecret", "team-a");
  auto authenticator = In(SignatureMode::kPresent);
  EXPECT_EQ(Outcome(Ask(authenticator, Get(), V1())), "default");
  const auto other = V1([](Params& params) { params.Set("AccessKeyId", "ak"); });
  EXPECT_EQ(Outcome(Ask(authenticator, Get(), other)), "team-a");
}

TEST_F(AuthTest, GivenUnsignedCallWhenItsKeyIdIsTheNameOfAnAccountThenAnotherAccount) {
  keys_.Add("ak", "s", "team-a");
  for (const auto mode : {SignatureMode::kPresent, SignatureMode::kOff}) {
    EXPECT_EQ(Check(mode, Get(), Params(Params::Map{{"AccessKeyId", "team-a"}})), "key:team-a");
    HttpRequest v3 = V3();
    HeaderOf(v3, "authorization") =
        "ACS3-HMAC-SHA256 Credential=team-a,SignedHeaders=host,Signature=00";
    EXPECT_EQ(Check(mode, v3, Params()), "key:team-a");
  }
}

TEST_F(AuthTest, GivenMismatchWhenRefusedThenMessageEndsWithTheServersString) {
  auto authenticator = In(SignatureMode::kPresent);
  auto params = V1();
  params.Set("Signature", "AAAA");
  const auto v1 = Ask(authenticator, Get(), params);
  ASSERT_FALSE(v1);
  EXPECT_EQ(v1.error().http_status, 400);
  EXPECT_THAT(v1.error().message,
              EndsWith(std::string(kServerString) + StringToSignV1("GET", params)));
  auto request = V3();
  HeaderOf(request, "x-acs-version") = "2014-05-27";
  const auto v3 = Ask(authenticator, request, Params());
  ASSERT_FALSE(v3);
  EXPECT_EQ(v3.error().code, "SignatureDoesNotMatch");
  EXPECT_THAT(v3.error().message,
              EndsWith(std::string(kServerString) + StringToSignV3(request, kNames)));
}

TEST_F(AuthTest, GivenV3WhenSignedThenAccount) {
  EXPECT_EQ(Check(SignatureMode::kStrict, V3(), Params()), "default");
}

TEST_F(AuthTest, GivenV3WhenReplayedThenRefuses) {
  auto authenticator = In(SignatureMode::kStrict);
  EXPECT_EQ(Outcome(Ask(authenticator, V3(), Params())), "default");
  EXPECT_EQ(Outcome(Ask(authenticator, V3(), Params())), "SignatureNonceUsed");
}

TEST_F(AuthTest, GivenV3SecurityTokenWhenSignedThenAccount) {
  auto request = V3();
  HeaderOf(request, "x-acs-security-token") = "CAISexample+/=token";
  auto names = kNames;
  names.emplace_back("x-acs-security-token");
  SignV3(request, names);
  EXPECT_EQ(Check(SignatureMode::kStrict, request, Params()), "default");
}

struct V3Case {
  std::string name;
  std::function<void(HttpRequest&)> change;
  bool sign_again;
  std::string expected;
};
class AuthV3Test : public AuthTest, public testing::WithParamInterface<V3Case> {};
TEST_P(AuthV3Test, GivenRequestWhenCheckedThenRefuses) {
  auto request = V3();
  GetParam().change(request);
  if (GetParam().sign_again) SignV3(request, kNames);
  EXPECT_EQ(Check(SignatureMode::kPresent, request, Params()), GetParam().expected);
}
V3Case Changed(std::string name, std::string header, std::string value, bool sign_again,
               std::string expected) {
  return {.name = std::move(name),
          .change = [header = std::move(header),
                     value = std::move(value)](HttpRequest& r) { HeaderOf(r, header) = value; },
          .sign_again = sign_again,
          .expected = std::move(expected)};
}
INSTANTIATE_TEST_SUITE_P(
    Requests, AuthV3Test,
    testing::Values(
        V3Case{"OtherBody", [](HttpRequest& r) { r.body = "Size=21"; }, false,
               "SignatureDoesNotMatch"},
        // The signature fits, the announced hash does not.
        V3Case{"OtherHash", [](HttpRequest& r) { r.body = "Size=21"; }, true,
               "SignatureDoesNotMatch"},
        V3Case{"OtherQuery", [](HttpRequest& r) { r.query.Set("RegionId", "cn-beijing"); }, false,
               "SignatureDoesNotMatch"},
        Changed("NoDate", "x-acs-date", "", false, "MissingParameter"),
        Changed("NoNonce", "x-acs-signature-nonce", "", false, "MissingParameter"),
        Changed("NoHash", "x-acs-content-sha256", "", false, "MissingParameter"),
        Changed("Stale", "x-acs-date", "2023-12-31T23:44:59Z", true, "InvalidTimeStamp.Expired"),
        Changed("DateForm", "x-acs-date", "2024-01-01T00:00Z", true, "InvalidTimeStamp.Format"),
        Changed("NoPairs", "authorization", "ACS3-HMAC-SHA256 nonsense", false,
                "IncompleteSignature"),
        Changed("Nothing", "authorization", "ACS3-HMAC-SHA256", false, "IncompleteSignature"),
        Changed("NoSignature", "authorization",
                "ACS3-HMAC-SHA256 Credential=testid,SignedHeaders=host", false,
                "IncompleteSignature"),
        Changed("NoHeaders", "authorization",
                "ACS3-HMAC-SHA256 Credential=testid,SignedHeaders=,Signature=00", false,
                "IncompleteSignature"),
        Changed("OtherAlgorithm", "authorization",
                "ACS3-RSA-SHA256 Credential=testid,SignedHeaders=host,Signature=00", false,
                "InvalidParameter")),
    [](const auto& test) { return test.param.name; });

TEST_F(AuthTest, GivenV3HeaderNotSignedWhenCheckedThenIncompleteForEach) {
  auto authenticator = In(SignatureMode::kPresent);
  for (const auto& left_out : kNames) {
    auto names = kNames;
    std::erase(names, left_out);
    const auto request = V3(names);
    const auto checked = Ask(authenticator, request, Params());
    ASSERT_FALSE(checked) << left_out;
    EXPECT_EQ(checked.error().code, "IncompleteSignature");
    EXPECT_THAT(checked.error().message, HasSubstr(left_out));
    EXPECT_THAT(checked.error().message,
                EndsWith(std::string(kServerString) + StringToSignV3(request, names)));
  }
}

class KeysFileTest : public testing::Test {
 protected:
  std::filesystem::path Write(const std::string& text, std::filesystem::perms mode) {
    const auto file = folder_.path() / "keys.json";
    std::ofstream(file) << text;
    std::filesystem::permissions(file, mode);
    return file;
  }
  static constexpr auto kOwner =
      std::filesystem::perms::owner_read | std::filesystem::perms::owner_write;
  TempFolder folder_;
  Keys keys_;
};

TEST_F(KeysFileTest, GivenGoodFileWhenLoadedThenKeysAreKnownWithoutWarning) {
  std::string warning;
  const auto file =
      Write(R"({"keys":[{"AccessKeyId":"ak","AccessKeySecret":"s","Account":"team-a"}]})", kOwner);
  ASSERT_TRUE(keys_.Load(file, &warning));
  EXPECT_EQ(warning, "");
  EXPECT_EQ(keys_.AccountOf("ak"), "team-a");
  EXPECT_EQ(keys_.AccountOf("testid"), "key:testid");
  EXPECT_EQ(keys_.AccountOf(""), "default");
  keys_.AddBuiltIn();
  EXPECT_EQ(keys_.AccountOf("testid"), "default");
  EXPECT_EQ(keys_.Find("other"), nullptr);
}

TEST_F(KeysFileTest, GivenFileOpenToOthersWhenLoadedThenWarns) {
  std::string warning;
  const auto file = Write(R"({"keys":[]})", kOwner | std::filesystem::perms::others_read);
  ASSERT_TRUE(keys_.Load(file, &warning));
  EXPECT_THAT(warning, HasSubstr("chmod 600"));
}

TEST_F(KeysFileTest, GivenBadFilesWhenLoadedThenOneLineWithoutSecrets) {
  for (const std::string text :
       {"", "[]", "{", R"({"keys":{}})", R"({"keys":["topsecret"]})",
        R"({"keys":[{"AccessKeyId":"ak","AccessKeySecret":"topsecret","Account":"key:b"}]})",
        R"({"keys":[{"AccessKeyId":"ak","AccessKeySecret":"topsecret"}]})",
        R"({"keys":[{"AccessKeyId":1,"AccessKeySecret":"topsecret","Account":"a"}]})"}) {
    const auto loaded = keys_.Load(Write(text, kOwner), nullptr);
    ASSERT_FALSE(loaded) << text;
    EXPECT_THAT(loaded.error().message, HasSubstr("keys.json"));
    EXPECT_THAT(loaded.error().message, testing::Not(HasSubstr("topsecret")));
    EXPECT_THAT(loaded.error().message, testing::Not(HasSubstr("\n")));
  }
  EXPECT_FALSE(keys_.Load(folder_.path() / "missing.json", nullptr));
  EXPECT_FALSE(keys_.Load(folder_.path(), nullptr)) << "a folder";
}

// Calls with the credentials of a role, by both signatures.
class RoleTest : public AuthTest {
 protected:
  std::string CheckWith(SignatureMode mode, const std::string& secret, const std::string& token) {
    Authenticator authenticator(keys_, mode, env_, sessions_);
    Params v1({{"Action", "DescribeRegions"},
               {"AccessKeyId", made_.access_key_id},
               {"SignatureMethod", "HMAC-SHA1"},
               {"SignatureVersion", "1.0"},
               {"SignatureNonce", "role"},
               {"Timestamp", "2024-01-01T00:00:00Z"},
               {"Version", "2014-05-26"}});
    if (!token.empty()) v1.Set("SecurityToken", token);
    v1.Set("Signature", SigningKey(secret).SignV1(StringToSignV1("GET", v1)));
    const std::string first = Outcome(Ask(authenticator, Get(), v1));
    HttpRequest request = V3();
    if (!token.empty()) request.headers.emplace_back("x-acs-security-token", token);
    std::string list;
    for (const auto& name : kNames) list += (list.empty() ? "" : ";") + name;
    for (auto& [name, value] : request.headers)
      if (name == "authorization")
        value = "ACS3-HMAC-SHA256 Credential=" + made_.access_key_id + ",SignedHeaders=" + list +
                ",Signature=" + SigningKey(secret).SignV3(StringToSignV3(request, kNames));
    EXPECT_EQ(Outcome(Ask(authenticator, request, Params())), first);
    return first;
  }

  const RoleSessions sessions_{"secret of the cloud"};
  const RoleSession session_{.account = "team-a",
                             .role = "reader",
                             .name = "ci",
                             .expires = env_.CloudNow() + std::chrono::hours(1)};
  const RoleCredentials made_ = sessions_.Issue(session_, "1");
};

TEST_F(RoleTest, GivenCredentialsWhenSignedThenTheAccountOfTheRole) {
  const std::string& secret = made_.access_key_secret;
  for (const auto mode : {SignatureMode::kPresent, SignatureMode::kStrict, SignatureMode::kOff})
    EXPECT_EQ(CheckWith(mode, secret, made_.security_token), "team-a");
  EXPECT_EQ(CheckWith(SignatureMode::kPresent, "wrong", made_.security_token),
            "SignatureDoesNotMatch");
  EXPECT_EQ(CheckWith(SignatureMode::kOff, "wrong", made_.security_token), "team-a");
}

TEST_F(RoleTest, GivenTokenThatIsMissingOrOfAnotherKeyThenItsCode) {
  const std::string& secret = made_.access_key_secret;
  EXPECT_EQ(CheckWith(SignatureMode::kPresent, secret, ""), "MissingSecurityToken");
  EXPECT_EQ(CheckWith(SignatureMode::kPresent, secret, "x"), "InvalidSecurityToken.Malformed");
  EXPECT_EQ(
      CheckWith(SignatureMode::kPresent, secret, sessions_.Issue(session_, "2").security_token),
      "InvalidSecurityToken.MismatchWithAccessKey");
  EXPECT_EQ(CheckWith(SignatureMode::kOff, secret, ""), "key:" + made_.access_key_id);
}

TEST_F(RoleTest, GivenTheCloudsClockBeyondTheEndThenExpired) {
  env_.AdvanceTo(session_.expires - std::chrono::milliseconds(1));
  EXPECT_EQ(CheckWith(SignatureMode::kStrict, made_.access_key_secret, made_.security_token),
            "team-a");
  env_.AdvanceTo(session_.expires);
  EXPECT_EQ(CheckWith(SignatureMode::kStrict, made_.access_key_secret, made_.security_token),
            "InvalidSecurityToken.Expired");
}

}  // namespace
}  // namespace cloudapi
