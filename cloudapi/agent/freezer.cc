#include "cloudapi/agent/freezer.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <fstream>
#include <utility>
#include <vector>

#include "cloudapi/images/system_error.h"

namespace cloudapi {
namespace {

constexpr std::string_view kRecord = ".frozen-";
// How often the watchdog looks when nothing is frozen, and again at a device that does not thaw.
constexpr std::chrono::seconds kIdleLook{60};
constexpr std::chrono::seconds kThawAgain{1};

}  // namespace

Freezer::Freezer(Env& env, FileSystems& file_systems, std::filesystem::path records,
                 std::chrono::milliseconds longest)
    : env_(env),
      file_systems_(file_systems),
      records_(std::move(records)),
      longest_(longest),
      watchdog_([this](const std::stop_token& stop) { Watch(stop); }) {
  ThawLeft();
}

Freezer::~Freezer() {
  ThawAll();
  const absl::MutexLock lock(&mutex_);
  ending_ = true;
  watchdog_.request_stop();
  changed_.SignalAll();
}

std::filesystem::path Freezer::RecordOf(const std::string& device) const {
  return records_ / (std::string(kRecord) + device);
}

// What a process before this one has frozen.
void Freezer::ThawLeft() {
  std::vector<std::filesystem::path> records;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(records_, error)) {
    if (entry.path().filename().string().starts_with(kRecord)) records.push_back(entry.path());
  }
  for (const std::filesystem::path& record : records) {
    const std::string device = record.filename().string().substr(kRecord.size());
    const auto thawed = file_systems_.Thaw(device);
    if (!thawed) {
      spdlog::error("{} was left frozen: {}", device, thawed.error().message);
      continue;
    }
    spdlog::warn("{} was left frozen and is thawed", device);
    std::filesystem::remove(record, error);
  }
}

Result<void> Freezer::Freeze(const std::string& id, const std::string& device,
                             std::uint64_t ticket) {
  const absl::MutexLock lock(&mutex_);
  Disk& disk = disks_[id];
  if (disk.ticket == ticket) return {};
  if (disk.frozen) ThawNow(disk);
  const std::filesystem::path record = RecordOf(device);
  if (!std::ofstream(record)) return Fail(SystemError("writing " + record.string(), EIO));
  // From here: writers wait already while what they wrote goes to the device.
  disk.deadline = env_.Steady() + longest_;
  const auto count = file_systems_.Freeze(device);
  if (!count) {
    std::error_code error;
    std::filesystem::remove(record, error);
    return Fail(count.error());
  }
  disk.device = device;
  disk.ticket = ticket;
  disk.frozen = true;
  changed_.SignalAll();
  return {};
}

void Freezer::ThawNow(Disk& disk) {
  const auto thawed = file_systems_.Thaw(disk.device);
  if (!thawed) {
    spdlog::error("{} stays frozen: {}", disk.device, thawed.error().message);
    disk.deadline = env_.Steady() + kThawAgain;
    return;
  }
  disk.frozen = false;
  std::error_code error;
  std::filesystem::remove(RecordOf(disk.device), error);
}

void Freezer::Thaw(const std::string& id) {
  const absl::MutexLock lock(&mutex_);
  const auto found = disks_.find(id);
  if (found == disks_.end() || !found->second.frozen) return;
  Disk& disk = found->second;
  const bool in_time = env_.Steady() < disk.deadline;
  ThawNow(disk);
  if (in_time) disk.held = disk.ticket;
}

void Freezer::ThawAll() {
  const absl::MutexLock lock(&mutex_);
  for (auto& [id, disk] : disks_) {
    if (disk.frozen) ThawNow(disk);
    disk.ticket = 0;
    disk.held = 0;
  }
}

void Freezer::ThawOverdue() {
  const absl::MutexLock lock(&mutex_);
  for (auto& [id, disk] : disks_) {
    if (!disk.frozen || env_.Steady() < disk.deadline) continue;
    spdlog::warn("disk {} was frozen for {} ms and is thawed: the cloud did not ask to", id,
                 longest_.count());
    ThawNow(disk);
  }
}

std::uint64_t Freezer::LastTicket(const std::string& id) {
  const absl::MutexLock lock(&mutex_);
  const auto found = disks_.find(id);
  return found == disks_.end() ? 0 : found->second.ticket;
}

std::uint64_t Freezer::FrozenFor(const std::string& id) {
  const absl::MutexLock lock(&mutex_);
  const auto found = disks_.find(id);
  return found != disks_.end() && found->second.frozen ? found->second.ticket : 0;
}

std::uint64_t Freezer::HeldFor(const std::string& id) {
  const absl::MutexLock lock(&mutex_);
  const auto found = disks_.find(id);
  return found == disks_.end() ? 0 : found->second.held;
}

void Freezer::Watch(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    ThawOverdue();
    const absl::MutexLock lock(&mutex_);
    if (ending_) return;
    auto next = env_.Steady() + kIdleLook;
    for (const auto& [id, disk] : disks_) {
      if (disk.frozen) next = std::min(next, disk.deadline);
    }
    changed_.WaitFor(mutex_, next - env_.Steady());
  }
}

}  // namespace cloudapi
