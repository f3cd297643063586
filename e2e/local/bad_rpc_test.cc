// CSI requests with fields missing, contradictory or over CSI's limits; none reaches the database.
#include <gtest/gtest.h>

#include "e2e/harness/assertions.h"
#include "e2e/harness/world.h"

namespace e2e {
namespace {

using grpc::StatusCode;

constexpr std::string_view kHome = "cn-hangzhou-b";

class BadRpc : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = std::make_unique<TempFolder>();
    world_ = std::make_unique<World>(WorldOptions{.folder = folder_->Path()});
    ASSERT_TRUE(IsOk(world_->StartCloud()));
    ASSERT_TRUE(IsOk(world_->StartController(std::string(kHome))));
    const auto made = Driver().CreateVolume(VolumeRequest("pv-there", 20 * kGiB));
    ASSERT_TRUE(made.Ok()) << ToText(made.status);
    volume_ = made.reply.volume().volume_id();
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

  static CsiClient& Driver() { return world_->Controller(); }

  static std::unique_ptr<TempFolder> folder_;
  static std::unique_ptr<World> world_;
  static std::string volume_;
  std::string database_;
};
std::unique_ptr<TempFolder> BadRpc::folder_;
std::unique_ptr<World> BadRpc::world_;
std::string BadRpc::volume_;

using CreateRequest = csi::v1::CreateVolumeRequest;

struct CreateCase {
  std::string name;
  void (*spoil)(CreateRequest&);
  StatusCode code;
  std::string message;
};

class BadCreate : public BadRpc, public testing::WithParamInterface<CreateCase> {};

TEST_P(BadCreate, GivenSuchARequestWhenCreatedThenRefused) {
  auto request = VolumeRequest("pv-bad", 20 * kGiB);
  RequireZone(request, std::string(kHome));
  GetParam().spoil(request);
  const auto answer = Driver().CreateVolume(request);
  EXPECT_EQ(answer.status.error_code(), GetParam().code) << ToText(answer.status);
  EXPECT_EQ(answer.status.error_message(), GetParam().message);
}

std::vector<CreateCase> CreateCases() {
  return {
      {"NoName", [](CreateRequest& r) { r.clear_name(); }, StatusCode::INVALID_ARGUMENT,
       "name is missing"},
      {"NameTooLong", [](CreateRequest& r) { r.set_name(std::string(129, 'n')); },
       StatusCode::INVALID_ARGUMENT, "name is longer than 128 bytes"},
      {"NameControl", [](CreateRequest& r) { r.set_name("pv-\x01"); }, StatusCode::INVALID_ARGUMENT,
       "name has a control character"},
      {"NoCapability", [](CreateRequest& r) { r.clear_volume_capabilities(); },
       StatusCode::INVALID_ARGUMENT, "volume_capabilities are missing"},
      {"NoAccessMode",
       [](CreateRequest& r) { r.mutable_volume_capabilities(0)->clear_access_mode(); },
       StatusCode::INVALID_ARGUMENT, "a volume capability has no known access mode"},
      {"NoAccessType", [](CreateRequest& r) { r.mutable_volume_capabilities(0)->clear_mount(); },
       StatusCode::INVALID_ARGUMENT, "a volume capability is neither block nor mount"},
      {"SizeNegative", [](CreateRequest& r) { r.mutable_capacity_range()->set_required_bytes(-1); },
       StatusCode::INVALID_ARGUMENT, "capacity_range is negative"},
      {"LimitBelowRequired",
       [](CreateRequest& r) { r.mutable_capacity_range()->set_limit_bytes(kGiB); },
       StatusCode::INVALID_ARGUMENT, "limit_bytes is less than required_bytes"},
      {"SizeTooLarge",
       [](CreateRequest& r) { r.mutable_capacity_range()->set_required_bytes(kGiB << 20); },
       StatusCode::OUT_OF_RANGE,
       "no wanted category comes in this size: cloud_essd ends at 65536 GiB"},
      {"SizeTooSmall",
       [](CreateRequest& r) {
         r.mutable_capacity_range()->set_required_bytes(kGiB);
         (*r.mutable_parameters())["performanceLevel"] = "PL2,PL1";
       },
       StatusCode::INVALID_ARGUMENT,
       "no wanted category comes in 1 GiB: cloud_essd PL2 begins at 461 GiB; cloud_essd PL1 begins "
       "at 20 GiB"},
      {"UnknownCategory", [](CreateRequest& r) { (*r.mutable_parameters())["type"] = "cloud_red"; },
       StatusCode::INVALID_ARGUMENT, "parameter type has an unknown member cloud_red"},
      {"ParametersTooMany",
       [](CreateRequest& r) { (*r.mutable_parameters())["type"] = std::string(4097, 'x'); },
       StatusCode::INVALID_ARGUMENT, "parameters is larger than 4 KiB"},
      {"UnknownMutable",
       [](CreateRequest& r) { (*r.mutable_mutable_parameters())["colour"] = "red"; },
       StatusCode::INVALID_ARGUMENT, "parameter colour cannot stand in a VolumeAttributesClass"},
      {"UnknownFileSystem",
       [](CreateRequest& r) {
         r.mutable_volume_capabilities(0)->mutable_mount()->set_fs_type("fat");
       },
       StatusCode::INVALID_ARGUMENT, "file system fat is not supported"},
      {"UnknownSnapshot",
       [](CreateRequest& r) {
         r.mutable_volume_content_source()->mutable_snapshot()->set_snapshot_id("s-none");
       },
       StatusCode::NOT_FOUND, "snapshot s-none does not exist"},
      {"UnknownSource",
       [](CreateRequest& r) {
         r.mutable_volume_content_source()->mutable_volume()->set_volume_id("d-none");
       },
       StatusCode::NOT_FOUND, "source volume d-none does not exist"},
      {"EmptySource", [](CreateRequest& r) { r.mutable_volume_content_source(); },
       StatusCode::INVALID_ARGUMENT, "volume_content_source names no snapshot and no volume"},
      {"TopologyKeyTooLong",
       [](CreateRequest& r) {
         (*r.mutable_accessibility_requirements()
               ->mutable_requisite(0)
               ->mutable_segments())[std::string(64, 'k')] = "v";
       },
       StatusCode::INVALID_ARGUMENT,
       "segments has a malformed key: "
       "kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk"},
      {"TopologyValueTooLong",
       [](CreateRequest& r) {
         (*r.mutable_accessibility_requirements()->mutable_requisite(0)->mutable_segments())["k"] =
             std::string(64, 'v');
       },
       StatusCode::INVALID_ARGUMENT, "segments has a malformed value for k"},
      {"MutableTooLarge",
       [](CreateRequest& r) { (*r.mutable_mutable_parameters())["a"] = std::string(4096, 'x'); },
       StatusCode::INVALID_ARGUMENT, "mutable_parameters is larger than 4 KiB"},
      {"SecretsTooLarge",
       [](CreateRequest& r) { (*r.mutable_secrets())["a"] = std::string(4096, 'x'); },
       StatusCode::INVALID_ARGUMENT, "secrets is larger than 4 KiB"},
      {"FileSystemTooLong",
       [](CreateRequest& r) {
         r.mutable_volume_capabilities(0)->mutable_mount()->set_fs_type(std::string(129, 'f'));
       },
       StatusCode::INVALID_ARGUMENT, "fs_type is longer than 128 bytes"},
      {"MountFlagTooLong",
       [](CreateRequest& r) {
         r.mutable_volume_capabilities(0)->mutable_mount()->add_mount_flags(std::string(129, 'f'));
       },
       StatusCode::INVALID_ARGUMENT, "mount_flags is longer than 128 bytes"},
      {"SourceTooLong",
       [](CreateRequest& r) {
         r.mutable_volume_content_source()->mutable_snapshot()->set_snapshot_id(
             std::string(129, 's'));
       },
       StatusCode::INVALID_ARGUMENT, "snapshot_id is longer than 128 bytes"},
      {"UnknownZone",
       [](CreateRequest& r) {
         r.clear_accessibility_requirements();
         RequireZone(r, "cn-hangzhou-z");
       },
       StatusCode::RESOURCE_EXHAUSTED,
       "no allowed zone sells a wanted category: zone cn-hangzhou-z is unknown"},
  };
}

constexpr auto kNameOf = [](const auto& test) { return test.param.name; };
INSTANTIATE_TEST_SUITE_P(Create, BadCreate, testing::ValuesIn(CreateCases()), kNameOf);

struct ControllerCase {
  std::string name;
  // `volume` is one that exists.
  grpc::Status (*call)(CsiClient& driver, const std::string& volume);
  StatusCode code;
  std::string message;  // with "VOLUME" for that one's id
};

class BadControllerCall : public BadRpc, public testing::WithParamInterface<ControllerCase> {};

TEST_P(BadControllerCall, GivenSuchFieldsWhenCalledThenRefused) {
  const auto status = GetParam().call(Driver(), volume_);
  EXPECT_EQ(status.error_code(), GetParam().code) << ToText(status);
  std::string message = status.error_message();
  for (auto at = message.find(volume_); at != std::string::npos; at = message.find(volume_)) {
    message.replace(at, volume_.size(), "VOLUME");
  }
  EXPECT_EQ(message, GetParam().message);
}

std::vector<ControllerCase> ControllerCases() {
  using Client = CsiClient;
  using Text = std::string;
  const auto refused = StatusCode::INVALID_ARGUMENT;
  return {
      {"DeleteNoId", [](Client& c, const Text&) { return c.DeleteVolume("").status; }, refused,
       "volume_id is missing"},
      {"DeleteLongId", [](Client& c, const Text&) { return c.DeleteVolume(Text(129, 'd')).status; },
       refused, "volume_id is longer than 128 bytes"},
      {"DeleteUnknown", [](Client& c, const Text&) { return c.DeleteVolume("d-none").status; },
       StatusCode::OK},
      {"PublishNoVolume", [](Client& c, const Text&) { return c.Publish("", "i-1").status; },
       refused, "volume_id is missing"},
      {"PublishNoNode", [](Client& c, const Text& v) { return c.Publish(v, "").status; }, refused,
       "node_id is missing"},
      {"PublishLongNode",
       [](Client& c, const Text& v) { return c.Publish(v, Text(257, 'i')).status; }, refused,
       "node_id is longer than 256 bytes"},
      {"PublishUnknownVolume",
       [](Client& c, const Text&) { return c.Publish("d-none", "i-1").status; },
       StatusCode::NOT_FOUND, "volume d-none does not exist"},
      {"PublishUnknownNode", [](Client& c, const Text& v) { return c.Publish(v, "i-none").status; },
       StatusCode::NOT_FOUND, "node i-none does not exist"},
      {"UnpublishNoVolume", [](Client& c, const Text&) { return c.Unpublish("", "i-1").status; },
       refused, "volume_id is missing"},
      {"UnpublishUnknown",
       [](Client& c, const Text&) { return c.Unpublish("d-none", "i-1").status; }, StatusCode::OK},
      {"SnapshotNoName", [](Client& c, const Text& v) { return c.CreateSnapshot(v, "").status; },
       refused, "name is missing"},
      {"SnapshotNoSource",
       [](Client& c, const Text&) { return c.CreateSnapshot("", "snap").status; }, refused,
       "source_volume_id is missing"},
      {"SnapshotUnknownSource",
       [](Client& c, const Text&) { return c.CreateSnapshot("d-none", "snap").status; },
       StatusCode::NOT_FOUND, "volume d-none does not exist"},
      {"SnapshotNeverAttached",
       [](Client& c, const Text& v) { return c.CreateSnapshot(v, "snap").status; },
       StatusCode::FAILED_PRECONDITION,
       "snapshot disk VOLUME: IncorrectDiskStatus.NeverAttached: Disk VOLUME is Available and was "
       "never attached to an instance."},
      {"SnapshotLongName",
       [](Client& c, const Text& v) { return c.CreateSnapshot(v, Text(129, 's')).status; }, refused,
       "name is longer than 128 bytes"},
      {"SnapshotLongSource",
       [](Client& c, const Text&) { return c.CreateSnapshot(Text(129, 'd'), "snap").status; },
       refused, "source_volume_id is longer than 128 bytes"},
      {"SnapshotNameControl",
       [](Client& c, const Text& v) { return c.CreateSnapshot(v, "s\n").status; }, refused,
       "name has a control character"},
      {"DeleteSnapshotLongId",
       [](Client& c, const Text&) { return c.DeleteSnapshot(Text(129, 's')).status; }, refused,
       "snapshot_id is longer than 128 bytes"},
      {"UnpublishLongNode",
       [](Client& c, const Text& v) { return c.Unpublish(v, Text(257, 'i')).status; }, refused,
       "node_id is longer than 256 bytes"},
      {"ModifyTooLarge",
       [](Client& c, const Text& v) {
         return c.Modify(v, {{"diskTags/a", Text(4096, 'x')}}).status;
       },
       refused, "mutable_parameters is larger than 4 KiB"},
      {"ListLongToken",
       [](Client& c, const Text&) {
         csi::v1::ListVolumesRequest request;
         request.set_starting_token(Text(1025, 't'));
         return Ask(c.ControllerStub(), &csi::v1::Controller::Stub::ListVolumes, request).status;
       },
       refused, "starting_token is longer than 1024 bytes"},
      {"DeleteSnapshotNoId", [](Client& c, const Text&) { return c.DeleteSnapshot("").status; },
       refused, "snapshot_id is missing"},
      {"ExpandNoId", [](Client& c, const Text&) { return c.Expand("", 30 * kGiB).status; }, refused,
       "volume_id is missing"},
      {"ExpandNegative", [](Client& c, const Text& v) { return c.Expand(v, -1).status; }, refused,
       "capacity_range is negative"},
      {"ExpandTooLarge", [](Client& c, const Text& v) { return c.Expand(v, kGiB << 20).status; },
       StatusCode::OUT_OF_RANGE,
       "grow volume VOLUME to 1048576 GiB: InvalidDiskSize.TooLarge: Disk VOLUME of category "
       "cloud_essd cannot grow to 1048576 GiB, the most is 65536."},
      {"ExpandUnknown", [](Client& c, const Text&) { return c.Expand("d-none", kGiB).status; },
       StatusCode::NOT_FOUND, "volume d-none does not exist"},
      {"ModifyUnknownKey",
       [](Client& c, const Text& v) {
         return c.Modify(v, {{"colour", "red"}}).status;
       },
       refused, "parameter colour cannot stand in a VolumeAttributesClass"},
      {"ModifyType",
       [](Client& c, const Text& v) {
         return c.Modify(v, {{"type", "cloud_ssd"}}).status;
       },
       refused,
       "change the category of volume VOLUME: InvalidDiskCategory.NotSupported: Disk VOLUME of "
       "category cloud_essd cannot become cloud_ssd."},
      {"ModifyNoId",
       [](Client& c, const Text&) {
         return c.Modify("", {{"a", "b"}}).status;
       },
       refused, "volume_id is missing"},
      {"ListBadToken",
       [](Client& c, const Text&) {
         csi::v1::ListVolumesRequest request;
         request.set_starting_token("no-such-token");
         return Ask(c.ControllerStub(), &csi::v1::Controller::Stub::ListVolumes, request).status;
       },
       StatusCode::ABORTED, "starting_token is malformed"},
      {"ListNegative",
       [](Client& c, const Text&) {
         csi::v1::ListVolumesRequest request;
         request.set_max_entries(-1);
         return Ask(c.ControllerStub(), &csi::v1::Controller::Stub::ListVolumes, request).status;
       },
       refused, "max_entries is negative"},
      {"NodeCallToController",
       [](Client& c, const Text& v) {
         return c.Unstage(v, {"/x", "/y"}).status;
       },
       StatusCode::UNIMPLEMENTED},
  };
}

INSTANTIATE_TEST_SUITE_P(Controller, BadControllerCall, testing::ValuesIn(ControllerCases()),
                         kNameOf);

}  // namespace
}  // namespace e2e
