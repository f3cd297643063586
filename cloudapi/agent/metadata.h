#pragma once
// The instance metadata service of one node.
// Source: ECS user guide, instance metadata; README.md lists what is served.
#include <absl/base/thread_annotations.h>
#include <absl/synchronization/mutex.h>

#include <chrono>
#include <map>
#include <optional>
#include <string>

#include "cloudapi/base/env.h"

namespace cloudapi {

inline constexpr const char* kTokenHeader = "X-aliyun-ecs-metadata-token";
inline constexpr const char* kTtlHeader = "X-aliyun-ecs-metadata-token-ttl-seconds";

// The role of an instance: credentials for programs on it that have none of their own.
struct InstanceRole {
  std::string name;
  std::string access_key_id;
  std::string access_key_secret;
};

struct InstanceFacts {
  std::string instance_id;
  std::string name;    // empty: the instance id
  std::string region;  // empty until the cloud has told it: everything is 404 until then
  std::string zone;
  std::string instance_type;
  std::string account;
  std::optional<InstanceRole> role;  // nullopt: ram/ is 404, as on an instance without a role
};

struct MetadataResponse {
  int status = 200;
  std::string body;
};

// Thread-safe.
class Metadata {
 public:
  // `tokens_required`: reading without a token is 403, as with HttpTokens=required.
  Metadata(Env& env, InstanceFacts facts, bool tokens_required);

  void SetPlace(const std::string& region, const std::string& account) ABSL_LOCKS_EXCLUDED(mutex_);
  // The disks that have a device on this node: serial number → disk id.
  void SetDisks(std::map<std::string, std::string> disks) ABSL_LOCKS_EXCLUDED(mutex_);
  // PUT /latest/api/token; `ttl` is the text of kTtlHeader. 400 unless it is 1 to 21600.
  MetadataResponse Token(const std::string& ttl) ABSL_LOCKS_EXCLUDED(mutex_);
  // GET of an item or of a folder, whose entries are one a line. `token` is kTokenHeader, empty
  // when absent. 401 for an unknown or expired token, 404 for an unknown path.
  MetadataResponse Get(const std::string& path, const std::string& token)
      ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  bool IsValid(const std::string& token) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  Env& env_;
  const bool tokens_required_;
  absl::Mutex mutex_;
  InstanceFacts facts_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, std::string> disks_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, std::chrono::steady_clock::time_point> tokens_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace cloudapi
