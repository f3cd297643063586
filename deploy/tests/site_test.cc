// What is set in one place: images, versions, and what a site changes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <regex>
#include <set>
#include <sstream>

#include "deploy/tests/kustomize.h"

namespace deploy {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

std::map<std::string, std::string> Versions() {
  std::map<std::string, std::string> versions;
  std::istringstream lines(ReadText("deploy/versions"));
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string name;
    if (words >> name && !name.starts_with("#")) words >> versions[name];
  }
  return versions;
}

// Name and tag of the images of a folder's containers.
std::set<std::string> ImagesIn(const std::vector<Document>& documents) {
  std::set<std::string> images;
  for (const auto& container : Containers(documents)) images.insert(container.Image());
  return images;
}

// The base with the snapshot controller, and nothing changed.
constexpr const char* kWhole = "deploy/overlays/kind";

YAML::Node Site() {
  return YAML::Load(ReadText("deploy/site/kustomization.yaml"));
}

// A name without a registry would be asked of a public one, where anybody may own it.
TEST(Images, EveryNameSaysItsRegistry) {
  int checked = 0;
  std::istringstream rows(OutputOf(std::string(ZONEDISK_SOURCE) + "/tools/images --list"));
  std::set<std::string> images = ImagesIn(Load("deploy"));
  for (std::string name, archive; rows >> name >> archive;) images.insert(name);
  for (const auto& image : images) {
    const auto registry = image.substr(0, image.find('/'));
    EXPECT_TRUE(registry == "localhost" || registry == "registry.k8s.io") << image;
    ++checked;
  }
  EXPECT_GT(checked, 7);
}

TEST(Site, NamesEveryImageAsItIs) {
  std::set<std::string> named;
  for (const auto& image : Site()["images"]) {
    EXPECT_EQ(image["newName"].Scalar(), image["name"].Scalar());
    named.insert(image["name"].Scalar() + ":" + image["newTag"].Scalar());
  }
  EXPECT_EQ(named, ImagesIn(Render(kWhole)));
}

// Applied unchanged it changes nothing, so what is tested without it is what it begins with.
TEST(Site, ChangesNothingAsItStands) {
  const auto base = Render(kWhole);
  int checked = 0;
  for (const auto& patch : Site()["patches"]) {
    const std::regex kind(patch["target"]["kind"].Scalar());
    const auto name = patch["target"]["name"];
    for (const auto& document : base) {
      if (!std::regex_match(document.Kind(), kind)) continue;
      if (name && !std::regex_match(document.Name(), std::regex(name.Scalar()))) continue;
      for (const auto& operation : YAML::Load(patch["patch"].Scalar())) {
        const auto there = At(document.node, operation["path"].Scalar());
        const YAML::Node value = operation["value"];
        if (value.IsSequence()) {
          EXPECT_TRUE(value.size() == 0 && !there.IsDefined()) << document.Name();
        } else if (value.IsMap()) {
          EXPECT_EQ((value.as<std::map<std::string, std::string>>()),
                    (there.as<std::map<std::string, std::string>>()))
              << document.Name();
        } else {
          EXPECT_EQ(there.Scalar(), value.Scalar());
        }
        ++checked;
      }
    }
  }
  EXPECT_EQ(checked, 13);
}

// The flags of the node plugin follow the setting by themselves; the mounts need its value.
TEST(Site, KubeletsFolderIsReplacedWhereverTheManifestHasIt) {
  const auto settings = OfKind(Render(kWhole), "ConfigMap").at(0).node["data"];
  const auto folder = settings["kubelet-dir"].Scalar();
  const auto text = ReadText("deploy/base/driver/node.yaml");
  std::size_t count = 0;
  for (auto at = text.find(folder); at != std::string::npos; at = text.find(folder, at + 1))
    ++count;
  const auto targets = Site()["replacements"][0]["targets"][0]["fieldPaths"];
  EXPECT_EQ(count, targets.size());
  EXPECT_EQ(targets[0].Scalar(), "spec.template.spec.volumes.[name=kubelet].hostPath.path");
  EXPECT_EQ(targets[1].Scalar(),
            "spec.template.spec.containers.[name=driver].volumeMounts.[name=kubelet].mountPath");
}

