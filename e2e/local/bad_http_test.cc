// Malformed requests to the cloud, each with its exact answer; none changes anything.
#include <gtest/gtest.h>

#include <fmt/format.h>

#include "e2e/local/world.h"

namespace e2e {
namespace {

constexpr std::size_t kBodyLimit = 1 << 20;

// One cloud for all cases: they must not change it.
class BadInput : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = std::make_unique<TempFolder>();
    world_ = std::make_unique<World>(
        WorldOptions{.folder = folder_->Path(), .cloud = {"--delays", "none"}});
    ASSERT_EQ(world_->StartCloud(), "");
    const auto made = Cloud().Call(
        "CreateDisk", {{"ZoneId", "cn-hangzhou-b"}, {"DiskCategory", "cloud_essd"}, {"Size", "20"}});
    ASSERT_TRUE(made.Ok()) << made.body;
    disk_ = made.Text("DiskId");
    ASSERT_TRUE(WaitUntil([] { return Cloud().Disk(disk_)->value("Status", "") == "Available"; },
                          std::chrono::seconds(10)));
  }
  static void TearDownTestSuite() {
    world_.reset();
    folder_.reset();
  }

  void SetUp() override {
    database_ = world_->DatabaseBytes();
    ASSERT_FALSE(database_.empty());
  }
  void TearDown() override {
    EXPECT_TRUE(world_->DatabaseBytes() == database_) << "the database changed";
  }

  static const Api& Cloud() { return world_->Cloud(); }

  static std::unique_ptr<TempFolder> folder_;
  static std::unique_ptr<World> world_;
  static std::string disk_;
  std::string database_;
};
std::unique_ptr<TempFolder> BadInput::folder_;
std::unique_ptr<World> BadInput::world_;
std::string BadInput::disk_;

// --- bytes that are no proper HTTP

struct BytesCase {
  std::string name;
  std::string bytes;
  int status;        // 0: closed without a word
  std::string code;  // ECS code in the body; empty: not an ECS answer
};

class BadBytes : public BadInput, public testing::WithParamInterface<BytesCase> {};

TEST_P(BadBytes, GivenSuchBytesWhenSentThenAnswered) {
  const auto answer = Cloud().Raw(GetParam().bytes);
  const auto status = answer.empty() ? 0 : std::atoi(answer.substr(9, 3).c_str());
  EXPECT_EQ(status, GetParam().status) << answer;
  if (GetParam().code.empty()) return;
  EXPECT_NE(answer.find("<Code>" + GetParam().code + "</Code>"), std::string::npos) << answer;
}

std::string Request(const std::string& line, const std::string& headers = {},
                    const std::string& body = {}) {
  return line + " HTTP/1.1\r\nHost: 127.0.0.1\r\n" + headers + "\r\n" + body;
}

std::vector<BytesCase> BytesCases() {
  return {
      {"NoHttpAtAll", "GARBAGE\r\n\r\n", 400, ""},
      {"TlsHello", std::string("\x16\x03\x01\x02\x00\x01\x00", 7), 0, ""},
      {"NoVersion", "GET /\r\n\r\n", 400, ""},
      {"BareMethod", "GET\r\n\r\n", 400, ""},
      {"OtherMethod", Request("PUT /?Action=DescribeDisks"), 405, "UnsupportedHTTPMethod"},
      {"DeleteMethod", Request("DELETE /?Action=DescribeDisks"), 405, "UnsupportedHTTPMethod"},
      {"LengthNoNumber", Request("POST /", "Content-Length: many\r\n"), 400, ""},
      {"LengthNegative", Request("POST /", "Content-Length: -5\r\n"), 400, ""},
      {"BodyTooLarge",
       Request("POST /", fmt::format("Content-Length: {}\r\n", kBodyLimit + 1)), 413,
       "RequestEntityTooLarge"},
      {"UriTooLong", Request("GET /?Action=DescribeDisks&DiskName=" + std::string(9000, 'a')), 414,
       "RequestURITooLong"},
      {"HeaderTooLong", Request("GET /", "X-Long: " + std::string(70000, 'a') + "\r\n"), 400, ""},
      {"UnknownPath", Request("GET /nowhere"), 404, ""},
      {"ChunkNoNumber",
       Request("POST /", "Transfer-Encoding: chunked\r\n", "zz\r\nabc\r\n0\r\n\r\n"), 400, ""},
  };
}

INSTANTIATE_TEST_SUITE_P(Http, BadBytes, testing::ValuesIn(BytesCases()),
                         [](const auto& test) { return test.param.name; });

