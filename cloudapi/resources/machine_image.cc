#include "cloudapi/resources/machine_image.h"

#include <fmt/format.h>

#include "cloudapi/resources/document.h"
#include "common/base/text.h"
#include "common/base/time.h"

namespace cloudapi {
namespace {

void WriteMapping(JsonWriter& json, const ImageDisk& disk, std::string_view type) {
  json.BeginObject()
      .Field("Device", disk.device)
      .Field("SnapshotId", disk.snapshot_id)
      .Field("Size", std::to_string(disk.size_gib))
      .Field("Type", type)
      .Field("Format", "")
      .Field("ImportOSSBucket", "")
      .Field("ImportOSSObject", "")
      .Field("Progress", "")
      .Field("RemainTime", 0)
      .EndObject();
}

std::string ImageDocument(const MachineImage& image) {
  const bool usable = image.status == ImageStatus::kAvailable;
  JsonWriter json;
  json.BeginObject()
      .Field("ImageId", image.id)
      .Field("ImageName", image.name)
      .Field("Description", image.description)
      .Field("ImageFamily", image.family)
      .Field("ImageVersion", image.version)
      .Field("Status", WordOf(image.status))
      .Field("Usable", usable)
      .Field("Progress", usable ? "100%" : "0%")
      .Field("ImageOwnerAlias", "self")
      .Field("Platform", image.platform.empty() ? "Others Linux" : std::string_view(image.platform))
      .Field("OSType", image.platform.starts_with("Windows") ? "windows" : "linux")
      .Field("OSName", image.platform)
      .Field("OSNameEn", image.platform)
      .Field("Architecture", image.architecture)
      .Field("BootMode", image.boot_mode)
      .Field("Size", image.size_gib)
      .Field("CreationTime", base::FormatTime(image.creation_time))
      .Field("ResourceGroupId", image.resource_group_id)
      .Field("Usage", "none")
      .Field("IsCopied", false)
      .Field("IsSelfShared", "")
      .Field("IsSubscribed", false)
      .Field("IsPublic", false)
      .Field("IsSupportCloudinit", true)
      .Field("IsSupportIoOptimized", true)
      .Field("LoginAsNonRootSupported", false)
      .Field("ProductCode", "");
  json.Key("DiskDeviceMappings").BeginObject().Key("DiskDeviceMapping").BeginArray();
  WriteMapping(
      json, {.device = "/dev/xvda", .snapshot_id = image.snapshot_id, .size_gib = image.size_gib},
      "system");
  for (const ImageDisk& disk : DataDisksIn(image)) WriteMapping(json, disk, "data");
  json.EndArray().EndObject();
  json.Key("Features").BeginObject().Field("NvmeSupport", "supported").EndObject();
  WriteTags(json, image.tags);
  json.EndObject();
  return json.Take();
}

constexpr std::array kImageColumns = {
    Fixed<&MachineImage::seq>("seq", "> 0"),
    Fixed<&MachineImage::account>("account"),
    Fixed<&MachineImage::region>("region"),
    Fixed<&MachineImage::id>("id"),
    Col<&MachineImage::status>("status"),
    Col<&MachineImage::name>("name"),
    Col<&MachineImage::description>("description"),
    Col<&MachineImage::family>("family"),
    Fixed<&MachineImage::version>("version"),
    Fixed<&MachineImage::platform>("platform"),
    Fixed<&MachineImage::architecture>("architecture"),
    Col<&MachineImage::boot_mode>("boot_mode"),
    Col<&MachineImage::resource_group_id>("resource_group_id"),
    Fixed<&MachineImage::snapshot_id>("snapshot_id"),
    Fixed<&MachineImage::size_gib>("size_gib"),
    Fixed<&MachineImage::data_snapshots>("data_snapshots"),
    Fixed<&MachineImage::creation_time>("creation_time"),
};
constexpr Index kImageIndexes[] = {
    {.name = "place"},
    {.name = "status", .column = "status"},
    {.name = "name", .column = "name", .only_filled = true},
    {.name = "family", .column = "family", .only_filled = true},
    {.name = "snapshot", .column = "snapshot_id", .only_filled = true},
};

}  // namespace

template <>
const Kind<MachineImage>& KindOf<MachineImage>() {
  static const Kind<MachineImage> kind{{.name = "image",
                                        .table = "machine_images",
                                        .id_prefix = "m-",
                                        .tag_type = "image",
                                        .indexes = kImageIndexes,
                                        .facets = {}},
                                       kImageColumns,
                                       ImageDocument};
  return kind;
}

std::vector<ImageDisk> DataDisksIn(const MachineImage& image) {
  std::vector<ImageDisk> disks;
  for (const std::string_view line : base::Split(image.data_snapshots, '\n')) {
    const auto words = base::Split(line, ' ');
    if (words.size() != 3) continue;
    disks.push_back({.device = std::string(words[0]),
                     .snapshot_id = std::string(words[1]),
                     .size_gib = base::ParseNumber<std::int64_t>(words[2]).value_or(0)});
  }
  return disks;
}

std::vector<std::string> SnapshotsIn(const MachineImage& image) {
  std::vector<std::string> ids = {image.snapshot_id};
  for (const ImageDisk& disk : DataDisksIn(image)) ids.push_back(disk.snapshot_id);
  return ids;
}

void AddDataDisk(MachineImage& image, const ImageDisk& disk) {
  image.data_snapshots += fmt::format("{} {} {}\n", disk.device, disk.snapshot_id, disk.size_gib);
}

}  // namespace cloudapi
