// What the scheduler knows of the cloud: where a class can be had, and how many disks a node
// takes.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "e2e/harness/api.h"
#include "e2e/kubernetes/harness/nodes.h"
#include "e2e/kubernetes/harness/story.h"

namespace e2e {
namespace {

using nlohmann::json;

constexpr char kNear[] = "cn-hangzhou-b";
constexpr char kFar[] = "cn-hangzhou-e";
// No other story needs disks of it, so that its stock is this one's to change.
constexpr char kOwnCategory[] = "cloud_ssd";
constexpr std::int64_t kGib = std::int64_t{1} << 30;
// The driver believes a catalogue for 60 s, and csi-provisioner asks it every 10 s here; a Pod that
// was sent to the wrong zone by old capacity is scheduled anew, once for each such zone.
constexpr std::chrono::seconds kCapacityLimit{200};

// "64Ti", "512Gi", "0": as the API server writes them.
std::int64_t ToBytes(const std::string& quantity) {
  static const std::map<std::string, std::int64_t> units = {
      {"", 1}, {"Ki", kGib >> 20}, {"Mi", kGib >> 10}, {"Gi", kGib}, {"Ti", kGib << 10}};
  const auto end = quantity.find_first_not_of("0123456789");
  const auto unit = units.find(end == std::string::npos ? "" : quantity.substr(end));
  if (quantity.empty() || unit == units.end()) return -1;
  return std::stoll(quantity) * unit->second;
}

// Bytes of the largest disk by zone and category, or of the largest volume by class and zone.
using Sizes = std::map<std::pair<std::string, std::string>, std::int64_t>;

// By zone and category, of what has stock.
Sizes SoldByCloud() {
  const auto answer = TheCloud().Call(
      "DescribeAvailableResource", {{"DestinationResource", "DataDisk"}, {"ResourceType", "disk"}});
  EXPECT_TRUE(answer.Ok()) << answer.body;
  Sizes sizes;
  for (const auto& zone : answer.json["AvailableZones"]["AvailableZone"]) {
    for (const auto& group : zone["AvailableResources"]["AvailableResource"]) {
      for (const auto& row : group["SupportedResources"]["SupportedResource"]) {
        if (row.value("Status", "") != "Available") continue;
        sizes[{zone.value("ZoneId", ""), row.value("Value", "")}] =
            row.value("Max", std::int64_t{0}) * kGib;
      }
    }
  }
  return sizes;
}

// By class and zone, as published for the scheduler; of these classes only, since stories have
// more.
Sizes PublishedCapacity(const std::set<std::string>& classes) {
  Sizes published;
  for (const auto& row : TheCluster().List("csistoragecapacity", std::string(kSystemNs))) {
    const auto name = row.value("storageClassName", "");
    if (!classes.contains(name)) continue;
    const auto zone = row["nodeTopology"]["matchLabels"].value("topology.kubernetes.io/zone", "");
    EXPECT_FALSE(published.contains({name, zone})) << "twice: " << name << " in " << zone;
    published[{name, zone}] = ToBytes(row.value("maximumVolumeSize", "0"));
  }
  return published;
}

std::string Text(const Sizes& sizes) {
  std::string text;
  for (const auto& [key, bytes] : sizes) {
    text += fmt::format("\n  {} in {}: {}", key.first, key.second, bytes);
  }
  return text;
}

std::vector<std::string> Split(const std::string& list) {
  std::vector<std::string> parts;
  for (std::size_t at = 0; at <= list.size();) {
    const auto end = std::min(list.find(',', at), list.size());
    parts.push_back(list.substr(at, end - at));
    at = end + 1;
  }
  return parts;
}

std::set<std::string> ZonesWithNodes() {
  std::set<std::string> zones;
  for (const auto& node : TheCluster().List("node")) {
    zones.insert(node["metadata"]["labels"].value("topology.kubernetes.io/zone", ""));
  }
  return zones;
}

// What the scheduler knows of a node: its instance, and how many volumes it takes.
struct Room {
  std::string instance;
  int volumes = 0;
};
Room RoomOf(const std::string& node) {
  const auto entry = TheCluster().Get("csinode/" + node);
  for (const auto& driver : entry["spec"]["drivers"]) {
    if (driver.value("name", "") != kDriverName) continue;
    return {driver.value("nodeID", ""),
            driver.value("allocatable", json::object()).value("count", 0)};
  }
  return {};
}

class Capacity : public Story {
 protected:
  void ApplyPair(const std::string& name, const std::string& storage_class) {
    ASSERT_TRUE(Apply(ClaimYaml({.name = name, .storage_class = storage_class})));
    ASSERT_TRUE(Apply(PodYaml({.name = name, .mounts = {{.claim = name, .path = "/data"}}})));
  }
};

TEST_F(Capacity, GivenShippedClassesWhenCapacityIsPublishedThenItIsTheClouds) {
  std::set<std::string> names;
  std::vector<std::pair<std::string, std::vector<std::string>>> classes;
  for (const auto& row : TheCluster().List(
           "storageclass", "", "labelSelector=app.kubernetes.io%2Fpart-of%3Dzonedisk")) {
    // Immediate claims are bound before the scheduler is asked.
    if (row.value("volumeBindingMode", "") != "WaitForFirstConsumer") continue;
    names.insert(row["metadata"].value("name", ""));
    classes.emplace_back(row["metadata"].value("name", ""),
                         Split(row["parameters"].value("type", "")));
  }
  ASSERT_GE(names.size(), 10U);
  const auto zones = ZonesWithNodes();
  ASSERT_GE(zones.size(), 3U);
  EXPECT_TRUE(Eventually("capacity objects", kCapacityLimit, [&]() -> std::string {
    const auto sold = SoldByCloud();
    Sizes wanted;
    for (const auto& [name, categories] : classes) {
      for (const auto& zone : zones) {
        auto& most = wanted[{name, zone}];
        for (const auto& category : categories) {
          const auto found = sold.find({zone, category});
          if (found != sold.end()) most = std::max(most, found->second);
        }
      }
    }
    const auto published = PublishedCapacity(names);
    return published == wanted ? "" : Text(published) + "\ninstead of" + Text(wanted);
  }));
}

TEST_F(Capacity, GivenShippedExampleWhenNoDiskIsSoLargeThenPodIsNotScheduled) {
  ASSERT_TRUE(ApplyFile("deploy/examples/capacity.yaml"));
  EXPECT_TRUE(WaitEvent("pod/enormous", "FailedScheduling", "did not have enough free storage"));
  EXPECT_EQ(Field("persistentvolumeclaim/enormous", "/status/phase"), "Pending");
  EXPECT_EQ(TheCloud().DisksOf(Ns()).size(), 0U);
}

// The category's stock in a zone, as a user of the lab sets it, for the time of this object.
class SoldOut {
 public:
  SoldOut(std::string zone, std::string category)
      : zone_(std::move(zone)), category_(std::move(category)) {
    Set(false);
  }
  ~SoldOut() { Set(true); }
  SoldOut(const SoldOut&) = delete;
  SoldOut& operator=(const SoldOut&) = delete;

