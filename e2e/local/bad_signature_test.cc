// Signatures, time stamps and nonces that do not hold, each with its exact answer.
#include <fmt/format.h>

#include "e2e/harness/acs3.h"
#include "e2e/harness/bad_input.h"

namespace e2e {
namespace {

const std::string kMismatch =
    "The signature is not the one of this request; server string to sign is:";
const std::string kStale = " is more than 15 minutes from the server's NOW.";

// --- version 1

// A signed call as a form, with the server asked to close.
std::string Post(const Parameters& parameters) {
  const auto body = QueryText(parameters);
  return fmt::format(
      "POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
      "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{}",
      body.size(), body);
}

Parameters Call(const std::string& disk) {
  return {
      {"Action", "DeleteDisk"}, {"DiskId", disk}, {"Version", "2014-05-26"}, {"Format", "JSON"}};
}

struct SignatureCase {
  std::string name;
  Parameters changed;  // after signing; an empty value takes the parameter away
  Refusal refusal;     // without a message: the one of a mismatch
};

std::ostream& operator<<(std::ostream& out, const SignatureCase& signature) {
  return out << signature.name;
}

class BadSignature : public BadInput, public testing::WithParamInterface<SignatureCase> {};

TEST_P(BadSignature, GivenASignatureSpoiltWhenCalledThenRefused) {
  auto parameters = SignV1(Call(disk_), "POST", Key{}, FreshStamp());
  for (const auto& [name, value] : GetParam().changed) {
    parameters.erase(name);
    if (!value.empty()) parameters[name] = value;
  }
  auto refusal = GetParam().refusal;
  if (refusal.message.empty()) {
    auto unsigned_ones = parameters;
    unsigned_ones.erase("Signature");
    refusal.message = kMismatch + StringToSignV1(unsigned_ones, "POST");
  }
  ExpectRefused(Post(parameters), refusal);
}

Refusal Missing(const std::string& name) {
  return {.code = "MissingParameter", .message = "The parameter " + name + " is missing."};
}

const Refusal kNoMatch{.code = "SignatureDoesNotMatch"};

INSTANTIATE_TEST_SUITE_P(
    V1, BadSignature,
    testing::Values(
        SignatureCase{"Wrong", {{"Signature", "AAAAAAAAAAAAAAAAAAAAAAAAAAA="}}, kNoMatch},
        SignatureCase{"OtherParameter", {{"DiskId", "d-other"}}, kNoMatch},
        SignatureCase{"AddedParameter", {{"DryRun", "true"}}, kNoMatch},
        SignatureCase{"NoKey", {{"AccessKeyId", ""}}, Missing("AccessKeyId")},
        SignatureCase{"NoSignature", {{"Signature", ""}}, Missing("Signature")},
        SignatureCase{"NoNonce", {{"SignatureNonce", ""}}, Missing("SignatureNonce")},
        SignatureCase{"NoTimestamp", {{"Timestamp", ""}}, Missing("Timestamp")},
        SignatureCase{
            "OtherMethod",
            {{"SignatureMethod", "HMAC-MD5"}},
            {.code = "InvalidParameter", .message = "SignatureMethod must be HMAC-SHA1."}},
        SignatureCase{"OtherVersion",
                      {{"SignatureVersion", "2.0"}},
                      {.code = "InvalidParameter", .message = "SignatureVersion must be 1.0."}}),
    kNameOf);

// --- time stamps, of both versions

struct StampCase {
  std::string name;
  std::string timestamp;
  Refusal refusal;
};
std::ostream& operator<<(std::ostream& out, const StampCase& stamp) {
  return out << stamp.name;
}

class BadStamp : public BadInput, public testing::WithParamInterface<StampCase> {};

TEST_P(BadStamp, GivenATimestampWhenSignedByVersion1ThenRefused) {
  ExpectRefused(Post(SignV1(Call(disk_), "POST", Key{},
                            {.nonce = FreshStamp().nonce, .timestamp = GetParam().timestamp})),
                GetParam().refusal);
}

TEST_P(BadStamp, GivenATimestampWhenSignedByAcs3ThenRefused) {
  ExpectRefused(
      ToBytes(SignedAcs3("DeleteDisk", {{"DiskId", disk_}}, "",
                         {.nonce = FreshStamp().nonce, .timestamp = GetParam().timestamp})),
      GetParam().refusal);
}

INSTANTIATE_TEST_SUITE_P(
    Stamps, BadStamp,
    testing::Values(StampCase{"Old",
                              "2016-02-23T12:46:24Z",
                              {.code = "InvalidTimeStamp.Expired",
                               .message = "The timestamp 2016-02-23T12:46:24Z" + kStale}},
                    StampCase{"Future",
                              "2999-01-01T00:00:00Z",
                              {.code = "InvalidTimeStamp.Expired",
                               .message = "The timestamp 2999-01-01T00:00:00Z" + kStale}},
                    StampCase{"NoTime",
                              "yesterday",
                              {.code = "InvalidTimeStamp.Format",
                               .message = "The timestamp is not like 2026-01-01T00:00:00Z."}}),
    kNameOf);

// --- ACS3

struct Acs3Case {
  std::string name;
  void (*spoil)(Acs3Request& request);
  Refusal refusal;  // without a message: the one of a mismatch
};
std::ostream& operator<<(std::ostream& out, const Acs3Case& acs3) {
  return out << acs3.name;
}

class BadAcs3 : public BadInput, public testing::WithParamInterface<Acs3Case> {};

TEST_P(BadAcs3, GivenASignatureSpoiltWhenCalledThenRefused) {
  auto request = SignedAcs3("DeleteDisk", {{"DiskId", disk_}}, "Force=true", FreshStamp());
  GetParam().spoil(request);
  auto refusal = GetParam().refusal;
  if (refusal.message.empty()) {
    refusal.message = kMismatch + StringToSignAcs3(request, Acs3Headers());
  }
  ExpectRefused(ToBytes(request), refusal);
}

const Refusal kIncomplete{.code = "IncompleteSignature",
                          .message = "Authorization lacks Credential, SignedHeaders or Signature."};

INSTANTIATE_TEST_SUITE_P(
    Acs3, BadAcs3,
    testing::Values(
        Acs3Case{"OtherSecret",
                 [](Acs3Request& r) {
                   SignAcs3(r, Acs3Headers(), {.id = "testid", .secret = "another"});
                 },
                 kNoMatch},
        Acs3Case{"OtherQuery", [](Acs3Request& r) { r.query["DiskId"] = "d-other"; }, kNoMatch},
        Acs3Case{"OtherBody", [](Acs3Request& r) { r.body = "Force=fals"; }, kNoMatch},
        Acs3Case{"OtherBodySigned",
                 [](Acs3Request& r) {
                   r.body = "Force=fals";
                   SignAcs3(r, Acs3Headers());
                 },
                 kNoMatch},
        Acs3Case{"OtherAction", [](Acs3Request& r) { r.headers["x-acs-action"] = "DescribeDisks"; },
                 kNoMatch},
        Acs3Case{"NoNonce", [](Acs3Request& r) { r.headers.erase("x-acs-signature-nonce"); },
                 Missing("x-acs-signature-nonce")},
        Acs3Case{"NoDate", [](Acs3Request& r) { r.headers.erase("x-acs-date"); },
                 Missing("x-acs-date")},
        Acs3Case{"NoHash", [](Acs3Request& r) { r.headers.erase("x-acs-content-sha256"); },
                 Missing("x-acs-content-sha256")},
        Acs3Case{"NoSignature",
                 [](Acs3Request& r) {
                   r.headers["authorization"] =
                       "ACS3-HMAC-SHA256 Credential=testid,SignedHeaders=host";
                 },
                 kIncomplete},
        Acs3Case{"Nonsense",
                 [](Acs3Request& r) { r.headers["authorization"] = "ACS3-HMAC-SHA256 nonsense"; },
                 kIncomplete},
        Acs3Case{"OtherAlgorithm",
                 [](Acs3Request& r) {
                   r.headers["authorization"].replace(0, std::string("ACS3-HMAC-SHA256").size(),
                                                      "ACS3-HMAC-SM3");
                 },
                 {.code = "InvalidParameter",
                  .message = "The only algorithm taken is ACS3-HMAC-SHA256."}},
        Acs3Case{"UnknownAction",
                 [](Acs3Request& r) { r.headers["x-acs-action"] = "FormatAllDisks"; },
                 {.status = 404,
                  .code = "InvalidAction.NotFound",
                  .message = "Specified api is not found, please check your url and method."}},
        Acs3Case{"NoAction", [](Acs3Request& r) { r.headers.erase("x-acs-action"); },
                 Missing("Action")},
        Acs3Case{"OtherVersion",
                 [](Acs3Request& r) { r.headers["x-acs-version"] = "2013-01-10"; },
                 {.code = "InvalidVersion",
                  .message = "The version 2013-01-10 is not served; 2014-05-26 is."}}),
    kNameOf);

class Unsigned : public BadInput, public testing::WithParamInterface<std::string> {};

TEST_P(Unsigned, GivenAHeaderThatIsNotSignedWhenCalledThenIncomplete) {
  auto request = SignedAcs3("DeleteDisk", {{"DiskId", disk_}}, "", FreshStamp());
  auto names = Acs3Headers();
  std::erase(names, GetParam());
  SignAcs3(request, names);
  ExpectRefused(ToBytes(request), {.code = "IncompleteSignature",
                                   .message = "The header " + GetParam() +
                                              " must be signed; server string to sign is:" +
                                              StringToSignAcs3(request, names)});
}

INSTANTIATE_TEST_SUITE_P(Acs3, Unsigned, testing::ValuesIn(Acs3Headers()), [](const auto& test) {
  auto name = test.param;
  std::ranges::replace(name, '-', '_');
  return name;
});

// --- replays

class Replay : public BadInput {};

const Refusal kUsed{.code = "SignatureNonceUsed", .message = "The nonce was used before."};

TEST_F(Replay, GivenANonceUsedWhenSentAgainThenRefused) {
  const auto request = Post(SignV1({{"Action", "DescribeDisks"},
                                    {"RegionId", "cn-hangzhou"},
                                    {"Version", "2014-05-26"},
                                    {"Format", "JSON"}},
                                   "POST", Key{}, FreshStamp()));
  EXPECT_EQ(ParseAnswer(Cloud().Raw(request)).status, 200);
  ExpectRefused(request, kUsed);
}

TEST_F(Replay, GivenANonceUsedByAcs3WhenSentAgainThenRefused) {
  const auto request =
      ToBytes(SignedAcs3("DescribeDisks", {{"RegionId", "cn-hangzhou"}}, "", FreshStamp()));
  EXPECT_EQ(ParseAnswer(Cloud().Raw(request)).status, 200);
  ExpectRefused(request, kUsed);
}

}  // namespace
}  // namespace e2e
