// The driver takes what the classes of deploy/ say.
#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "deploy/tests/manifests.h"
#include "driver/controller/disk_parameters.h"
#include "driver/controller/volume_change.h"

namespace deploy {
namespace {

driver::Parameters ParametersOf(const Document& document) {
  driver::Parameters parameters;
  for (const auto& entry : document.node["parameters"]) {
    parameters[entry.first.Scalar()] = entry.second.Scalar();
  }
  return parameters;
}

TEST(Classes, StorageClassesMakeDisks) {
  int classes = 0;
  for (const auto& document : OfKind(Load("deploy"), "StorageClass")) {
    if (document.node["provisioner"].Scalar() == "kubernetes.io/no-provisioner") continue;
    // Strict: what ships has nothing that is without effect.
    const auto disk = driver::ParseDiskParameters(ParametersOf(document), {},
                                                  {.region = "cn-hangzhou", .strict = true});
    EXPECT_TRUE(disk) << document.file << " " << document.Name() << ": "
                      << (disk ? "" : disk.error().message);
    ++classes;
  }
  EXPECT_GT(classes, 10);
}

// Exit status and standard output of zonedisk-csi --check.
std::pair<int, std::string> Check(const std::string& files) {
  const std::string command = std::string("cd ") + ZONEDISK_SOURCE + "/deploy && " + ZONEDISK_BIN +
                              "/zonedisk-csi --check " + files + " 2>/dev/null; echo $?";
  std::string output = OutputOf(command);
  output.pop_back();
  const auto line = output.rfind('\n') + 1;  // 0 without another line
  return {std::stoi(output.substr(line)), output.substr(0, line)};
}

TEST(Classes, TheProgramChecksThemWithoutACluster) {
  EXPECT_EQ(Check("$(find base -name '*.yaml')"), (std::pair<int, std::string>{0, ""}));
  EXPECT_EQ(Check("- < examples/change-attributes.yaml"),
            (std::pair<int, std::string>{
                1,
                "-:7: VolumeAttributesClass never-on-a-living-disk: parameter encrypted cannot "
                "stand in a VolumeAttributesClass\n"}));
  EXPECT_EQ(Check("base/kustomization.yaml nowhere.yaml").first, 2);
}

TEST(Classes, AttributesOfTheBaseCanBeChangedOnALivingVolume) {
  const auto classes = OfKind(Load("deploy/base"), "VolumeAttributesClass");
  EXPECT_FALSE(classes.empty());
  for (const auto& document : classes) {
    const auto change = driver::ParseVolumeChange(ParametersOf(document));
    EXPECT_TRUE(change) << document.Name() << ": " << (change ? "" : change.error().message);
  }
}

TEST(Classes, TheExampleOfAnInfeasibleChangeIsOne) {
  const auto classes = OfKind(Load("deploy/examples"), "VolumeAttributesClass");
  ASSERT_EQ(classes.size(), 1u);
  EXPECT_FALSE(driver::ParseVolumeChange(ParametersOf(classes[0])));
}

TEST(Classes, NamesUsedByExamplesExist) {
  std::set<std::string> names;
  for (const char* folder : {"deploy/base", "deploy/examples"}) {
    for (const auto& document : Load(folder)) {
      if (document.Kind().ends_with("Class")) names.insert(document.Kind() + "/" + document.Name());
    }
  }
  const auto expect = [&](const Document& document, const YAML::Node& name, const char* kind) {
    if (name) {
      EXPECT_TRUE(names.contains(kind + name.Scalar())) << document.file << " " << name;
    }
  };
  for (const auto& document : Load("deploy/examples")) {
    const auto spec = document.node["spec"];
    if (!spec) continue;
    expect(document, spec["storageClassName"], "StorageClass/");
    expect(document, spec["volumeAttributesClassName"], "VolumeAttributesClass/");
    expect(document, spec["volumeSnapshotClassName"], "VolumeSnapshotClass/");
  }
}

}  // namespace
}  // namespace deploy
