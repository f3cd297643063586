// CSI requests with fields missing, contradictory or over CSI's limits; none reaches the database.
#include <gtest/gtest.h>

#include "e2e/local/world.h"

namespace e2e {
namespace {

using grpc::StatusCode;

constexpr std::string_view kHome = "cn-hangzhou-b";

class BadRpc : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = std::make_unique<TempFolder>();
    world_ = std::make_unique<World>(WorldOptions{.folder = folder_->Path()});
    ASSERT_EQ(world_->StartCloud(), "");
    ASSERT_EQ(world_->StartController(std::string(kHome)), "");
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
};

class BadCreate : public BadRpc, public testing::WithParamInterface<CreateCase> {};

TEST_P(BadCreate, GivenSuchARequestWhenCreatedThenRefused) {
  auto request = VolumeRequest("pv-bad", 20 * kGiB);
  RequireZone(request, std::string(kHome));
  GetParam().spoil(request);
  const auto answer = Driver().CreateVolume(request);
  EXPECT_EQ(answer.status.error_code(), GetParam().code) << ToText(answer.status);
  EXPECT_FALSE(answer.status.error_message().empty());
}

std::vector<CreateCase> CreateCases() {
  return {
      {"NoName", [](CreateRequest& r) { r.clear_name(); }, StatusCode::INVALID_ARGUMENT},
      {"NameTooLong", [](CreateRequest& r) { r.set_name(std::string(129, 'n')); },
       StatusCode::INVALID_ARGUMENT},
      {"NameControl", [](CreateRequest& r) { r.set_name("pv-\x01"); },
       StatusCode::INVALID_ARGUMENT},
      {"NoCapability", [](CreateRequest& r) { r.clear_volume_capabilities(); },
       StatusCode::INVALID_ARGUMENT},
      {"NoAccessMode",
       [](CreateRequest& r) { r.mutable_volume_capabilities(0)->clear_access_mode(); },
       StatusCode::INVALID_ARGUMENT},
      {"NoAccessType", [](CreateRequest& r) { r.mutable_volume_capabilities(0)->clear_mount(); },
       StatusCode::INVALID_ARGUMENT},
      {"SizeNegative", [](CreateRequest& r) { r.mutable_capacity_range()->set_required_bytes(-1); },
       StatusCode::INVALID_ARGUMENT},
      {"LimitBelowRequired",
       [](CreateRequest& r) { r.mutable_capacity_range()->set_limit_bytes(kGiB); },
       StatusCode::INVALID_ARGUMENT},
      {"SizeTooLarge",
       [](CreateRequest& r) { r.mutable_capacity_range()->set_required_bytes(kGiB << 20); },
       StatusCode::OUT_OF_RANGE},
      {"UnknownParameter", [](CreateRequest& r) { (*r.mutable_parameters())["colour"] = "red"; },
       StatusCode::INVALID_ARGUMENT},
      {"ParametersTooMany",
       [](CreateRequest& r) { (*r.mutable_parameters())["type"] = std::string(4097, 'x'); },
       StatusCode::INVALID_ARGUMENT},
      {"UnknownMutable",
       [](CreateRequest& r) { (*r.mutable_mutable_parameters())["colour"] = "red"; },
       StatusCode::INVALID_ARGUMENT},
      {"UnknownFileSystem",
       [](CreateRequest& r) {
         r.mutable_volume_capabilities(0)->mutable_mount()->set_fs_type("fat");
       },
       StatusCode::INVALID_ARGUMENT},
      {"UnknownSnapshot",
       [](CreateRequest& r) {
         r.mutable_volume_content_source()->mutable_snapshot()->set_snapshot_id("s-none");
       },
       StatusCode::NOT_FOUND},
      {"UnknownSource",
       [](CreateRequest& r) {
         r.mutable_volume_content_source()->mutable_volume()->set_volume_id("d-none");
       },
       StatusCode::NOT_FOUND},
      {"EmptySource", [](CreateRequest& r) { r.mutable_volume_content_source(); },
       StatusCode::INVALID_ARGUMENT},
      {"TopologyKeyTooLong",
       [](CreateRequest& r) {
         (*r.mutable_accessibility_requirements()
               ->mutable_requisite(0)
               ->mutable_segments())[std::string(64, 'k')] = "v";
       },
       StatusCode::INVALID_ARGUMENT},
      {"TopologyValueTooLong",
       [](CreateRequest& r) {
         (*r.mutable_accessibility_requirements()->mutable_requisite(0)->mutable_segments())["k"] =
             std::string(64, 'v');
       },
       StatusCode::INVALID_ARGUMENT},
      {"UnknownZone",
       [](CreateRequest& r) {
         r.clear_accessibility_requirements();
         RequireZone(r, "cn-hangzhou-z");
       },
       StatusCode::RESOURCE_EXHAUSTED},
  };
}

constexpr auto kNameOf = [](const auto& test) { return test.param.name; };
INSTANTIATE_TEST_SUITE_P(Create, BadCreate, testing::ValuesIn(CreateCases()), kNameOf);

struct ControllerCase {
  std::string name;
  // `volume` is one that exists.
  grpc::Status (*call)(CsiClient& driver, const std::string& volume);
  StatusCode code;
};

class BadControllerCall : public BadRpc, public testing::WithParamInterface<ControllerCase> {};

TEST_P(BadControllerCall, GivenSuchFieldsWhenCalledThenRefused) {
  const auto status = GetParam().call(Driver(), volume_);
  EXPECT_EQ(status.error_code(), GetParam().code) << ToText(status);
}

std::vector<ControllerCase> ControllerCases() {
  using Client = CsiClient;
  using Text = std::string;
  const auto refused = StatusCode::INVALID_ARGUMENT;
  return {
      {"DeleteNoId", [](Client& c, const Text&) { return c.DeleteVolume("").status; }, refused},
      {"DeleteLongId", [](Client& c, const Text&) { return c.DeleteVolume(Text(129, 'd')).status; },
       refused},
      {"DeleteUnknown", [](Client& c, const Text&) { return c.DeleteVolume("d-none").status; },
       StatusCode::OK},
      {"PublishNoVolume", [](Client& c, const Text&) { return c.Publish("", "i-1").status; },
       refused},
      {"PublishNoNode", [](Client& c, const Text& v) { return c.Publish(v, "").status; }, refused},
      {"PublishLongNode",
       [](Client& c, const Text& v) { return c.Publish(v, Text(257, 'i')).status; }, refused},
      {"PublishUnknownVolume",
       [](Client& c, const Text&) { return c.Publish("d-none", "i-1").status; },
       StatusCode::NOT_FOUND},
      {"PublishUnknownNode", [](Client& c, const Text& v) { return c.Publish(v, "i-none").status; },
       StatusCode::NOT_FOUND},
      {"UnpublishNoVolume", [](Client& c, const Text&) { return c.Unpublish("", "i-1").status; },
       refused},
      {"UnpublishUnknown",
       [](Client& c, const Text&) { return c.Unpublish("d-none", "i-1").status; }, StatusCode::OK},
      {"SnapshotNoName", [](Client& c, const Text& v) { return c.CreateSnapshot(v, "").status; },
       refused},
      {"SnapshotNoSource",
       [](Client& c, const Text&) { return c.CreateSnapshot("", "snap").status; }, refused},
      {"SnapshotUnknownSource",
       [](Client& c, const Text&) { return c.CreateSnapshot("d-none", "snap").status; },
       StatusCode::NOT_FOUND},
      {"SnapshotNeverAttached",
       [](Client& c, const Text& v) { return c.CreateSnapshot(v, "snap").status; },
       StatusCode::FAILED_PRECONDITION},
      {"DeleteSnapshotNoId", [](Client& c, const Text&) { return c.DeleteSnapshot("").status; },
       refused},
      {"ExpandNoId", [](Client& c, const Text&) { return c.Expand("", 30 * kGiB).status; },
       refused},
      {"ExpandNegative", [](Client& c, const Text& v) { return c.Expand(v, -1).status; }, refused},
      {"ExpandTooLarge", [](Client& c, const Text& v) { return c.Expand(v, kGiB << 20).status; },
       StatusCode::OUT_OF_RANGE},
      {"ExpandUnknown", [](Client& c, const Text&) { return c.Expand("d-none", kGiB).status; },
       StatusCode::NOT_FOUND},
      {"ModifyUnknownKey",
       [](Client& c, const Text& v) { return c.Modify(v, "colour", "red").status; }, refused},
      {"ModifyType",
       [](Client& c, const Text& v) { return c.Modify(v, "type", "cloud_ssd").status; }, refused},
      {"ModifyNoId", [](Client& c, const Text&) { return c.Modify("", "a", "b").status; }, refused},
      {"ListBadToken",
       [](Client& c, const Text&) {
         csi::v1::ListVolumesRequest request;
         request.set_starting_token("no-such-token");
         return Ask(c.ControllerStub(), &csi::v1::Controller::Stub::ListVolumes, request).status;
       },
       StatusCode::ABORTED},
      {"ListNegative",
       [](Client& c, const Text&) {
         csi::v1::ListVolumesRequest request;
         request.set_max_entries(-1);
         return Ask(c.ControllerStub(), &csi::v1::Controller::Stub::ListVolumes, request).status;
       },
       refused},
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