// --- calls that HTTP carries and the API refuses

struct CallCase {
  std::string name;
  std::string action;
  Parameters parameters;  // "$disk" stands for the id of the disk that exists
  int status;
  std::string code;
  std::string message;  // with $disk put back
};

class BadCall : public BadInput, public testing::WithParamInterface<CallCase> {
 protected:
  // Replaces every occurrence.
  static std::string Replaced(std::string text, const std::string& from, const std::string& to) {
    for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
      text.replace(at, from.size(), to);
    }
    return text;
  }
};

TEST_P(BadCall, GivenSuchParametersWhenCalledThenRefused) {
  auto parameters = GetParam().parameters;
  for (auto& [name, value] : parameters) value = Replaced(value, "$disk", disk_);
  const auto answer = Cloud().Call(GetParam().action, parameters);
  EXPECT_EQ(answer.status, GetParam().status) << answer.body;
  EXPECT_EQ(answer.Code(), GetParam().code);
  EXPECT_EQ(Replaced(answer.Text("Message"), disk_, "$disk"), GetParam().message);
  EXPECT_FALSE(answer.Text("RequestId").empty());
  EXPECT_FALSE(answer.Text("HostId").empty());
}

Parameters DiskWith(const std::string& name, const std::string& value) {
  Parameters parameters{
      {"ZoneId", "cn-hangzhou-b"}, {"DiskCategory", "cloud_essd"}, {"Size", "20"}};
  parameters[name] = value;
  return parameters;
}

std::vector<CallCase> GatewayCases() {
  return {
      {"NoAction", "", {}, 400, "MissingParameter", ""},
      {"UnknownAction", "FormatAllDisks", {}, 404, "InvalidAction.NotFound", ""},
      {"UnknownVersion", "DescribeDisks", {{"Version", "2013-01-10"}}, 400, "InvalidVersion", ""},
      {"UnknownFormat", "DescribeDisks", {{"Format", "YAML"}}, 400, "InvalidParameter", ""},
      {"UnknownRegion", "DescribeDisks", {{"RegionId", "xx-nowhere"}}, 404,
       "InvalidRegionId.NotFound", ""},
      {"ServedLater", "CreateAutoSnapshotPolicy", {}, 404, "InvalidAction.NotFound", ""},
  };
}

std::vector<CallCase> ListCases() {
  std::string many = "[\"d-0\"";
  for (int i = 1; i <= 100; ++i) many += fmt::format(",\"d-{}\"", i);
  many += "]";
  return {
      {"IdsNoJson", "DescribeDisks", {{"DiskIds", "d-1,d-2"}}, 400, "InvalidParameter.DiskIds", ""},
      {"IdsCut", "DescribeDisks", {{"DiskIds", R"(["d-1")"}}, 400, "InvalidParameter.DiskIds", ""},
      {"IdsObject", "DescribeDisks", {{"DiskIds", R"({"a":1})"}}, 400, "InvalidParameter.DiskIds",
       ""},
      {"IdsNumbers", "DescribeDisks", {{"DiskIds", "[1,2]"}}, 400, "InvalidParameter.DiskIds", ""},
      {"IdsDeep", "DescribeDisks", {{"DiskIds", std::string(2000, '[')}}, 400,
       "InvalidParameter.DiskIds", ""},
      {"IdsTooMany", "DescribeDisks", {{"DiskIds", many}}, 403, "InvalidDiskIds.Malformed", ""},
      {"TokenBad", "DescribeDisks", {{"NextToken", "no-such-token"}}, 403, "Invalid.NextToken", ""},
      {"PageSizeTooLarge", "DescribeDisks", {{"PageSize", "101"}}, 400, "InvalidParameter", ""},
      {"PageSizeNoNumber", "DescribeDisks", {{"PageSize", "ten"}}, 400, "InvalidParameter", ""},
      {"PageNumberZero", "DescribeDisks", {{"PageNumber", "0"}}, 400, "InvalidParameter", ""},
      {"SnapshotIdsNoJson", "DescribeSnapshots", {{"SnapshotIds", "s-1"}}, 403,
       "InvalidSnapshotIds.Malformed", ""},
  };
}

