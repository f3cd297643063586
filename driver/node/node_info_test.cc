#include "driver/node/node_info.h"

#include "driver/csi/keys.h"
#include "driver/testing/fake_cloud.h"
#include "driver/testing/fake_cluster.h"
#include "driver/testing/staging_fixture.h"

namespace driver {
namespace {

using grpc::StatusCode;
using testing::HasSubstr;

const NodePlace kWhole{.instance_id = "i-1",
                       .region = "cn-hangzhou",
                       .zone = "cn-hangzhou-b",
                       .instance_type = "ecs.g7.large"};

const Deadline kSoon{.at = Instant(std::chrono::hours(2))};

Result<NodePlace> Find(const PlaceSources& sources) {
  return FindPlace(sources, kSoon);
}

tl::unexpected<RpcError> Down() {
  return Fail(StatusCode::UNAVAILABLE, "metadata is down");
}

TEST(FindPlaceTest, GivenAllFlagsWhenSearchedThenNoSourceIsAsked) {
  int asked = 0;
  const auto place = Find({.flags = kWhole, .metadata = [&](const Deadline&) -> Result<NodePlace> {
                             ++asked;
                             return Down();
                           }});
  ASSERT_TRUE(place);
  EXPECT_EQ(*place, kWhole);
  EXPECT_EQ(asked, 0);
}

TEST(FindPlaceTest, GivenSomeFlagsWhenSearchedThenMetadataFillsTheRestOnly) {
  const auto place = Find({.flags = {.zone = "cn-hangzhou-e"},
                           .metadata = [](const Deadline&) { return Result<NodePlace>(kWhole); }});
  ASSERT_TRUE(place);
  EXPECT_EQ(place->zone, "cn-hangzhou-e");
  EXPECT_EQ(place->instance_id, "i-1");
}

TEST(FindPlaceTest, GivenNoMetadataWhenSearchedThenNodeLabelsOfAnyGeneration) {
  FakeCluster cluster(topology::Labels{{"failure-domain.beta.kubernetes.io/zone", "cn-hangzhou-d"},
                                       {"topology.kubernetes.io/region", "cn-hangzhou"},
                                       {"alibabacloud.com/ecs-instance-id", "i-9"},
                                       {"beta.kubernetes.io/instance-type", "ecs.c7.large"}});
  const auto place = Find({.metadata = [](const Deadline&) -> Result<NodePlace> { return Down(); },
                           .cluster = &cluster});
  ASSERT_TRUE(place) << MessageOf(place);
  EXPECT_EQ(*place, (NodePlace{.instance_id = "i-9",
                               .region = "cn-hangzhou",
                               .zone = "cn-hangzhou-d",
                               .instance_type = "ecs.c7.large"}));
}

TEST(FindPlaceTest, GivenSomethingMissingWhenSearchedThenNamesItAndTheReasons) {
  FakeCluster cluster(Result<topology::Labels>(Fail(StatusCode::NOT_FOUND, "no such node")));
  const auto place = Find({.flags = {.region = "cn-hangzhou"},
                           .metadata = [](const Deadline&) -> Result<NodePlace> { return Down(); },
                           .cluster = &cluster});
  EXPECT_EQ(CodeOf(place), StatusCode::UNAVAILABLE);
  EXPECT_EQ(MessageOf(place),
            "this node's instance id, zone is unknown: metadata is down; no such node");
}

TEST(FindPlaceTest, GivenNoTypeNeededWhenOnlyItIsMissingThenNoSourceIsAsked) {
  auto flags = kWhole;
  flags.instance_type.clear();
  EXPECT_TRUE(Find({.flags = flags,
                    .metadata = [](const Deadline&) -> Result<NodePlace> {
                      ADD_FAILURE() << "asked";
                      return Down();
                    },
                    .needs_instance_type = false}));
}

TEST(OwnNodeInfoTest, GivenPlaceWhenAskedThenStandardAndAckSegments) {
  OwnNodeInfo own({.place = {.flags = kWhole}, .max_volumes = 7});
  const auto info = own.Get(kSoon);
  ASSERT_TRUE(info);
  EXPECT_EQ(
      *info,
      (NodeInfo{.node_id = "i-1",
                .max_volumes = 7,
                .segments = {{"topology.kubernetes.io/region", "cn-hangzhou"},
                             {"topology.kubernetes.io/zone", "cn-hangzhou-b"},
                             {"topology.diskplugin.csi.alibabacloud.com/zone", "cn-hangzhou-b"}}}));
}

TEST(OwnNodeInfoTest, GivenInstancesNamedWhenAskedThenASegmentMore) {
  OwnNodeInfo own({.place = {.flags = kWhole}, .max_volumes = 7, .names_instance = true});
  const auto info = own.Get(kSoon);
  ASSERT_TRUE(info);
  EXPECT_EQ(info->segments.size(), 4U);
  EXPECT_EQ(info->segments.at("alibabacloud.com/ecs-instance-id"), "i-1");
}

TEST(OwnNodeInfoTest, GivenFailureWhenAskedAgainThenReturnsItAndKeepsIt) {
  int asked = 0;
  OwnNodeInfo own({.place = {.metadata = [&](const Deadline&) -> Result<NodePlace> {
                     if (++asked == 1) return Down();
                     return kWhole;
                   }}});
  EXPECT_EQ(CodeOf(own.Get(kSoon)), StatusCode::UNAVAILABLE);
  EXPECT_TRUE(own.Get(kSoon));
  EXPECT_TRUE(own.Get(kSoon));
  EXPECT_EQ(asked, 2);
}

TEST(OwnNodeInfoTest, GivenTopologyKeysWhenAskedThenValuesOfFlagsAndLabels) {
  FakeCluster cluster(topology::Labels{{"example.com/rack", "r-1"}});
  OwnNodeInfo own({.place = {.flags = kWhole, .cluster = &cluster},
                   .topology_keys = {{"example.com/rack", ""}, {"kubernetes.io/hostname", "n-1"}}});
  const auto info = own.Get(kSoon);
  ASSERT_TRUE(info);
  EXPECT_EQ(info->segments.at("example.com/rack"), "r-1");
  EXPECT_EQ(info->segments.at("kubernetes.io/hostname"), "n-1");
}

// A Node of before 1.17, without instance metadata: it registers under the standard keys.
TEST(OwnNodeInfoTest, GivenLegacyLabelsOnlyWhenAskedThenTranslatedSegments) {
  FakeCluster cluster(topology::Labels{{"failure-domain.beta.kubernetes.io/zone", "cn-hangzhou-d"},
                                       {"failure-domain.beta.kubernetes.io/region", "cn-hangzhou"},
                                       {"example.com/rack", "r-1"}});
  OwnNodeInfo own(
      {.place = {.flags = {.instance_id = "i-1"},
                 .metadata = [](const Deadline&) -> Result<NodePlace> { return Down(); },
                 .cluster = &cluster},
       .topology_keys = {{"example.com/rack", ""}},
       .max_volumes = 1});
  const auto info = own.Get(kSoon);
  ASSERT_TRUE(info) << MessageOf(info);
  EXPECT_EQ(info->segments,
            (topology::Labels{{"topology.kubernetes.io/region", "cn-hangzhou"},
                              {"topology.kubernetes.io/zone", "cn-hangzhou-d"},
                              {"topology.diskplugin.csi.alibabacloud.com/zone", "cn-hangzhou-d"},
                              {"example.com/rack", "r-1"}}));
}

TEST(OwnNodeInfoTest, GivenDeadlineWhenAskedThenEverySourceIsToldOfIt) {
  std::optional<Instant> told;
  OwnNodeInfo own({.place = {.metadata = [&](const Deadline& deadline) -> Result<NodePlace> {
                     told = deadline.at;
                     return kWhole;
                   }}});
  EXPECT_TRUE(own.Get(kSoon));
  EXPECT_EQ(told, kSoon.at);
}

TEST(OwnNodeInfoTest, GivenLabelMissingWhenAskedThenRefusesNamingIt) {
  FakeCluster cluster(topology::Labels{});
  OwnNodeInfo own({.place = {.flags = kWhole, .cluster = &cluster},
                   .topology_keys = {{"example.com/rack", ""}}});
  const auto info = own.Get(kSoon);
  EXPECT_EQ(CodeOf(info), StatusCode::FAILED_PRECONDITION);
  EXPECT_THAT(MessageOf(info), HasSubstr("example.com/rack"));
}

// A node of a type that takes 4 data disks.
class MaxVolumesTest : public testing::Test {
 protected:
  static constexpr FakeDelays kAtOnce{.create = {}, .attach = {}, .detach = {}};

