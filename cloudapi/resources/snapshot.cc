#include "cloudapi/resources/snapshot.h"

#include <fmt/format.h>

#include "cloudapi/resources/disk.h"
#include "cloudapi/resources/document.h"
#include "cloudapi/resources/snapshot_chain.h"

namespace cloudapi {
namespace {

std::string SnapshotDocument(const Snapshot& snapshot) {
  JsonWriter json;
  json.BeginObject()
      .Field("SnapshotId", snapshot.id)
      .Field("SnapshotName", snapshot.name)
      .Field("Description", snapshot.description)
      .Field("RegionId", snapshot.region)
      .Field("Status", WordOf(snapshot.status))
      .Field("Progress", fmt::format("{}%", snapshot.progress))
      .Field("Available", snapshot.available)
      .Field("RemainTime", 0)
      .Field("CreationTime", SecondsOr(snapshot.creation_time))
      .Field("LastModifiedTime", SecondsOr(snapshot.last_modified_time))
      .Field("SourceDiskId", snapshot.source_disk_id)
      .Field("SourceDiskSize", std::to_string(snapshot.source_disk_size_gib))
      .Field("SourceDiskType", snapshot.source_disk_type)
      .Field("SourceStorageType", "disk")
      .Field("SnapshotType", WordOf(snapshot.type))
      .Field("Category", snapshot.category)
      .Field("Usage", snapshot.usage)
      .Field("Encrypted", snapshot.encrypted)
      .Field("KMSKeyId", snapshot.kms_key_id)
      .Field("RetentionDays", snapshot.retention_days)
      .Field("InstantAccess", snapshot.instant_access)
      .Field("InstantAccessRetentionDays", 0)
      .Field("FullSnapshotSizeInBytes", snapshot.bytes)
      .Field("SnapshotSN", SerialNumber(snapshot.id))
      .Field("SnapshotLinkId", ChainIdOf(snapshot))
      .Field("ResourceGroupId", snapshot.resource_group_id)
      .Field("ProductCode", "")
      .Field("SourceRegionId", snapshot.source_region)
      .Field("SourceSnapshotId", snapshot.source_snapshot_id);
  WriteTags(json, snapshot.tags);
  json.EndObject();
  return json.Take();
}

constexpr std::array kSnapshotColumns = {
    Fixed<&Snapshot::seq>("seq", "> 0"),
    Fixed<&Snapshot::account>("account"),
    Fixed<&Snapshot::region>("region"),
    Fixed<&Snapshot::id>("id"),
    Col<&Snapshot::status>("status"),
    Fixed<&Snapshot::type>("type"),
    Col<&Snapshot::available>("available"),
    Col<&Snapshot::progress>("progress", "BETWEEN 0 AND 100"),
    Col<&Snapshot::name>("name"),
    Col<&Snapshot::description>("description"),
    Fixed<&Snapshot::policy_id>("policy_id"),
    Fixed<&Snapshot::group_id>("group_id"),
    Fixed<&Snapshot::source_snapshot_id>("source_snapshot_id"),
    Fixed<&Snapshot::source_region>("source_region"),
    Col<&Snapshot::copies_under_way>("copies_under_way", ">= 0"),
    Fixed<&Snapshot::source_disk_id>("source_disk_id"),
    Fixed<&Snapshot::source_zone>("source_zone"),
    Fixed<&Snapshot::source_disk_size_gib>("source_disk_size_gib"),
    Fixed<&Snapshot::source_disk_type>("source_disk_type"),
    Fixed<&Snapshot::source_category>("source_category"),
    Fixed<&Snapshot::encrypted>("encrypted"),
    Fixed<&Snapshot::kms_key_id>("kms_key_id"),
    Col<&Snapshot::retention_days>("retention_days"),
    Col<&Snapshot::instant_access>("instant_access"),
    Col<&Snapshot::resource_group_id>("resource_group_id"),
    Fixed<&Snapshot::requested_time>("requested_time"),
    Col<&Snapshot::creation_time>("creation_time"),
    Col<&Snapshot::last_modified_time>("last_modified_time"),
    Col<&Snapshot::bytes>("bytes"),
    Col<&Snapshot::failure>("failure"),
    Col<&Snapshot::usage>("usage"),
    Col<&Snapshot::category>("category"),
    Col<&Snapshot::lock_status>("lock_status"),
    Col<&Snapshot::lock_mode>("lock_mode"),
    Col<&Snapshot::lock_time>("lock_time"),
    Col<&Snapshot::lock_days>("lock_days"),
    Col<&Snapshot::cool_off_hours>("cool_off_hours"),
};
constexpr Index kSnapshotIndexes[] = {
    {.name = "place"},
    {.name = "disk", .column = "source_disk_id"},
    {.name = "name", .column = "name", .only_filled = true},
    {.name = "lock_status", .column = "lock_status", .only_filled = true},
    {.name = "lock_mode", .column = "lock_mode", .only_filled = true},
    {.name = "group", .column = "group_id", .only_filled = true},
    {.name = "kms_key", .column = "kms_key_id", .only_filled = true},
    {.name = "resource_group", .column = "resource_group_id", .only_filled = true},
};
constexpr std::string_view kSnapshotFacets[] = {"status",   "type",  "source_disk_type",
                                                "category", "usage", "encrypted"};

}  // namespace

template <>
const Kind<Snapshot>& KindOf<Snapshot>() {
  static const Kind<Snapshot> kind{{.name = "snapshot",
                                    .table = "snapshots",
                                    .id_prefix = "s-",
                                    .tag_type = "snapshot",
                                    .indexes = kSnapshotIndexes,
                                    .facets = kSnapshotFacets},
                                   kSnapshotColumns,
                                   SnapshotDocument};
  return kind;
}

}  // namespace cloudapi
