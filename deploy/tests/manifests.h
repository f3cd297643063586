#pragma once
// The manifests of deploy/ as values, for tests that hold them against the code.
#include <yaml-cpp/yaml.h>

#include <optional>
#include <set>
#include <string>
#include <vector>

namespace deploy {

struct Document {
  std::string file;  // relative to the root of the sources
  YAML::Node node;

  std::string Kind() const;
  std::string Name() const;
};

// Every document of the *.yaml below `folder` of the sources, in the order of their names.
std::vector<Document> Load(const std::string& folder);

// The documents of `kind`.
std::vector<Document> OfKind(const std::vector<Document>& documents, const std::string& kind);

struct Container {
  std::string workload;  // DaemonSet/zonedisk-agent
  YAML::Node pod;        // spec of the pod
  YAML::Node node;
  bool init = false;

  std::string Name() const;
  std::string Image() const;
  // Base name of the program of ours that it runs; empty for the images of others.
  std::string Program() const;
  std::vector<std::string> Arguments() const;
  // Value of --flag=value; nothing without the flag.
  std::optional<std::string> Flag(const std::string& flag) const;
  bool Privileged() const;
  // Path inside the container → the volume that is mounted there.
  std::optional<YAML::Node> VolumeAt(const std::string& path) const;
};

std::vector<Container> Containers(const std::vector<Document>& documents);
// The one container of that workload and name; the test fails where there is none.
Container Only(const std::vector<Document>& documents, const std::string& workload,
               const std::string& name);

// The node at a JSON pointer; undefined where there is none.
YAML::Node At(const YAML::Node& node, const std::string& pointer);

// "--flag" of "--flag=value".
std::string FlagName(const std::string& argument);
// What `zonedisk-…  --help` of the build names.
std::set<std::string> FlagsOf(const std::string& program);
// Standard output of a command.
std::string OutputOf(const std::string& command);
std::string ReadText(const std::string& file);

}  // namespace deploy
