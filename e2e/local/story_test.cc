// The story of zone-bound disks, through the real driver, cloud and devices.
#include <gtest/gtest.h>

#include "e2e/harness/assertions.h"
#include "e2e/harness/provision.h"
#include "e2e/harness/workload.h"

namespace e2e {
namespace {

using topology::BindingMode;

const NodePlace kFirst{.instance = "i-bp1story0000000000b1", .zone = "cn-hangzhou-b"};
const NodePlace kSecond{.instance = "i-bp1story0000000000b2", .zone = "cn-hangzhou-b"};
const NodePlace kFar{.instance = "i-bp1story0000000000e1", .zone = "cn-hangzhou-e"};
constexpr std::string_view kCreated = R"(zonedisk_actions_total{action="CreateDisk",code="OK"})";
constexpr std::string_view kRackKey = "example.com/rack";

class StoryTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(IsOk(world_.StartCloud()));
    ASSERT_TRUE(IsOk(world_.StartController("cn-hangzhou-b")));
    Join(kFirst, "kubernetes.io/hostname=node-1,example.com/rack=r1");
    Join(kSecond, "kubernetes.io/hostname=node-2,example.com/rack=r2");
  }

  void TearDown() override { EXPECT_TRUE(world_.StopAll()); }

  // A node comes to the cluster: its agent, its driver, its Node object.
  void Join(const NodePlace& place, const std::string& segments) {
    ASSERT_TRUE(IsOk(world_.StartAgent(place)));
    ASSERT_TRUE(IsOk(world_.StartNode(place, {"--topology-keys", segments})));
    kube_.cluster.nodes.push_back(NodeFrom(world_.Node(place.instance)));
    ASSERT_EQ(kube_.cluster.nodes.back().name, place.instance) << world_.Logs();
  }

  void AddClass(const std::string& name, BindingMode mode, const std::string& key = {},
                const std::string& value = {}) {
    topology::StorageClass added{
        .name = name, .provisioner = "diskplugin.csi.alibabacloud.com", .binding_mode = mode};
    if (!key.empty()) added.allowed_topologies = {{{.key = key, .values = {value}}}};
    kube_.cluster.classes.push_back(added);
  }

  static topology::Claim ClaimOf(const std::string& name, const std::string& class_name) {
    return {.name = name,
            .class_name = class_name,
            .request_bytes = 20 * kGiB,
            .access_modes = {"ReadWriteOnce"}};
  }

  Placement PlaceOne(const std::string& claim, const std::string& class_name) {
    topology::Pod pod{.claims = {ClaimOf(claim, class_name)}};
    return Place(world_.Controller(), kube_, pod);
  }

  // Disks made so far, as the cloud counts them.
  int Created() const { return static_cast<int>(world_.Cloud().Metric(std::string(kCreated))); }

  std::string ZoneOf(const csi::v1::Volume& volume) const {
    const auto disk = world_.Cloud().Disk(volume.volume_id());
    return disk ? disk->value("ZoneId", "") : "";
  }

  TempFolder folder_;
  World world_{{.folder = folder_.Path()}};
  Workload workload_{world_};
  Kube kube_;
};

const std::string kZone{topology::kZoneKey};

TEST_F(StoryTest, GivenNoNodeInTheAllowedZoneWhenDelayedThenPodWaitsAndNoDiskIsMade) {
  AddClass("disk", BindingMode::kWaitForFirstConsumer, kZone, "cn-hangzhou-d");
  const auto waiting = PlaceOne("data", "disk");
  EXPECT_EQ(waiting.pending,
            "0/2 nodes are available: 2 node(s) didn't find available persistent volumes to bind.");
  EXPECT_EQ(Created(), 0);

  kube_.cluster.classes[0].allowed_topologies[0][0].values = {"cn-hangzhou-b"};
  const auto placed = PlaceOne("data", "disk");
  ASSERT_EQ(placed.pending, "");
  EXPECT_EQ(Created(), 1);
  ASSERT_EQ(placed.volumes.size(), 1U);
  EXPECT_EQ(ZoneOf(placed.volumes[0]), "cn-hangzhou-b");

  const auto& volume = placed.volumes[0].volume_id();
  ASSERT_TRUE(IsOk(workload_.Mount(placed.node, volume), world_));
  const auto file = world_.Paths(placed.node, volume).target / "written";
  ASSERT_TRUE(WriteFile(file, Pattern("story", 1 << 20)));
  EXPECT_EQ(world_.Cloud().Disk(volume)->value("Status", ""), "In_use");
  ASSERT_TRUE(IsOk(workload_.Unmount(placed.node, volume), world_));
  EXPECT_EQ(world_.Cloud().Disk(volume)->value("Status", ""), "Available");
  ASSERT_TRUE(IsOk(workload_.Delete(volume), world_));
  EXPECT_EQ(Created(), 1);
  EXPECT_TRUE(world_.Cloud().Disks().empty());
  EXPECT_TRUE(world_.Images().empty());
}