 private:
  void Set(bool in_stock) const {
    const json body = {{"ZoneId", zone_}, {"DiskCategory", category_}, {"InStock", in_stock}};
    const auto answer = TheCloud().Lab("zones", body.dump());
    EXPECT_TRUE(answer.Ok()) << answer.body;
  }
  std::string zone_;
  std::string category_;
};

TEST_F(Capacity, GivenCategorySoldInOneZoneOnlyWhenPodIsScheduledThenItLandsThere) {
  const SoldOut near(kNear, kOwnCategory);
  const SoldOut third("cn-hangzhou-g", kOwnCategory);
  ASSERT_TRUE(
      Apply(StorageClassYaml({.name = Named("ssd"), .parameters = {{"type", kOwnCategory}}})));
  // Nothing but the scheduler's own choice, which may rest on capacity of before: then
  // csi-provisioner gives the Pod back to it.
  ApplyPair("data", Named("ssd"));
  ASSERT_TRUE(WaitRunning("data", kCapacityLimit));
  EXPECT_EQ(ZoneOfPod("data"), kFar);
  EXPECT_EQ(DiskOf("data").zone, kFar);
  EXPECT_EQ(DiskOf("data").category, kOwnCategory);
  EXPECT_EQ(TheCloud().DisksOf(Ns()).size(), 1U);

  // Once it is published: none there, and a Pod that may only run there is not even tried.
  EXPECT_TRUE(
      Eventually("no capacity in " + std::string(kNear), kCapacityLimit, [this]() -> std::string {
        const auto published = PublishedCapacity({Named("ssd")});
        const auto here = published.find({Named("ssd"), kNear});
        return here != published.end() && here->second == 0 ? "" : Text(published);
      }));
  ASSERT_TRUE(Apply(ClaimYaml({.name = "forced", .storage_class = Named("ssd")})));
  ASSERT_TRUE(Apply(PodYaml(
      {.name = "forced", .mounts = {{.claim = "forced", .path = "/data"}}, .zone = kNear})));
  EXPECT_TRUE(WaitEvent("pod/forced", "FailedScheduling", "did not have enough free storage"));
  EXPECT_EQ(TheCloud().DisksOf(Ns()).size(), 1U);
}

TEST_F(Capacity, GivenMoreClaimsThanNodeTakesDisksWhenPodAsksForAllThenItIsNotScheduled) {
  const auto node = NodesIn(kFar).at(0);
  const auto [instance, limit] = RoomOf(node);
  ASSERT_GT(limit, 0);
  // As many as the cloud says for an instance of its type.
  const auto instances =
      TheCloud().Call("DescribeInstances", {{"InstanceIds", json::array({instance}).dump()}});
  const auto type =
      instances.json["Instances"]["Instance"].at(0).value("InstanceType", std::string());
  const auto types = TheCloud().Call("DescribeInstanceTypes", {{"InstanceTypes.1", type}});
  EXPECT_EQ(types.json["InstanceTypes"]["InstanceType"].at(0).value("DiskQuantity", 0), limit)
      << type;

  // One has a disk there already; a Pod that wants as many as the limit is one too many.
  ASSERT_TRUE(Apply(ClaimYaml({.name = "one", .storage_class = kDelayedClass})));
  ASSERT_TRUE(
      Apply(PodYaml({.name = "one", .mounts = {{.claim = "one", .path = "/data"}}, .node = node})));
  ASSERT_TRUE(WaitRunning("one"));
  std::string claims;
  PodSpec rest{.name = "rest", .node = node};
  for (int i = 0; i < limit; ++i) {
    const auto name = fmt::format("rest-{}", i);
    claims += ClaimYaml({.name = name, .storage_class = kDelayedClass}) + "---\n";
    rest.mounts.push_back({.claim = name, .path = "/" + name});
  }
  ASSERT_TRUE(Apply(claims));
  ASSERT_TRUE(Apply(PodYaml(rest)));
  EXPECT_TRUE(WaitEvent("pod/rest", "FailedScheduling", "node(s) exceed max volume count"));
  EXPECT_EQ(TheCloud().DisksOf(Ns()).size(), 1U);
  // Fewer fit.
  ASSERT_TRUE(Remove("pod/rest"));
  rest.mounts.resize(2);
  ASSERT_TRUE(Apply(PodYaml(rest)));
  ASSERT_TRUE(WaitRunning("rest"));
  EXPECT_EQ(ZoneOfPod("rest"), kFar);
}

// Takes a node's room, which others would miss.
class CapacityAlone : public Story {
 protected:
  // Kubelet asks the driver every 10 s here.
  testing::AssertionResult WaitRoom(const std::string& node, int volumes) const {
    return Eventually("room on " + node, kStepLimit, [&]() -> std::string {
      const auto seen = RoomOf(node).volumes;
      return seen == volumes ? "" : std::to_string(seen);
    });
  }
  static testing::AssertionResult WaitDisk(const std::string& id, const std::string& status) {
    return Eventually(id + " " + status, kStepLimit, [&] {
      const auto seen = TheCloud().Disk(id).status;
      return seen == status ? "" : seen;
    });
  }
  // Likes that node best, and would go there if it could.
  void ApplyPod(const std::string& name, const std::string& node) {
    ASSERT_TRUE(Apply(ClaimYaml({.name = name, .storage_class = kDelayedClass})));
    ASSERT_TRUE(Apply(PodYaml({.name = name,
                               .mounts = {{.claim = name, .path = "/data"}},
                               .zone = kNear,
                               .more = fmt::format("affinity:\n"
                                                   "  nodeAffinity:\n"
                                                   "    preferredDuringSchedulingIgnored"
                                                   "DuringExecution:\n"
                                                   "    - weight: 100\n"
                                                   "      preference:\n"
                                                   "        matchExpressions:\n"
                                                   "        - key: kubernetes.io/hostname\n"
                                                   "          operator: In\n"
                                                   "          values: [{}]",
                                                   node)})));
    ASSERT_TRUE(WaitRunning(name));
  }
};

// Bound at once: nothing but the driver knows of the stock.
TEST_F(CapacityAlone, GivenClassOfTwoTypesWhenTheFirstIsSoldOutThenTheNextIsTakenAndNoneIsSaid) {
  ASSERT_TRUE(Apply(StorageClassYaml({.name = Named("either"),
                                      .immediate = true,
                                      .zones = {kNear},
                                      .parameters = {{"type", "cloud_ssd,cloud_efficiency"}}})));
  const SoldOut first(kNear, "cloud_ssd");
  ASSERT_TRUE(Apply(ClaimYaml({.name = "next", .storage_class = Named("either")})));
  ASSERT_TRUE(WaitBound("next"));
  EXPECT_EQ(DiskOf("next").category, "cloud_efficiency");
  EXPECT_EQ(DiskOf("next").zone, kNear);
  EXPECT_TRUE(WaitEvent("persistentvolumeclaim/next", "ProvisioningSucceeded", ""));
  EXPECT_TRUE(WaitField("persistentvolume/" + VolumeOf("next"),
                        "/metadata/labels/csi.alibabacloud.com~1disktype", "cloud_efficiency"));
  {
    const SoldOut second(kNear, "cloud_efficiency");
    ASSERT_TRUE(Apply(ClaimYaml({.name = "none", .storage_class = Named("either")})));
    EXPECT_TRUE(WaitEvent("persistentvolumeclaim/none", "ProvisioningFailed", "ResourceExhausted"));
    EXPECT_EQ(TheCloud().DisksOf(Ns()).size(), 1U);
  }
  ASSERT_TRUE(WaitBound("none", kCapacityLimit));
  EXPECT_EQ(DiskOf("none").category, "cloud_efficiency");
}

TEST_F(CapacityAlone, GivenDisksAttachedByHandWhenPodsAreScheduledThenNodeTakesFewerVolumes) {
  const auto node = NodesIn(kNear).at(0);
  const auto other = NodesIn(kNear).at(1);
  const auto room = RoomOf(node);
  ASSERT_GT(room.volumes, 2);
  // All of it but one place.
  std::vector<std::string> foreign;
  for (int i = 1; i < room.volumes; ++i) {
    foreign.push_back(MakeDisk(kNear));
    const auto attached =
        TheCloud().Call("AttachDisk", {{"DiskId", foreign.back()}, {"InstanceId", room.instance}});
    ASSERT_TRUE(attached.Ok()) << attached.body;
  }
  EXPECT_TRUE(WaitRoom(node, 1));
  ApplyPod("fits", node);
  EXPECT_EQ(Field("pod/fits", "/spec/nodeName"), node);
  // A volume of its own takes a place of those that are left, and makes them no fewer.
  ApplyPod("elsewhere", node);
  EXPECT_EQ(Field("pod/elsewhere", "/spec/nodeName"), other);
  EXPECT_EQ(RoomOf(node).volumes, 1);

  for (const auto& disk : foreign) {
    const auto detached =
        TheCloud().Call("DetachDisk", {{"DiskId", disk}, {"InstanceId", room.instance}});
    EXPECT_TRUE(detached.Ok()) << detached.body;
  }
  for (const auto& disk : foreign) EXPECT_TRUE(WaitDisk(disk, "Available"));
  EXPECT_TRUE(WaitRoom(node, room.volumes));
  ApplyPod("again", node);
  EXPECT_EQ(Field("pod/again", "/spec/nodeName"), node);
}

}  // namespace
}  // namespace e2e
