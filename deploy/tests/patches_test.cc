// The patches of overlays and components against the base: what they expect there is there.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <regex>
#include <set>

#include "deploy/tests/kustomize.h"

namespace deploy {
namespace {

constexpr const char* kArguments = "/args/";

struct Patch {
  std::string file;
  Document target;
  YAML::Node operations;
};

// The JSON patches of an overlay or component, once for each document of the base that they aim at.
std::vector<Patch> PatchesOf(const std::string& name) {
  const auto folder = "deploy/" + name + "/";
  const auto kustomization = YAML::Load(ReadText(folder + "kustomization.yaml"));
  auto base = Load("deploy/base");
  std::ranges::copy(Load("deploy/snapshot-controller"), std::back_inserter(base));
  std::vector<Patch> patches;
  for (const auto& entry : kustomization["patches"]) {
    const auto text =
        entry["path"] ? ReadText(folder + entry["path"].Scalar()) : entry["patch"].Scalar();
    const auto target = entry["target"];
    const std::regex kind(target["kind"].Scalar());
    const std::regex named(target["name"] ? target["name"].Scalar() : ".*");
    bool found = false;
    for (const auto& document : base) {
      if (!std::regex_match(document.Kind(), kind) || !std::regex_match(document.Name(), named)) {
        continue;
      }
      patches.push_back({folder + "kustomization.yaml", document, YAML::Load(text)});
      found = true;
    }
    EXPECT_TRUE(found) << name << ": a patch without a target: " << target;
  }
  return patches;
}

// "overlays/lab", "components/beside-ack", …
std::vector<std::string> Patching() {
  std::vector<std::string> names;
  for (const std::string kind : {"overlays", "components"}) {
    for (const auto& entry :
         std::filesystem::directory_iterator(std::string(ZONEDISK_SOURCE) + "/deploy/" + kind)) {
      names.push_back(kind + "/" + entry.path().filename().string());
    }
  }
  return names;
}

TEST(Patches, WhatTheyExpectIsInTheBase) {
  int expectations = 0;
  for (const auto& overlay : Patching()) {
    for (const auto& patch : PatchesOf(overlay)) {
      for (const auto& operation : patch.operations) {
        const auto kind = operation["op"].Scalar();
        const auto path = operation["path"].Scalar();
        if (kind == "add") continue;
        const auto there = At(patch.target.node, path);
        ASSERT_TRUE(there.IsDefined()) << overlay << " " << path;
        if (kind == "test") {
          EXPECT_EQ(there.Scalar(), operation["value"].Scalar()) << overlay;
        }
        ++expectations;
      }
    }
  }
  EXPECT_GT(expectations, 15);
}

TEST(Patches, FlagsOfOursAreKnownToTheProgram) {
  int checked = 0;
  for (const auto& overlay : Patching()) {
    for (const auto& patch : PatchesOf(overlay)) {
      for (const auto& operation : patch.operations) {
        const auto path = operation["path"].Scalar();
        const auto arguments = path.find(kArguments);
        if (arguments == std::string::npos) continue;
        const auto command = At(patch.target.node, path.substr(0, arguments) + "/command/0");
        if (!command.IsDefined()) continue;  // a sidecar: the real one refuses flags unknown to it
        const auto program = std::filesystem::path(command.Scalar()).filename().string();
        EXPECT_THAT(FlagsOf(program), ::testing::Contains(FlagName(operation["value"].Scalar())));
        ++checked;
      }
    }
  }
  EXPECT_GT(checked, 8);
}

// Only retry and poll intervals differ where zonedisk proves itself, so that what is proven ships.
TEST(Patches, TheLabChangesNothingButIntervals) {
  static const std::regex kInterval(
      "--(retry-interval-max|capacity-poll-interval|reconcile-sync|snapshot-orphan-sweep-interval)"
      "=[0-9]+s");
  for (const auto& patch : PatchesOf("overlays/lab")) {
    for (const auto& operation : patch.operations) {
      if (operation["op"].Scalar() == "test") continue;
      const auto path = operation["path"].Scalar();
      const auto value = operation["value"].Scalar();
      EXPECT_TRUE(path == "/spec/nodeAllocatableUpdatePeriodSeconds" ||
                  path.ends_with("/readinessProbe/periodSeconds") ||
                  (path.ends_with("/args/-") && std::regex_match(value, kInterval)))
          << path << " " << value;
    }
  }
}

// What ACK's driver and the ECS instance have already on a node and in a cluster.
TEST(Patches, BesideAcksDriverNothingOfItIsUsed) {
  const auto documents = Render("deploy/overlays/beside-ack");
  const auto name =
      Only(documents, "Deployment/zonedisk-csi-controller", "driver").Flag("--driver-name");
  const auto node = Only(documents, "DaemonSet/zonedisk-csi-node", "driver");
  const auto agent = Only(documents, "DaemonSet/zonedisk-agent", "agent");
  ASSERT_TRUE(name);
  EXPECT_NE(*name, "diskplugin.csi.alibabacloud.com");
  EXPECT_EQ(node.Flag("--driver-name"), name);
  EXPECT_EQ(node.Flag("--endpoint"), "unix://$(KUBELET_DIR)/plugins/" + *name + "/csi.sock");
  EXPECT_NE(node.Flag("--by-id-dir"), "/dev/disk/by-id");
  EXPECT_EQ(node.Flag("--by-id-dir"), agent.Flag("--by-id-dir"));
  EXPECT_EQ(node.Flag("--metadata-url"), "http://" + agent.Flag("--metadata-listen").value_or(""));
  EXPECT_TRUE(agent.Flag("--metadata-listen").value_or("").starts_with("127.0.0.1:"));
  EXPECT_TRUE(OfKind(documents, "Deployment").size() == 2) << "no snapshot controller";
  // The prefix of the component makes this name of that one, in every kind that has it.
  const auto component = YAML::Load(ReadText("deploy/components/beside-ack/kustomization.yaml"));
  const auto prefix = YAML::Load(component["transformers"][0].Scalar());
  EXPECT_EQ(prefix["prefix"].Scalar() + "diskplugin.csi.alibabacloud.com", *name);
  // And of its leases.
  auto lease = *name;
  std::ranges::replace(lease, '.', '-');
  for (const auto& role : OfKind(documents, "ClusterRole")) {
    if (role.Name() != "zonedisk-csi-controller") continue;
    const auto leases = role.node["rules"][0]["resourceNames"];
    EXPECT_EQ(leases[0].Scalar(), lease);
    EXPECT_EQ(leases[1].Scalar(), "external-attacher-leader-" + lease);
  }
  std::set<std::string> fields;
  for (const auto& field : prefix["fieldSpecs"]) {
    fields.insert(field["kind"].Scalar() + " " + field["path"].Scalar());
  }
  for (const auto& document : documents) {
    const auto kind = document.Kind();
    const bool renamed =
        kind == "CSIDriver" || kind.ends_with("Class") || kind.starts_with("ClusterRole");
    if (!renamed) continue;
    EXPECT_TRUE(fields.contains(kind + " metadata/name")) << kind;
    for (const char* field : {"provisioner", "driver", "driverName"}) {
      if (document.node[field]) {
        EXPECT_TRUE(fields.contains(kind + " " + field)) << kind;
      }
    }
  }
  EXPECT_THAT(ReadText("deploy/beside-ack.md"), ::testing::HasSubstr("`" + *name + "`"));
}

}  // namespace
}  // namespace deploy