  void SetUp() override { cloud_.AddInstance({.id = "i-1", .zone = "cn-hangzhou-b"}, 16); }
  static topology::Catalogue Catalogue() {
    auto catalogue = FakeCatalogue();
    catalogue.instance_types.push_back({.name = "ecs.g7.large", .disk_quantity = 4});
    return catalogue;
  }
  // A disk of this instance; with the name of a volume it is CSI's.
  std::string Attach(const std::string& volume_name) {
    DiskSpec spec{.zone = "cn-hangzhou-b", .category = "cloud_essd", .size_gib = 20};
    if (!volume_name.empty()) spec.tags = {{std::string(kVolumeNameTag), volume_name}};
    const auto id = cloud_.CreateDisk(spec);
    EXPECT_TRUE(id);
    EXPECT_TRUE(cloud_.AttachDisk({*id, "i-1"}));
    return *id;
  }
  NodeInfoSources Sources(Cluster* cluster = nullptr) {
    return {.place = {.flags = kWhole, .cluster = cluster}, .cloud = &cloud_};
  }
  static std::int64_t Ask(OwnNodeInfo& own) {
    const auto info = own.Get(kSoon);
    EXPECT_TRUE(info) << MessageOf(info);
    return info ? info->max_volumes : -1;
  }

  FakeClock clock_;
  FakeCloud cloud_{clock_, kAtOnce, Catalogue()};
};

TEST_F(MaxVolumesTest, GivenInstanceTypeWhenAskedThenItsDiskQuantity) {
  OwnNodeInfo own(Sources());
  EXPECT_EQ(Ask(own), 4);
}

TEST_F(MaxVolumesTest, GivenDisksOfOthersWhenAskedThenLessThoseAndAnewEachTime) {
  OwnNodeInfo own(Sources());
  Attach("volume-1");
  EXPECT_EQ(Ask(own), 4);
  const auto foreign = Attach("");
  EXPECT_EQ(Ask(own), 3);
  Attach("");
  EXPECT_EQ(Ask(own), 2);
  ASSERT_TRUE(cloud_.DetachDisk({foreign, "i-1"}));
  EXPECT_EQ(Ask(own), 3);
  OwnNodeInfo restarted(Sources());
  EXPECT_EQ(Ask(restarted), 3);
}

TEST_F(MaxVolumesTest, GivenStaticVolumeWhenAskedThenKubernetesTellsThatItIsNoForeignDisk) {
  FakeCluster cluster;
  cluster.SetOwnVolumes({Attach("")});
  Attach("");
  OwnNodeInfo own(Sources(&cluster));
  EXPECT_EQ(Ask(own), 3);
  cluster.SetDown(true);
  EXPECT_EQ(CodeOf(own.Get(kSoon)), StatusCode::UNAVAILABLE);
}

TEST_F(MaxVolumesTest, GivenNoRoomForVolumesWhenAskedThenNoSegments) {
  for (int i = 0; i < 4; ++i) Attach("");
  OwnNodeInfo own(Sources());
  const auto info = own.Get(kSoon);
  ASSERT_TRUE(info) << MessageOf(info);
  EXPECT_EQ(*info, (NodeInfo{.node_id = "i-1"}));
}

TEST_F(MaxVolumesTest, GivenNoFolderOfDisksWhenAskedThenNoSegmentsUntilItIsThere) {
  bool there = false;
  auto sources = Sources();
  sources.sees_disks = [&] { return there; };
  OwnNodeInfo own(sources);
  EXPECT_EQ(*own.Get(kSoon), (NodeInfo{.node_id = "i-1"}));
  there = true;
  EXPECT_EQ(own.Get(kSoon)->max_volumes, 4);
  EXPECT_EQ(own.Get(kSoon)->segments.size(), 3U);
}

// A Node of a type that takes three categories, one of which its zone does not sell.
class MarksTest : public testing::Test {
 protected:
  NodeInfoSources Sources() {
    auto place = kWhole;
    place.instance_type = "ecs.g7.xlarge";
    return {.place = {.flags = place, .cluster = &cluster_}, .cloud = &cloud_, .marks_node = true};
  }

