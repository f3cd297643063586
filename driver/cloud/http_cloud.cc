#include "driver/cloud/http_cloud.h"

#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "driver/cloud/ecs_client.h"
#include "driver/cloud/ecs_json.h"

namespace driver {
namespace {

using nlohmann::json;

std::string ToWord(bool flag) {
  return flag ? "true" : "false";
}

void SetIf(ecs::Parameters& parameters, const char* name, const std::string& value) {
  if (!value.empty()) parameters[name] = value;
}

void SetIf(ecs::Parameters& parameters, const char* name, bool value) {
  if (value) parameters[name] = "true";
}

void SetTags(ecs::Parameters& parameters, const Tags& tags) {
  for (std::size_t i = 0; i < tags.size(); ++i) {
    const std::string name = "Tag." + std::to_string(i + 1);
    parameters[name + ".Key"] = tags[i].key;
    parameters[name + ".Value"] = tags[i].value;
  }
}

void SetPaging(ecs::Parameters& parameters, int max_results, const std::string& next_token) {
  // Always the token style: pages of the other one shift when objects come and go.
  parameters["MaxResults"] = std::to_string(max_results == 0 ? 100 : max_results);
  SetIf(parameters, "NextToken", next_token);
}

class HttpCloud : public Cloud {
 public:
  HttpCloud(HttpCloudSettings settings, Clock& clock)
      : region_(settings.region), client_(std::move(settings), clock) {}

  std::string Region() const override { return region_; }

  CloudResult<std::string> CreateDisk(const DiskSpec& spec) override {
    ecs::Parameters call{{"DiskCategory", spec.category}, {"Size", std::to_string(spec.size_gib)}};
    SetIf(call, "ZoneId", spec.zone);
    SetIf(call, "PerformanceLevel", spec.performance_level);
    SetIf(call, "SnapshotId", spec.snapshot_id);
    SetIf(call, "DiskName", spec.name);
    SetIf(call, "Encrypted", spec.encrypted);
    SetIf(call, "KMSKeyId", spec.kms_key_id);
    if (spec.multi_attach) call["MultiAttach"] = "Enabled";
    if (spec.provisioned_iops) call["ProvisionedIops"] = std::to_string(*spec.provisioned_iops);
    if (spec.bursting) call["BurstingEnabled"] = ToWord(*spec.bursting);
    SetIf(call, "ResourceGroupId", spec.resource_group_id);
    SetIf(call, "StorageClusterId", spec.storage_cluster_id);
    SetIf(call, "ClientToken", spec.client_token);
    SetTags(call, spec.tags);
    return CallForId("CreateDisk", std::move(call), "DiskId");
  }

  CloudResult<DiskPage> DescribeDisks(const DiskQuery& query) override {
    ecs::Parameters call;
    if (!query.ids.empty()) call["DiskIds"] = json(query.ids).dump(-1, ' ', true, kReplaceBadUtf8);
    SetIf(call, "ZoneId", query.zone);
    SetIf(call, "InstanceId", query.instance_id);
    SetIf(call, "DiskType", query.type);
    SetTags(call, query.tags);
    SetPaging(call, query.max_results, query.next_token);
    const auto answer = client_.Call("DescribeDisks", std::move(call));
    if (!answer) return Fail(answer.error());
    DiskPage page{.next_token = TextIn(*answer, "NextToken")};
    for (const auto& disk : ListIn(*answer, "Disks", "Disk")) page.disks.push_back(ToDisk(disk));
    return page;
  }

  CloudResult<void> AttachDisk(const Attachment& attachment) override {
    return CallVoid("AttachDisk",
                    {{"DiskId", attachment.disk_id}, {"InstanceId", attachment.instance_id}});
  }

  CloudResult<void> DetachDisk(const Attachment& attachment) override {
    return CallVoid("DetachDisk",
                    {{"DiskId", attachment.disk_id}, {"InstanceId", attachment.instance_id}});
  }

  CloudResult<void> DeleteDisk(const std::string& disk_id) override {
    return CallVoid("DeleteDisk", {{"DiskId", disk_id}});
  }

  CloudResult<void> ResizeDisk(const Resize& resize) override {
    ecs::Parameters call{{"DiskId", resize.disk_id}, {"NewSize", std::to_string(resize.size_gib)}};
    if (resize.online) call["Type"] = "online";
    return CallVoid("ResizeDisk", std::move(call));
  }

