#include "driver/controller/to_proto.h"

#include <string>

#include "driver/csi/keys.h"
#include "topology/labels.h"

namespace driver {

csi::v1::Volume ToProto(const Disk& disk) {
  csi::v1::Volume volume;
  volume.set_volume_id(disk.id);
  volume.set_capacity_bytes(disk.size_gib * kBytesPerGiB);
  auto& context = *volume.mutable_volume_context();
  context[std::string(kTypeKey)] = disk.category;
  if (!disk.performance_level.empty()) {
    context[std::string(kPerformanceLevelKey)] = disk.performance_level;
  }
  if (const auto source = FindTag(disk.tags, kSourceVolumeTag)) {
    volume.mutable_content_source()->mutable_volume()->set_volume_id(*source);
  } else if (!disk.snapshot_id.empty()) {
    volume.mutable_content_source()->mutable_snapshot()->set_snapshot_id(disk.snapshot_id);
  }
  if (!disk.zone.empty()) {
    (*volume.add_accessible_topology()->mutable_segments())[std::string(topology::kZoneKey)] =
        disk.zone;
  }
  return volume;
}

csi::v1::Volume ToProto(const Disk& disk, const Parameters& context) {
  auto volume = ToProto(disk);
  for (const auto& [key, value] : context) {
    volume.mutable_volume_context()->insert({key, value});
  }
  return volume;
}

csi::v1::Snapshot ToProto(const Snapshot& snapshot) {
  csi::v1::Snapshot answer;
  answer.set_snapshot_id(snapshot.id);
  answer.set_source_volume_id(snapshot.disk_id);
  answer.set_size_bytes(snapshot.disk_size_gib * kBytesPerGiB);
  if (snapshot.cut_at) {
    answer.mutable_creation_time()->set_seconds(snapshot.cut_at->time_since_epoch().count());
  }
  answer.set_ready_to_use(snapshot.available);
  answer.set_group_snapshot_id(snapshot.group_id);
  return answer;
}

}  // namespace driver
