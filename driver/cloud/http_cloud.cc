#include "driver/cloud/http_cloud.h"

#include <absl/base/thread_annotations.h>
#include <absl/synchronization/mutex.h>
#include <httplib.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "common/base/time.h"
#include "common/ecs/signature.h"
#include "driver/base/call_limit.h"
#include "driver/cloud/ecs_json.h"

namespace driver {
namespace {

using nlohmann::json;

// Longer requests go into the body: servers and proxies bound the request line.
constexpr std::size_t kLongestQuery = 4000;
constexpr std::size_t kMostIdleConnections = 16;

std::string ToHex(std::uint64_t number) {
  char text[17];
  std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(number));
  return text;
}

std::string ToWord(bool flag) {
  return flag ? "true" : "false";
}

void SetIf(CallParameters& parameters, const char* name, const std::string& value) {
  if (!value.empty()) parameters[name] = value;
}

void SetIf(CallParameters& parameters, const char* name, bool value) {
  if (value) parameters[name] = "true";
}

void SetTags(CallParameters& parameters, const Tags& tags) {
  for (std::size_t i = 0; i < tags.size(); ++i) {
    const std::string name = "Tag." + std::to_string(i + 1);
    parameters[name + ".Key"] = tags[i].key;
    parameters[name + ".Value"] = tags[i].value;
  }
}

void SetPaging(CallParameters& parameters, int max_results, const std::string& next_token) {
  // Always the token style: pages of the other one shift when objects come and go.
  parameters["MaxResults"] = std::to_string(max_results == 0 ? 100 : max_results);
  SetIf(parameters, "NextToken", next_token);
}

// The refusal in an answer that is not 200.
CloudError ToRefusal(int status, const std::string& body) {
  const json answer = json::parse(body, nullptr, false);
  CloudError error{TextIn(answer, "Code"), status, TextIn(answer, "Message")};
  if (error.code.empty()) {
    error.message = "HTTP " + std::to_string(status) + " without an ECS error";
  }
  return error;
}

class HttpCloud : public Cloud {
 public:
  HttpCloud(HttpCloudSettings settings, Clock& clock)
      : settings_(std::move(settings)), clock_(clock) {}

  std::string Region() const override { return settings_.region; }

  CloudResult<std::string> CreateDisk(const DiskSpec& spec) override {
    CallParameters call{{"DiskCategory", spec.category}, {"Size", std::to_string(spec.size_gib)}};
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
    CallParameters call;
    if (!query.ids.empty()) call["DiskIds"] = json(query.ids).dump(-1, ' ', true, kReplaceBadUtf8);
    SetIf(call, "ZoneId", query.zone);
    SetIf(call, "DiskType", query.type);
    SetTags(call, query.tags);
    SetPaging(call, query.max_results, query.next_token);
    const auto answer = Call("DescribeDisks", std::move(call));
    if (!answer) return Fail(answer.error());
    DiskPage page{.next_token = TextIn(*answer, "NextToken")};
    for (const auto& disk : ListIn(*answer, "Disks", "Disk")) page.disks.push_back(ToDisk(disk));
    return page;
  }

  CloudResult<void> AttachDisk(const Attachment& attachment) override {
    return CallForNothing("AttachDisk",
                          {{"DiskId", attachment.disk_id}, {"InstanceId", attachment.instance_id}});
  }

  CloudResult<void> DetachDisk(const Attachment& attachment) override {
    return CallForNothing("DetachDisk",
                          {{"DiskId", attachment.disk_id}, {"InstanceId", attachment.instance_id}});
  }

  CloudResult<void> DeleteDisk(const std::string& disk_id) override {
    return CallForNothing("DeleteDisk", {{"DiskId", disk_id}});
  }

  CloudResult<void> ResizeDisk(const Resize& resize) override {
    CallParameters call{{"DiskId", resize.disk_id}, {"NewSize", std::to_string(resize.size_gib)}};
    if (resize.online) call["Type"] = "online";
    return CallForNothing("ResizeDisk", std::move(call));
  }

  CloudResult<void> ModifyDiskAttribute(const std::string& disk_id,
                                        const DiskAttributes& attributes) override {
    CallParameters call{{"DiskId", disk_id}};
    if (attributes.name) call["DiskName"] = *attributes.name;
    if (attributes.bursting) call["BurstingEnabled"] = ToWord(*attributes.bursting);
    return CallForNothing("ModifyDiskAttribute", std::move(call));
  }

