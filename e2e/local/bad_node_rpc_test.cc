// CSI calls to a node with fields missing, contradictory or over CSI's limits.
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "e2e/harness/assertions.h"
#include "e2e/harness/world.h"

namespace e2e {
namespace {

using grpc::StatusCode;

const NodePlace kNode{.instance = "i-bp1000000000000000bad", .zone = "cn-hangzhou-b"};

struct NodeCase {
  std::string name;
  grpc::Status (*call)(csi::v1::Node::Stub& node);
  StatusCode code;
  std::string message;
};

// One node for all cases: none of them reaches it.
class NodeWorld : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = std::make_unique<TempFolder>();
    world_ = std::make_unique<World>(WorldOptions{.folder = folder_->Path()});
    ASSERT_TRUE(IsOk(world_->StartCloud()));
    ASSERT_TRUE(IsOk(world_->StartNode(kNode)));
  }
  static void TearDownTestSuite() {
    world_.reset();
    folder_.reset();
  }
  static CsiClient& Driver() { return world_->Node(kNode.instance); }

  inline static std::unique_ptr<TempFolder> folder_;
  inline static std::unique_ptr<World> world_;
};

class BadNodeCall : public NodeWorld, public testing::WithParamInterface<NodeCase> {};

TEST_P(BadNodeCall, GivenSuchFieldsWhenCalledThenRefused) {
  const auto status = GetParam().call(Driver().NodeStub());
  EXPECT_EQ(status.error_code(), GetParam().code) << ToText(status);
  EXPECT_EQ(status.error_message(), GetParam().message);
}

using Node = csi::v1::Node::Stub;

// A request with nothing wrong in it but what `spoil` does.
template <class Request>
using Spoil = void (*)(Request&);

grpc::Status Stage(Node& node, Spoil<csi::v1::NodeStageVolumeRequest> spoil) {
  csi::v1::NodeStageVolumeRequest request;
  request.set_volume_id("d-1");
  request.set_staging_target_path("/nowhere/staging");
  *request.mutable_volume_capability() = Capability({});
  (*request.mutable_publish_context())["serialNumber"] = "1";
  spoil(request);
  return Ask(node, &Node::NodeStageVolume, request).status;
}

grpc::Status Publish(Node& node, Spoil<csi::v1::NodePublishVolumeRequest> spoil) {
  csi::v1::NodePublishVolumeRequest request;
  request.set_volume_id("d-1");
  request.set_staging_target_path("/nowhere/staging");
  request.set_target_path("/nowhere/target");
  *request.mutable_volume_capability() = Capability({});
  (*request.mutable_publish_context())["serialNumber"] = "1";
  spoil(request);
  return Ask(node, &Node::NodePublishVolume, request).status;
}

grpc::Status Unstage(Node& node, const std::string& volume, const std::string& path) {
  csi::v1::NodeUnstageVolumeRequest request;
  request.set_volume_id(volume);
  request.set_staging_target_path(path);
  return Ask(node, &Node::NodeUnstageVolume, request).status;
}

grpc::Status Unpublish(Node& node, const std::string& volume, const std::string& path) {
  csi::v1::NodeUnpublishVolumeRequest request;
  request.set_volume_id(volume);
  request.set_target_path(path);
  return Ask(node, &Node::NodeUnpublishVolume, request).status;
}

grpc::Status Stats(Node& node, const std::string& volume, const std::string& path) {
  csi::v1::NodeGetVolumeStatsRequest request;
  request.set_volume_id(volume);
  request.set_volume_path(path);
  return Ask(node, &Node::NodeGetVolumeStats, request).status;
}

grpc::Status Expand(Node& node, std::int64_t required, std::int64_t limit,
                    const std::string& path = "/nowhere/target") {
  csi::v1::NodeExpandVolumeRequest request;
  request.set_volume_id("d-1");
  request.set_volume_path(path);
  request.mutable_capacity_range()->set_required_bytes(required);
  request.mutable_capacity_range()->set_limit_bytes(limit);
  return Ask(node, &Node::NodeExpandVolume, request).status;
}