  CloudResult<void> ModifyDiskAttribute(const std::string& disk_id,
                                        const DiskAttributes& attributes) override {
    ecs::Parameters call{{"DiskId", disk_id}};
    if (attributes.name) call["DiskName"] = *attributes.name;
    if (attributes.bursting) call["BurstingEnabled"] = ToWord(*attributes.bursting);
    return CallVoid("ModifyDiskAttribute", std::move(call));
  }

  CloudResult<std::string> ModifyDiskSpec(const SpecChange& change) override {
    ecs::Parameters call{{"DiskId", change.disk_id}};
    SetIf(call, "DiskCategory", change.category);
    SetIf(call, "PerformanceLevel", change.level);
    if (change.provisioned_iops) call["ProvisionedIops"] = std::to_string(*change.provisioned_iops);
    if (change.dry_run) call["DryRun"] = "true";
    return CallForId("ModifyDiskSpec", std::move(call), "TaskId");
  }

  CloudResult<std::vector<CloudTask>> DescribeTasks(const TaskQuery& query) override {
    ecs::Parameters call{{"TaskAction", "ModifyDiskSpec"}};
    SetIf(call, "TaskIds", query.id);
    if (query.id.empty()) SetIf(call, "ResourceIds.1", query.disk_id);
    if (query.under_way) call["TaskStatus"] = "Processing";
    const auto answer = client_.Call("DescribeTasks", std::move(call));
    if (!answer) return Fail(answer.error());
    std::vector<CloudTask> tasks;
    for (const auto& task : ListIn(*answer, "TaskSet", "Task")) tasks.push_back(ToTask(task));
    return tasks;
  }

  CloudResult<std::string> CreateSnapshot(const SnapshotSpec& spec) override {
    ecs::Parameters call{{"DiskId", spec.disk_id}};
    SetIf(call, "SnapshotName", spec.name);
    SetIf(call, "Description", spec.description);
    if (spec.retention_days) call["RetentionDays"] = std::to_string(*spec.retention_days);
    SetIf(call, "ResourceGroupId", spec.resource_group_id);
    SetIf(call, "ClientToken", spec.client_token);
    SetTags(call, spec.tags);
    return CallForId("CreateSnapshot", std::move(call), "SnapshotId");
  }

  CloudResult<SnapshotPage> DescribeSnapshots(const SnapshotQuery& query) override {
    ecs::Parameters call;
    if (!query.ids.empty()) {
      call["SnapshotIds"] = json(query.ids).dump(-1, ' ', true, kReplaceBadUtf8);
    }
    SetIf(call, "DiskId", query.disk_id);
    SetTags(call, query.tags);
    SetPaging(call, query.max_results, query.next_token);
    const auto answer = client_.Call("DescribeSnapshots", std::move(call));
    if (!answer) return Fail(answer.error());
    SnapshotPage page{.next_token = TextIn(*answer, "NextToken")};
    for (const auto& snapshot : ListIn(*answer, "Snapshots", "Snapshot")) {
      page.snapshots.push_back(ToSnapshot(snapshot));
    }
    return page;
  }

  CloudResult<void> DeleteSnapshot(const std::string& snapshot_id) override {
    // Force: disks made from it stay, they merely cannot be reset to it any more.
    return CallVoid("DeleteSnapshot", {{"SnapshotId", snapshot_id}, {"Force", "true"}});
  }

  CloudResult<std::string> CreateSnapshotGroup(const SnapshotGroupSpec& spec) override {
    ecs::Parameters call;
    for (std::size_t i = 0; i < spec.disk_ids.size(); ++i) {
      call["DiskId." + std::to_string(i + 1)] = spec.disk_ids[i];
    }
    SetIf(call, "Name", spec.name);
    SetIf(call, "ResourceGroupId", spec.resource_group_id);
    SetIf(call, "ClientToken", spec.client_token);
    SetTags(call, spec.tags);
    return CallForId("CreateSnapshotGroup", std::move(call), "SnapshotGroupId");
  }

  CloudResult<std::vector<SnapshotGroup>> DescribeSnapshotGroups(
      const SnapshotGroupQuery& query) override {
    ecs::Parameters call;
    SetIf(call, "SnapshotGroupId.1", query.id);
    SetTags(call, query.tags);
    SetPaging(call, 0, {});
    const auto answer = client_.Call("DescribeSnapshotGroups", std::move(call));
    if (!answer) return Fail(answer.error());
    std::vector<SnapshotGroup> groups;
    for (const auto& group : ListIn(*answer, "SnapshotGroups", "SnapshotGroup")) {
      groups.push_back(ToSnapshotGroup(group));
    }
    return groups;
  }

