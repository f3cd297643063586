#pragma once
// The cloud behind the cluster, in the cluster's own account, through the API server's proxy.
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace e2e {

struct Answer;  // e2e/harness/api.h

inline constexpr std::string_view kSystemNs = "zonedisk";
inline constexpr std::string_view kCloudService = "zonedisk-cloud:20140";
inline constexpr std::string_view kDriverName = "diskplugin.csi.alibabacloud.com";
// Tag of a disk: the namespace of the claim, which csi-provisioner passes with
// --extra-create-metadata.
inline constexpr std::string_view kNsTag = "kubernetes.io/created-for/pvc/namespace";

struct CloudDisk {
  std::string id;  // empty: there is no such disk
  std::string zone;
  std::string status;
  std::string instance;  // where it is attached
  std::string category;
  std::string level;     // PL0…PL3
  std::string snapshot;  // made from
  std::string ns;        // value of kNsTag
  std::int64_t size_gib = 0;
};

struct CloudSnapshot {
  std::string id;  // empty: there is no such snapshot
  std::string disk;
  std::string status;  // progressing, accomplished, failed
  std::string progress;
  std::int64_t size_gib = 0;
};

class CloudView {
 public:
  CloudView();
  ~CloudView();
  CloudView(const CloudView&) = delete;
  CloudView& operator=(const CloudView&) = delete;

  CloudDisk Disk(const std::string& id) const;
  // The disks that the driver made for claims of that namespace.
  std::vector<CloudDisk> DisksOf(const std::string& ns) const;
  std::vector<CloudDisk> Disks() const;       // data disks
  std::set<std::string> SystemDisks() const;  // ids, of every account
  CloudSnapshot Snapshot(const std::string& id) const;
  std::vector<CloudSnapshot> Snapshots() const;
  // Returns the calls of an action since the cloud started, refused ones included.
  double Calls(const std::string& action) const;

  // Reads key and token again, after the Secrets were replaced.
  void Renew();

  // Calls any action with the cluster's key.
  Answer Call(const std::string& action,
              const std::map<std::string, std::string>& parameters) const;
  // GET or, with a body, POST of /_zonedisk/PATH with the lab token.
  Answer Lab(const std::string& path, const std::string& json_body = {}) const;

 private:
  struct Access;
  std::unique_ptr<Access> access_;
};

// One for the program, made at the first use.
CloudView& TheCloud();

}  // namespace e2e
