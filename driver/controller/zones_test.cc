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

TEST(RackWithoutClusterTest, GivenNoClusterWhenNodesAreNeededThenExhausted) {
  FakeClock clock;
  FakeCloud cloud(clock);
  Zones zones(cloud, clock, "cn-hangzhou-b");
  const auto chosen = zones.Choose({.name = "a", .requisite = {{{"example.com/rack", "r-1"}}}},
                                   {.at = clock.Now() + std::chrono::seconds(10)});
  ASSERT_FALSE(chosen);
  EXPECT_EQ(chosen.error().code, StatusCode::RESOURCE_EXHAUSTED);
}

}  // namespace
}  // namespace driver
