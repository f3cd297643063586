// Terms of topology that name no zone: the Nodes tell which zones they mean.
#include <gmock/gmock.h>

#include "driver/testing/fake_cluster.h"
#include "driver/testing/service_fixture.h"

namespace driver {
namespace {

using grpc::StatusCode;
using testing::HasSubstr;
using testing::Pair;

class RackTest : public ServiceTest {
 protected:
  RackTest() {
    cluster_ = &kubernetes_;
    AddNode("topology.kubernetes.io/zone", "cn-hangzhou-b", "r-1");
    AddNode("failure-domain.beta.kubernetes.io/zone", "cn-hangzhou-d", "r-2");
  }
  void AddNode(const std::string& zone_key, const std::string& zone, const std::string& rack) {
    kubernetes_.AddNode({{zone_key, zone}, {"example.com/rack", rack}});
  }
  static csi::v1::CreateVolumeRequest InRack(const std::string& name, const std::string& rack) {
    auto request = CreateRequest(name);
    (*request.mutable_accessibility_requirements()
          ->add_requisite()
          ->mutable_segments())["example.com/rack"] = rack;
    return request;
  }
  std::string ZoneOfCreated() const {
    return created_.volume().accessible_topology(0).segments().at("topology.kubernetes.io/zone");
  }