TEST_F(StoryTest, GivenImmediateBindingInAnotherZoneWhenPublishedThenRefusedNamingBothZones) {
  AddClass("disk", BindingMode::kImmediate, kZone, "cn-hangzhou-d");
  const auto waiting = PlaceOne("data", "disk");
  EXPECT_EQ(waiting.pending,
            "0/2 nodes are available: 2 node(s) didn't match PersistentVolume's node affinity.");
  EXPECT_EQ(Created(), 1);
  ASSERT_EQ(waiting.volumes.size(), 1U);
  EXPECT_EQ(ZoneOf(waiting.volumes[0]), "cn-hangzhou-d");

  const auto refused = world_.Controller().Publish(waiting.volumes[0].volume_id(), kFirst.instance);
  EXPECT_EQ(refused.status.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_NE(refused.status.error_message().find("cn-hangzhou-d"), std::string::npos)
      << refused.status.error_message();
  EXPECT_NE(refused.status.error_message().find("cn-hangzhou-b"), std::string::npos)
      << refused.status.error_message();
  EXPECT_EQ(world_.Cloud().Disk(waiting.volumes[0].volume_id())->value("Status", ""), "Available");
}

struct KeyCase {
  std::string name;
  std::string key;
  std::string nowhere;  // a value that no node has
  std::string there;    // the second node's
};

class StoryKeyTest : public StoryTest, public testing::WithParamInterface<KeyCase> {};

TEST_P(StoryKeyTest, GivenAnotherTopologyKeyWhenDelayedThenTheDiskFollowsItsNode) {
  const auto& wanted = GetParam();
  // Then the requirement names the chosen node's zone beside the key of the class.
  kube_.strict_topology = true;
  AddClass("disk", BindingMode::kWaitForFirstConsumer, wanted.key, wanted.nowhere);
  EXPECT_EQ(PlaceOne("data", "disk").pending,
            "0/2 nodes are available: 2 node(s) didn't find available persistent volumes to bind.");
  EXPECT_EQ(Created(), 0);

  kube_.cluster.classes[0].allowed_topologies[0][0].values = {wanted.there};
  const auto placed = PlaceOne("data", "disk");
  ASSERT_EQ(placed.pending, "");
  EXPECT_EQ(placed.node, kSecond.instance);
  EXPECT_EQ(Created(), 1);
  EXPECT_EQ(ZoneOf(placed.volumes.at(0)), "cn-hangzhou-b");
}

INSTANTIATE_TEST_SUITE_P(Keys, StoryKeyTest,
                         testing::Values(KeyCase{"Hostname", std::string(topology::kHostnameKey),
                                                 "node-9", "node-2"},
                                         KeyCase{"Rack", std::string(kRackKey), "r9", "r2"}),
                         [](const auto& test) { return test.param.name; });

TEST_F(StoryTest, GivenALocalVolumeWhenPodAlsoWantsADiskThenTheDiskFollowsTheLocalVolume) {
  kube_.cluster.classes.push_back({.name = "local",
                                   .provisioner = "kubernetes.io/no-provisioner",
                                   .binding_mode = BindingMode::kWaitForFirstConsumer});
  AddClass("disk", BindingMode::kWaitForFirstConsumer, kZone, "cn-hangzhou-d");
  topology::Pod pod{.claims = {ClaimOf("scratch", "local"), ClaimOf("data", "disk")}};
  // No local volume anywhere, and no node in the class's zone.
  EXPECT_EQ(Place(world_.Controller(), kube_, pod).pending,
            "0/2 nodes are available: 2 node(s) didn't find available persistent volumes to bind.");

  kube_.cluster.volumes.push_back(
      {.name = "local-2",
       .class_name = "local",
       .capacity_bytes = 20 * kGiB,
       .access_modes = {"ReadWriteOnce"},
       .affinity = topology::AffinityOf({{{std::string(topology::kHostnameKey), "node-2"}}})});
  EXPECT_EQ(Place(world_.Controller(), kube_, pod).pending,
            "0/2 nodes are available: 2 node(s) didn't find available persistent volumes to bind.");
  EXPECT_EQ(Created(), 0);

  kube_.cluster.classes[1].allowed_topologies[0][0].values = {"cn-hangzhou-b"};
  const auto placed = Place(world_.Controller(), kube_, pod);
  ASSERT_EQ(placed.pending, "");
  EXPECT_EQ(placed.node, kSecond.instance);
  EXPECT_EQ(Created(), 1);
  EXPECT_EQ(ZoneOf(placed.volumes.at(0)), "cn-hangzhou-b");
}

TEST_F(StoryTest, GivenASnapshotWhenRestoredInAnotherZoneThenTheBytesAreEqual) {
  csi::v1::Volume source;
  auto request = VolumeRequest("pv-source", 20 * kGiB);
  RequireZone(request, "cn-hangzhou-b");
  // A category without instant snapshots, so that the two moments are apart.
  (*request.mutable_parameters())["type"] = "cloud_ssd";
  ASSERT_TRUE(IsOk(workload_.Create(request, source), world_));
  ASSERT_TRUE(IsOk(workload_.Mount(kFirst.instance, source.volume_id()), world_));
  const auto content = Pattern("before the cut", 8 << 20);
  const auto file = world_.Paths(kFirst.instance, source.volume_id()).target / "data";
  ASSERT_TRUE(WriteFile(file, content));

  // Cut first, usable later: the time is there before the bytes are ready.
  const auto cut = world_.Controller().CreateSnapshot(source.volume_id(), "snap-story");
  ASSERT_TRUE(cut.Ok()) << ToText(cut.status) << world_.Logs();
  EXPECT_TRUE(cut.reply.snapshot().has_creation_time());
  EXPECT_FALSE(cut.reply.snapshot().ready_to_use());
  ASSERT_TRUE(WriteFile(file, Pattern("after the cut", 8 << 20)));
  csi::v1::Snapshot snapshot;
  ASSERT_TRUE(IsOk(workload_.Snapshot(source.volume_id(), "snap-story", snapshot), world_));
  EXPECT_EQ(snapshot.snapshot_id(), cut.reply.snapshot().snapshot_id());
  EXPECT_EQ(snapshot.size_bytes(), 20 * kGiB);

  Join(kFar, "kubernetes.io/hostname=node-3,example.com/rack=r3");
  csi::v1::Volume restored;
  const auto restore = RestoreRequest("pv-restored", snapshot.snapshot_id(), 20 * kGiB, kFar.zone);
  ASSERT_TRUE(IsOk(workload_.Create(restore, restored), world_));
  EXPECT_EQ(ZoneOf(restored), kFar.zone);
  EXPECT_EQ(restored.content_source().snapshot().snapshot_id(), snapshot.snapshot_id());
  ASSERT_TRUE(IsOk(workload_.Mount(kFar.instance, restored.volume_id()), world_));
  const auto there = ReadFile(world_.Paths(kFar.instance, restored.volume_id()).target / "data");
  EXPECT_EQ(Checksum(there), Checksum(content));
  EXPECT_EQ(there.size(), content.size());

  ASSERT_TRUE(IsOk(workload_.Unmount(kFar.instance, restored.volume_id()), world_));
  ASSERT_TRUE(IsOk(workload_.Unmount(kFirst.instance, source.volume_id()), world_));
  // A snapshot outlives its disk.
  ASSERT_TRUE(IsOk(workload_.Delete(source.volume_id()), world_));
  EXPECT_TRUE(world_.Cloud().Snapshot(snapshot.snapshot_id()).has_value());
  ASSERT_TRUE(IsOk(workload_.Delete(restored.volume_id()), world_));
  ASSERT_TRUE(IsOk(workload_.DeleteSnapshot(snapshot.snapshot_id()), world_));
  EXPECT_EQ(Created(), 2);
  // Images go after the commit that deletes their rows.
  EXPECT_TRUE(WaitUntil([this] { return world_.Images().empty(); }, std::chrono::seconds(10)));
}

TEST_F(StoryTest, GivenNothingSoldInRequisiteWhenCreatedThenResourceExhaustedAndNoDisk) {
  AddClass("ssd", BindingMode::kImmediate, kZone, "cn-hangzhou-i");
  kube_.parameters["ssd"] = {{"type", "cloud_ssd"}};
  const auto waiting = PlaceOne("data", "ssd");
  EXPECT_EQ(waiting.created.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED)
      << ToText(waiting.created);
  EXPECT_NE(waiting.created.error_message().find("cn-hangzhou-i"), std::string::npos)
      << waiting.created.error_message();
  EXPECT_EQ(Created(), 0);
  EXPECT_TRUE(world_.Cloud().Disks().empty());
}

TEST_F(StoryTest, GivenNodesWhenTheirSystemDisksAreAskedForThenOneEachWithoutADevice) {
  const auto& cloud = world_.Cloud();
  std::string id;
  for (const auto& place : {kFirst, kSecond}) {
    const Parameters held = {
        {"InstanceId", place.instance}, {"DiskType", "system"}, {"Status", "In_use"}};
    ASSERT_TRUE(WaitUntil([&] { return cloud.Disks(held).size() == 1; }, std::chrono::seconds(10)));
    id = cloud.Disks(held).front().value("DiskId", "");
  }
  const auto snapshot = cloud.Call("CreateSnapshot", {{"DiskId", id}}).Text("SnapshotId");
  ASSERT_TRUE(
      WaitUntil([&] { return cloud.Snapshot(snapshot)->value("Status", "") == "accomplished"; },
                std::chrono::seconds(10)));
  EXPECT_EQ(cloud.Snapshot(snapshot)->value("SourceDiskType", ""), "system");
  ASSERT_TRUE(WaitUntil([&] { return cloud.Get("/_zonedisk/state").json.value("settled", false); },
                        std::chrono::seconds(10)));
  const auto state = cloud.Get("/_zonedisk/state").json;
  EXPECT_EQ(state.at("disagreements"), nlohmann::json::array());
  EXPECT_EQ(state.at("images").size(), 3U);
  EXPECT_TRUE(world_.DiskDevices().empty());
  EXPECT_EQ(world_.Controller().Publish(id, kSecond.instance).status.error_code(),
            grpc::StatusCode::NOT_FOUND);
}

}  // namespace
}  // namespace e2e
