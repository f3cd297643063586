#include "driver/csi/field_limits.h"

#include <gtest/gtest.h>

#include "csi.pb.h"

namespace driver {
namespace {

bool Fits(const google::protobuf::Message& request) {
  const auto checked = CheckFieldLimits(request);
  if (!checked) {
    EXPECT_EQ(checked.error().code, grpc::StatusCode::INVALID_ARGUMENT);
  }
  return checked.has_value();
}

TEST(FieldLimitsTest, GivenStringsWhenTooLongThenRefuses) {
  csi::v1::CreateVolumeRequest request;
  request.set_name(std::string(128, 'n'));
  EXPECT_TRUE(Fits(request));
  request.set_name(std::string(129, 'n'));
  EXPECT_FALSE(Fits(request));
  csi::v1::ControllerPublishVolumeRequest publish;
  publish.set_node_id(std::string(256, 'n'));
  EXPECT_TRUE(Fits(publish));
  publish.set_node_id(std::string(257, 'n'));
  EXPECT_FALSE(Fits(publish));
  csi::v1::NodePublishVolumeRequest node;
  node.set_target_path("/" + std::string(1000, 'p'));
  EXPECT_TRUE(Fits(node));
}

TEST(FieldLimitsTest, GivenNestedStringsWhenTooLongThenRefuses) {
  csi::v1::CreateVolumeRequest request;
  request.add_volume_capabilities()->mutable_mount()->add_mount_flags(std::string(129, 'f'));
  EXPECT_FALSE(Fits(request));
}

TEST(FieldLimitsTest, GivenMapsWhenLargerThan4KiBThenRefusesWithoutShowingThem) {
  csi::v1::CreateVolumeRequest request;
  (*request.mutable_parameters())["k"] = std::string(4095, 'v');
  EXPECT_TRUE(Fits(request));
  (*request.mutable_parameters())["k"] = std::string(4096, 'v');
  EXPECT_FALSE(Fits(request));
  request.clear_parameters();
  (*request.mutable_secrets())["password"] = std::string(5000, 'x');
  const auto checked = CheckFieldLimits(request);
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().message.find('x'), std::string::npos);
}

struct TopologyCase {
  std::string name;
  std::map<std::string, std::string> segments;
  bool fits;
};

class TopologyLimitsTest : public testing::TestWithParam<TopologyCase> {};

TEST_P(TopologyLimitsTest, GivenSegmentsWhenCheckedThenAsTheSpecificationSays) {
  csi::v1::CreateVolumeRequest request;
  auto& term = *request.mutable_accessibility_requirements()->add_requisite();
  term.mutable_segments()->insert(GetParam().segments.begin(), GetParam().segments.end());
  EXPECT_EQ(Fits(request), GetParam().fits);
}

INSTANTIATE_TEST_SUITE_P(
    Table, TopologyLimitsTest,
    testing::Values(TopologyCase{"Zone", {{"topology.kubernetes.io/zone", "cn-hangzhou-b"}}, true},
                    TopologyCase{"NoPrefix", {{"rack", "R_1.a"}}, true},
                    TopologyCase{"EmptyValue", {{"rack", ""}}, true},
                    TopologyCase{"EmptyKey", {{"", "x"}}, false},
                    TopologyCase{"LongName", {{"a/" + std::string(64, 'n'), "x"}}, false},
                    TopologyCase{"LongPrefix", {{std::string(64, 'p') + "/a", "x"}}, false},
                    TopologyCase{"LongValue", {{"rack", std::string(64, 'v')}}, false},
                    TopologyCase{"TwoSlashes", {{"a/b/c", "x"}}, false},
                    TopologyCase{"BadEnd", {{"rack-", "x"}}, false},
                    TopologyCase{"BadValue", {{"rack", "-x"}}, false},
                    TopologyCase{"SpaceInKey", {{"ra ck", "x"}}, false},
                    TopologyCase{"SameKeyInOtherCase", {{"rack", "x"}, {"Rack", "y"}}, false}),
    [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace driver
