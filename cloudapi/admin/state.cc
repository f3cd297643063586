#include "cloudapi/admin/state.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <tuple>

#include "cloudapi/admin/admin.h"
#include "cloudapi/admin/answers.h"
#include "cloudapi/images/blocks.h"

namespace cloudapi {
namespace {

std::string ImageOf(const Disk& disk) {
  return DiskImage(disk.id, disk.generation);
}

void CompareImages(const CloudState& state, std::vector<std::string>& lines) {
  std::set<std::string> known;
  std::set<std::string> needed;
  for (const auto& disk : state.disks) {
    known.insert(ImageOf(disk));
    if (disk.status != DiskStatus::kCreating) needed.insert(ImageOf(disk));
  }
  for (const auto& snapshot : state.snapshots) {
    // A failed one has taken nothing.
    if (snapshot.status == SnapshotStatus::kFailed) continue;
    known.insert(SnapshotImage(snapshot.id));
    if (snapshot.status == SnapshotStatus::kAccomplished) needed.insert(SnapshotImage(snapshot.id));
  }
  for (const auto& image : state.inventory.images) {
    needed.erase(image);
    if (!known.contains(image)) lines.push_back(fmt::format("image {} belongs to nothing", image));
  }
  for (const auto& image : needed) lines.push_back(fmt::format("image {} is missing", image));
}

// Account, instance, disk, generation.
using DeviceKey = std::tuple<std::string, std::string, std::string, std::int64_t>;

// The devices that agents should present.
std::set<DeviceKey> DevicesOf(const CloudState& state) {
  std::set<std::pair<std::string, std::string>> nodes;
  for (const auto& instance : state.instances)
    if (instance.has_agent) nodes.emplace(instance.account, instance.id);
  std::set<DeviceKey> devices;
  for (const auto& disk : state.disks)
    for (const auto& attachment : disk.attachments)
      if (!IsSystem(disk) && attachment.state == AttachmentState::kAttached &&
          nodes.contains({disk.account, attachment.instance_id}))
        devices.emplace(disk.account, attachment.instance_id, disk.id, disk.generation);
  return devices;
}

void CompareDevices(const CloudState& state, std::vector<std::string>& lines) {
  auto attached = DevicesOf(state);
  for (const auto& device : state.inventory.devices) {
    if (attached.erase({device.account, device.instance, device.disk, device.generation}) == 0)
      lines.push_back(fmt::format("device of disk {} (generation {}) on {} is not attached",
                                  device.disk, device.generation, device.instance));
  }
  for (const auto& [account, instance, disk, generation] : attached)
    lines.push_back(
        fmt::format("disk {} is attached to {} and has no device there", disk, instance));
}

void WriteDisk(JsonWriter& json, const Disk& disk) {
  json.BeginObject()
      .Field("Account", disk.account)
      .Field("RegionId", disk.region)
      .Field("ZoneId", disk.zone)
      .Field("DiskId", disk.id)
      .Field("DiskName", disk.name)
      .Field("Type", disk.type)
      .Field("Status", WordOf(disk.status))
      .Field("Generation", disk.generation);
  json.Key("Attachments").BeginArray();
  for (const auto& attachment : disk.attachments)
    json.BeginObject()
        .Field("InstanceId", attachment.instance_id)
        .Field("State", WordOf(attachment.state))
        .EndObject();
  json.EndArray().EndObject();
}

void WriteSnapshot(JsonWriter& json, const Snapshot& snapshot) {
  json.BeginObject()
      .Field("Account", snapshot.account)
      .Field("RegionId", snapshot.region)
      .Field("SnapshotId", snapshot.id)
      .Field("SnapshotName", snapshot.name)
      .Field("SourceDiskId", snapshot.source_disk_id)
      .Field("Status", WordOf(snapshot.status))
      .Field("Failure", snapshot.failure)
      .EndObject();
}

void WriteDevice(JsonWriter& json, const HeldDevice& device) {
  json.BeginObject()
      .Field("Account", device.account)
      .Field("InstanceId", device.instance)
      .Field("DiskId", device.disk)
      .Field("Generation", device.generation)
      .Field("Linked", device.linked)
      .EndObject();
}

template <class Rows, class Write>
void WriteArray(JsonWriter& json, std::string_view name, const Rows& rows, const Write& write) {
  json.Key(name).BeginArray();
  for (const auto& row : rows) write(json, row);
  json.EndArray();
}

}  // namespace

bool IsSettled(const CloudState& state) {
  const auto devices = state.inventory.real ? DevicesOf(state) : std::set<DeviceKey>();
  return std::ranges::all_of(state.jobs, [](const Job& job) { return IsDated(job.step); }) &&
         std::ranges::all_of(devices, [&state](const DeviceKey& device) {
           return state.inventory.reporting.contains({std::get<0>(device), std::get<1>(device)});
         });
}

std::vector<std::string> FindDisagreements(const CloudState& state) {
  std::vector<std::string> lines;
  if (!state.inventory.real) return lines;
  CompareImages(state, lines);
  CompareDevices(state, lines);
  return lines;
}

// What agents hold is what they reported last.
Inventory Admin::TakeInventory() {
  Inventory inventory{.real = deps_.blocks.Method() != "none", .images = deps_.blocks.List()};
  for (const auto& [instance, disks] : deps_.sessions.AllPresent()) {
    inventory.reporting.emplace(instance.account, instance.id);
    for (const PresentDisk& disk : disks) {
      inventory.devices.push_back({.account = instance.account,
                                   .instance = instance.id,
                                   .disk = disk.disk,
                                   .generation = disk.generation,
                                   .linked = disk.linked});
    }
  }
  return inventory;
}

HttpResponse Admin::State(const HttpRequest&) {
  CloudState state{.inventory = TakeInventory()};
  const auto read = deps_.store.Read([&state](View& view) -> Result<void> {
    state.disks = view.All<Disk>();
    state.snapshots = view.All<Snapshot>();
    state.instances = view.All<Instance>();
    state.jobs = view.AllJobs();
    return {};
  });
  if (!read) return RefusalAnswer(read.error().http_status, read.error().message);
  const auto text = [](JsonWriter& json, const std::string& line) { json.Value(line); };
  JsonWriter json;
  json.BeginObject().Field("settled", IsSettled(state));
  WriteArray(json, "disks", state.disks, WriteDisk);
  WriteArray(json, "snapshots", state.snapshots, WriteSnapshot);
  WriteArray(json, "images", state.inventory.images, text);
  WriteArray(json, "devices", state.inventory.devices, WriteDevice);
  WriteArray(json, "jobs", state.jobs, [](JsonWriter& writer, const Job& job) {
    writer.BeginObject().Field("Kind", WordOf(job.step)).Field("Subject", job.subject).EndObject();
  });
  WriteArray(json, "disagreements", FindDisagreements(state), text);
  json.EndObject();
  return JsonAnswer(json.Take());
}

}  // namespace cloudapi
