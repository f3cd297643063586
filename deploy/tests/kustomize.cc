#include "deploy/tests/kustomize.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <regex>
#include <sstream>

namespace deploy {
namespace {

namespace fs = std::filesystem;

// "/a/b~1c" as "a", "b/c".
std::vector<std::string> Parts(const std::string& pointer) {
  std::vector<std::string> parts;
  std::istringstream words(pointer.substr(1));
  for (std::string part; std::getline(words, part, '/');) {
    parts.push_back(std::regex_replace(part, std::regex("~1"), "/"));
  }
  return parts;
}

YAML::Node Child(const YAML::Node& node, const std::string& part) {
  if (!node.IsSequence()) return node[part];
  return node[std::stoul(part)];
}

void Apply(const YAML::Node& operation, const YAML::Node& object) {
  auto parts = Parts(operation["path"].Scalar());
  const auto last = parts.back();
  parts.pop_back();
  YAML::Node at = object;
  for (const auto& part : parts) at.reset(Child(at, part));
  const auto kind = operation["op"].Scalar();
  const YAML::Node value = YAML::Clone(operation["value"]);
  if (kind == "test") {
    EXPECT_EQ(Child(at, last).Scalar(), value.Scalar()) << operation;
  } else if (kind == "remove") {
    EXPECT_TRUE(at.IsMap()) << operation;
    at.remove(last);
  } else if (last == "-") {
    at.push_back(value);
  } else if (at.IsSequence()) {
    at[std::stoul(last)] = value;
  } else {
    at[last] = value;
  }
}

bool Matches(const YAML::Node& pattern, const std::string& text) {
  return !pattern || std::regex_match(text, std::regex(pattern.Scalar()));
}

void Patch(const std::string& folder, const YAML::Node& kustomization,
           const std::vector<Document>& documents) {
  for (const auto& entry : kustomization["patches"]) {
    const auto text =
        entry["path"] ? ReadText(folder + "/" + entry["path"].Scalar()) : entry["patch"].Scalar();
    bool found = false;
    for (const auto& document : documents) {
      if (!Matches(entry["target"]["kind"], document.Kind()) ||
          !Matches(entry["target"]["name"], document.Name())) {
        continue;
      }
      found = true;
      for (const auto& operation : YAML::Load(text)) Apply(operation, document.node);
    }
    EXPECT_TRUE(found) << folder << ": a patch without a target: " << entry["target"];
  }
}

// Appends what `folder` has and patches all of `documents`: what a component does.
void Accumulate(const std::string& folder, std::vector<Document>& documents) {
  const auto kustomization = YAML::Load(ReadText(folder + "/kustomization.yaml"));
  for (const auto& entry : kustomization["resources"]) {
    const auto path = (fs::path(folder) / entry.Scalar()).lexically_normal().string();
    if (path.ends_with(".yaml")) {
      for (const auto& node : YAML::LoadAll(ReadText(path))) documents.push_back({path, node});
    } else {
      std::ranges::copy(Render(path), std::back_inserter(documents));
    }
  }
  for (const auto& entry : kustomization["components"]) {
    Accumulate((fs::path(folder) / entry.Scalar()).lexically_normal().string(), documents);
  }
  Patch(folder, kustomization, documents);
}

}  // namespace

std::vector<Document> Render(const std::string& folder) {
  std::vector<Document> documents;
  Accumulate(folder, documents);
  return documents;
}

std::vector<std::string> Applicable() {
  std::vector<std::string> folders = {"deploy/base"};
  const auto overlays = std::string(ZONEDISK_SOURCE) + "/deploy/overlays";
  for (const auto& entry : fs::directory_iterator(overlays)) {
    folders.push_back("deploy/overlays/" + entry.path().filename().string());
  }
  std::ranges::sort(folders);
  return folders;
}

}  // namespace deploy