  CloudResult<std::string> CreateSnapshot(const SnapshotSpec& spec) override {
    CallParameters call{{"DiskId", spec.disk_id}};
    SetIf(call, "SnapshotName", spec.name);
    SetIf(call, "Description", spec.description);
    if (spec.retention_days) call["RetentionDays"] = std::to_string(*spec.retention_days);
    SetIf(call, "ResourceGroupId", spec.resource_group_id);
    SetIf(call, "ClientToken", spec.client_token);
    SetTags(call, spec.tags);
    return CallForId("CreateSnapshot", std::move(call), "SnapshotId");
  }

  CloudResult<SnapshotPage> DescribeSnapshots(const SnapshotQuery& query) override {
    CallParameters call;
    if (!query.ids.empty()) {
      call["SnapshotIds"] = json(query.ids).dump(-1, ' ', true, kReplaceBadUtf8);
    }
    SetIf(call, "DiskId", query.disk_id);
    SetTags(call, query.tags);
    SetPaging(call, query.max_results, query.next_token);
    const auto answer = Call("DescribeSnapshots", std::move(call));
    if (!answer) return Fail(answer.error());
    SnapshotPage page{.next_token = TextIn(*answer, "NextToken")};
    for (const auto& snapshot : ListIn(*answer, "Snapshots", "Snapshot")) {
      page.snapshots.push_back(ToSnapshot(snapshot));
    }
    return page;
  }

  CloudResult<void> DeleteSnapshot(const std::string& snapshot_id) override {
    // Force: disks made from it stay, they merely cannot be reset to it any more.
    return CallForNothing("DeleteSnapshot", {{"SnapshotId", snapshot_id}, {"Force", "true"}});
  }

  CloudResult<std::vector<Instance>> DescribeInstances(
      const std::vector<std::string>& ids) override {
    CallParameters call{{"InstanceIds", json(ids).dump(-1, ' ', true, kReplaceBadUtf8)}};
    SetPaging(call, 0, {});
    const auto answer = Call("DescribeInstances", std::move(call));
    if (!answer) return Fail(answer.error());
    std::vector<Instance> instances;
    for (const auto& one : ListIn(*answer, "Instances", "Instance")) {
      instances.push_back(ToInstance(one));
    }
    return instances;
  }

  CloudResult<std::vector<InstanceType>> DescribeInstanceTypes(
      const std::vector<std::string>& names) override {
    CallParameters call;
    for (std::size_t i = 0; i < names.size(); ++i) {
      call["InstanceTypes." + std::to_string(i + 1)] = names[i];
    }
    const auto answer = Call("DescribeInstanceTypes", std::move(call));
    if (!answer) return Fail(answer.error());
    std::vector<InstanceType> types;
    for (const auto& one : ListIn(*answer, "InstanceTypes", "InstanceType")) {
      types.push_back(ToInstanceType(one));
    }
    return types;
  }

  CloudResult<topology::Catalogue> DescribeAvailableResource() override {
    const auto answer = Call("DescribeAvailableResource",
                             {{"DestinationResource", "DataDisk"}, {"ResourceType", "disk"}});
    if (!answer) return Fail(answer.error());
    return ToCatalogue(*answer, settings_.region);
  }

  CloudResult<void> TagDisk(const std::string& disk_id, const Tags& tags) override {
    CallParameters call{{"ResourceType", "disk"}, {"ResourceId.1", disk_id}};
    SetTags(call, tags);
    return CallForNothing("TagResources", std::move(call));
  }

  CloudResult<void> UntagDisk(const std::string& disk_id,
                              const std::vector<std::string>& keys) override {
    CallParameters call{{"ResourceType", "disk"}, {"ResourceId.1", disk_id}};
    for (std::size_t i = 0; i < keys.size(); ++i) {
      call["TagKey." + std::to_string(i + 1)] = keys[i];
    }
    return CallForNothing("UntagResources", std::move(call));
  }

 private:
  static constexpr auto kReplaceBadUtf8 = json::error_handler_t::replace;

