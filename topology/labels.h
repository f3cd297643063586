#pragma once
// Topology labels: the keys in use, and translation of the older and the cloud's own keys to the
// standard ones.
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace topology {

// Labels of a node, or the segments of one CSI topology term.
using Labels = std::map<std::string, std::string>;

inline constexpr std::string_view kZoneKey = "topology.kubernetes.io/zone";
inline constexpr std::string_view kRegionKey = "topology.kubernetes.io/region";
inline constexpr std::string_view kInstanceTypeKey = "node.kubernetes.io/instance-type";
inline constexpr std::string_view kLegacyInstanceTypeKey = "beta.kubernetes.io/instance-type";
inline constexpr std::string_view kHostnameKey = "kubernetes.io/hostname";
// Superseded in Kubernetes 1.17; still on old nodes and old PersistentVolumes.
inline constexpr std::string_view kLegacyZoneKey = "failure-domain.beta.kubernetes.io/zone";
inline constexpr std::string_view kLegacyRegionKey = "failure-domain.beta.kubernetes.io/region";
// Keys of ACK's disk driver.
inline constexpr std::string_view kAckZoneKey = "topology.diskplugin.csi.alibabacloud.com/zone";
inline constexpr std::string_view kAckRegionKey = "topology.diskplugin.csi.alibabacloud.com/region";

// A label that said something else than the one that was kept.
struct LabelConflict {
  std::string standard_key;
  std::string kept_key;  // where the kept value stood
  std::string kept_value;
  std::string contradicted_key;
  std::string contradicted_value;
  bool operator==(const LabelConflict&) const = default;
};

struct StandardLabels {
  Labels labels;  // the given ones, zone and region under their standard keys only
  std::vector<LabelConflict> conflicts;
  bool operator==(const StandardLabels&) const = default;
};

// The standard key for a legacy or ACK key, else the key itself.
std::string_view StandardKey(std::string_view key);

// Moves legacy and ACK zone and region keys to the standard ones; other keys stay. Where several
// are present the standard key wins, then ACK's (written by the running driver), then the legacy
// one; every key that said something else is in `conflicts`.
StandardLabels ToStandard(const Labels& labels);

// The zone and the region that the labels name under any known key, in ToStandard's precedence;
// nullopt when absent or empty.
std::optional<std::string> ZoneOf(const Labels& labels);
std::optional<std::string> RegionOf(const Labels& labels);

// The instance type that the labels name, under the standard key or its beta form; nullopt when
// absent or empty. Platforms other than ECS write words of their own there.
std::optional<std::string> InstanceTypeOf(const Labels& labels);

// Whether labels of a node meet every segment, each key taken in its standard form on both sides:
// a legacy segment matches a node that has only the standard label, and the reverse.
bool MeetsSegments(const Labels& node, const Labels& segments);

// "key=value,key=value", for messages.
std::string ToText(const Labels& labels);

}  // namespace topology
