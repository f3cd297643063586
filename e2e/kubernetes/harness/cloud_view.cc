#include "e2e/kubernetes/harness/cloud_view.h"

#include <fmt/format.h>

#include <chrono>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>
#include <utility>

#include "e2e/harness/api.h"
#include "e2e/kubernetes/harness/cluster.h"

namespace e2e {
namespace {

using nlohmann::json;

// A cloud that is being restarted is waited for.
constexpr std::chrono::seconds kCloudLimit{60};
constexpr std::chrono::milliseconds kCloudPause{200};

std::string SecretText(const std::string& secret, const std::string& key) {
  return DecodeBase64(
      TheCluster().Field("secret/" + secret, std::string(kSystemNs), "/data/" + key));
}

std::string Text(const json& row, const char* member) {
  const auto found = row.find(member);
  return found != row.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

std::string NsTagOf(const json& row) {
  const json::json_pointer at("/Tags/Tag");
  if (!row.contains(at)) return {};
  for (const auto& tag : row[at]) {
    if (Text(tag, "TagKey") == kNsTag) return Text(tag, "TagValue");
  }
  return {};
}

CloudDisk ToDisk(const json& row) {
  return {.id = Text(row, "DiskId"),
          .zone = Text(row, "ZoneId"),
          .status = Text(row, "Status"),
          .instance = Text(row, "InstanceId"),
          .category = Text(row, "Category"),
          .level = Text(row, "PerformanceLevel"),
          .snapshot = Text(row, "SourceSnapshotId"),
          .ns = NsTagOf(row),
          .size_gib = row.value("Size", std::int64_t{0})};
}

CloudSnapshot ToSnapshot(const json& row) {
  const auto size = Text(row, "SourceDiskSize");
  return {.id = Text(row, "SnapshotId"),
          .disk = Text(row, "SourceDiskId"),
          .status = Text(row, "Status"),
          .progress = Text(row, "Progress"),
          .size_gib = std::atoll(size.c_str())};
}

}  // namespace

struct CloudView::Access {
  Reply Once(const Request& request) const {
    const auto path = fmt::format("/api/v1/namespaces/{}/services/{}/proxy{}", kSystemNs,
                                  kCloudService, request.path_and_query);
    const auto reply = TheCluster().Server().Send({.method = request.method,
                                                   .path = path,
                                                   .body = request.body,
                                                   .content_type = request.content_type,
                                                   .lab_token = lab_token});
    return {reply.status, reply.body};
  }

  // A list that cannot be read must never look like an empty one.
  Reply Send(const Request& request) const {
    const auto end = std::chrono::steady_clock::now() + kCloudLimit;
    for (;;) {
      auto reply = Once(request);
      const bool listing = request.path_and_query.find("Action=Describe") != std::string::npos;
      if (!listing || reply.status == 200) return reply;
      if (reply.status < 500 || std::chrono::steady_clock::now() >= end) {
        fmt::print(stderr, "kubernetes-stories: the cloud: {} {}: {} {}\n", request.method,
                   request.path_and_query, reply.status, reply.body);
        std::abort();
      }
      std::this_thread::sleep_for(kCloudPause);
    }
  }

  std::string lab_token = SecretText("zonedisk-lab-token", "token");
  Key key{.id = SecretText("zonedisk-access-key", "id"),
          .secret = SecretText("zonedisk-access-key", "secret")};
  Api api{[this](const Request& request) { return Send(request); }};
};

CloudView::CloudView() : access_(std::make_unique<Access>()) {}

CloudView::~CloudView() = default;

void CloudView::Renew() {
  access_ = std::make_unique<Access>();
}

CloudDisk CloudView::Disk(const std::string& id) const {
  const auto rows = access_->api.Disks({{"DiskIds", json::array({id}).dump()}}, access_->key);
  return rows.empty() ? CloudDisk{} : ToDisk(rows.front());
}

std::vector<CloudDisk> CloudView::DisksOf(const std::string& ns) const {
  std::vector<CloudDisk> disks;
  const Parameters filter = {{"Tag.1.Key", std::string(kNsTag)}, {"Tag.1.Value", ns}};
  for (const auto& row : access_->api.Disks(filter, access_->key)) disks.push_back(ToDisk(row));
  return disks;
}

std::vector<CloudDisk> CloudView::Disks() const {
  std::vector<CloudDisk> disks;
  for (const auto& row : access_->api.Disks({}, access_->key)) disks.push_back(ToDisk(row));
  return disks;
}

std::set<std::string> CloudView::SystemDisks() const {
  return access_->api.SystemDisks();
}

CloudSnapshot CloudView::Snapshot(const std::string& id) const {
  const auto rows =
      access_->api.Snapshots({{"SnapshotIds", json::array({id}).dump()}}, access_->key);
  return rows.empty() ? CloudSnapshot{} : ToSnapshot(rows.front());
}

std::vector<CloudSnapshot> CloudView::Snapshots() const {
  std::vector<CloudSnapshot> snapshots;
  for (const auto& row : access_->api.Snapshots({}, access_->key)) {
    snapshots.push_back(ToSnapshot(row));
  }
  return snapshots;
}

double CloudView::Calls(const std::string& action) const {
  const std::string start = fmt::format("zonedisk_actions_total{{action=\"{}\",", action);
  std::istringstream lines(Lab("metrics").body);
  double calls = 0;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with(start)) calls += std::stod(line.substr(line.rfind(' ') + 1));
  }
  return calls;
}

Answer CloudView::Call(const std::string& action,
                       const std::map<std::string, std::string>& parameters) const {
  return access_->api.Call(action, parameters, access_->key);
}

Answer CloudView::Lab(const std::string& path, const std::string& json_body) const {
  if (json_body.empty()) return access_->api.Get("/_zonedisk/" + path);
  return access_->api.Post("/_zonedisk/" + path, json_body, "application/json");
}

CloudView& TheCloud() {
  static CloudView cloud;
  return cloud;
}

}  // namespace e2e
