#include "driver/controller/existing_volume.h"

#include <algorithm>

#include "driver/csi/keys.h"

namespace driver {
namespace {

template <class T>
bool Lists(const std::vector<T>& list, const T& member) {
  return std::ranges::find(list, member) != list.end();
}

// Whether some required term allows the zone. Terms that name no zone allow every one.
bool AllowsZone(const std::vector<topology::Labels>& requisite, const std::string& zone) {
  return requisite.empty() || std::ranges::any_of(requisite, [&](const topology::Labels& term) {
           return topology::ZoneOf(term).value_or(zone) == zone;
         });
}

std::string ContentOf(const Disk& disk) {
  if (const auto source = FindTag(disk.tags, kSourceVolumeTag)) return "volume " + *source;
  return disk.snapshot_id.empty() ? "no source" : "snapshot " + disk.snapshot_id;
}

// "it has 20 GiB"; empty when there is no difference.
std::string Difference(const CreateVolumeRequest& wanted, const Disk& disk) {
  const DiskParameters& parameters = wanted.disk;
  if (!wanted.adopted_disk_id.empty()) {
    return disk.id == wanted.adopted_disk_id ? "" : wanted.adopted_disk_id + " is asked for";
  }
  if (!wanted.size.Allows(disk.size_gib)) return "it has " + std::to_string(disk.size_gib) + " GiB";
  if (ContentOf(wanted) != ContentOf(disk)) return "it was made from " + ContentOf(disk);
  if (!Lists(parameters.categories, disk.category)) return "it is of " + disk.category;
  if (disk.category == "cloud_essd" && !parameters.levels.empty() &&
      !Lists(parameters.levels, disk.performance_level)) {
    return "it has performance level " + disk.performance_level;
  }
  if (disk.encrypted != parameters.encrypted && disk.snapshot_id.empty()) {
    return disk.encrypted ? "it is encrypted" : "it is not encrypted";
  }
  if (disk.multi_attach != parameters.multi_attach) return "it differs in multiAttach";
  const bool listed = parameters.zones.empty() || Lists(parameters.zones, disk.zone);
  if (!listed || !AllowsZone(wanted.requisite, disk.zone)) return "it is in " + disk.zone;
  if (parameters.kms_key_id != disk.kms_key_id && !parameters.kms_key_id.empty()) {
    return "it is encrypted with another key";
  }
  return {};
}

}  // namespace

std::string ContentOf(const CreateVolumeRequest& wanted) {
  if (!wanted.source_volume_id.empty()) return "volume " + wanted.source_volume_id;
  return wanted.source_snapshot_id.empty() ? "no source" : "snapshot " + wanted.source_snapshot_id;
}

Result<void> CheckSame(const CreateVolumeRequest& wanted, const Disk& disk) {
  const auto difference = Difference(wanted, disk);
  if (difference.empty()) return {};
  return Fail(grpc::StatusCode::ALREADY_EXISTS,
              "volume " + wanted.name + " exists as disk " + disk.id + ", but " + difference);
}

}  // namespace driver
