// The overlays' patches against the base: what they expect there is there.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <regex>

#include "deploy/tests/manifests.h"

namespace deploy {
namespace {

constexpr const char* kArguments = "/args/";

struct Patch {
  std::string file;
  Document target;
  YAML::Node operations;
};

// The JSON patches of an overlay, once for each document of the base that they aim at.
std::vector<Patch> PatchesOf(const std::string& overlay) {
  const auto folder = "deploy/overlays/" + overlay + "/";
  const auto kustomization = YAML::Load(ReadText(folder + "kustomization.yaml"));
  const auto base = Load("deploy/base");
  std::vector<Patch> patches;
  for (const auto& entry : kustomization["patches"]) {
    const auto text =
        entry["path"] ? ReadText(folder + entry["path"].Scalar()) : entry["patch"].Scalar();
    const auto target = entry["target"];
    const std::regex kind(target["kind"].Scalar());
    const std::regex name(target["name"] ? target["name"].Scalar() : ".*");
    bool found = false;
    for (const auto& document : base) {
      if (!std::regex_match(document.Kind(), kind) || !std::regex_match(document.Name(), name)) {
        continue;
      }
      patches.push_back({folder + "kustomization.yaml", document, YAML::Load(text)});
      found = true;
    }
    EXPECT_TRUE(found) << overlay << ": a patch without a target: " << target;
  }
  return patches;
}

std::vector<std::string> Overlays() {
  std::vector<std::string> names;
  for (const auto& entry :
       std::filesystem::directory_iterator(std::string(ZONEDISK_SOURCE) + "/deploy/overlays")) {
    names.push_back(entry.path().filename());
  }
  return names;
}

TEST(Patches, WhatTheyExpectIsInTheBase) {
  int expectations = 0;
  for (const auto& overlay : Overlays()) {
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
  for (const auto& overlay : Overlays()) {
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
  for (const auto& patch : PatchesOf("lab")) {
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

}  // namespace
}  // namespace deploy