  FakeCluster kubernetes_;
};

TEST_F(RackTest, GivenRackOnlyWhenCreatedThenTheZoneOfItsNodes) {
  ASSERT_TRUE(Create(InRack("a", "r-2")).ok());
  EXPECT_EQ(ZoneOfCreated(), "cn-hangzhou-d");
  ASSERT_TRUE(Create(InRack("b", "r-1")).ok());
  EXPECT_EQ(ZoneOfCreated(), "cn-hangzhou-b");
}

TEST_F(RackTest, GivenRackWithoutNodesWhenCreatedThenExhaustedUntilOneComes) {
  const auto status = Create(InRack("a", "r-3"));
  EXPECT_EQ(status.error_code(), StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_THAT(status.error_message(), HasSubstr("example.com/rack=r-3"));
  EXPECT_EQ(fake_.CreatedDisks(), 0);
  EXPECT_GE(kubernetes_.NodeLists().second, 1) << "refused from what was remembered";
  AddNode("topology.kubernetes.io/zone", "cn-hangzhou-d", "r-3");
  ASSERT_TRUE(Create(InRack("a", "r-3")).ok());
  EXPECT_EQ(ZoneOfCreated(), "cn-hangzhou-d");
}

TEST_F(RackTest, GivenZonesInTopologyWhenCreatedThenNodesAreNotAskedFor) {
  kubernetes_.SetDown(true);
  auto request = CreateRequest("a");
  Require(request, "cn-hangzhou-d");
  ASSERT_TRUE(Create(request).ok());
  EXPECT_THAT(kubernetes_.NodeLists(), Pair(0, 0));
}

TEST_F(RackTest, GivenApiServerDownWhenCreatedByRackThenUnavailable) {
  kubernetes_.SetDown(true);
  EXPECT_EQ(Create(InRack("a", "r-1")).error_code(), StatusCode::UNAVAILABLE);
}

TEST_F(RackTest, GivenCloneInRackOfAnotherZoneWhenCreatedThenFollows) {
  const auto source = UsedVolume("source");
  auto request = InRack("clone", "r-2");
  request.mutable_volume_content_source()->mutable_volume()->set_volume_id(source);
  ASSERT_TRUE(Create(request).ok());
  EXPECT_EQ(ZoneOfCreated(), "cn-hangzhou-d");
}

// The node that the scheduler has chosen, and what its labels say.
class ChosenNodeTest : public ServiceTest {
 protected:
  ChosenNodeTest() {
    cluster_ = &kubernetes_;
    kubernetes_.AddDriverNode("b-1",
                              {{"topology.kubernetes.io/zone", "cn-hangzhou-b"},
                               {"node.csi.alibabacloud.com/disktype.cloud_efficiency", "available"},
                               {"node.csi.alibabacloud.com/disktype.cloud_essd", "no longer"}});
    kubernetes_.AddDriverNode("d-1", {{"topology.kubernetes.io/zone", "cn-hangzhou-d"}});
  }
  // For a claim whose Pod is on `node`.
  csi::v1::CreateVolumeRequest For(const std::string& node, const std::string& type) {
    kubernetes_.AddClaim(
        "web", node, {.uid = "u", .annotations = {{"volume.kubernetes.io/selected-node", node}}});
    auto request = CreateRequest("for-" + node);
    auto& parameters = *request.mutable_parameters();
    parameters["type"] = type;
    parameters["csi.storage.k8s.io/pvc/name"] = node;
    parameters["csi.storage.k8s.io/pvc/namespace"] = "web";
    Require(request, node == "d-1" ? "cn-hangzhou-d" : "cn-hangzhou-b");
    return request;
  }

  FakeCluster kubernetes_;
};

TEST_F(ChosenNodeTest, GivenLabelsWhenCreatedThenOnlyWhatTheNodeTakes) {
  ASSERT_TRUE(Create(For("b-1", "cloud_essd,cloud_efficiency")).ok());
  EXPECT_EQ(created_.volume().volume_context().at("type"), "cloud_efficiency");
  ASSERT_TRUE(Create(For("d-1", "cloud_essd")).ok()) << "a Node without such labels restricts none";
}

TEST_F(ChosenNodeTest, GivenNothingThatTheNodeTakesWhenCreatedThenScheduledAnew) {
  const auto refused = Create(For("b-1", "cloud_essd,cloud_ssd"));
  EXPECT_EQ(refused.error_code(), StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(refused.error_message(),
            "the chosen node takes no wanted category: node b-1 does not take cloud_essd; "
            "node b-1 does not take cloud_ssd");
  const auto gone = Create(For("b-2", "cloud_essd"));
  EXPECT_EQ(gone.error_code(), StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(gone.error_message(), "the chosen node b-2 is gone");
  EXPECT_EQ(fake_.CreatedDisks(), 0);
}

TEST_F(ChosenNodeTest, GivenADiskAlreadyWhenItsNodeIsGoneThenTheSameDisk) {
  auto request = For("b-1", "cloud_efficiency");
  ASSERT_TRUE(Create(request).ok());
  const auto id = created_.volume().volume_id();
  kubernetes_.AddClaim(
      "web", "b-1", {.uid = "u", .annotations = {{"volume.kubernetes.io/selected-node", "b-9"}}});
  ASSERT_TRUE(Create(request).ok());
  EXPECT_EQ(created_.volume().volume_id(), id);
}

// A class that binds at once, where the provisioner tells no topology.
TEST_F(ChosenNodeTest, GivenNoTopologyWhenCreatedThenInAZoneWithNodesOfTheDriver) {
  kubernetes_.AddNode({{"topology.kubernetes.io/zone", "cn-hangzhou-e"}});
  auto anywhere = CreateRequest("anywhere");
  ASSERT_TRUE(Create(anywhere).ok());
  EXPECT_EQ(fake_.Disks().back().zone, "cn-hangzhou-b") << "the default zone has nodes";
  fake_.SetStock("cn-hangzhou-b", "cloud_essd", false);
  anywhere.set_name("next");
  ASSERT_TRUE(Create(anywhere).ok());
  EXPECT_EQ(fake_.Disks().back().zone, "cn-hangzhou-d") << "the other zone with nodes";
  auto listed = CreateRequest("listed");
  (*listed.mutable_parameters())["type"] = "cloud_efficiency";
  (*listed.mutable_parameters())["zoneId"] = "cn-hangzhou-e,cn-hangzhou-d";
  ASSERT_TRUE(Create(listed).ok());
  EXPECT_EQ(fake_.Disks().back().zone, "cn-hangzhou-d") << "nodes before the order of the list";
  kubernetes_.SetDown(true);
  anywhere.set_name("unknown");
  fake_.SetStock("cn-hangzhou-b", "cloud_essd", true);
  ASSERT_TRUE(Create(anywhere).ok());
  EXPECT_EQ(created_.volume().accessible_topology(0).segments().at("topology.kubernetes.io/zone"),
            "cn-hangzhou-b");
}

TEST(RackWithoutClusterTest, GivenNoClusterWhenNodesAreNeededThenExhausted) {
  FakeClock clock;
  FakeCloud cloud(clock);
  Zones zones(cloud, clock, {.default_zone = "cn-hangzhou-b"});
  const auto chosen = zones.Choose({.name = "a", .requisite = {{{"example.com/rack", "r-1"}}}},
                                   {.at = clock.Now() + std::chrono::seconds(10)});
  ASSERT_FALSE(chosen);
  EXPECT_EQ(chosen.error().code, StatusCode::RESOURCE_EXHAUSTED);
}

}  // namespace
}  // namespace driver
