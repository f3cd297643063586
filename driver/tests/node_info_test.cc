#include "driver/src/node_info.h"

#include "driver/testing/fake_cloud.h"
#include "driver/testing/fake_cluster.h"
#include "driver/tests/staging_fixture.h"

namespace driver {
namespace {

using grpc::StatusCode;
using testing::HasSubstr;

const NodePlace kWhole{.instance_id = "i-1",
                       .region = "cn-hangzhou",
                       .zone = "cn-hangzhou-b",
                       .instance_type = "ecs.g7.large"};

tl::unexpected<RpcError> Down() {
  return Fail(StatusCode::UNAVAILABLE, "metadata is down");
}

TEST(FindPlaceTest, GivenAllFlagsWhenSearchedThenNobodyIsAsked) {
  int asked = 0;
  const auto place = FindPlace({.flags = kWhole, .metadata = [&]() -> Result<NodePlace> {
                                  ++asked;
                                  return Down();
                                }});
  ASSERT_TRUE(place);
  EXPECT_EQ(*place, kWhole);
  EXPECT_EQ(asked, 0);
}

TEST(FindPlaceTest, GivenSomeFlagsWhenSearchedThenMetadataFillsTheRestOnly) {
  const auto place = FindPlace(
      {.flags = {.zone = "cn-hangzhou-e"}, .metadata = [] { return Result<NodePlace>(kWhole); }});
  ASSERT_TRUE(place);
  EXPECT_EQ(place->zone, "cn-hangzhou-e");
  EXPECT_EQ(place->instance_id, "i-1");
}

TEST(FindPlaceTest, GivenNoMetadataWhenSearchedThenNodeLabelsOfAnyGeneration) {
  FakeCluster cluster(topology::Labels{{"failure-domain.beta.kubernetes.io/zone", "cn-hangzhou-d"},
                                       {"topology.kubernetes.io/region", "cn-hangzhou"},
                                       {"alibabacloud.com/ecs-instance-id", "i-9"},
                                       {"beta.kubernetes.io/instance-type", "ecs.c7.large"}});
  const auto place =
      FindPlace({.metadata = []() -> Result<NodePlace> { return Down(); }, .cluster = &cluster});
  ASSERT_TRUE(place) << MessageOf(place);
  EXPECT_EQ(*place, (NodePlace{.instance_id = "i-9",
                               .region = "cn-hangzhou",
                               .zone = "cn-hangzhou-d",
                               .instance_type = "ecs.c7.large"}));
}

TEST(FindPlaceTest, GivenSomethingMissingWhenSearchedThenNamesItAndTheReasons) {
  FakeCluster cluster(Result<topology::Labels>(Fail(StatusCode::NOT_FOUND, "no such node")));
  const auto place = FindPlace({.flags = {.region = "cn-hangzhou"},
                                .metadata = []() -> Result<NodePlace> { return Down(); },
                                .cluster = &cluster});
  EXPECT_EQ(CodeOf(place), StatusCode::UNAVAILABLE);
  EXPECT_EQ(MessageOf(place),
            "this node's instance id, zone is unknown: metadata is down; no such node");
}

TEST(FindPlaceTest, GivenNoTypeNeededWhenOnlyItIsMissingThenNobodyIsAsked) {
  auto flags = kWhole;
  flags.instance_type.clear();
  EXPECT_TRUE(FindPlace({.flags = flags,
                         .metadata = []() -> Result<NodePlace> {
                           ADD_FAILURE() << "asked";
                           return Down();
                         },
                         .needs_instance_type = false}));
}

TEST(OwnNodeInfoTest, GivenPlaceWhenAskedThenStandardAndAckSegments) {
  OwnNodeInfo own({.place = {.flags = kWhole}, .max_volumes = 7});
  const auto info = own.Get();
  ASSERT_TRUE(info);
  EXPECT_EQ(
      *info,
      (NodeInfo{.node_id = "i-1",
                .max_volumes = 7,
                .segments = {{"topology.kubernetes.io/region", "cn-hangzhou"},
                             {"topology.kubernetes.io/zone", "cn-hangzhou-b"},
                             {"topology.diskplugin.csi.alibabacloud.com/zone", "cn-hangzhou-b"}}}));
}

TEST(OwnNodeInfoTest, GivenFailureWhenAskedAgainThenAnswersAndThenKeeps) {
  int asked = 0;
  OwnNodeInfo own({.place = {.metadata = [&]() -> Result<NodePlace> {
                     if (++asked == 1) return Down();
                     return kWhole;
                   }}});
  EXPECT_EQ(CodeOf(own.Get()), StatusCode::UNAVAILABLE);
  EXPECT_TRUE(own.Get());
  EXPECT_TRUE(own.Get());
  EXPECT_EQ(asked, 2);
}

TEST(OwnNodeInfoTest, GivenTopologyKeysWhenAskedThenValuesOfFlagsAndLabels) {
  FakeCluster cluster(topology::Labels{{"example.com/rack", "r-1"}});
  OwnNodeInfo own({.place = {.flags = kWhole, .cluster = &cluster},
                   .topology_keys = {{"example.com/rack", ""}, {"kubernetes.io/hostname", "n-1"}}});
  const auto info = own.Get();
  ASSERT_TRUE(info);
  EXPECT_EQ(info->segments.at("example.com/rack"), "r-1");
  EXPECT_EQ(info->segments.at("kubernetes.io/hostname"), "n-1");
}

TEST(OwnNodeInfoTest, GivenLabelMissingWhenAskedThenRefusesNamingIt) {
  FakeCluster cluster(topology::Labels{});
  OwnNodeInfo own({.place = {.flags = kWhole, .cluster = &cluster},
                   .topology_keys = {{"example.com/rack", ""}}});
  const auto info = own.Get();
  EXPECT_EQ(CodeOf(info), StatusCode::FAILED_PRECONDITION);
  EXPECT_THAT(MessageOf(info), HasSubstr("example.com/rack"));
}

TEST(OwnNodeInfoTest, GivenInstanceTypeWhenAskedThenItsDiskQuantity) {
  FakeClock clock;
  auto catalogue = FakeCatalogue();
  catalogue.instance_types.push_back({.name = "ecs.g7.large", .disk_quantity = 13});
  FakeCloud cloud(clock, {}, catalogue);
  OwnNodeInfo own({.place = {.flags = kWhole}, .cloud = &cloud});
  const auto info = own.Get();
  ASSERT_TRUE(info) << MessageOf(info);
  EXPECT_EQ(info->max_volumes, 13);
}

}  // namespace
}  // namespace driver
