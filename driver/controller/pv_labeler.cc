#include "driver/controller/pv_labeler.h"

#include <absl/time/time.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <utility>

#include "driver/csi/keys.h"

namespace driver {
namespace {

constexpr std::size_t kMostPending = 1000;
constexpr Duration kCallLimit = std::chrono::seconds(2);
// From one try to the next. The provisioner saves the PersistentVolume right after our answer.
constexpr std::array<std::chrono::milliseconds, 8> kPauses = {
    std::chrono::milliseconds(300), std::chrono::milliseconds(700), std::chrono::seconds(1),
    std::chrono::seconds(2),        std::chrono::seconds(4),        std::chrono::seconds(8),
    std::chrono::seconds(16),       std::chrono::seconds(32)};

constexpr const char* kDiskTypeLabel = "csi.alibabacloud.com/disktype";
constexpr const char* kTopologyAnnotation = "csi.alibabacloud.com/volume-topology";

// "cloud_essd.PL1"; the level only where the category has one.
std::string DiskType(const Disk& disk) {
  if (disk.category != "cloud_essd") return disk.category;
  return disk.category + "." + (disk.performance_level.empty() ? "PL1" : disk.performance_level);
}

// A node selector: Nodes that take this category. Categories hold nothing that JSON would escape.
std::string TopologyOf(const Disk& disk) {
  return R"({"nodeSelectorTerms":[{"matchExpressions":[{"key":")" +
         std::string(kDiskTypeLabelPrefix) + disk.category + R"(","operator":"In","values":[")" +
         std::string(kDiskTypeAvailable) + R"("]}]}]})";
}

}  // namespace

VolumeMarks MarksOf(const Disk& disk) {
  VolumeMarks marks{.labels = {{std::string(topology::kAckRegionKey), disk.region},
                               {kDiskTypeLabel, DiskType(disk)}},
                    .annotations = {{kTopologyAnnotation, TopologyOf(disk)}}};
  // A regional disk has no zone.
  if (!disk.zone.empty()) marks.labels[std::string(topology::kAckZoneKey)] = disk.zone;
  return marks;
}

std::optional<PvMetadata> PvMetadataOf(const Disk& disk) {
  const auto pv_name = FindTag(disk.tags, kPvNameTag);
  if (!pv_name || pv_name->empty()) return std::nullopt;
  auto marks = MarksOf(disk);
  return PvMetadata{.pv_name = *pv_name,
                    .volume_id = disk.id,
                    .labels = std::move(marks.labels),
                    .annotations = std::move(marks.annotations)};
}

void PvLabeler::Enqueue(const Disk& disk) {
  auto metadata = PvMetadataOf(disk);
  if (!metadata) return;
  const absl::MutexLock lock(&mutex_);
  if (pending_.size() >= kMostPending) return;
  const auto due = clock_.Now() + kPauses.front();
  auto name = metadata->pv_name;
  pending_.insert_or_assign(std::move(name), Pending{.metadata = std::move(*metadata), .due = due});
  changed_ = true;
}

std::optional<PvLabeler::Pending> PvLabeler::TakeDue() {
  const absl::MutexLock lock(&mutex_);
  const auto now = clock_.Now();
  const auto due =
      std::ranges::find_if(pending_, [now](const auto& entry) { return entry.second.due <= now; });
  if (due == pending_.end()) return std::nullopt;
  auto pending = std::move(due->second);
  pending_.erase(due);
  return pending;
}

void PvLabeler::PutBack(Pending pending) {
  if (++pending.tries >= kPauses.size()) return;
  pending.due = clock_.Now() + kPauses[pending.tries];
  const absl::MutexLock lock(&mutex_);
  auto name = pending.metadata.pv_name;
  // What was noted meanwhile is newer.
  pending_.try_emplace(std::move(name), std::move(pending));
}

std::optional<Instant> PvLabeler::Earliest() {
  std::optional<Instant> earliest;
  for (const auto& [name, pending] : pending_) {
    earliest = earliest ? std::min(*earliest, pending.due) : pending.due;
  }
  return earliest;
}

std::optional<Instant> PvLabeler::RunOnce() {
  while (auto pending = TakeDue()) {
    const auto marked = cluster_.LabelVolume(pending->metadata, {.at = clock_.Now() + kCallLimit});
    if (marked) continue;
    if (marked.error().code == grpc::StatusCode::FAILED_PRECONDITION) {
      spdlog::warn("{}", marked.error().message);
      continue;
    }
    if (pending->tries + 1 == kPauses.size()) {
      spdlog::warn("PersistentVolume {} is not labelled before it is attached: {}",
                   pending->metadata.pv_name, marked.error().message);
    }
    PutBack(std::move(*pending));
  }
  const absl::MutexLock lock(&mutex_);
  return Earliest();
}

void PvLabeler::Start() {
  thread_ = std::jthread([this] { Run(); });
}

void PvLabeler::Run() {
  while (true) {
    const auto next = RunOnce();
    const absl::MutexLock lock(&mutex_);
    const absl::Condition changed(&changed_);
    if (next) {
      mutex_.AwaitWithTimeout(changed, absl::FromChrono(*next - clock_.Now()));
    } else {
      mutex_.Await(changed);
    }
    changed_ = false;
    if (stopping_) return;
  }
}

PvLabeler::~PvLabeler() {
  const absl::MutexLock lock(&mutex_);
  stopping_ = true;
  changed_ = true;
}

}  // namespace driver