std::vector<CallCase> CreateCases() {
  return {
      {"NoZone", "CreateDisk", {{"DiskCategory", "cloud_essd"}, {"Size", "20"}}, 400,
       "MissingParameter", ""},
      {"UnknownZone", "CreateDisk", DiskWith("ZoneId", "cn-hangzhou-z"), 404,
       "InvalidZoneId.NotFound", ""},
      {"UnknownCategory", "CreateDisk", DiskWith("DiskCategory", "floppy"), 400,
       "InvalidDataDiskCategory.ValueNotSupported", ""},
      {"SizeNoNumber", "CreateDisk", DiskWith("Size", "big"), 400, "InvalidParameter", ""},
      {"SizeFraction", "CreateDisk", DiskWith("Size", "20.5"), 400, "InvalidParameter", ""},
      {"SizeNegative", "CreateDisk", DiskWith("Size", "-1"), 403,
       "OperationDenied.PerformanceLevelNotMatch", ""},
      {"SizeOverflow", "CreateDisk", DiskWith("Size", "99999999999999999999"), 400,
       "InvalidParameter", ""},
      {"SizeTooLarge", "CreateDisk", DiskWith("Size", "65537"), 403,
       "InvalidDataDiskSize.ValueNotSupported", ""},
      {"LevelUnknown", "CreateDisk", DiskWith("PerformanceLevel", "PL9"), 400,
       "InvalidPerformanceLevel.Malformed", ""},
      {"NameDigitFirst", "CreateDisk", DiskWith("DiskName", "1disk"), 400,
       "InvalidDiskName.Malformed", ""},
      {"NameTooShort", "CreateDisk", DiskWith("DiskName", "d"), 400, "InvalidDiskName.Malformed",
       ""},
      {"NameTooLong", "CreateDisk", DiskWith("DiskName", std::string(129, 'd')), 400,
       "InvalidDiskName.Malformed", ""},
      {"NameNoUtf8", "CreateDisk", DiskWith("DiskName", "d\xff\xfe"), 400,
       "InvalidDiskName.Malformed", ""},
      {"DescriptionUrl", "CreateDisk", DiskWith("Description", "http://x"), 400,
       "InvalidDescription.Malformed", ""},
      {"TagReserved", "CreateDisk", DiskWith("Tag.1.Key", "acs:mine"), 400,
       "InvalidTagKey.Malformed", ""},
      {"EncryptedNoBoolean", "CreateDisk", DiskWith("Encrypted", "perhaps"), 400,
       "InvalidParameter", ""},
      {"UnknownSnapshot", "CreateDisk", DiskWith("SnapshotId", "s-none"), 404,
       "InvalidSnapshotId.NotFound", ""},
      {"TokenTooLong", "CreateDisk", DiskWith("ClientToken", std::string(65, 't')), 403,
       "InvalidClientToken.Malformed", ""},
  };
}

std::vector<CallCase> IdCases() {
  return {
      {"AttachNoDisk", "AttachDisk", {{"InstanceId", "i-none"}}, 400, "MissingParameter", ""},
      {"AttachEmptyDisk", "AttachDisk", {{"InstanceId", "i-none"}, {"DiskId", ""}}, 400,
       "MissingParameter", ""},
      {"AttachUnknownDisk", "AttachDisk", {{"InstanceId", "i-none"}, {"DiskId", "d-none"}}, 404,
       "InvalidDiskId.NotFound", ""},
      {"AttachUnknownInstance", "AttachDisk", {{"InstanceId", "i-none"}, {"DiskId", "$disk"}}, 404,
       "InvalidInstanceId.NotFound", ""},
      {"DeleteQuoted", "DeleteDisk", {{"DiskId", "d-1' OR '1'='1"}}, 404, "InvalidDiskId.NotFound",
       ""},
      {"DeleteNul", "DeleteDisk", {{"DiskId", std::string("d-1\0x", 5)}}, 404,
       "InvalidDiskId.NotFound", ""},
      {"DetachNotAttached", "DetachDisk", {{"InstanceId", "i-none"}, {"DiskId", "$disk"}}, 404,
       "InvalidInstanceId.NotFound", ""},
      {"ResizeSmaller", "ResizeDisk", {{"DiskId", "$disk"}, {"NewSize", "10"}}, 403,
       "InvalidDiskSize.TooSmall", ""},
      {"ResizeTooLarge", "ResizeDisk", {{"DiskId", "$disk"}, {"NewSize", "99999"}}, 403,
       "InvalidDiskSize.TooLarge", ""},
      {"ResizeNoNumber", "ResizeDisk", {{"DiskId", "$disk"}, {"NewSize", "x"}}, 400,
       "InvalidParameter", ""},
      {"SnapshotNeverAttached", "CreateSnapshot", {{"DiskId", "$disk"}}, 403,
       "InvalidDiskId.NotReady", ""},
      {"SnapshotUnknownDisk", "CreateSnapshot", {{"DiskId", "d-none"}}, 404,
       "InvalidDiskId.NotFound", ""},
      {"DeleteUnknownSnapshot", "DeleteSnapshot", {{"SnapshotId", "s-none"}}, 404,
       "InvalidSnapshotId.NotFound", ""},
      {"ModifyName", "ModifyDiskAttribute", {{"DiskId", "$disk"}, {"DiskName", "1"}}, 400,
       "InvalidDiskName.Malformed", ""},
      {"TagUnknownType", "TagResources",
       {{"ResourceType", "cup"}, {"ResourceId.1", "$disk"}, {"Tag.1.Key", "a"}}, 400,
       "InvalidResourceType.NotFound", ""},
  };
}

