#include "driver/lint/manifests.h"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <array>
#include <set>

#include "driver/controller/disk_parameters.h"
#include "driver/controller/snapshot_parameters.h"
#include "driver/controller/volume_change.h"
#include "topology/labels.h"

namespace driver {
namespace {

// Undefined where there is none.
YAML::Node At(const YAML::Node& node, const char* key) {
  if (!node || !node.IsMap()) return YAML::Node(YAML::NodeType::Undefined);
  return node[key];
}

std::string ScalarOf(const YAML::Node& node) {
  return node && node.IsScalar() ? node.Scalar() : "";
}

// Whether YAML reads the plain scalar as something else than a string: true, 10, null.
bool IsString(const YAML::Node& node) {
  if (!node.IsScalar()) return false;
  if (node.Tag() != "?") return true;
  bool truth = false;
  double number = 0;
  return !YAML::convert<bool>::decode(node, truth) && !YAML::convert<double>::decode(node, number);
}

class Checker {
 public:
  Checker(std::string file, const LintRules& rules, LintReport& report)
      : file_(std::move(file)), rules_(rules), report_(report) {}

  void Check(const YAML::Node& object) {
    if (!object.IsMap()) {
      // A sequence may be a patch of kustomize.
      if (object.IsScalar()) Find(object, "is no Kubernetes object");
      return;
    }
    const YAML::Node items = At(object, "items");
    if (items && items.IsSequence()) {
      for (const YAML::Node& item : items) Check(item);
      return;
    }
    const std::string kind = ScalarOf(At(object, "kind"));
    about_ = kind + " " + ScalarOf(At(At(object, "metadata"), "name"));
    for (const Kind& known : kKinds) {
      if (kind != known.name || ScalarOf(At(object, known.driver_field)) != rules_.driver_name)
        continue;
      ++report_.objects;
      (this->*known.check)(object);
    }
  }

  void Find(const YAML::Node& at, const std::string& what) {
    report_.findings.push_back(fmt::format("{}:{}: {}{}", file_, at.Mark().line + 1,
                                           about_.empty() ? "" : about_ + ": ", what));
  }

 private:
  struct Kind {
    const char* name;
    const char* driver_field;
    void (Checker::*check)(const YAML::Node&);
  };
  static const std::array<Kind, 4> kKinds;

  // Those that are strings; the API server takes no others.
  Parameters ParametersOf(const YAML::Node& object) {
    Parameters parameters;
    const YAML::Node map = At(object, "parameters");
    if (!map || !map.IsMap()) return parameters;
    for (const auto& pair : map) {
      const std::string name = ScalarOf(pair.first);
      if (!IsString(pair.second)) {
        Find(pair.second, fmt::format("parameter {} is no string: write it in quotes", name));
      } else if (!parameters.emplace(name, pair.second.Scalar()).second) {
        Find(pair.second, fmt::format("parameter {} stands twice", name));
      }
    }
    return parameters;
  }

  void CheckStorageClass(const YAML::Node& object) {
    const Parameters parameters = ParametersOf(object);
    std::string region = rules_.region;
    const auto named = parameters.find("regionId");
    if (region.empty() && named != parameters.end()) region = named->second;
    const ReadParameters read = ReadDiskParameters(parameters, {}, region);
    for (const auto& refused : read.refused) Find(object, refused);
    for (const auto& ignored : read.disk.ignored) Find(object, "parameter " + ignored);
    const auto zones = AllowedZones(At(object, "allowedTopologies"));
    const auto allowed = [&zones](const std::string& zone) { return zones.contains(zone); };
    if (!zones.empty() && !read.disk.zones.empty() &&
        std::ranges::none_of(read.disk.zones, allowed)) {
      Find(object, "zoneId and allowedTopologies have no zone in common");
    }
  }

  // Empty where a term leaves the zone open.
  static std::set<std::string> AllowedZones(const YAML::Node& terms) {
    std::set<std::string> zones;
    if (!terms || !terms.IsSequence()) return zones;
    for (const YAML::Node& term : terms) {
      bool names_zone = false;
      for (const YAML::Node& expression : At(term, "matchLabelExpressions")) {
        if (topology::StandardKey(ScalarOf(At(expression, "key"))) != topology::kZoneKey) continue;
        names_zone = true;
        for (const YAML::Node& value : At(expression, "values")) zones.insert(ScalarOf(value));
      }
      if (!names_zone) return {};
    }
    return zones;
  }

  void CheckSnapshotClass(const YAML::Node& object) {
    for (const auto& [name, value] : ParametersOf(object)) {
      const auto read = ParseSnapshotParameters({{name, value}}, {.strict = true});
      if (!read) Find(object, read.error().message);
    }
  }

  void CheckGroupClass(const YAML::Node& object) {
    for (const auto& [name, value] : ParametersOf(object)) {
      const auto read = ParseGroupParameters({{name, value}}, {.strict = true});
      if (!read) Find(object, read.error().message);
    }
  }

  void CheckAttributesClass(const YAML::Node& object) {
    for (const auto& [name, value] : ParametersOf(object)) {
      const auto change = ParseVolumeChange({{name, value}});
      if (!change) Find(object, change.error().message);
    }
  }

  const std::string file_;
  const LintRules& rules_;
  LintReport& report_;
  std::string about_;
};

const std::array<Checker::Kind, 4> Checker::kKinds = {{
    {"StorageClass", "provisioner", &Checker::CheckStorageClass},
    {"VolumeSnapshotClass", "driver", &Checker::CheckSnapshotClass},
    {"VolumeGroupSnapshotClass", "driver", &Checker::CheckGroupClass},
    {"VolumeAttributesClass", "driverName", &Checker::CheckAttributesClass},
}};

}  // namespace

LintReport CheckManifests(const std::string& file, const std::string& text,
                          const LintRules& rules) {
  LintReport report;
  Checker checker(file, rules, report);
  try {
    for (const YAML::Node& document : YAML::LoadAll(text)) checker.Check(document);
  } catch (const YAML::Exception& error) {
    report.findings.push_back(
        fmt::format("{}:{}: is not YAML: {}", file, error.mark.line + 1, error.msg));
  }
  return report;
}

}  // namespace driver