std::vector<NodeCase> StageCases() {
  using Request = csi::v1::NodeStageVolumeRequest;
  const auto row = [](const std::string& name, grpc::Status (*call)(Node&),
                      const std::string& message, StatusCode code = StatusCode::INVALID_ARGUMENT) {
    return NodeCase{"Stage" + name, call, code, message};
  };
  const auto precondition = StatusCode::FAILED_PRECONDITION;
  return {
      row(
          "NoVolume", [](Node& n) { return Stage(n, [](Request& r) { r.clear_volume_id(); }); },
          "volume_id is missing"),
      row(
          "LongVolume",
          [](Node& n) {
            return Stage(n, [](Request& r) { r.set_volume_id(std::string(129, 'd')); });
          },
          "volume_id is longer than 128 bytes"),
      row(
          "NoPath",
          [](Node& n) { return Stage(n, [](Request& r) { r.clear_staging_target_path(); }); },
          "staging_target_path is missing"),
      row(
          "RelativePath",
          [](Node& n) { return Stage(n, [](Request& r) { r.set_staging_target_path("a/b"); }); },
          "staging_target_path is not an absolute path"),
      row(
          "ParentInPath",
          [](Node& n) {
            return Stage(n, [](Request& r) { r.set_staging_target_path("/a/../b"); });
          },
          "staging_target_path contains '..'"),
      row(
          "RootPath",
          [](Node& n) { return Stage(n, [](Request& r) { r.set_staging_target_path("/."); }); },
          "staging_target_path is the root folder"),
      row(
          "LongPath",
          [](Node& n) {
            return Stage(
                n, [](Request& r) { r.set_staging_target_path("/" + std::string(4096, 'p')); });
          },
          "staging_target_path is longer than 4096 bytes"),
      row(
          "NoCapability",
          [](Node& n) { return Stage(n, [](Request& r) { r.clear_volume_capability(); }); },
          "volume_capability is missing"),
      row(
          "NoMode",
          [](Node& n) {
            return Stage(n, [](Request& r) { r.mutable_volume_capability()->clear_access_mode(); });
          },
          "volume_capability has no known access mode"),
      row(
          "NoType",
          [](Node& n) {
            return Stage(n, [](Request& r) { r.mutable_volume_capability()->clear_mount(); });
          },
          "volume_capability is neither block nor mount"),
      row(
          "MountGroup",
          [](Node& n) {
            return Stage(n, [](Request& r) {
              r.mutable_volume_capability()->mutable_mount()->set_volume_mount_group("7");
            });
          },
          "volume_mount_group is not offered", precondition),
      row(
          "NoSerial",
          [](Node& n) { return Stage(n, [](Request& r) { r.clear_publish_context(); }); },
          "publish_context has no serialNumber", precondition),
      row(
          "SerialIsPath",
          [](Node& n) {
            return Stage(
                n, [](Request& r) { (*r.mutable_publish_context())["serialNumber"] = "../sda"; });
          },
          "publish_context has a malformed serialNumber"),
      row(
          "ContextTooLarge",
          [](Node& n) {
            return Stage(
                n, [](Request& r) { (*r.mutable_volume_context())["a"] = std::string(4096, 'x'); });
          },
          "volume_context is larger than 4 KiB"),
  };
}

std::vector<NodeCase> OtherNodeCases() {
  using Request = csi::v1::NodePublishVolumeRequest;
  const auto refused = StatusCode::INVALID_ARGUMENT;
  return {
      {"PublishNoTarget",
       [](Node& n) { return Publish(n, [](Request& r) { r.clear_target_path(); }); }, refused,
       "target_path is missing"},
      {"PublishNoCapability",
       [](Node& n) { return Publish(n, [](Request& r) { r.clear_volume_capability(); }); }, refused,
       "volume_capability is missing"},
      {"PublishNotStaged",
       [](Node& n) { return Publish(n, [](Request& r) { r.clear_staging_target_path(); }); },
       StatusCode::FAILED_PRECONDITION, "staging_target_path is missing: stage first"},
      {"PublishRelativeTarget",
       [](Node& n) { return Publish(n, [](Request& r) { r.set_target_path("target"); }); }, refused,
       "target_path is not an absolute path"},
      {"UnstageNoVolume", [](Node& n) { return Unstage(n, "", "/nowhere/staging"); }, refused,
       "volume_id is missing"},
      {"UnstageNoPath", [](Node& n) { return Unstage(n, "d-1", ""); }, refused,
       "staging_target_path is missing"},
      {"UnstageParent", [](Node& n) { return Unstage(n, "d-1", "/a/../../etc"); }, refused,
       "staging_target_path contains '..'"},
      {"UnpublishNoPath", [](Node& n) { return Unpublish(n, "d-1", ""); }, refused,
       "target_path is missing"},
      {"UnpublishRoot", [](Node& n) { return Unpublish(n, "d-1", "//"); }, refused,
       "target_path is the root folder"},
      {"StatsNoVolume", [](Node& n) { return Stats(n, "", "/nowhere/target"); }, refused,
       "volume_id is missing"},
      {"StatsNoPath", [](Node& n) { return Stats(n, "d-1", ""); }, refused,
       "volume_path is missing"},
      {"StatsNothingThere", [](Node& n) { return Stats(n, "d-1", "/nowhere/target"); },
       StatusCode::NOT_FOUND, "volume d-1 is not mounted at /nowhere/target"},
      {"ExpandNoPath", [](Node& n) { return Expand(n, kGiB, 0, ""); }, refused,
       "volume_path is missing"},
      {"ExpandNegative", [](Node& n) { return Expand(n, -1, 0); }, refused,
       "capacity_range is negative"},
      {"ExpandLimitBelowRequired", [](Node& n) { return Expand(n, 2 * kGiB, kGiB); }, refused,
       "capacity_range requires more than its limit"},
      {"ExpandNothingThere", [](Node& n) { return Expand(n, kGiB, 0); }, StatusCode::NOT_FOUND,
       "volume d-1 is not mounted at /nowhere/target"},
  };
}

constexpr auto kNameOf = [](const auto& test) { return test.param.name; };
INSTANTIATE_TEST_SUITE_P(Stage, BadNodeCall, testing::ValuesIn(StageCases()), kNameOf);
INSTANTIATE_TEST_SUITE_P(Others, BadNodeCall, testing::ValuesIn(OtherNodeCases()), kNameOf);

TEST_F(NodeWorld, GivenAControllersCallWhenSentToANodeThenUnimplemented) {
  EXPECT_EQ(Driver().DeleteVolume("d-1").status.error_code(), StatusCode::UNIMPLEMENTED);
}

}  // namespace
}  // namespace e2e