  CloudResult<void> DeleteSnapshotGroup(const std::string& group_id) override {
    const auto answer = client_.Call("DeleteSnapshotGroup", {{"SnapshotGroupId", group_id}});
    if (!answer) return Fail(answer.error());
    for (const auto& item : ListIn(*answer, "OperationProgressSet", "OperationProgress")) {
      const std::string code = TextIn(item, "ErrorCode");
      if (!code.empty()) return Fail(CloudError{code, 403, TextIn(item, "ErrorMsg")});
    }
    return {};
  }

  CloudResult<std::vector<Instance>> DescribeInstances(
      const std::vector<std::string>& ids) override {
    ecs::Parameters call{{"InstanceIds", json(ids).dump(-1, ' ', true, kReplaceBadUtf8)}};
    SetPaging(call, 0, {});
    const auto answer = client_.Call("DescribeInstances", std::move(call));
    if (!answer) return Fail(answer.error());
    std::vector<Instance> instances;
    for (const auto& one : ListIn(*answer, "Instances", "Instance")) {
      instances.push_back(ToInstance(one));
    }
    return instances;
  }

  CloudResult<std::vector<InstanceType>> DescribeInstanceTypes(
      const std::vector<std::string>& names) override {
    ecs::Parameters call;
    for (std::size_t i = 0; i < names.size(); ++i) {
      call["InstanceTypes." + std::to_string(i + 1)] = names[i];
    }
    const auto answer = client_.Call("DescribeInstanceTypes", std::move(call));
    if (!answer) return Fail(answer.error());
    std::vector<InstanceType> types;
    for (const auto& one : ListIn(*answer, "InstanceTypes", "InstanceType")) {
      types.push_back(ToInstanceType(one));
    }
    return types;
  }

  CloudResult<topology::Catalogue> DescribeAvailableResource() override {
    const auto answer =
        client_.Call("DescribeAvailableResource",
                     {{"DestinationResource", "DataDisk"}, {"ResourceType", "disk"}});
    if (!answer) return Fail(answer.error());
    return ToCatalogue(*answer, region_);
  }

  CloudResult<std::vector<std::string>> DescribeDiskCategories(const std::string& instance_type,
                                                               const std::string& zone) override {
    const ecs::Parameters call{{"DestinationResource", "DataDisk"},
                               {"ResourceType", "disk"},
                               {"InstanceType", instance_type}};
    auto zonal = call;
    zonal["ZoneId"] = zone;
    auto regional = call;
    regional["Scope"] = "region";
    std::vector<std::string> categories;
    for (const auto& [where, asked] :
         {std::pair(zone, zonal), std::pair(std::string(), regional)}) {
      const auto answer = client_.Call("DescribeAvailableResource", asked);
      if (!answer) return Fail(answer.error());
      const auto offered = CategoriesIn(*answer, where);
      categories.insert(categories.end(), offered.begin(), offered.end());
    }
    return categories;
  }

  CloudResult<void> TagDisk(const std::string& disk_id, const Tags& tags) override {
    ecs::Parameters call{{"ResourceType", "disk"}, {"ResourceId.1", disk_id}};
    SetTags(call, tags);
    return CallVoid("TagResources", std::move(call));
  }

  CloudResult<void> UntagDisk(const std::string& disk_id,
                              const std::vector<std::string>& keys) override {
    ecs::Parameters call{{"ResourceType", "disk"}, {"ResourceId.1", disk_id}};
    for (std::size_t i = 0; i < keys.size(); ++i) {
      call["TagKey." + std::to_string(i + 1)] = keys[i];
    }
    return CallVoid("UntagResources", std::move(call));
  }

 private:
  static constexpr auto kReplaceBadUtf8 = json::error_handler_t::replace;

  CloudResult<void> CallVoid(const char* action, ecs::Parameters call) {
    const auto answer = client_.Call(action, std::move(call));
    if (!answer) return Fail(answer.error());
    return {};
  }

  CloudResult<std::string> CallForId(const char* action, ecs::Parameters call, const char* member) {
    const auto answer = client_.Call(action, std::move(call));
    if (!answer) return Fail(answer.error());
    std::string id = TextIn(*answer, member);
    if (id.empty()) {
      return Fail(CloudError{std::string(kNoAnswer), 200,
                             std::string(action) + ": the answer has no " + member});
    }
    return id;
  }

  const std::string region_;
  EcsClient client_;
};

}  // namespace

std::unique_ptr<Cloud> MakeHttpCloud(HttpCloudSettings settings, Clock& clock) {
  return std::make_unique<HttpCloud>(std::move(settings), clock);
}

}  // namespace driver
