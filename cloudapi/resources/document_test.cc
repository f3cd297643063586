#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "cloudapi/resources/kinds.h"
#include "cloudapi/testing/disk_states.h"

namespace cloudapi {
namespace {

using Json = nlohmann::json;

constexpr SysMillis kNow{std::chrono::milliseconds(1623046134567)};  // 2021-06-07T06:08:54.567Z

Json Of(const Disk& disk) {
  return Json::parse(KindOf<Disk>().document(disk));
}

// Every member that the API documents for the action, top level.
void ExpectMembers(const Json& document, const std::vector<std::string>& names) {
  for (const std::string& name : names) EXPECT_TRUE(document.contains(name)) << name;
}

TEST(DiskDocument, GivenDiskWhenWrittenThenHasEveryDocumentedMember) {
  ExpectMembers(Of(DiskIn(DiskStatus::kAvailable)), {"AttachedTime",
                                                     "Attachments",
                                                     "AutoSnapshotPolicyId",
                                                     "BdfId",
                                                     "BurstingEnabled",
                                                     "Category",
                                                     "CreationTime",
                                                     "DataSource",
                                                     "DeleteAutoSnapshot",
                                                     "DeleteWithInstance",
                                                     "Description",
                                                     "DetachedTime",
                                                     "Device",
                                                     "DiskChargeType",
                                                     "DiskId",
                                                     "DiskName",
                                                     "EnableAutoSnapshot",
                                                     "EnableAutomatedSnapshotPolicy",
                                                     "Encrypted",
                                                     "ExpiredTime",
                                                     "IOPS",
                                                     "IOPSRead",
                                                     "IOPSWrite",
                                                     "ImageId",
                                                     "InstanceId",
                                                     "KMSKeyId",
                                                     "MountInstanceNum",
                                                     "MountInstances",
                                                     "MultiAttach",
                                                     "OperationLocks",
                                                     "PerformanceLevel",
                                                     "Placement",
                                                     "Portable",
                                                     "ProductCode",
                                                     "ProvisionedIops",
                                                     "RegionId",
                                                     "ResourceGroupId",
                                                     "SerialNumber",
                                                     "Size",
                                                     "SourceDiskId",
                                                     "SourceSnapshotId",
                                                     "Status",
                                                     "StorageClusterId",
                                                     "StorageSetId",
                                                     "StorageSetPartitionNumber",
                                                     "Tags",
                                                     "Throughput",
                                                     "ThroughputRead",
                                                     "ThroughputWrite",
                                                     "Type",
                                                     "ZoneId"});
}

TEST(DiskDocument, GivenDetachedDiskWhenWrittenThenHolderIsEmptyAndListsAreThere) {
  Disk disk = DiskIn(DiskStatus::kAvailable);
  disk.id = "d-bp131n0q38u3a4zi1234";
  disk.creation_time = kNow;
  const Json json = Of(disk);
  EXPECT_EQ(json["InstanceId"], "");
  EXPECT_EQ(json["Device"], "");
  EXPECT_EQ(json["AttachedTime"], "");
  EXPECT_EQ(json["Attachments"], Json::parse(R"({"Attachment":[]})"));
  EXPECT_EQ(json["Tags"], Json::parse(R"({"Tag":[]})"));
  EXPECT_EQ(json["MultiAttach"], "Disabled");
  EXPECT_EQ(json["ExpiredTime"], "2999-09-08T16:00Z");
  EXPECT_EQ(json["SerialNumber"], "bp131n0q38u3a4zi1234");
  EXPECT_EQ(json["CreationTime"], "2021-06-07T06:08:54Z");
  EXPECT_EQ(json["Size"], 20);
  EXPECT_EQ(json["IOPS"], 2800);
}

TEST(DiskDocument, GivenEachStatusWhenWrittenThenHolderShowsOnlyOnceAttached) {
  for (const DiskStatus status : kAllDiskStatuses) {
    const Json json = Of(DiskIn(status));
    const bool shown = status == DiskStatus::kInUse || status == DiskStatus::kDetaching ||
                       status == DiskStatus::kReIniting;
    EXPECT_EQ(json["Status"], std::string(WordOf(status)));
    EXPECT_EQ(json["InstanceId"], shown ? "i-1" : "");
    EXPECT_EQ(json["Device"], shown ? "/dev/xvdb" : "");
    EXPECT_EQ(json["Attachments"]["Attachment"].size(), shown ? 1U : 0U);
  }
}

TEST(DiskDocument, GivenMultiAttachDiskWhenWrittenThenOnlyTheListNamesInstances) {
  Disk disk = DiskIn(DiskStatus::kInUse);
  disk.multi_attach = true;
  disk.attachments.front().attached_time = kNow;
  disk.attachments.push_back({.instance_id = "i-2", .device = "/dev/xvdc"});
  const Json json = Of(disk);
  EXPECT_EQ(json["MultiAttach"], "Enabled");
  EXPECT_EQ(json["InstanceId"], "");
  EXPECT_EQ(json["Attachments"]["Attachment"],
            Json::parse(R"([{"InstanceId":"i-1","Device":"/dev/xvdb",
                             "AttachedTime":"2021-06-07T06:08:54Z"}])"));
}

TEST(DiskDocument, GivenTagsWhenWrittenThenHaveOldAndNewNames) {
  Disk disk = DiskIn(DiskStatus::kAvailable);
  disk.tags = {{"k", "v"}};
  EXPECT_EQ(Of(disk)["Tags"]["Tag"],
            Json::parse(R"([{"TagKey":"k","TagValue":"v","Key":"k","Value":"v"}])"));
}

TEST(SnapshotDocument, GivenSnapshotBeforeAndAfterTheCutWhenWrittenThenTimeTellsThem) {
  Snapshot snapshot{
      .id = "s-1", .progress = 40, .source_disk_id = "d-1", .source_disk_size_gib = 20};
  Json json = Json::parse(KindOf<Snapshot>().document(snapshot));
  ExpectMembers(json, {"Available",
                       "Category",
                       "CreationTime",
                       "Description",
                       "Encrypted",
                       "FullSnapshotSizeInBytes",
                       "InstantAccess",
                       "InstantAccessRetentionDays",
                       "KMSKeyId",
                       "LastModifiedTime",
                       "ProductCode",
                       "Progress",
                       "RegionId",
                       "RemainTime",
                       "ResourceGroupId",
                       "RetentionDays",
                       "SnapshotId",
                       "SnapshotLinkId",
                       "SnapshotName",
                       "SnapshotSN",
                       "SnapshotType",
                       "SourceDiskId",
                       "SourceDiskSize",
                       "SourceDiskType",
                       "SourceRegionId",
                       "SourceSnapshotId",
                       "SourceStorageType",
                       "Status",
                       "Tags",
                       "Usage"});
  EXPECT_EQ(json["CreationTime"], "");
  EXPECT_EQ(json["Progress"], "40%");
  EXPECT_EQ(json["SourceDiskSize"], "20");
  EXPECT_EQ(json["Category"], "standard");
  snapshot.creation_time = kNow;
  json = Json::parse(KindOf<Snapshot>().document(snapshot));
  EXPECT_EQ(json["CreationTime"], "2021-06-07T06:08:54Z");
}

TEST(InstanceDocument, GivenInstanceWhenWrittenThenHasWhatClientsRead) {
  Instance instance = RunningInstance("i-1");
  instance.creation_time = kNow;
  instance.cpu = 4;
  instance.memory_mib = 16384;
  const Json json = Json::parse(KindOf<Instance>().document(instance));
  EXPECT_EQ(json["InstanceId"], "i-1");
  EXPECT_EQ(json["InstanceTypeFamily"], "ecs.g7");
  EXPECT_EQ(json["Status"], "Running");
  EXPECT_EQ(json["CreationTime"], "2021-06-07T06:08Z");
  EXPECT_EQ(json["Cpu"], 4);
  EXPECT_EQ(json["Memory"], 16384);
  EXPECT_EQ(json["VpcAttributes"]["PrivateIpAddress"], Json::parse(R"({"IpAddress":[]})"));
  EXPECT_TRUE(json.contains("AdditionalInfo"));
}

}  // namespace
}  // namespace cloudapi
