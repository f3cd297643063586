#pragma once
// The instance metadata service of one node.
// Source: ECS user guide, instance metadata; the answers that clients read are listed in README.md.
#include <absl/base/thread_annotations.h>
#include <absl/synchronization/mutex.h>

#include <chrono>
#include <map>
#include <string>

#include "cloudapi/base/env.h"

namespace cloudapi {

inline constexpr const char* kTokenHeader = "X-aliyun-ecs-metadata-token";
inline constexpr const char* kTtlHeader = "X-aliyun-ecs-metadata-token-ttl-seconds";

struct MetadataFacts {
  std::string instance_id;
  std::string region;  // empty until the cloud has told it: everything then answers 404
  std::string zone;
  std::string instance_type;
  std::string account;
};

struct MetadataAnswer {
  int status = 200;
  std::string body;
  std::string content_type = "text/plain";
};

// Thread-safe.
class Metadata {
 public:
  // `tokens_required`: reading without a token is 403, as with HttpTokens=required.
  Metadata(Env& env, MetadataFacts facts, bool tokens_required);

  void SetPlace(const std::string& region, const std::string& account) ABSL_LOCKS_EXCLUDED(mutex_);
  // PUT /latest/api/token; `ttl` is the text of X-aliyun-ecs-metadata-token-ttl-seconds, 1..21600.
  // 400 otherwise.
  MetadataAnswer Token(const std::string& ttl) ABSL_LOCKS_EXCLUDED(mutex_);
  // GET: `token` is X-aliyun-ecs-metadata-token, empty when absent. 401 for an unknown or expired
  // token, 404 for an unknown path.
  MetadataAnswer Get(const std::string& path, const std::string& token) ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  bool IsValid(const std::string& token) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  Env& env_;
  const bool tokens_required_;
  absl::Mutex mutex_;
  MetadataFacts facts_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, std::chrono::steady_clock::time_point> tokens_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace cloudapi