constexpr auto kNameOf = [](const auto& test) { return test.param.name; };
INSTANTIATE_TEST_SUITE_P(Gateway, BadCall, testing::ValuesIn(GatewayCases()), kNameOf);
INSTANTIATE_TEST_SUITE_P(Lists, BadCall, testing::ValuesIn(ListCases()), kNameOf);
INSTANTIATE_TEST_SUITE_P(Create, BadCall, testing::ValuesIn(CreateCases()), kNameOf);
INSTANTIATE_TEST_SUITE_P(Ids, BadCall, testing::ValuesIn(IdCases()), kNameOf);

// --- signatures

struct SignatureCase {
  std::string name;
  Parameters changed;  // after signing; an empty value takes the parameter away
  int status;
  std::string code;
};

class BadSignature : public BadInput, public testing::WithParamInterface<SignatureCase> {};

TEST_P(BadSignature, GivenASignatureSpoiltWhenCalledThenRefused) {
  auto parameters = SignV1({{"Action", "DeleteDisk"},
                            {"DiskId", disk_},
                            {"Version", "2014-05-26"},
                            {"Format", "JSON"}},
                           "POST", Key{}, FreshStamp());
  for (const auto& [name, value] : GetParam().changed) {
    if (value.empty()) {
      parameters.erase(name);
    } else {
      parameters[name] = value;
    }
  }
  const auto answer =
      Cloud().Post("/", QueryText(parameters), "application/x-www-form-urlencoded");
  EXPECT_EQ(answer.status, GetParam().status) << answer.body;
  EXPECT_EQ(answer.Code(), GetParam().code) << answer.body;
}

INSTANTIATE_TEST_SUITE_P(
    V1, BadSignature,
    testing::Values(
        SignatureCase{"Wrong", {{"Signature", "AAAAAAAAAAAAAAAAAAAAAAAAAAA="}}, 400,
                      "SignatureDoesNotMatch"},
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
class BadStamp : public BadInput, public testing::WithParamInterface<StampCase> {};

TEST_P(BadStamp, GivenATimestampWhenSignedThenRefused) {
  const auto parameters = SignV1({{"Action", "DeleteDisk"},
                                  {"DiskId", disk_},
                                  {"Version", "2014-05-26"},
                                  {"Format", "JSON"}},
                                 "GET", Key{},
                                 {.nonce = FreshStamp().nonce, .timestamp = GetParam().timestamp});
  const auto answer = Cloud().Get("/?" + QueryText(parameters));
  EXPECT_EQ(answer.status, 400) << answer.body;
  EXPECT_EQ(answer.Code(), GetParam().code) << answer.body;
}

INSTANTIATE_TEST_SUITE_P(V1, BadStamp,
                         testing::Values(StampCase{"Old", "2016-02-23T12:46:24Z",
                                                   "InvalidTimeStamp.Expired"},
                                         StampCase{"Future", "2999-01-01T00:00:00Z",
                                                   "InvalidTimeStamp.Expired"},
                                         StampCase{"NoTime", "yesterday",
                                                   "InvalidTimeStamp.Format"}),
                         kNameOf);

class Replay : public BadInput {};

TEST_F(Replay, GivenANonceUsedWhenSentAgainThenRefused) {
  const auto parameters = SignV1(
      {{"Action", "DescribeDisks"}, {"RegionId", "cn-hangzhou"}, {"Version", "2014-05-26"},
       {"Format", "JSON"}},
      "GET", Key{}, FreshStamp());
  EXPECT_EQ(Cloud().Get("/?" + QueryText(parameters)).status, 200);
  const auto again = Cloud().Get("/?" + QueryText(parameters));
  EXPECT_EQ(again.status, 400);
  EXPECT_EQ(again.Code(), "SignatureNonceUsed");
}

}  // namespace
}  // namespace e2e
