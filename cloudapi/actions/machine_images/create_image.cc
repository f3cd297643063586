#include <fmt/format.h>

#include <algorithm>

#include "cloudapi/actions/begin_snapshot.h"
#include "cloudapi/actions/find.h"
#include "cloudapi/actions/machine_images/machine_images.h"
#include "cloudapi/actions/tag_params.h"
#include "cloudapi/rules/instance_states.h"
#include "cloudapi/rules/limits.h"
#include "cloudapi/rules/transitions.h"

namespace cloudapi {
namespace {

Result<void> CheckImageTexts(const MachineImage& image) {
  if (!image.name.empty()) {
    if (auto good = CheckName(image.name, "InvalidImageName.Malformed"); !good) return good;
  }
  for (const Result<void>& checked :
       {CheckDescription(image.description, 400), CheckTags(image.tags),
        CheckResourceGroup(image.resource_group_id)}) {
    if (!checked) return checked;
  }
  return {};
}

Result<void> CheckNewName(const WriteCall& call, const std::string& name,
                          const std::string& region) {
  const bool taken = !name.empty() && call.tx.Count({.kind = &KindOf<MachineImage>(),
                                                     .account = call.caller.account,
                                                     .region = region,
                                                     .conditions = {where::Is{"name", name}}}) > 0;
  if (!taken) return {};
  return Refuse(403, "InvalidImageName.Duplicated", "image.name",
                fmt::format("An image is named {}.", name), {{"name", name}});
}

// A snapshot of the disk begins, for the image alone.
Result<Snapshot> SnapshotFor(const WriteCall& call, const Disk& disk) {
  auto snapshot = StartSnapshot(disk, SnapshotTermsOf(call, disk, true));
  if (!snapshot) return snapshot;
  return BeginSnapshot(call.tx, call.catalogue, std::move(*snapshot), call.settings.delays.cut);
}

Result<void> FillFromInstance(const WriteCall& call, MachineImage& image, const std::string& id) {
  const auto instance = Find<Instance>(call, id);
  if (!instance) return Fail(instance.error());
  const auto system = call.tx.SystemDiskOf(*instance);
  if (!IsAtRest(*instance) || !system) return NotAtRest(*instance, 403, "image.instance-status");
  const auto root = SnapshotFor(call, *system);
  if (!root) return Fail(root.error());
  image.snapshot_id = root->id;
  image.size_gib = system->size_gib;
  for (const Disk& disk : call.tx.DataDisksOf(*instance)) {
    const auto snapshot = SnapshotFor(call, disk);
    if (!snapshot) return Fail(snapshot.error());
    AddDataDisk(image, {.device = FindAttachment(disk, id)->device,
                        .snapshot_id = snapshot->id,
                        .size_gib = disk.size_gib});
  }
  return {};
}

Result<Snapshot> ReadySnapshot(const WriteCall& call, const std::string& id) {
  auto snapshot = Find<Snapshot>(call, id);
  if (!snapshot) return snapshot;
  if (snapshot->status == SnapshotStatus::kAccomplished) return snapshot;
  return Refuse(403, "InvalidSnapshotId.NotReady", "image.snapshot",
                fmt::format("Snapshot {} is {}.", id, WordOf(snapshot->status)),
                {{"snapshot.status", std::string(WordOf(snapshot->status))}});
}

Result<void> FillFromSnapshot(const WriteCall& call, MachineImage& image, const std::string& id) {
  const auto snapshot = ReadySnapshot(call, id);
  if (!snapshot) return Fail(snapshot.error());
  if (snapshot->source_disk_type != kSystemDisk) {
    return Refuse(403, "InvalidSnapshot.NotSystemDisk", "image.system-snapshot",
                  fmt::format("Snapshot {} is of a data disk.", id), {{"snapshot", id}});
  }
  image.snapshot_id = id;
  image.size_gib = snapshot->source_disk_size_gib;
  return {};
}

// The row of the system disk says so, or else is the first one.
Result<void> FillFromMappings(const WriteCall& call, MachineImage& image,
                              const std::vector<Arguments>& rows) {
  for (const Arguments& row : rows) {
    const auto snapshot = ReadySnapshot(call, row.TextOrEmpty("SnapshotId"));
    if (!snapshot) return Fail(snapshot.error());
    const std::int64_t size =
        std::max(row.Integer("Size").value_or(0), snapshot->source_disk_size_gib);
    if (row.TextOrEmpty("DiskType") == "system" || image.snapshot_id.empty()) {
      image.snapshot_id = snapshot->id;
      image.size_gib = size;
      continue;
    }
    AddDataDisk(image, {.device = row.TextOr("Device", "/dev/xvdb"),
                        .snapshot_id = snapshot->id,
                        .size_gib = size});
  }
  return {};
}

Result<void> Fill(const WriteCall& call, MachineImage& image) {
  const auto instance_id = call.args.Text("InstanceId");
  const auto snapshot_id = call.args.Text("SnapshotId");
  const auto& mappings = call.args.Structs("DiskDeviceMapping");
  if (instance_id) return FillFromInstance(call, image, *instance_id);
  if (snapshot_id) return FillFromSnapshot(call, image, *snapshot_id);
  if (!mappings.empty()) return FillFromMappings(call, image, mappings);
  return Refuse(400, "MissingParameter", "image.source",
                "One of InstanceId, SnapshotId and DiskDeviceMapping is required.");
}

}  // namespace

Result<Answer> CreateImage(const WriteCall& call) {
  const Arguments& args = call.args;
  if (auto region = CheckRegion(call); !region) return Fail(region.error());
  MachineImage image{.account = call.caller.account,
                     .region = call.caller.region,
                     .name = args.TextOrEmpty("ImageName"),
                     .description = args.TextOrEmpty("Description"),
                     .family = args.TextOrEmpty("ImageFamily"),
                     .version = args.TextOrEmpty("ImageVersion"),
                     .platform = args.TextOr("Platform", "Others Linux"),
                     .architecture = args.TextOr("Architecture", "x86_64"),
                     .boot_mode = args.TextOr("BootMode", "BIOS"),
                     .resource_group_id = args.TextOrEmpty("ResourceGroupId"),
                     .tags = TagsOf(args)};
  for (const Result<void>& checked : {CheckImageTexts(image), CheckTagCount(call),
                                      CheckNewName(call, image.name, image.region)}) {
    if (!checked) return Fail(checked.error());
  }
  if (auto filled = Fill(call, image); !filled) return Fail(filled.error());
  image.id = call.tx.NextId<MachineImage>(call.catalogue.FindRegion(image.region)->id_code);
  if (image.name.empty()) image.name = image.id;
  image.creation_time = call.tx.Now();
  image.seq = call.tx.NextSeq();
  call.tx.Put(image);
  call.tx.Schedule(image, Step::kImageMake, call.settings.delays.create);
  return TextAnswer("ImageId", image.id);
}

}  // namespace cloudapi
