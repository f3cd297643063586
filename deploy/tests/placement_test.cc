// Where the Pods of every overlay may run.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "deploy/tests/kustomize.h"

namespace deploy {
namespace {

using ::testing::HasSubstr;
using Pairs = std::map<std::string, std::string>;

constexpr const char* kControlPlane = "node-role.kubernetes.io/control-plane";
const Pairs kDataLabel = {{"zonedisk/data", "true"}};

Pairs ToPairs(const YAML::Node& node) {
  return node ? node.as<Pairs>() : Pairs{};
}

class Placement : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override { documents_ = Render(GetParam()); }

  std::vector<Document> documents_;
};

YAML::Node PodOf(const Document& document) {
  return document.node["spec"]["template"]["spec"];
}

TEST_P(Placement, OnlyTheCloudIsPinned) {
  for (const char* kind : {"Deployment", "DaemonSet"}) {
    for (const auto& document : OfKind(documents_, kind)) {
      auto selector = ToPairs(PodOf(document)["nodeSelector"]);
      EXPECT_EQ(selector["kubernetes.io/os"], "linux") << document.Name();
      selector.erase("kubernetes.io/os");
      EXPECT_EQ(selector, document.Name() == "zonedisk-cloud" ? kDataLabel : Pairs{})
          << document.Name();
    }
  }
}

TEST_P(Placement, NothingOfANodeRunsOnAVirtualOne) {
  const auto sets = OfKind(documents_, "DaemonSet");
  EXPECT_EQ(sets.size(), 2u);
  for (const auto& document : sets) {
    const auto affinity = PodOf(document)["affinity"]["nodeAffinity"];
    const auto terms = affinity["requiredDuringSchedulingIgnoredDuringExecution"];
    const auto rule = terms["nodeSelectorTerms"][0]["matchExpressions"][0];
    EXPECT_EQ(rule["key"].Scalar(), "type") << document.Name();
    EXPECT_EQ(rule["operator"].Scalar(), "NotIn") << document.Name();
    EXPECT_EQ(rule["values"][0].Scalar(), "virtual-kubelet") << document.Name();
  }
}

// With both on one node a drain of it would leave none for a while; pinned to that node, it would
// never end.
TEST_P(Placement, ReplicasPreferTheControlPlaneAndEachAnotherNode) {
  std::set<std::string> budgets;
  for (const auto& document : OfKind(documents_, "PodDisruptionBudget")) {
    EXPECT_EQ(document.node["spec"]["maxUnavailable"].Scalar(), "1") << document.Name();
    budgets.insert(
        document.node["spec"]["selector"]["matchLabels"]["app.kubernetes.io/name"].Scalar());
  }
  std::set<std::string> replicated;
  for (const auto& document : OfKind(documents_, "Deployment")) {
    if (document.node["spec"]["replicas"].as<int>() < 2) continue;
    const auto app =
        document.node["spec"]["selector"]["matchLabels"]["app.kubernetes.io/name"].Scalar();
    replicated.insert(app);
    const auto pod = PodOf(document);
    EXPECT_EQ(pod["tolerations"][0]["key"].Scalar(), kControlPlane) << app;
    constexpr const char* kPreferred = "preferredDuringSchedulingIgnoredDuringExecution";
    const auto affinity = pod["affinity"];
    EXPECT_EQ(affinity["nodeAffinity"][kPreferred][0]["preference"]["matchExpressions"][0]["key"]
                  .Scalar(),
              kControlPlane)
        << app;
    EXPECT_FALSE(affinity["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]) << app;
    const auto apart = affinity["podAntiAffinity"][kPreferred][0]["podAffinityTerm"];
    EXPECT_EQ(apart["topologyKey"].Scalar(), "kubernetes.io/hostname") << app;
    EXPECT_EQ(apart["labelSelector"]["matchLabels"]["app.kubernetes.io/name"].Scalar(), app);
    EXPECT_FALSE(affinity["podAntiAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"])
        << app;
  }
  EXPECT_EQ(budgets, replicated);
}

INSTANTIATE_TEST_SUITE_P(Overlays, Placement, ::testing::ValuesIn(Applicable()),
                         [](const ::testing::TestParamInfo<std::string>& param) {
                           std::string name = param.param.substr(param.param.rfind('/') + 1);
                           std::erase(name, '-');
                           return name;
                         });

// Whoever makes nodes says which one holds the folder: exactly one.
TEST(DataNode, ToolsAndPagesLabelTheOneThatTheManifestsAskFor) {
  const auto pool = OfKind(Load("deploy"), "Job").at(0);
  EXPECT_EQ(pool.Name(), "zonedisk-release-pool");
  EXPECT_EQ(PodOf(pool)["nodeSelector"]["zonedisk/data"].Scalar(), "true");
  const auto kind = YAML::Load(ReadText("deploy/overlays/kind/kind.yaml"));
  int labelled = 0;
  std::map<std::string, int> workers;
  for (const auto& node : kind["nodes"]) {
    const auto labels = ToPairs(node["labels"]);
    if (labels.contains("zonedisk/data")) ++labelled;
    if (node["role"].Scalar() == "worker") ++workers[labels.at("topology.kubernetes.io/zone")];
  }
  EXPECT_EQ(labelled, 1);
  // A disk follows its Pod to another node of its zone where there is one.
  EXPECT_EQ(workers["cn-hangzhou-b"], 2);
  EXPECT_THAT(ReadText("tools/kubernetes/lib/zonedisk.sh"),
              HasSubstr("\ndata_label=zonedisk/data=true\n"));
  EXPECT_THAT(ReadText("deploy/README.md"), HasSubstr("zonedisk/data=true"));
}

}  // namespace
}  // namespace deploy
