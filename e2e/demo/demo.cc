#include "e2e/demo/demo.h"

#include <fmt/format.h>

#include <algorithm>

namespace e2e {
namespace {

constexpr std::int64_t kVolumeBytes = 20 * kGiB;
constexpr std::size_t kContentBytes = 8 << 20;
constexpr std::string_view kDriver = "diskplugin.csi.alibabacloud.com";
constexpr std::string_view kVolumeNameTag = "csi.alibabacloud.com/volume-name";
constexpr std::string_view kSnapshotName = "snapshot-story";

void Title(int number, const std::string& text) {
  fmt::print("\n{}. {}\n", number, text);
}
void Line(const std::string& text) {
  fmt::print("   {}\n", text);
  std::fflush(stdout);
}

topology::StorageClass ClassFor(const std::string& zone, topology::BindingMode mode) {
  return {.name = "story-" + zone,
          .provisioner = std::string(kDriver),
          .binding_mode = mode,
          .allowed_topologies = {{{.key = std::string(topology::kZoneKey), .values = {zone}}}}};
}

std::string ModeName(topology::BindingMode mode) {
  return mode == topology::BindingMode::kImmediate ? "Immediate" : "WaitForFirstConsumer";
}

// A tag's value, empty when absent.
std::string TagOf(const nlohmann::json& row, std::string_view key) {
  for (const auto& tag : row["Tags"]["Tag"]) {
    if (tag.value("TagKey", "") == key) return tag.value("TagValue", "");
  }
  return {};
}

}  // namespace

Demo::Demo(World& world, DemoSettings settings)
    : world_(world),
      settings_(std::move(settings)),
      workload_(world),
      content_(Pattern("zonedisk", kContentBytes)) {}

bool Demo::Run() {
  using Step = bool (Demo::*)();
  constexpr Step kSteps[] = {&Demo::ClearEarlierRun,      &Demo::JoinNodes,
                             &Demo::ShowPodWaiting,       &Demo::FixClass,
                             &Demo::ShowWrongZoneRefused, &Demo::TakeSnapshot,
                             &Demo::RestoreInAnotherZone, &Demo::ShowCategoryNotSold};
  return std::ranges::all_of(
      kSteps, [this](Step step) { return !settings_.interrupted() && (this->*step)(); });
}

bool Demo::CleanUp() {
  bool done = true;
  for (const auto& [instance, volume] : in_use_) {
    const auto status = settings_.devices ? workload_.Unmount(instance, volume)
                                          : world_.Controller().Unpublish(volume, instance).status;
    done = Check(status, fmt::format("{} leaves {}", volume, instance)) && done;
  }
  in_use_.clear();
  return done;
}

bool Demo::ClearEarlierRun() {
  for (const auto& disk : world_.Cloud().Disks()) {
    if (TagOf(disk, kVolumeNameTag).rfind("pv-story", 0) != 0) continue;
    const auto id = disk.value("DiskId", "");
    Line("an earlier run left " + id + ": deleted");
    if (!Check(world_.Controller().Unpublish(id, "").status, id + " is detached")) return false;
    if (!Check(workload_.Delete(id), id + " is deleted")) return false;
  }
  for (const auto& cut : world_.Cloud().Snapshots()) {
    if (cut.value("SnapshotName", "") != kSnapshotName) continue;
    const auto id = cut.value("SnapshotId", "");
    Line("an earlier run left " + id + ": deleted");
    if (!Check(workload_.DeleteSnapshot(id), id + " is deleted")) return false;
  }
  return true;
}

bool Demo::JoinNodes() {
  Title(1, "Two nodes join, both in cn-hangzhou-b");
  return Join("cn-hangzhou-b") && Join("cn-hangzhou-b");
}

bool Demo::ShowPodWaiting() {
  Title(2, "A pod wants a volume of a class that allows only cn-hangzhou-d");
  const auto before = Disks();
  const auto waiting =
      PlaceClaim("story", ClassFor("cn-hangzhou-d", topology::BindingMode::kWaitForFirstConsumer));
  Line("Pending: " + waiting.pending);
  Line(fmt::format("disks created: {}", Disks() - before));
  return Check(waiting.node.empty() && Disks() == before, "the driver is not even called");
}

bool Demo::FixClass() {
  Title(3, "The class is changed to cn-hangzhou-b");
  const auto before = Disks();
  // A category without instant snapshots: step 5 then shows both moments.
  const auto placed =
      PlaceClaim("story", ClassFor("cn-hangzhou-b", topology::BindingMode::kWaitForFirstConsumer),
                 {{"type", "cloud_ssd"}});
  if (!Check(placed.pending.empty() && placed.volumes.size() == 1, placed.pending)) return false;
  disk_ = placed.volumes.front().volume_id();
  node_ = placed.node;
  Line(fmt::format("disks created: {}; {} in {}", Disks() - before, disk_,
                   world_.Cloud().Disk(disk_)->value("ZoneId", "")));
  if (!Check(Use(node_, disk_), "the volume is put to use")) return false;
  if (!settings_.devices) return true;
  const auto target = world_.Paths(node_, disk_).target;
  Line(fmt::format("device {}, formatted ext4, mounted at {}",
                   (world_.ByIdFolder(node_) / ("virtio-" + disk_.substr(2))).string(),
                   target.string()));
  if (!Check(WriteFile(target / "written", content_), "bytes are written")) return false;
  Line(fmt::format("written {} MiB, checksum {}", kContentBytes >> 20, Checksum(content_)));
  return true;
}

bool Demo::ShowWrongZoneRefused() {
  Title(4, "A class that binds at once makes its disk in cn-hangzhou-d, where no node is");
  const auto waiting =
      PlaceClaim("story-far", ClassFor("cn-hangzhou-d", topology::BindingMode::kImmediate));
  if (!Check(waiting.volumes.size() == 1, waiting.pending)) return false;
  Line("Pending: " + waiting.pending);
  const auto& volume = waiting.volumes.front().volume_id();
  const auto refused = world_.Controller().Publish(volume, node_);
  Line("attach refused: " + refused.status.error_message());
  return Check(refused.status.error_code() == grpc::StatusCode::FAILED_PRECONDITION,
               "a disk does not leave its zone");
}

bool Demo::TakeSnapshot() {
  Title(5, "A snapshot: first cut, then available");
  const auto cut = world_.Controller().CreateSnapshot(disk_, std::string(kSnapshotName));
  if (!Check(cut.status, "the snapshot is cut")) return false;
  Line(fmt::format("{} cut, ready to use: {}", cut.reply.snapshot().snapshot_id(),
                   cut.reply.snapshot().ready_to_use()));
  if (!Check(workload_.Snapshot(disk_, std::string(kSnapshotName), snapshot_), "it is available")) {
    return false;
  }
  Line(fmt::format("{} ready to use: {}", snapshot_.snapshot_id(), snapshot_.ready_to_use()));
  return true;
}

bool Demo::RestoreInAnotherZone() {
  Title(6, "A third node joins in cn-hangzhou-e, and the snapshot is restored there");
  if (!Join("cn-hangzhou-e")) return false;
  csi::v1::Volume restored;
  const auto request =
      RestoreRequest("pv-story-restored", snapshot_.snapshot_id(), kVolumeBytes, "cn-hangzhou-e");
  if (!Check(workload_.Create(request, restored), "it is restored")) return false;
  const auto instance = kube_.cluster.nodes.back().name;
  const auto& id = restored.volume_id();
  Line(fmt::format("{} in {}", id, world_.Cloud().Disk(id)->value("ZoneId", "")));
  if (!Check(Use(instance, id), "the restored volume is put to use")) return false;
  if (!settings_.devices) return true;
  const auto there = ReadFile(world_.Paths(instance, id).target / "written");
  Line(fmt::format("read {} MiB, checksum {}", there.size() >> 20, Checksum(there)));
  return Check(there == content_, "the same bytes in another zone");
}

bool Demo::ShowCategoryNotSold() {
  Title(7, "A category that the only allowed zone does not sell");
  const auto before = Disks();
  const auto waiting =
      PlaceClaim("story-unsold", ClassFor("cn-hangzhou-i", topology::BindingMode::kImmediate),
                 {{"type", "cloud_ssd"}});
  Line(fmt::format("refused: {}", waiting.created.error_message()));
  return Check(
      waiting.created.error_code() == grpc::StatusCode::RESOURCE_EXHAUSTED && Disks() == before,
      "nothing is created in its place");
}

bool Demo::Join(const std::string& zone) {
  if (!settings_.devices) {
    const auto added = world_.Cloud().Lab("instances", {{"ZoneId", zone}}).Text("InstanceId");
    const std::string key{topology::kZoneKey};
    kube_.cluster.nodes.push_back({.name = added, .labels = {{key, zone}}, .topology_keys = {key}});
    Line(added + " in " + zone + ", virtual: attaches, but has no devices");
    return Check(!added.empty(), "a virtual instance is added");
  }
  // Stable across runs: an instance that has an agent keeps its place.
  const NodePlace place{
      fmt::format("i-bp1up{}000000000000{:02}", zone.back(), kube_.cluster.nodes.size() + 1), zone};
  if (!Check(world_.StartAgent(place)) || !Check(world_.StartNode(place))) return false;
  kube_.cluster.nodes.push_back(NodeFrom(world_.Node(place.instance)));
  Line(fmt::format("{} in {}, devices appear in {}", place.instance, zone,
                   world_.ByIdFolder(place.instance).string()));
  return Check(kube_.cluster.nodes.back().name == place.instance, "its driver knows its place");
}

Placement Demo::PlaceClaim(const std::string& claim, const topology::StorageClass& storage_class,
                           const std::map<std::string, std::string>& parameters) {
  kube_.cluster.classes = {storage_class};
  kube_.parameters[storage_class.name] = parameters;
  Line(fmt::format("class: volumeBindingMode {}, allowedTopologies {}",
                   ModeName(storage_class.binding_mode),
                   storage_class.allowed_topologies[0][0].values[0]));
  topology::Pod pod{.claims = {{.name = claim,
                                .class_name = storage_class.name,
                                .request_bytes = kVolumeBytes,
                                .access_modes = {"ReadWriteOnce"}}}};
  return Place(world_.Controller(), kube_, pod);
}

grpc::Status Demo::Use(const std::string& instance, const std::string& volume) {
  in_use_.emplace_back(instance, volume);
  const auto status = settings_.devices ? workload_.Mount(instance, volume)
                                        : world_.Controller().Publish(volume, instance).status;
  if (status.ok()) Line(volume + " attached to " + instance);
  return status;
}

bool Demo::Check(bool held, const std::string& what) {
  if (!held) Line("FAILED: " + what);
  return held;
}

bool Demo::Check(const Result<void>& result) {
  return Check(result.has_value(), result ? "" : result.error());
}

bool Demo::Check(const grpc::Status& status, const std::string& what) {
  return Check(status.ok(), what + ": " + ToText(status));
}

std::size_t Demo::Disks() const {
  return world_.Cloud().Disks().size();
}

}  // namespace e2e
