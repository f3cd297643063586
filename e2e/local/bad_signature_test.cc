// Signatures, time stamps and nonces of version 1 that do not hold, each with its exact answer.
#include "e2e/harness/bad_input.h"

namespace e2e {
namespace {

struct SignatureCase {
  std::string name;
  Parameters changed;  // after signing; an empty value takes the parameter away
  int status;
  std::string code;
};

std::ostream& operator<<(std::ostream& out, const SignatureCase& signature) {
  return out << signature.name;
}

class BadSignature : public BadInput, public testing::WithParamInterface<SignatureCase> {};

TEST_P(BadSignature, GivenASignatureSpoiltWhenCalledThenRefused) {
  auto parameters = SignV1(
      {{"Action", "DeleteDisk"}, {"DiskId", disk_}, {"Version", "2014-05-26"}, {"Format", "JSON"}},
      "POST", Key{}, FreshStamp());
  for (const auto& [name, value] : GetParam().changed) {
    if (value.empty()) {
      parameters.erase(name);
    } else {
      parameters[name] = value;
    }
  }
  const auto answer = Cloud().Post("/", QueryText(parameters), "application/x-www-form-urlencoded");
  EXPECT_EQ(answer.status, GetParam().status) << answer.body;
  EXPECT_EQ(answer.Code(), GetParam().code) << answer.body;
}

INSTANTIATE_TEST_SUITE_P(
    V1, BadSignature,
    testing::Values(
        SignatureCase{
            "Wrong", {{"Signature", "AAAAAAAAAAAAAAAAAAAAAAAAAAA="}}, 400, "SignatureDoesNotMatch"},
        SignatureCase{"OtherParameter", {{"DiskId", "d-other"}}, 400, "SignatureDoesNotMatch"},
        SignatureCase{"AddedParameter", {{"DryRun", "true"}}, 400, "SignatureDoesNotMatch"},
        SignatureCase{"NoKey", {{"AccessKeyId", ""}}, 400, "MissingParameter"},
        SignatureCase{"NoNonce", {{"SignatureNonce", ""}}, 400, "MissingParameter"},
        SignatureCase{"NoTimestamp", {{"Timestamp", ""}}, 400, "MissingParameter"},
        SignatureCase{"OtherMethod", {{"SignatureMethod", "HMAC-MD5"}}, 400, "InvalidParameter"},
        SignatureCase{"OtherVersion", {{"SignatureVersion", "2.0"}}, 400, "InvalidParameter"}),
    kNameOf);

struct StampCase {
  std::string name;
  std::string timestamp;
  std::string code;
};
std::ostream& operator<<(std::ostream& out, const StampCase& stamp) {
  return out << stamp.name;
}

class BadStamp : public BadInput, public testing::WithParamInterface<StampCase> {};

TEST_P(BadStamp, GivenATimestampWhenSignedThenRefused) {
  const auto parameters = SignV1(
      {{"Action", "DeleteDisk"}, {"DiskId", disk_}, {"Version", "2014-05-26"}, {"Format", "JSON"}},
      "GET", Key{}, {.nonce = FreshStamp().nonce, .timestamp = GetParam().timestamp});
  const auto answer = Cloud().Get("/?" + QueryText(parameters));
  EXPECT_EQ(answer.status, 400) << answer.body;
  EXPECT_EQ(answer.Code(), GetParam().code) << answer.body;
}

INSTANTIATE_TEST_SUITE_P(
    V1, BadStamp,
    testing::Values(StampCase{"Old", "2016-02-23T12:46:24Z", "InvalidTimeStamp.Expired"},
                    StampCase{"Future", "2999-01-01T00:00:00Z", "InvalidTimeStamp.Expired"},
                    StampCase{"NoTime", "yesterday", "InvalidTimeStamp.Format"}),
    kNameOf);

class Replay : public BadInput {};

TEST_F(Replay, GivenANonceUsedWhenSentAgainThenRefused) {
  const auto parameters = SignV1({{"Action", "DescribeDisks"},
                                  {"RegionId", "cn-hangzhou"},
                                  {"Version", "2014-05-26"},
                                  {"Format", "JSON"}},
                                 "GET", Key{}, FreshStamp());
  EXPECT_EQ(Cloud().Get("/?" + QueryText(parameters)).status, 200);
  const auto again = Cloud().Get("/?" + QueryText(parameters));
  EXPECT_EQ(again.status, 400);
  EXPECT_EQ(again.Code(), "SignatureNonceUsed");
}

}  // namespace
}  // namespace e2e
