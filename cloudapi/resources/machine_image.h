#pragma once
// A custom image: the snapshots that the disks of an instance are made from. Field meaning: ECS API
// reference, DescribeImages.
#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "cloudapi/base/env.h"
#include "cloudapi/resources/kind.h"
#include "cloudapi/resources/tag.h"

namespace cloudapi {

enum class ImageStatus { kCreating, kAvailable, kCreateFailed };
template <>
inline constexpr std::array kWords<ImageStatus> = {
    Spelling<ImageStatus>{ImageStatus::kCreating, "Creating"},
    Spelling<ImageStatus>{ImageStatus::kAvailable, "Available"},
    Spelling<ImageStatus>{ImageStatus::kCreateFailed, "CreateFailed"},
};

struct MachineImage {
  std::string id;  // "m-bp1…"
  std::string account;
  std::string region;
  ImageStatus status = ImageStatus::kCreating;
  std::string name;
  std::string description;
  std::string family;
  std::string version;
  std::string platform;
  std::string architecture{"x86_64"};
  std::string boot_mode;
  std::string resource_group_id;
  std::string snapshot_id;     // of the system disk
  std::int64_t size_gib = 0;   // of the system disk
  std::string data_snapshots;  // lines "device snapshot size"
  SysMillis creation_time{};
  std::vector<Tag> tags;
  std::int64_t seq = 0;
  bool operator==(const MachineImage&) const = default;
};
template <>
const Kind<MachineImage>& KindOf<MachineImage>();

// A disk that an instance of the image gets, the system disk's snapshot apart.
struct ImageDisk {
  std::string device;
  std::string snapshot_id;
  std::int64_t size_gib = 0;
};
std::vector<ImageDisk> DataDisksIn(const MachineImage& image);
// Of all its disks.
std::vector<std::string> SnapshotsIn(const MachineImage& image);
void AddDataDisk(MachineImage& image, const ImageDisk& disk);

}  // namespace cloudapi
