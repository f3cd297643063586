#include "driver/node/staging_devices.h"

#include <fmt/core.h>

#include <array>
#include <string_view>

#include "driver/base/poller.h"

namespace driver {
namespace {

// virtio disks, then NVMe ones.
constexpr std::array<std::string_view, 2> kLinkPrefixes = {
    "virtio-", "nvme-Alibaba_Cloud_Elastic_Block_Storage_"};
constexpr std::string_view kDiskIdPrefix = "d-";

// Volumes come and go on a node; old entries only save a look at the id's form.
constexpr std::size_t kRemembered = 4096;

}  // namespace

std::vector<std::string> StagingDevices::Links(const std::string& serial) const {
  std::vector<std::string> links;
  for (const auto prefix : kLinkPrefixes) {
    links.push_back(fmt::format("{}/{}{}", by_id_dir_, prefix, serial));
  }
  return links;
}

Result<std::optional<std::string>> StagingDevices::Find(const std::string& serial) {
  for (const auto& link : Links(serial)) {
    auto device = host_.ResolveDevice(link);
    if (device) return std::optional(std::move(*device));
    if (device.error().fault != HostFault::kMissing) {
      return Fail(grpc::StatusCode::FAILED_PRECONDITION, device.error().message);
    }
  }
  return std::optional<std::string>();
}

Result<std::string> StagingDevices::Wait(const std::string& serial, const Deadline& deadline) {
  Poller poller(clock_, deadline);
  while (true) {
    auto device = Find(serial);
    if (!device) return Fail(device.error());
    if (*device) return std::move(**device);
    if (!poller.Pause()) {
      return Fail(grpc::StatusCode::DEADLINE_EXCEEDED,
                  fmt::format("no device at {} yet", Links(serial).front()));
    }
  }
}

void StagingDevices::Remember(const std::string& volume_id, const std::string& serial) {
  const absl::MutexLock lock(&mutex_);
  if (serials_.size() >= kRemembered) serials_.clear();
  serials_[volume_id] = serial;
}

std::optional<std::string> StagingDevices::SerialOf(const std::string& volume_id) {
  const absl::MutexLock lock(&mutex_);
  if (const auto found = serials_.find(volume_id); found != serials_.end()) return found->second;
  if (volume_id.size() <= kDiskIdPrefix.size() || !volume_id.starts_with(kDiskIdPrefix)) {
    return std::nullopt;
  }
  return volume_id.substr(kDiskIdPrefix.size());
}

bool StagingDevices::MayBe(const std::string& volume_id, const DeviceNumber& device) {
  const auto serial = SerialOf(volume_id);
  if (!serial) return false;
  const auto own = Find(*serial);
  if (!own || !*own) return own.has_value();
  const auto number = host_.NumberOf(**own);
  return number && *number == host_.WholeDisk(device);
}

}  // namespace driver
