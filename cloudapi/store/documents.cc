#include "cloudapi/store/documents.h"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "cloudapi/base/json.h"
#include "cloudapi/rules/new_disk.h"
#include "cloudapi/rules/transitions.h"

namespace cloudapi {
namespace {

constexpr std::string_view kNeverExpires = "2999-09-08T16:00Z";  // of PostPaid resources

std::string SecondsOr(const std::optional<SysMillis>& time) {
  return time ? FormatSeconds(*time) : std::string();
}

// {"Tag":[…]}: clients read TagKey/TagValue or Key/Value, depending on their age.
void WriteTags(JsonWriter& json, const std::vector<Tag>& tags) {
  json.Key("Tags").BeginObject().Key("Tag").BeginArray();
  for (const Tag& tag : tags) {
    json.BeginObject()
        .Field("TagKey", tag.key)
        .Field("TagValue", tag.value)
        .Field("Key", tag.key)
        .Field("Value", tag.value)
        .EndObject();
  }
  json.EndArray().EndObject();
}

// "Name":{"Item":[]}
void WriteEmpty(JsonWriter& json, std::string_view name, std::string_view item) {
  json.Key(name).BeginObject().Key(item).BeginArray().EndArray().EndObject();
}

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

// Members that this service knows and that are never set here.
void WriteUnused(JsonWriter& json) {
  for (const std::string_view name : {"AutoSnapshotPolicyId", "BdfId", "ImageId", "ProductCode",
                                      "SourceDiskId", "StorageClusterId", "StorageSetId"}) {
    json.Field(name, "");
  }
  json.Field("StorageSetPartitionNumber", 0).Field("EnableAutomatedSnapshotPolicy", false);
  json.Field("MountInstanceNum", 0);
  WriteEmpty(json, "MountInstances", "MountInstance");
  WriteEmpty(json, "OperationLocks", "OperationLock");
}

// "ecs.g7.xlarge" → "ecs.g7"
std::string FamilyOf(const std::string& type) {
  return type.substr(0, type.rfind('.'));
}

// Members of an instance that this service knows and that are never set here.
constexpr std::array<std::string_view, 14> kUnsetTexts = {"AutoReleaseTime",
                                                          "ClusterId",
                                                          "CreditSpecification",
                                                          "DeploymentSetId",
                                                          "Description",
                                                          "GPUSpec",
                                                          "HpcClusterId",
                                                          "ISP",
                                                          "ImageId",
                                                          "KeyPairName",
                                                          "ResourceGroupId",
                                                          "SaleCycle",
                                                          "SpotInterruptionBehavior",
                                                          "VlanId"};
constexpr std::array<std::string_view, 7> kUnsetNumbers = {
    "DeploymentSetGroupNo", "GPUAmount",    "InternetMaxBandwidthIn", "InternetMaxBandwidthOut",
    "LocalStorageAmount",   "SpotDuration", "SpotPriceLimit"};
constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kUnsetLists = {{
    {"InnerIpAddress", "IpAddress"},
    {"NetworkInterfaces", "NetworkInterface"},
    {"OperationLocks", "LockReason"},
    {"PublicIpAddress", "IpAddress"},
    {"RdmaIpAddress", "IpAddress"},
    {"SecurityGroupIds", "SecurityGroupId"},
}};

// Objects inside an instance, all empty here; clients read AdditionalInfo and VpcAttributes.
void WriteInstanceParts(JsonWriter& json) {
  json.Key("AdditionalInfo").BeginObject().Field("EnableHighDensityMode", false).EndObject();
  json.Key("MetadataOptions").BeginObject();
  json.Field("HttpEndpoint", "enabled").Field("HttpTokens", "optional");
  json.Field("HttpPutResponseHopLimit", 0).EndObject();
  json.Key("HibernationOptions").BeginObject().Field("Configured", false).EndObject();
  json.Key("EipAddress").BeginObject().Field("AllocationId", "").Field("IpAddress", "");
  json.Field("Bandwidth", 0).Field("InternetChargeType", "").EndObject();
  json.Key("VpcAttributes").BeginObject().Field("NatIpAddress", "");
  json.Field("VSwitchId", "").Field("VpcId", "");
  WriteEmpty(json, "PrivateIpAddress", "IpAddress");
  json.EndObject();
}

}  // namespace

std::string DiskDocument(const Disk& disk) {
  JsonWriter json;
  json.BeginObject()
      .Field("DiskId", disk.id)
      .Field("DiskName", disk.name)
      .Field("Description", disk.description)
      .Field("RegionId", disk.region)
      .Field("ZoneId", disk.zone)
      .Field("Status", ToString(disk.status))
      .Field("Category", disk.category)
      .Field("PerformanceLevel", disk.performance_level)
      .Field("Size", disk.size_gib)
      .Field("Type", disk.type)
      .Field("SerialNumber", SerialNumber(disk.id))
      .Field("CreationTime", FormatSeconds(disk.creation_time))
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
  json.Key("Placement").BeginObject().Field("ZoneIds", disk.zone).EndObject();
  WriteTags(json, disk.tags);
  WriteUnused(json);
  json.EndObject();
  return json.Take();
}

std::string SnapshotDocument(const Snapshot& snapshot) {
  JsonWriter json;
  json.BeginObject()
      .Field("SnapshotId", snapshot.id)
      .Field("SnapshotName", snapshot.name)
      .Field("Description", snapshot.description)
      .Field("RegionId", snapshot.region)
      .Field("Status", ToString(snapshot.status))
      .Field("Progress", fmt::format("{}%", snapshot.progress))
      .Field("Available", snapshot.available)
      .Field("RemainTime", 0)
      .Field("CreationTime", SecondsOr(snapshot.creation_time))
      .Field("LastModifiedTime", SecondsOr(snapshot.last_modified_time))
      .Field("SourceDiskId", snapshot.source_disk_id)
      .Field("SourceDiskSize", std::to_string(snapshot.source_disk_size_gib))
      .Field("SourceDiskType", snapshot.source_disk_type)
      .Field("SourceStorageType", "disk")
      .Field("SnapshotType", "user")
      .Field("Category", "standard")
      .Field("Usage", snapshot.usage)
      .Field("Encrypted", snapshot.encrypted)
      .Field("KMSKeyId", snapshot.kms_key_id)
      .Field("RetentionDays", snapshot.retention_days)
      .Field("InstantAccess", snapshot.instant_access)
      .Field("InstantAccessRetentionDays", 0)
      .Field("FullSnapshotSizeInBytes", snapshot.bytes)
      .Field("SnapshotSN", SerialNumber(snapshot.id))
      .Field("SnapshotLinkId", "sl-" + SerialNumber(snapshot.source_disk_id))
      .Field("ResourceGroupId", snapshot.resource_group_id);
  for (const std::string_view name : {"ProductCode", "SourceRegionId", "SourceSnapshotId"}) {
    json.Field(name, "");
  }
  WriteTags(json, snapshot.tags);
  json.EndObject();
  return json.Take();
}

std::string InstanceDocument(const Instance& instance) {
  JsonWriter json;
  json.BeginObject()
      .Field("InstanceId", instance.id)
      .Field("InstanceName", instance.name)
      .Field("HostName", instance.host_name)
      .Field("RegionId", instance.region)
      .Field("ZoneId", instance.zone)
      .Field("Status", ToString(instance.status))
      .Field("InstanceType", instance.type)
      .Field("InstanceTypeFamily", FamilyOf(instance.type))
      .Field("Cpu", instance.cpu)
      .Field("Memory", instance.memory_mib)
      .Field("SerialNumber", SerialNumber(instance.id))
      .Field("CreationTime", FormatMinutes(instance.creation_time))
      .Field("StartTime", FormatMinutes(instance.creation_time))
      .Field("ExpiredTime", kNeverExpires)
      .Field("InstanceChargeType", "PostPaid")
      .Field("InstanceNetworkType", "vpc")
      .Field("InternetChargeType", "PayByTraffic")
      .Field("SpotStrategy", "NoSpot")
      .Field("StoppedMode", "Not-applicable")
      .Field("OSType", "linux")
      .Field("OSName", "Linux")
      .Field("OSNameEn", "Linux")
      .Field("IoOptimized", true)
      .Field("DeviceAvailable", true)
      .Field("DeletionProtection", false)
      .Field("Recyclable", false);
  for (const std::string_view name : kUnsetTexts) json.Field(name, "");
  for (const std::string_view name : kUnsetNumbers) json.Field(name, 0);
  for (const auto& [name, item] : kUnsetLists) WriteEmpty(json, name, item);
  WriteInstanceParts(json);
  WriteTags(json, instance.tags);
  json.EndObject();
  return json.Take();
}

}  // namespace cloudapi
