#include "cloudapi/agent/node_object.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/kube/testing/fake_api.h"

namespace cloudapi {
namespace {

using testing::HasSubstr;

class NodeObjectTest : public testing::Test {
 protected:
  void Put(const kube::Json& labels) {
    kube::Json node = kube::MakeObject("Node", "b-1");
    node["metadata"]["labels"] = labels;
    node["metadata"]["uid"] = "uid-1";
    api_.Put(kube::kNodes, node);
  }

  kube::FakeApi api_;
};

struct LabelCase {
  std::string name;
  kube::Json labels;
  std::string zone;
  std::string region;
  std::string type;
};
class NodeLabelsTest : public NodeObjectTest, public testing::WithParamInterface<LabelCase> {};

TEST_P(NodeLabelsTest, GivenLabelsThenThePlaceTheyName) {
  Put(GetParam().labels);
  const auto place = ReadNodeObject(api_, "b-1");
  ASSERT_TRUE(place) << place.error().message;
  EXPECT_EQ(place->zone, GetParam().zone);
  EXPECT_EQ(place->region, GetParam().region);
  EXPECT_EQ(place->instance_type, GetParam().type);
  EXPECT_EQ(place->uid, "uid-1");
}

INSTANTIATE_TEST_SUITE_P(
    Labels, NodeLabelsTest,
    testing::Values(LabelCase{"Standard",
                              {{"topology.kubernetes.io/zone", "cn-hangzhou-b"},
                               {"topology.kubernetes.io/region", "cn-hangzhou"},
                               {"node.kubernetes.io/instance-type", "ecs.g7.large"}},
                              "cn-hangzhou-b",
                              "cn-hangzhou",
                              "ecs.g7.large"},
                    LabelCase{"Legacy",
                              {{"failure-domain.beta.kubernetes.io/zone", "cn-hangzhou-e"},
                               {"failure-domain.beta.kubernetes.io/region", "cn-hangzhou"},
                               {"beta.kubernetes.io/instance-type", "ecs.c7.large"}},
                              "cn-hangzhou-e",
                              "cn-hangzhou",
                              "ecs.c7.large"},
                    LabelCase{"Ack",
                              {{"topology.diskplugin.csi.alibabacloud.com/zone", "cn-hangzhou-g"}},
                              "cn-hangzhou-g",
                              "",
                              ""},
                    LabelCase{"TypeOfAnotherPlatform",
                              {{"topology.kubernetes.io/zone", "cn-hangzhou-b"},
                               {"node.kubernetes.io/instance-type", "k3s"}},
                              "cn-hangzhou-b",
                              "",
                              ""}),
    [](const testing::TestParamInfo<LabelCase>& test) { return test.param.name; });

TEST_F(NodeObjectTest, GivenNoZoneLabelThenSaysWhichOneIsMissing) {
  Put({{"kubernetes.io/hostname", "b-1"}});
  const auto place = ReadNodeObject(api_, "b-1");
  ASSERT_FALSE(place);
  EXPECT_THAT(place.error().message, HasSubstr("topology.kubernetes.io/zone"));
}

TEST_F(NodeObjectTest, GivenNoNodeOrNoRightThenTheAnswerOfTheApi) {
  EXPECT_FALSE(ReadNodeObject(api_, "b-1"));
  api_.AllowOnly({});
  const auto forbidden = ReadNodeObject(api_, "b-1");
  ASSERT_FALSE(forbidden);
  EXPECT_EQ(forbidden.error().http_status, 403);
}

TEST_F(NodeObjectTest, GivenTroubleWhenWarnedThenAnEventOfTheNodeOnce) {
  Put({});
  for (int again = 0; again < 2; ++again) {
    const auto told = WarnOnNode(api_, "b-1", "uid-1", "NoDisksOnNode", "why");
    ASSERT_TRUE(told) << told.error().message;
  }
  api_.AllowOnly({"get events", "patch events"});
  EXPECT_FALSE(WarnOnNode(api_, "b-1", "uid-1", "NoDisksOnNode", "another"));
  const auto events = api_.All(kube::kEvents);
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(kube::TextAt(events[0], "/involvedObject/name"), "b-1");
  EXPECT_EQ(kube::TextAt(events[0], "/involvedObject/kind"), "Node");
  EXPECT_EQ(kube::TextAt(events[0], "/type"), "Warning");
  EXPECT_EQ(kube::TextAt(events[0], "/message"), "why");
}

}  // namespace
}  // namespace cloudapi
