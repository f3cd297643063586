#include "deploy/tests/manifests.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <iterator>
#include <regex>
#include <sstream>

#include "common/base/files.h"

namespace deploy {
namespace {

std::string Text(const YAML::Node& node) {
  return node && node.IsScalar() ? node.Scalar() : "";
}

// Spec of the pods of a workload; undefined for other kinds.
YAML::Node PodOf(const Document& document) {
  const auto kind = document.Kind();
  if (kind == "Pod") return document.node["spec"];
  if (kind == "Deployment" || kind == "DaemonSet" || kind == "StatefulSet" || kind == "Job") {
    return document.node["spec"]["template"]["spec"];
  }
  return YAML::Node(YAML::NodeType::Undefined);
}

void Append(std::vector<Container>& all, const Document& document, const YAML::Node& pod,
            const char* list) {
  if (!pod[list]) return;
  for (const auto& node : pod[list]) {
    all.push_back({document.Kind() + "/" + document.Name(), pod, node,
                   std::string_view(list) == "initContainers"});
  }
}

}  // namespace

std::string Document::Kind() const {
  return Text(node["kind"]);
}
std::string Document::Name() const {
  return Text(node["metadata"]["name"]);
}

std::vector<Document> Load(const std::string& folder) {
  const std::filesystem::path root = ZONEDISK_SOURCE;
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root / folder)) {
    if (entry.path().extension() == ".yaml") files.push_back(entry.path());
  }
  std::ranges::sort(files);
  std::vector<Document> documents;
  for (const auto& file : files) {
    for (const auto& node : YAML::LoadAllFromFile(file)) {
      documents.push_back({std::filesystem::relative(file, root), node});
    }
  }
  return documents;
}

std::vector<Document> OfKind(const std::vector<Document>& documents, const std::string& kind) {
  std::vector<Document> found;
  std::ranges::copy_if(documents, std::back_inserter(found),
                       [&](const Document& document) { return document.Kind() == kind; });
  return found;
}

std::string Container::Name() const {
  return Text(node["name"]);
}
std::string Container::Image() const {
  return Text(node["image"]);
}

std::string Container::Program() const {
  const auto command = node["command"];
  if (!command || command.size() == 0) return "";
  const std::filesystem::path program = Text(command[0]);
  const auto name = program.filename().string();
  return name.starts_with("zonedisk") ? name : "";
}

std::vector<std::string> Container::Arguments() const {
  std::vector<std::string> arguments;
  if (node["args"]) {
    for (const auto& argument : node["args"]) arguments.push_back(argument.Scalar());
  }
  return arguments;
}

std::optional<std::string> Container::Flag(const std::string& flag) const {
  for (const auto& argument : Arguments()) {
    if (argument.starts_with(flag + "=")) return argument.substr(flag.size() + 1);
  }
  return std::nullopt;
}

bool Container::Privileged() const {
  return Text(node["securityContext"]["privileged"]) == "true";
}

std::optional<YAML::Node> Container::VolumeAt(const std::string& path) const {
  for (const auto& mount : node["volumeMounts"]) {
    if (Text(mount["mountPath"]) != path) continue;
    for (const auto& volume : pod["volumes"]) {
      if (Text(volume["name"]) == Text(mount["name"])) return volume;
    }
  }
  return std::nullopt;
}

std::vector<Container> Containers(const std::vector<Document>& documents) {
  std::vector<Container> all;
  for (const auto& document : documents) {
    const auto pod = PodOf(document);
    if (!pod.IsDefined() || !pod.IsMap()) continue;
    Append(all, document, pod, "initContainers");
    Append(all, document, pod, "containers");
  }
  return all;
}

Container Only(const std::vector<Document>& documents, const std::string& workload,
               const std::string& name) {
  for (const auto& container : Containers(documents)) {
    if (container.workload == workload && container.Name() == name) return container;
  }
  ADD_FAILURE() << workload << " has no container " << name;
  return {};
}

YAML::Node At(const YAML::Node& node, const std::string& pointer) {
  YAML::Node at = YAML::Clone(node);
  std::istringstream parts(pointer.substr(1));
  for (std::string part; std::getline(parts, part, '/');) {
    part = std::regex_replace(part, std::regex("~1"), "/");
    const YAML::Node here = at;
    if (here.IsSequence()) {
      const auto index = std::stoul(part);
      if (index >= here.size()) return YAML::Node(YAML::NodeType::Undefined);
      at.reset(here[index]);
    } else {
      if (!here.IsMap() || !here[part]) return YAML::Node(YAML::NodeType::Undefined);
      at.reset(here[part]);
    }
  }
  return at;
}

std::string FlagName(const std::string& argument) {
  return argument.substr(0, argument.find('='));
}

std::set<std::string> FlagsOf(const std::string& program) {
  const auto help = OutputOf(std::string(ZONEDISK_BIN) + "/" + program + " --help");
  static const std::regex kFlag("--[a-z][a-z-]*");
  std::set<std::string> flags;
  for (std::sregex_iterator at(help.begin(), help.end(), kFlag), end; at != end; ++at) {
    flags.insert(at->str());
  }
  return flags;
}

std::string OutputOf(const std::string& command) {
  FILE* const pipe = ::popen(command.c_str(), "r");
  if (pipe == nullptr) return "";
  std::string text;
  std::array<char, 4096> block{};
  for (std::size_t got = 0; (got = std::fread(block.data(), 1, block.size(), pipe)) > 0;) {
    text.append(block.data(), got);
  }
  EXPECT_EQ(::pclose(pipe), 0) << command;
  return text;
}

std::string ReadText(const std::string& file) {
  const auto text = base::ReadFile(std::string(ZONEDISK_SOURCE) + "/" + file);
  EXPECT_TRUE(text) << file;
  return text.value_or("");
}

}  // namespace deploy
