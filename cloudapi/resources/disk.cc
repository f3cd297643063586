#include "cloudapi/resources/disk.h"

#include "cloudapi/resources/document.h"
#include "common/base/time.h"

namespace cloudapi {
namespace {

// An attachment is listed from its completion until its end, Detaching included.
bool IsListed(const Attachment& attachment) {
  return attachment.state != AttachmentState::kAttaching;
}

void WriteAttachments(JsonWriter& json, const Disk& disk) {
  json.Key("Attachments").BeginObject().Key("Attachment").BeginArray();
  for (const Attachment& attachment : disk.attachments) {
    if (!IsListed(attachment)) continue;
    json.BeginObject()
        .Field("InstanceId", attachment.instance_id)
        .Field("Device", attachment.device)
        .Field("AttachedTime", SecondsOr(attachment.attached_time))
        .EndObject();
  }
  json.EndArray().EndObject();
}

// InstanceId, Device and AttachedTime of a disk that only one instance can hold.
void WriteHolder(JsonWriter& json, const Disk& disk) {
  const bool held =
      !disk.multi_attach && disk.attachments.size() == 1 && IsListed(disk.attachments.front());
  const Attachment holder = held ? disk.attachments.front() : Attachment{};
  json.Field("InstanceId", holder.instance_id)
      .Field("Device", holder.device)
      .Field("AttachedTime", SecondsOr(holder.attached_time))
      .Field("DetachedTime", SecondsOr(disk.detached_time));
}

void WriteSpeed(JsonWriter& json, const Disk& disk) {
  const Speed speed =
      SpeedOf(disk.category, disk.performance_level, disk.size_gib, disk.provisioned_iops);
  json.Field("IOPS", speed.iops)
      .Field("IOPSRead", speed.iops)
      .Field("IOPSWrite", speed.iops)
      .Field("Throughput", speed.throughput)
      .Field("ThroughputRead", speed.throughput)
      .Field("ThroughputWrite", speed.throughput)
      .Field("ProvisionedIops", disk.provisioned_iops)
      .Field("BurstingEnabled", disk.bursting_enabled);
}

// What else this service knows of a disk; most of it is never set here.
void WriteRest(JsonWriter& json, const Disk& disk) {
  json.Field("AutoSnapshotPolicyId", disk.auto_snapshot_policy_id);
  json.Field("BdfId", "").Field("ImageId", disk.image_id);
  WriteUnset(json, {"ProductCode", "SourceDiskId", "StorageClusterId"});
  json.Field("StorageSetId", disk.storage_set_id)
      .Field("StorageSetPartitionNumber", disk.storage_set_partition)
      .Field("EnableAutomatedSnapshotPolicy", !disk.auto_snapshot_policy_id.empty())
      .Field("MountInstanceNum", 0);
  WriteEmpty(json, "MountInstances", "MountInstance");
  WriteEmpty(json, "OperationLocks", "OperationLock");
}

std::string DiskDocument(const Disk& disk) {
  JsonWriter json;
  json.BeginObject()
      .Field("DiskId", disk.id)
      .Field("DiskName", disk.name)
      .Field("Description", disk.description)
      .Field("RegionId", disk.region)
      .Field("ZoneId", disk.zone)
      .Field("Status", WordOf(disk.status))
      .Field("Category", disk.category)
      .Field("PerformanceLevel", disk.performance_level)
      .Field("Size", disk.size_gib)
      .Field("Type", disk.type)
      .Field("SerialNumber", SerialNumber(disk.id))
      .Field("CreationTime", base::FormatTime(disk.creation_time))
      .Field("ExpiredTime", kNeverExpires)
      .Field("DiskChargeType", "PostPaid")
      .Field("Portable", disk.portable)
      .Field("Encrypted", disk.encrypted)
      .Field("KMSKeyId", disk.kms_key_id)
      .Field("MultiAttach", disk.multi_attach ? "Enabled" : "Disabled")
      .Field("DeleteAutoSnapshot", disk.delete_auto_snapshot)
      .Field("DeleteWithInstance", disk.delete_with_instance)
      .Field("EnableAutoSnapshot", disk.enable_auto_snapshot)
      .Field("ResourceGroupId", disk.resource_group_id)
      .Field("SourceSnapshotId", disk.source_snapshot_id);
  WriteHolder(json, disk);
  WriteAttachments(json, disk);
  WriteSpeed(json, disk);
  json.Key("DataSource")
      .BeginObject()
      .Field("Id", disk.source_snapshot_id)
      .Field("Type", disk.source_snapshot_id.empty() ? "" : "Snapshot")
      .EndObject();
  json.Key("Placement")
      .BeginObject()
      .Field("ZoneIds", IsRegional(disk.category) ? disk.placement : disk.zone)
      .EndObject();
  WriteTags(json, disk.tags);
  WriteRest(json, disk);
  json.EndObject();
  return json.Take();
}

constexpr std::array kDiskColumns = {
    Fixed<&Disk::seq>("seq", "> 0"),
    Fixed<&Disk::account>("account"),
    Fixed<&Disk::region>("region"),
    Fixed<&Disk::id>("id"),
    Fixed<&Disk::zone>("zone"),
    Fixed<&Disk::placement>("placement"),
    Col<&Disk::status>("status"),
    Col<&Disk::category>("category"),
    Col<&Disk::performance_level>("performance_level"),
    Col<&Disk::size_gib>("size_gib", "> 0"),
    Col<&Disk::guest_size_gib>("guest_size_gib"),
    Fixed<&Disk::type>("type"),
    Col<&Disk::name>("name"),
    Col<&Disk::description>("description"),
    Fixed<&Disk::encrypted>("encrypted"),
    Fixed<&Disk::kms_key_id>("kms_key_id"),
    Fixed<&Disk::multi_attach>("multi_attach"),
    Col<&Disk::provisioned_iops>("provisioned_iops"),
    Col<&Disk::bursting_enabled>("bursting_enabled"),
    Col<&Disk::delete_auto_snapshot>("delete_auto_snapshot"),
    Col<&Disk::delete_with_instance>("delete_with_instance"),
    Col<&Disk::enable_auto_snapshot>("enable_auto_snapshot"),
    Col<&Disk::auto_snapshot_policy_id>("auto_snapshot_policy_id"),
    Col<&Disk::portable>("portable"),
    Col<&Disk::resource_group_id>("resource_group_id"),
    Fixed<&Disk::source_snapshot_id>("source_snapshot_id"),
    Fixed<&Disk::storage_set_id>("storage_set_id"),
    Fixed<&Disk::storage_set_partition>("storage_set_partition"),
    Col<&Disk::home_instance_id>("home_instance_id"),
    Col<&Disk::forced_to>("forced_to"),
    Col<&Disk::restoring_from>("restoring_from"),
    Fixed<&Disk::image_id>("image_id"),
    Fixed<&Disk::creation_time>("creation_time"),
    Col<&Disk::attached_time>("attached_time"),
    Col<&Disk::detached_time>("detached_time"),
    Col<&Disk::ever_attached>("ever_attached"),
    Col<&Disk::generation>("generation"),
};
constexpr Index kDiskIndexes[] = {
    {.name = "place"},
    {.name = "name", .column = "name", .only_filled = true},
    {.name = "snapshot", .column = "source_snapshot_id", .only_filled = true},
    {.name = "restoring", .column = "restoring_from", .only_filled = true},
    {.name = "home", .column = "home_instance_id", .only_filled = true},
    {.name = "policy", .column = "auto_snapshot_policy_id", .only_filled = true},
    {.name = "kms_key", .column = "kms_key_id", .only_filled = true},
    {.name = "resource_group", .column = "resource_group_id", .only_filled = true},
};
constexpr std::string_view kDiskFacets[] = {"zone",
                                            "status",
                                            "category",
                                            "type",
                                            "portable",
                                            "delete_with_instance",
                                            "delete_auto_snapshot",
                                            "enable_auto_snapshot",
                                            "encrypted",
                                            "multi_attach"};
constexpr Sum kDiskSums[] = {{.column = "size_gib", .by = "type"},
                             {.column = "portable", .by = "type"}};

}  // namespace

template <>
const Kind<Disk>& KindOf<Disk>() {
  static const Kind<Disk> kind{{.name = "disk",
                                .table = "disks",
                                .id_prefix = "d-",
                                .tag_type = "disk",
                                .indexes = kDiskIndexes,
                                .facets = kDiskFacets,
                                .sums = kDiskSums},
                               kDiskColumns,
                               DiskDocument};
  return kind;
}

std::string SerialNumber(std::string_view disk_id) {
  const std::size_t dash = disk_id.find('-');
  return std::string(dash == std::string_view::npos ? disk_id : disk_id.substr(dash + 1));
}

}  // namespace cloudapi
