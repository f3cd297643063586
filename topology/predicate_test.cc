#include "topology/predicate.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

namespace topology {
namespace {

const std::string kZone(kZoneKey);
const std::string kLegacyZone(kLegacyZoneKey);
const std::string kHost(kHostnameKey);
constexpr std::int64_t kGib = 1LL << 30;

Node NodeIn(const std::string& name, const std::string& zone) {
  return {.name = name, .labels = {{kZone, zone}, {kHost, name}}};
}

Node Tainted(Node node) {
  node.taints.push_back({.key = "node-role.kubernetes.io/control-plane", .effect = "NoSchedule"});
  return node;
}

StorageClass Delayed(std::vector<TopologySelectorTerm> allowed) {
  return {.name = "disk",
          .provisioner = "diskplugin.csi.alibabacloud.com",
          .binding_mode = BindingMode::kWaitForFirstConsumer,
          .allowed_topologies = std::move(allowed)};
}

StorageClass Local() {
  return {.name = "local",
          .provisioner = "kubernetes.io/no-provisioner",
          .binding_mode = BindingMode::kWaitForFirstConsumer};
}

PersistentVolume LocalOn(const std::string& host) {
  return {.name = "pv-" + host,
          .class_name = "local",
          .capacity_bytes = 10 * kGib,
          .access_modes = {"ReadWriteOnce"},
          .affinity = AffinityOf({{{kHost, host}}})};
}

Claim ClaimOf(const std::string& class_name) {
  return {.name = "data",
          .class_name = class_name,
          .request_bytes = 5 * kGib,
          .access_modes = {"ReadWriteOnce"}};
}

Claim BoundTo(const std::string& volume) {
  Claim claim = ClaimOf("disk");
  claim.volume = volume;
  return claim;
}

PersistentVolume DiskIn(const std::string& zone) {
  return {.name = "pv-disk",
          .class_name = "disk",
          .capacity_bytes = 20 * kGib,
          .access_modes = {"ReadWriteOnce"},
          .affinity = AffinityOf({{{kZone, zone}}}),
          .claim = "data",
          .available = false};
}

TopologySelectorTerm ZoneIn(const std::string& zone) {
  return {{kZone, {zone}}};
}

struct MessageCase {
  std::string name;
  Pod pod;
  Cluster cluster;
  std::string expected;  // empty: some node fits
};

class MessageTest : public testing::TestWithParam<MessageCase> {};

TEST_P(MessageTest, GivenPodAndClusterWhenScheduledThenMessage) {
  EXPECT_EQ(FailedScheduling(Schedule(GetParam().pod, GetParam().cluster)), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    Provisioning, MessageTest,
    testing::Values(
        MessageCase{"DelayedZoneWithoutNodesBesideTaint",
                    {.claims = {ClaimOf("disk")}},
                    {.nodes = {Tainted(NodeIn("cp", "b")), NodeIn("n1", "b"), NodeIn("n2", "b")},
                     .classes = {Delayed({ZoneIn("d")})}},
                    "0/3 nodes are available: 1 node(s) had untolerated taint(s), 2 node(s) didn't "
                    "find available persistent volumes to bind."},
        MessageCase{"DelayedZoneWithNodes",
                    {.claims = {ClaimOf("disk")}},
                    {.nodes = {NodeIn("n1", "b")}, .classes = {Delayed({ZoneIn("b")})}},
                    ""},
        MessageCase{"DelayedWithoutAllowedTopologies",
                    {.claims = {ClaimOf("disk")}},
                    {.nodes = {NodeIn("n1", "b")}, .classes = {Delayed({})}},
                    ""},
        MessageCase{"DelayedHostname",
                    {.claims = {ClaimOf("disk")}},
                    {.nodes = {NodeIn("n1", "b")}, .classes = {Delayed({{{kHost, {"n9"}}}})}},
                    "0/1 nodes are available: 1 node(s) didn't find available persistent volumes "
                    "to bind."},
        MessageCase{"DelayedRackNobodyHas",
                    {.claims = {ClaimOf("disk")}},
                    {.nodes = {NodeIn("n1", "b")}, .classes = {Delayed({{{"rack", {"1"}}}})}},
                    "0/1 nodes are available: 1 node(s) didn't find available persistent volumes "
                    "to bind."},
        MessageCase{"CordonedNode",
                    {.claims = {ClaimOf("disk")}},
                    {.nodes = {{.name = "n1", .labels = {{kZone, "d"}}, .unschedulable = true},
                               NodeIn("n2", "b")},
                     .classes = {Delayed({ZoneIn("d")})}},
                    "0/2 nodes are available: 1 node(s) didn't find available persistent volumes "
                    "to bind, 1 node(s) were unschedulable."},
        MessageCase{"ImmediateUnbound",
                    {.claims = {ClaimOf("now")}},
                    {.nodes = {NodeIn("n1", "b"), NodeIn("n2", "b")}, .classes = {{.name = "now"}}},
                    "0/2 nodes are available: pod has unbound immediate PersistentVolumeClaims."},
        MessageCase{"ClaimWithoutClass",
                    {.claims = {ClaimOf("")}},
                    {.nodes = {NodeIn("n1", "b")}},
                    "0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims."},
        MessageCase{"SelectedNodeNamesAnother",
                    {.claims = {{.name = "data", .class_name = "disk", .selected_node = "n2"}}},
                    {.nodes = {NodeIn("n1", "b")}, .classes = {Delayed({})}},
                    "0/1 nodes are available: 1 node(s) didn't find available persistent volumes "
                    "to bind."},
        MessageCase{"SelectedNodeNamesThis",
                    {.claims = {{.name = "data", .class_name = "disk", .selected_node = "n1"}}},
                    {.nodes = {NodeIn("n1", "b")}, .classes = {Delayed({})}},
                    ""},
        MessageCase{"PodSelectorForAZoneWithoutNodes",
                    {.claims = {ClaimOf("disk")}, .node_selector = {{kZone, "d"}}},
                    {.nodes = {NodeIn("n1", "b")}, .classes = {Delayed({ZoneIn("d")})}},
                    "0/1 nodes are available: 1 node(s) didn't match Pod's node "
                    "affinity/selector."},
        MessageCase{"NoNodes", {}, {}, "no nodes available to schedule pods"}),
    [](const auto& tested) { return tested.param.name; });

INSTANTIATE_TEST_SUITE_P(
    BoundVolumes, MessageTest,
    testing::Values(
        MessageCase{"AffinityOfAnotherZone",
                    {.claims = {BoundTo("pv-disk")}},
                    {.nodes = {NodeIn("n1", "b")}, .volumes = {DiskIn("d")}},
                    "0/1 nodes are available: 1 node(s) didn't match PersistentVolume's node "
                    "affinity."},
        MessageCase{"AffinityOfThisZone",
                    {.claims = {BoundTo("pv-disk")}},
                    {.nodes = {NodeIn("n1", "b")}, .volumes = {DiskIn("b")}},
                    ""},
        MessageCase{"VolumeGone",
                    {.claims = {BoundTo("pv-gone")}},
                    {.nodes = {NodeIn("n1", "b")}},
                    "0/1 nodes are available: 1 node(s) unavailable due to one or more pvc(s) "
                    "bound to non-existent pv(s)."},
        MessageCase{"BothVolumeReasonsOfOneNode",
                    {.claims = {BoundTo("pv-disk"), ClaimOf("disk")}},
                    {.nodes = {NodeIn("n1", "b")},
                     .classes = {Delayed({ZoneIn("d")})},
                     .volumes = {DiskIn("e")}},
                    "0/1 nodes are available: 1 node(s) didn't find available persistent volumes "
                    "to bind, 1 node(s) didn't match PersistentVolume's node affinity."},
        MessageCase{"LegacyAffinityIsComparedAsWritten",
                    {.claims = {BoundTo("old")}},
                    {.nodes = {NodeIn("n1", "b")},
                     .volumes = {{.name = "old", .affinity = AffinityOf({{{kLegacyZone, "b"}}})}}},
                    "0/1 nodes are available: 1 node(s) didn't match PersistentVolume's node "
                    "affinity."},
        MessageCase{"LegacyAffinityOfAMigratedVolumeIsTranslated",
                    {.claims = {BoundTo("old")}},
                    {.nodes = {NodeIn("n1", "b")},
                     .volumes = {{.name = "old",
                                  .affinity = AffinityOf({{{kLegacyZone, "b"}}}),
                                  .migrated = true}}},
                    ""},
        MessageCase{"LegacyZoneLabelOfAnotherZone",
                    {.claims = {BoundTo("old")}},
                    {.nodes = {NodeIn("n1", "b")},
                     .volumes = {{.name = "old", .labels = {{kLegacyZone, "d"}}}}},
                    "0/1 nodes are available: 1 node(s) had no available volume zone."},
        MessageCase{"LegacyZoneLabelOfThisZone",
                    {.claims = {BoundTo("old")}},
                    {.nodes = {NodeIn("n1", "b")},
                     .volumes = {{.name = "old", .labels = {{kLegacyZone, "b"}}}}},
                    ""},
        MessageCase{"ZoneLabelListsSeveral",
                    {.claims = {BoundTo("old")}},
                    {.nodes = {NodeIn("n1", "b")},
                     .volumes = {{.name = "old", .labels = {{kZone, "d__b"}}}}},
                    ""},
        MessageCase{"ZoneLabelListsOthers",
                    {.claims = {BoundTo("old")}},
                    {.nodes = {NodeIn("n1", "b")},
                     .volumes = {{.name = "old", .labels = {{kZone, "d__bb"}}}}},
                    "0/1 nodes are available: 1 node(s) had no available volume zone."},
        MessageCase{"RegionLabelMissingOnNode",
                    {.claims = {BoundTo("old")}},
                    {.nodes = {NodeIn("n1", "b")},
                     .volumes = {{.name = "old", .labels = {{std::string(kRegionKey), "r"}}}}},
                    "0/1 nodes are available: 1 node(s) had no available volume zone."},
        MessageCase{
            "NodeWithoutAnyZoneLabelIsNotConstrained",
            {.claims = {BoundTo("old")}},
            {.nodes = {{.name = "n1"}}, .volumes = {{.name = "old", .labels = {{kZone, "d"}}}}},
            ""}),
    [](const auto& tested) { return tested.param.name; });

INSTANTIATE_TEST_SUITE_P(
    LocalVolumes, MessageTest,
    testing::Values(
        MessageCase{
            "OnThisNode",
            {.claims = {ClaimOf("local")}},
            {.nodes = {NodeIn("n1", "b")}, .classes = {Local()}, .volumes = {LocalOn("n1")}},
            ""},
        MessageCase{
            "OnAnotherNode",
            {.claims = {ClaimOf("local")}},
            {.nodes = {NodeIn("n1", "b")}, .classes = {Local()}, .volumes = {LocalOn("n2")}},
            "0/1 nodes are available: 1 node(s) didn't find available persistent volumes "
            "to bind."},
        MessageCase{"BesideADiskOfAnotherZone",
                    {.claims = {ClaimOf("local"),
                                {.name = "disk", .class_name = "disk", .request_bytes = kGib}}},
                    {.nodes = {NodeIn("n1", "b"), NodeIn("n2", "d")},
                     .classes = {Local(), Delayed({ZoneIn("d")})},
                     .volumes = {LocalOn("n1")}},
                    "0/2 nodes are available: 2 node(s) didn't find available persistent volumes "
                    "to bind."}),
    [](const auto& tested) { return tested.param.name; });

struct MatchCase {
  std::string name;
  PersistentVolume volume;
  bool fits;
};

class MatchTest : public testing::TestWithParam<MatchCase> {};

TEST_P(MatchTest, GivenUnboundVolumeWhenClaimedThenFitsOrNot) {
  const Cluster cluster{
      .nodes = {NodeIn("n1", "b")}, .classes = {Local()}, .volumes = {GetParam().volume}};
  const Verdict verdict = Schedule({.claims = {ClaimOf("local")}}, cluster);
  EXPECT_EQ(!verdict.Fitting().empty(), GetParam().fits);
}

PersistentVolume With(void (*change)(PersistentVolume&)) {
  PersistentVolume volume = LocalOn("n1");
  change(volume);
  return volume;
}

INSTANTIATE_TEST_SUITE_P(
    All, MatchTest,
    testing::Values(
        MatchCase{"Plain", LocalOn("n1"), true},
        MatchCase{"OtherClass", With([](auto& pv) { pv.class_name = "x"; }), false},
        MatchCase{"TooSmall", With([](auto& pv) { pv.capacity_bytes = kGib; }), false},
        MatchCase{"OtherMode", With([](auto& pv) { pv.block = true; }), false},
        MatchCase{"OtherAccessMode", With([](auto& pv) { pv.access_modes = {"ReadOnlyMany"}; }),
                  false},
        MatchCase{"MoreAccessModes", With([](auto& pv) {
                    pv.access_modes = {"ReadOnlyMany", "ReadWriteOnce"};
                  }),
                  true},
        MatchCase{"ReservedForAnother", With([](auto& pv) { pv.claim = "other"; }), false},
        MatchCase{"ReservedForThis", With([](auto& pv) { pv.claim = "data"; }), true},
        MatchCase{"ReservedForThisNotYetAvailable", With([](auto& pv) {
                    pv.claim = "data";
                    pv.available = false;
                  }),
                  true},
        MatchCase{"NotAvailable", With([](auto& pv) { pv.available = false; }), false},
        MatchCase{"ReachableFromEverywhere", With([](auto& pv) { pv.affinity.reset(); }), true}),
    [](const auto& tested) { return tested.param.name; });

TEST(PredicateTest, GivenOneVolumeWhenTwoClaimsThenOnlyOneIsServed) {
  Claim second = ClaimOf("local");
  second.name = "logs";
  Cluster cluster{.nodes = {NodeIn("n1", "b")}, .classes = {Local()}, .volumes = {LocalOn("n1")}};
  const Pod pod{.claims = {ClaimOf("local"), second}};
  EXPECT_TRUE(Schedule(pod, cluster).Fitting().empty());
  cluster.volumes.push_back(LocalOn("n1"));
  cluster.volumes.back().name = "pv-2";
  EXPECT_EQ(Schedule(pod, cluster).Fitting(), std::vector<std::string>{"n1"});
}

TEST(PredicateTest, GivenSmallAndLargeVolumeWhenClaimedThenSmallestIsTaken) {
  Claim large{.name = "large", .class_name = "local", .request_bytes = 50 * kGib};
  PersistentVolume big = LocalOn("n1");
  big.name = "pv-big";
  big.capacity_bytes = 100 * kGib;
  const Cluster cluster{
      .nodes = {NodeIn("n1", "b")}, .classes = {Local()}, .volumes = {big, LocalOn("n1")}};
  EXPECT_FALSE(Schedule({.claims = {large, ClaimOf("local")}}, cluster).Fitting().empty());
}

TEST(PredicateTest, GivenLargeClaimFirstWhenMatchedThenSmallestClaimStillChoosesFirst) {
  Claim large{.name = "large", .class_name = "local", .request_bytes = 8 * kGib};
  Claim shared{.name = "shared",
               .class_name = "local",
               .request_bytes = 5 * kGib,
               .access_modes = {"ReadWriteMany"}};
  PersistentVolume small = LocalOn("n1");
  small.access_modes = {"ReadWriteMany", "ReadWriteOnce"};
  PersistentVolume big = LocalOn("n1");
  big.name = "pv-big";
  big.capacity_bytes = 100 * kGib;
  const Cluster cluster{
      .nodes = {NodeIn("n1", "b")}, .classes = {Local()}, .volumes = {small, big}};
  EXPECT_FALSE(Schedule({.claims = {large, shared}}, cluster).Fitting().empty());
}

struct TaintCase {
  std::string name;
  std::string effect;
  std::vector<Toleration> tolerations;
  bool fits;
};

class TaintTest : public testing::TestWithParam<TaintCase> {};

TEST_P(TaintTest, GivenTolerationsWhenScheduledThenFitsOrNot) {
  Node node = NodeIn("n1", "b");
  node.taints = {{.key = "dedicated", .value = "db", .effect = GetParam().effect}};
  const Verdict verdict = Schedule({.tolerations = GetParam().tolerations}, {.nodes = {node}});
  EXPECT_EQ(!verdict.Fitting().empty(), GetParam().fits);
}

INSTANTIATE_TEST_SUITE_P(
    All, TaintTest,
    testing::Values(
        TaintCase{"NoSchedule", "NoSchedule", {}, false},
        TaintCase{"NoExecute", "NoExecute", {}, false},
        TaintCase{"PreferNoSchedule", "PreferNoSchedule", {}, true},
        TaintCase{"SameValue", "NoSchedule", {{.key = "dedicated", .value = "db"}}, true},
        TaintCase{"OtherValue", "NoSchedule", {{.key = "dedicated", .value = "web"}}, false},
        TaintCase{"Exists", "NoSchedule", {{.key = "dedicated", .exists = true}}, true},
        TaintCase{"OtherKey", "NoSchedule", {{.key = "gpu", .exists = true}}, false},
        TaintCase{"OtherEffect",
                  "NoSchedule",
                  {{.key = "dedicated", .exists = true, .effect = "NoExecute"}},
                  false},
        TaintCase{"Everything", "NoSchedule", {{.exists = true}}, true}),
    [](const auto& tested) { return tested.param.name; });

TEST(PredicateTest, GivenCordonWhenToleratedThenFits) {
  Node node = NodeIn("n1", "b");
  node.unschedulable = true;
  const Toleration cordon{.key = "node.kubernetes.io/unschedulable", .exists = true};
  EXPECT_TRUE(Schedule({}, {.nodes = {node}}).Fitting().empty());
  EXPECT_FALSE(Schedule({.tolerations = {cordon}}, {.nodes = {node}}).Fitting().empty());
}

TEST(PredicateTest, GivenTenNodesWhenPrintedThenReasonsSortAsText) {
  Cluster cluster{.classes = {Delayed({ZoneIn("d")})}};
  for (int i = 0; i < 10; ++i) cluster.nodes.push_back(NodeIn("n" + std::to_string(i), "b"));
  cluster.nodes.push_back(Tainted(NodeIn("cp1", "b")));
  cluster.nodes.push_back(Tainted(NodeIn("cp2", "b")));
  EXPECT_EQ(FailedScheduling(Schedule({.claims = {ClaimOf("disk")}}, cluster)),
            "0/12 nodes are available: 10 node(s) didn't find available persistent volumes to "
            "bind, 2 node(s) had untolerated taint(s).");
}

RC_GTEST_PROP(PredicateProperty, GivenPermutedNodesThenSameVerdict, ()) {
  Cluster cluster{.classes = {Delayed({ZoneIn("b")}), Local()}, .volumes = {LocalOn("n0")}};
  const auto count = *rc::gen::inRange(1, 8);
  for (int i = 0; i < count; ++i) {
    const std::string zone = *rc::gen::elementOf(std::vector<std::string>{"b", "d"});
    Node node = NodeIn("n" + std::to_string(i), zone);
    cluster.nodes.push_back(*rc::gen::arbitrary<bool>() ? Tainted(node) : node);
  }
  const std::string class_name = *rc::gen::elementOf(std::vector<std::string>{"disk", "local"});
  const Pod pod{.claims = {ClaimOf(class_name)}};
  const Verdict before = Schedule(pod, cluster);
  std::ranges::reverse(cluster.nodes);
  std::rotate(cluster.nodes.begin(), cluster.nodes.begin() + *rc::gen::inRange(0, count),
              cluster.nodes.end());
  RC_ASSERT(Schedule(pod, cluster) == before);
  RC_ASSERT(FailedScheduling(before).empty() == !before.Fitting().empty());
}

}  // namespace
}  // namespace topology