  // The parsed answer of a call that succeeded.
  CloudResult<json> Call(const char* action, CallParameters call) {
    AddPublicParameters(action, call);
    const std::string text = CanonicalQuery(call) + "&Signature=" +
                             PercentEncode(SignV1("POST", call, settings_.access_key_secret));
    const auto patience = TimeToAnswer();
    if (patience.count() <= 0) {
      return Fail(
          CloudError{std::string(kNoAnswer), 0, std::string(action) + ": no time is left to ask"});
    }
    auto connection = Take(patience);
    const auto answer = text.size() <= kLongestQuery
                            ? connection->Post("/?" + text)
                            : connection->Post("/", text, "application/x-www-form-urlencoded");
    if (!answer) {
      return Fail(CloudError{std::string(kNoAnswer), 0,
                             std::string(action) + ": no answer from " + settings_.endpoint + " (" +
                                 httplib::to_string(answer.error()) + ")"});
    }
    Return(std::move(connection));
    if (answer->status != 200) return Fail(ToRefusal(answer->status, answer->body));
    json parsed = json::parse(answer->body, nullptr, false);
    if (!parsed.is_object()) {
      return Fail(CloudError{std::string(kNoAnswer), 200,
                             std::string(action) + ": the answer is not a JSON object"});
    }
    return parsed;
  }

  CloudResult<void> CallForNothing(const char* action, CallParameters call) {
    const auto answer = Call(action, std::move(call));
    if (!answer) return Fail(answer.error());
    return {};
  }

  CloudResult<std::string> CallForId(const char* action, CallParameters call, const char* member) {
    const auto answer = Call(action, std::move(call));
    if (!answer) return Fail(answer.error());
    std::string id = TextIn(*answer, member);
    if (id.empty()) {
      return Fail(CloudError{std::string(kNoAnswer), 200,
                             std::string(action) + ": the answer has no " + member});
    }
    return id;
  }

  void AddPublicParameters(const char* action, CallParameters& call) {
    call["Action"] = action;
    call["Version"] = "2014-05-26";
    call["Format"] = "JSON";
    call["RegionId"] = settings_.region;
    call["AccessKeyId"] = settings_.access_key_id;
    SetIf(call, "SecurityToken", settings_.security_token);
    call["SignatureMethod"] = "HMAC-SHA1";
    call["SignatureVersion"] = "1.0";
    call["SignatureNonce"] = ToHex(clock_.Random()) + ToHex(clock_.Random());
    call["Timestamp"] = base::FormatTime(clock_.WallNow());
  }

  // Not positive: the caller's deadline is over.
  std::chrono::milliseconds TimeToAnswer() {
    const auto until = CallLimit::Current();
    if (!until) return settings_.answer_timeout;
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(*until - clock_.Now());
    return std::min(left, settings_.answer_timeout);
  }

  using Connection = std::unique_ptr<httplib::Client>;

  // A connection that waits for `patience` at most.
  Connection Take(std::chrono::milliseconds patience) ABSL_LOCKS_EXCLUDED(mutex_) {
    auto connection = TakeIdle();
    if (!connection) {
      connection = std::make_unique<httplib::Client>(settings_.endpoint);
      connection->set_keep_alive(true);
      connection->set_tcp_nodelay(true);
      connection->set_url_encode(false);  // the signature covers our own encoding
    }
    connection->set_connection_timeout(std::min(patience, settings_.connect_timeout));
    connection->set_read_timeout(patience);
    connection->set_write_timeout(patience);
    return connection;
  }

  Connection TakeIdle() ABSL_LOCKS_EXCLUDED(mutex_) {
    const absl::MutexLock lock(&mutex_);
    if (idle_.empty()) return nullptr;
    Connection connection = std::move(idle_.back());
    idle_.pop_back();
    return connection;
  }

  void Return(Connection connection) ABSL_LOCKS_EXCLUDED(mutex_) {
    const absl::MutexLock lock(&mutex_);
    if (idle_.size() < kMostIdleConnections) idle_.push_back(std::move(connection));
  }

  const HttpCloudSettings settings_;
  Clock& clock_;
  absl::Mutex mutex_;
  std::vector<Connection> idle_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace

std::unique_ptr<Cloud> MakeHttpCloud(HttpCloudSettings settings, Clock& clock) {
  return std::make_unique<HttpCloud>(std::move(settings), clock);
}

}  // namespace driver
