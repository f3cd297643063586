// Malformed requests to the cloud, each with its exact answer; none changes anything.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "e2e/harness/bad_input.h"

namespace e2e {
namespace {

constexpr std::size_t kBodyLimit = 1 << 20;

// --- bytes that are no proper HTTP

struct BytesCase {
  std::string name;
  std::string bytes;
  Refusal refusal;
};

std::ostream& operator<<(std::ostream& out, const BytesCase& bytes) {
  return out << bytes.name;
}

class BadBytes : public BadInput, public testing::WithParamInterface<BytesCase> {};

TEST_P(BadBytes, GivenSuchBytesWhenSentThenRefused) {
  ExpectRefused(GetParam().bytes, GetParam().refusal);
}

std::string Request(const std::string& line, const std::string& headers = {},
                    const std::string& body = {}) {
  return line + " HTTP/1.1\r\nHost: 127.0.0.1\r\n" + headers + "\r\n" + body;
}

Refusal Malformed(const std::string& message = "The request is malformed.") {
  return {.status = 400, .code = "InvalidRequest", .message = message, .xml = true};
}

// Each is answered in the format of its caller: `query` and `headers` say which one that is.
std::vector<BytesCase> CasesOf(const std::string& caller, const std::string& query,
                               const std::string& headers, bool xml) {
  const std::string post = "POST /?" + query;
  const std::string closing = headers + "Connection: close\r\n";
  const auto row = [&](const std::string& name, const std::string& bytes, int status,
                       const std::string& code, const std::string& message) {
    return BytesCase{
        caller + name, bytes, {.status = status, .code = code, .message = message, .xml = xml}};
  };
  return {
      row("OtherMethod", Request("PUT /?Action=DescribeDisks&" + query, closing), 405,
          "UnsupportedHTTPMethod", "Use GET or POST."),
      row("DeleteMethod", Request("DELETE /?Action=DescribeDisks&" + query, closing), 405,
          "UnsupportedHTTPMethod", "Use GET or POST."),
      row("LengthNoNumber", Request(post, headers + "Content-Length: many\r\n"), 400,
          "InvalidRequest", "Content-Length is not one whole number."),
      row("LengthNegative", Request(post, headers + "Content-Length: -5\r\n"), 400,
          "InvalidRequest", "Content-Length is not one whole number."),
      row("BodyTooLarge",
          Request(post, fmt::format("{}Content-Length: {}\r\n", headers, kBodyLimit + 1)), 413,
          "RequestEntityTooLarge", "The body is larger than 1 MiB."),
      row("UriTooLong", Request("GET /?DiskName=" + std::string(9000, 'a') + "&" + query, headers),
          414, "RequestURITooLong", "The request line is longer than 8 KiB."),
      row("HeaderTooLong",
          Request("GET /?" + query, headers + "X-Long: " + std::string(70000, 'a') + "\r\n"), 400,
          "InvalidRequest", "The header is longer than 64 KiB."),
      row("HeaderLineTooLong",
          Request("GET /?" + query, headers + "X-Long: " + std::string(9000, 'a') + "\r\n"), 400,
          "InvalidRequest", "A header line is longer than 8 KiB."),
      row("UnknownPath", Request("GET /nowhere?" + query, closing), 404, "InvalidPath.NotFound",
          "The only path of the API is /."),
      row("ChunkNoNumber",
          Request(post, headers + "Transfer-Encoding: chunked\r\n", "zz\r\nabc\r\n0\r\n\r\n"), 400,
          "InvalidRequest", "A chunk's size is not hexadecimal."),
      row("UnknownMethod", Request("BREW /?" + query, headers), 400, "InvalidRequest",
          "The request is malformed."),
  };
}

INSTANTIATE_TEST_SUITE_P(Http, BadBytes,
                         testing::Values(BytesCase{"NoHttpAtAll", "GARBAGE\r\n\r\n", Malformed()},
                                         BytesCase{"NoVersion", "GET /\r\n\r\n", Malformed()},
                                         BytesCase{"BareMethod", "GET\r\n\r\n", Malformed()}),
                         kNameOf);
INSTANTIATE_TEST_SUITE_P(Unsaid, BadBytes, testing::ValuesIn(CasesOf("Unsaid", "", "", true)),
                         kNameOf);
INSTANTIATE_TEST_SUITE_P(Json, BadBytes,
                         testing::ValuesIn(CasesOf("Json", "Format=JSON", "", false)), kNameOf);
INSTANTIATE_TEST_SUITE_P(
    Acs3, BadBytes,
    testing::ValuesIn(CasesOf("Acs3", "",
                              "Authorization: ACS3-HMAC-SHA256 "
                              "Credential=testid,SignedHeaders=host,Signature=00\r\n",
                              false)),
    kNameOf);

TEST_F(BadInput, GivenTlsHelloWhenSentThenClosedWithoutAWord) {
  EXPECT_EQ(Cloud().Raw(std::string("\x16\x03\x01\x02\x00\x01\x00", 7)), "");
}

// --- calls that HTTP carries and the API refuses

struct CallCase {
  std::string name;
  std::string action;
  Parameters parameters;  // "$disk" stands for the id of the disk that exists
  int status;
  std::string code;
  std::string message;  // with $disk put back
};

std::ostream& operator<<(std::ostream& out, const CallCase& call) {
  return out << call.name;
}

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

std::string NameRule(const std::string& name) {
  return "The name \"" + name +
         "\" must have 2 to 128 characters, begin with a letter and hold only letters, digits, "
         "colons, underscores, periods and hyphens.";
}

Parameters DiskWith(const std::string& name, const std::string& value) {
  Parameters parameters{
      {"ZoneId", "cn-hangzhou-b"}, {"DiskCategory", "cloud_essd"}, {"Size", "20"}};
  parameters[name] = value;
  return parameters;
}

std::vector<CallCase> GatewayCases() {
  return {
      {"NoAction", "", {}, 400, "MissingParameter", "The parameter Action is missing."},
      {"UnknownAction",
       "FormatAllDisks",
       {},
       404,
       "InvalidAction.NotFound",
       "Specified api is not found, please check your url and method."},
      {"UnknownVersion",
       "DescribeDisks",
       {{"Version", "2013-01-10"}},
       400,
       "InvalidVersion",
       "The version 2013-01-10 is not served; 2014-05-26 is."},
      {"UnknownFormat",
       "DescribeDisks",
       {{"Format", "YAML"}},
       400,
       "InvalidParameter",
       "Format must be JSON or XML."},
      {"UnknownRegion",
       "DescribeDisks",
       {{"RegionId", "xx-nowhere"}},
       400,
       "InvalidRegion.NotFound",
       "There is no region xx-nowhere."},
  };
}

std::vector<CallCase> ListCases() {
  std::string many = "[\"d-0\"";
  for (int i = 1; i <= 100; ++i) many += fmt::format(",\"d-{}\"", i);
  many += "]";
  return {
      {"IdsNoJson",
       "DescribeDisks",
       {{"DiskIds", "d-1,d-2"}},
       400,
       "InvalidParameter.DiskIds",
       "The parameter DiskIds is not a JSON array of strings."},
      {"IdsCut",
       "DescribeDisks",
       {{"DiskIds", R"(["d-1")"}},
       400,
       "InvalidParameter.DiskIds",
       "The parameter DiskIds is not a JSON array of strings."},
      {"IdsObject",
       "DescribeDisks",
       {{"DiskIds", R"({"a":1})"}},
       400,
       "InvalidParameter.DiskIds",
       "The parameter DiskIds is not a JSON array of strings."},
      {"IdsNumbers",
       "DescribeDisks",
       {{"DiskIds", "[1,2]"}},
       400,
       "InvalidParameter.DiskIds",
       "The parameter DiskIds is not a JSON array of strings."},
      {"IdsDeep",
       "DescribeDisks",
       {{"DiskIds", std::string(2000, '[')}},
       400,
       "InvalidParameter.DiskIds",
       "The parameter DiskIds is not a JSON array of strings."},
      {"IdsTooMany",
       "DescribeDisks",
       {{"DiskIds", many}},
       403,
       "InvalidDiskIds.Malformed",
       "DiskIds holds 101 ids; at most 100 are taken."},
      {"TokenBad",
       "DescribeDisks",
       {{"NextToken", "no-such-token"}},
       403,
       "Invalid.NextToken",
       "NextToken was not given out by this listing."},
      {"PageSizeTooLarge",
       "DescribeDisks",
       {{"PageSize", "101"}},
       400,
       "InvalidParameter",
       "The parameter PageSize is greater than 100."},
      {"PageSizeNoNumber",
       "DescribeDisks",
       {{"PageSize", "ten"}},
       400,
       "InvalidParameter",
       "The parameter PageSize is not a whole number in range."},
      {"PageNumberZero",
       "DescribeDisks",
       {{"PageNumber", "0"}},
       400,
       "InvalidParameter",
       "The parameter PageNumber is less than 1."},
      {"SnapshotIdsNoJson",
       "DescribeSnapshots",
       {{"SnapshotIds", "s-1"}},
       403,
       "InvalidSnapshotIds.Malformed",
       "The parameter SnapshotIds is not a JSON array of strings."},
  };
}

std::vector<CallCase> CreateCases() {
  return {
      {"NoZone",
       "CreateDisk",
       {{"DiskCategory", "cloud_essd"}, {"Size", "20"}},
       400,
       "MissingParameter",
       "ZoneId is required."},
      {"UnknownZone", "CreateDisk", DiskWith("ZoneId", "cn-hangzhou-z"), 404,
       "InvalidZoneId.NotFound", "Zone cn-hangzhou-z is not a zone of region cn-hangzhou."},
      {"UnknownCategory", "CreateDisk", DiskWith("DiskCategory", "floppy"), 400,
       "InvalidDiskCategory.ValueNotSupported", "There is no disk category floppy."},
      {"SizeNoNumber", "CreateDisk", DiskWith("Size", "big"), 400, "InvalidSize.ValueNotSupported",
       "The parameter Size is not a whole number in range."},
      {"SizeFraction", "CreateDisk", DiskWith("Size", "20.5"), 400, "InvalidSize.ValueNotSupported",
       "The parameter Size is not a whole number in range."},
      {"SizeNegative", "CreateDisk", DiskWith("Size", "-1"), 400, "InvalidSize.ValueNotSupported",
       "The parameter Size is less than 1."},
      {"SizeOverflow", "CreateDisk", DiskWith("Size", "99999999999999999999"), 400,
       "InvalidSize.ValueNotSupported", "The parameter Size is not a whole number in range."},
      {"SizeTooLarge", "CreateDisk", DiskWith("Size", "65537"), 403,
       "InvalidDataDiskSize.ValueNotSupported",
       "65537 GiB are asked for; a cloud_essd PL1 data disk has 20 to 65536 GiB."},
      {"LevelUnknown", "CreateDisk", DiskWith("PerformanceLevel", "PL9"), 400,
       "InvalidPerformanceLevel.Malformed", "PL9 is not a performance level of cloud_essd."},
      {"NameDigitFirst", "CreateDisk", DiskWith("DiskName", "1disk"), 400,
       "InvalidDiskName.Malformed", NameRule("1disk")},
      {"NameTooShort", "CreateDisk", DiskWith("DiskName", "d"), 400, "InvalidDiskName.Malformed",
       NameRule("d")},
      {"NameTooLong", "CreateDisk", DiskWith("DiskName", std::string(129, 'd')), 400,
       "InvalidDiskName.Malformed", NameRule(std::string(129, 'd'))},
      {"NameNoUtf8", "CreateDisk", DiskWith("DiskName", "d\xff\xfe"), 400,
       "InvalidDiskName.Malformed", NameRule("d\uFFFD\uFFFD")},
      {"DescriptionUrl", "CreateDisk", DiskWith("Description", "http://x"), 400,
       "InvalidDescription.Malformed",
       "The description must have 2 to 256 characters and not begin with http:// or https://."},
      {"TagReserved", "CreateDisk", DiskWith("Tag.1.Key", "acs:mine"), 400,
       "InvalidTagKey.Malformed",
       "The tag key \"acs:mine\" must have 1 to 128 characters, no http:// or https://, and not "
       "begin "
       "with acs: or aliyun."},
      {"EncryptedNoBoolean", "CreateDisk", DiskWith("Encrypted", "perhaps"), 400,
       "InvalidParameter", "The parameter Encrypted is neither true nor false."},
      {"UnknownSnapshot", "CreateDisk", DiskWith("SnapshotId", "s-none"), 404,
       "InvalidSnapshotId.NotFound",
       "There is no snapshot s-none in region cn-hangzhou of this account."},
      {"TokenTooLong", "CreateDisk", DiskWith("ClientToken", std::string(65, 't')), 403,
       "InvalidClientToken.Malformed", "ClientToken takes at most 64 ASCII characters."},
  };
}

std::vector<CallCase> IdCases() {
  return {
      {"AttachNoDisk",
       "AttachDisk",
       {{"InstanceId", "i-none"}},
       400,
       "MissingParameter",
       "The parameter DiskId is missing."},
      {"AttachEmptyDisk",
       "AttachDisk",
       {{"InstanceId", "i-none"}, {"DiskId", ""}},
       400,
       "MissingParameter",
       "The parameter DiskId is missing."},
      {"AttachUnknownBoth",
       "AttachDisk",
       {{"InstanceId", "i-none"}, {"DiskId", "d-none"}},
       404,
       "InvalidInstanceId.NotFound",
       "There is no instance i-none in region cn-hangzhou of this account."},
      {"AttachUnknownInstance",
       "AttachDisk",
       {{"InstanceId", "i-none"}, {"DiskId", "$disk"}},
       404,
       "InvalidInstanceId.NotFound",
       "There is no instance i-none in region cn-hangzhou of this account."},
      {"DeleteQuoted",
       "DeleteDisk",
       {{"DiskId", "d-1' OR '1'='1"}},
       404,
       "InvalidDiskId.NotFound",
       "There is no disk d-1' OR '1'='1 in region cn-hangzhou of this account."},
      {"DeleteNul",
       "DeleteDisk",
       {{"DiskId", std::string("d-1\0x", 5)}},
       404,
       "InvalidDiskId.NotFound",
       std::string("There is no disk d-1\0x", 22) + " in region cn-hangzhou of this account."},
      {"DetachNotAttached",
       "DetachDisk",
       {{"InstanceId", "i-none"}, {"DiskId", "$disk"}},
       404,
       "InvalidInstanceId.NotFound",
       "There is no instance i-none in region cn-hangzhou of this account."},
      {"ResizeSmaller",
       "ResizeDisk",
       {{"DiskId", "$disk"}, {"NewSize", "10"}},
       400,
       "InvalidParameter",
       "The parameter NewSize is 10; disk $disk of category cloud_essd has 20 GiB or more."},
      {"ResizeTooLarge",
       "ResizeDisk",
       {{"DiskId", "$disk"}, {"NewSize", "99999"}},
       403,
       "InvalidDiskSize.TooLarge",
       "Disk $disk of category cloud_essd cannot grow to 99999 GiB, the most is 65536."},
      {"ResizeNoNumber",
       "ResizeDisk",
       {{"DiskId", "$disk"}, {"NewSize", "x"}},
       400,
       "InvalidParameter",
       "The parameter NewSize is not a whole number in range."},
      {"SnapshotNeverAttached",
       "CreateSnapshot",
       {{"DiskId", "$disk"}},
       403,
       "IncorrectDiskStatus.NeverAttached",
       "Disk $disk is Available and was never attached to an instance."},
      {"SnapshotUnknownDisk",
       "CreateSnapshot",
       {{"DiskId", "d-none"}},
       404,
       "InvalidDiskId.NotFound",
       "There is no disk d-none in region cn-hangzhou of this account."},
      {"DeleteUnknownSnapshot",
       "DeleteSnapshot",
       {{"SnapshotId", "s-none"}},
       404,
       "InvalidSnapshotId.NotFound",
       "There is no snapshot s-none in region cn-hangzhou of this account."},
      {"ModifyName",
       "ModifyDiskAttribute",
       {{"DiskId", "$disk"}, {"DiskName", "1"}},
       400,
       "InvalidDiskName.Malformed",
       NameRule("1")},
      {"TagUnknownType",
       "TagResources",
       {{"ResourceType", "cup"}, {"ResourceId.1", "$disk"}, {"Tag.1.Key", "a"}},
       404,
       "InvalidResourceType.NotFound",
       "There is no resource type cup."},
  };
}

INSTANTIATE_TEST_SUITE_P(Gateway, BadCall, testing::ValuesIn(GatewayCases()), kNameOf);
INSTANTIATE_TEST_SUITE_P(Lists, BadCall, testing::ValuesIn(ListCases()), kNameOf);
INSTANTIATE_TEST_SUITE_P(Create, BadCall, testing::ValuesIn(CreateCases()), kNameOf);
INSTANTIATE_TEST_SUITE_P(Ids, BadCall, testing::ValuesIn(IdCases()), kNameOf);

}  // namespace
}  // namespace e2e