  FakeClock clock_;
  FakeCloud cloud_{clock_};
  FakeCluster cluster_{topology::Labels{}};
};

TEST_F(MarksTest, GivenInstanceTypeWhenAskedThenCategoriesAndLimitAreOnTheNode) {
  cloud_.SetStock("cn-hangzhou-b", "cloud_ssd", false);
  OwnNodeInfo own(Sources());
  ASSERT_TRUE(own.Get(kSoon));
  const NodeMarks marks = {
      .labels = {{"node.csi.alibabacloud.com/disktype.cloud_essd", "available"},
                 {"node.csi.alibabacloud.com/disktype.cloud_ssd", "available"},
                 {"node.csi.alibabacloud.com/disktype.cloud_efficiency", "available"}},
      .annotations = {{"node.csi.alibabacloud.com/allocatable-disk", "16"}}};
  EXPECT_EQ(cluster_.OwnMarks(), marks) << "sold out today is no matter of the instance";
  cluster_.SetDown(true);
  EXPECT_EQ(CodeOf(own.Get(kSoon)), StatusCode::UNAVAILABLE);
}

TEST_F(MarksTest, GivenADriverOfAnotherNameOrNoNodeWhenAskedThenNothingIsWritten) {
  auto sources = Sources();
  sources.marks_node = false;
  OwnNodeInfo other(sources);
  ASSERT_TRUE(other.Get(kSoon));
  EXPECT_EQ(cluster_.OwnMarks(), NodeMarks{});
  FakeCluster nameless(Result<topology::Labels>(Fail(StatusCode::NOT_FOUND, "no such node")));
  sources = Sources();
  sources.place.cluster = &nameless;
  OwnNodeInfo without(sources);
  EXPECT_TRUE(without.Get(kSoon));
}

TEST_F(MarksTest, GivenCategoriesUnknownWhenAskedThenUnavailableUnlessTheNodeHasThem) {
  auto sources = Sources();
  sources.place.flags.zone = "cn-hangzhou-z";
  OwnNodeInfo own(sources);
  const auto unknown = own.Get(kSoon);
  EXPECT_EQ(CodeOf(unknown), StatusCode::UNAVAILABLE);
  EXPECT_THAT(MessageOf(unknown), HasSubstr("which categories ecs.g7.xlarge takes"));
  FakeCluster labelled(topology::Labels{{"node.csi.alibabacloud.com/disktype.cloud", "available"}});
  sources.place.cluster = &labelled;
  OwnNodeInfo restarted(sources);
  EXPECT_TRUE(restarted.Get(kSoon));
  EXPECT_TRUE(labelled.OwnMarks().labels.empty());
}

TEST_F(MaxVolumesTest, GivenTypeThatTheCloudDoesNotKnowWhenAskedThenLeftToTheCaller) {
  auto sources = Sources();
  sources.place.flags.instance_type = "ecs.unknown";
  OwnNodeInfo own(sources);
  const auto info = own.Get(kSoon);
  ASSERT_TRUE(info) << MessageOf(info);
  EXPECT_EQ(info->max_volumes, 0);
  EXPECT_FALSE(info->segments.empty());
}

}  // namespace
}  // namespace driver