TEST(Versions, OfTheManifests) {
  const auto versions = Versions();
  std::set<std::string> sidecars;
  for (const auto& image : ImagesIn(Render(kWhole))) {
    const auto name = image.substr(image.rfind('/') + 1);
    const auto colon = name.find(':');
    if (image.starts_with("localhost/")) {
      EXPECT_EQ(name.substr(colon + 1), ZONEDISK_VERSION);
      continue;
    }
    sidecars.insert(name.substr(0, colon));
    ASSERT_TRUE(versions.contains(name.substr(0, colon))) << name;
    EXPECT_EQ(versions.at(name.substr(0, colon)), name.substr(colon + 1)) << name;
  }
  EXPECT_EQ(sidecars.size(), 5u);
}

TEST(Versions, OfTheGoModules) {
  const auto versions = Versions();
  const auto sidecars = ReadText("tools/kubernetes/sidecars/go.mod");
  for (const char* name : {"attacher", "provisioner", "resizer", "snapshotter"}) {
    const auto version = versions.at(std::string("csi-") + name);
    const auto major = version.substr(0, version.find('.'));
    EXPECT_THAT(sidecars, HasSubstr("github.com/kubernetes-csi/external-" + std::string(name) +
                                    "/" + major + " " + version + " "));
  }
  EXPECT_EQ(versions.at("snapshot-controller"), versions.at("csi-snapshotter"));
  EXPECT_THAT(sidecars, HasSubstr("external-snapshotter/client/v8 " +
                                  versions.at("snapshot-controller") + " "));
  EXPECT_THAT(ReadText("tools/kubernetes/cluster/go.mod"),
              HasSubstr("k8s.io/kubernetes " + versions.at("kubernetes") + " "));
  EXPECT_THAT(ReadText("tools/kubernetes/coredns/go.mod"),
              HasSubstr("github.com/coredns/coredns " + versions.at("coredns") + "\n"));
}

TEST(Versions, OfTheScriptsAndThePages) {
  const auto versions = Versions();
  EXPECT_THAT(ReadText("tools/kubernetes/lib/node_config.sh"),
              HasSubstr("registry.k8s.io/pause:" + versions.at("pause") + "\""));
  const auto list = OutputOf(std::string(ZONEDISK_SOURCE) + "/tools/images --list");
  EXPECT_THAT(list, HasSubstr("registry.k8s.io/pause:" + versions.at("pause") + " "));
  static const std::regex kReference("\\?ref=(v[0-9.]+)");
  int references = 0;
  for (const char* page : {"deploy/README.md", "deploy/kind.md", "deploy/upgrade.md"}) {
    const auto text = ReadText(page);
    for (std::sregex_iterator at(text.begin(), text.end(), kReference), end; at != end; ++at) {
      EXPECT_EQ((*at)[1].str(), versions.at("snapshot-controller")) << page;
      ++references;
    }
    if (page == std::string_view("deploy/upgrade.md")) continue;
    EXPECT_THAT(
        text, HasSubstr("Kubernetes " + versions.at("kubernetes-at-least").substr(1) + " or newer"))
        << page;
  }
  EXPECT_EQ(references, 3);
  EXPECT_THAT(ReadText("deploy/README.md"), HasSubstr(versions.at("kubernetes").substr(1)));
  EXPECT_THAT(ReadText("deploy/kind.md"),
              HasSubstr("kindest/node:" + versions.at("kindest-node") + "\n"));
  EXPECT_THAT(ReadText("deploy/kind.md"), HasSubstr("kind " + versions.at("kind").substr(1)));
}

}  // namespace
}  // namespace deploy
