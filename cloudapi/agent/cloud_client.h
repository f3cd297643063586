#pragma once
// The cloud as an agent calls it.
#include <chrono>
#include <memory>
#include <string>

#include "cloudapi/agent_protocol/protocol.h"
#include "cloudapi/base/result.h"

namespace cloudapi {

// The part of /_zonedisk/info that an agent needs.
struct CloudImages {
  std::string blocks_dir;
  bool none = false;  // --blocks=none: disks are virtual
};

// Errors carry the HTTP status of the refusal, 0 when the cloud was not reached. Not thread-safe
// but for Interrupt.
class CloudClient {
 public:
  virtual ~CloudClient() = default;
  virtual Result<CloudImages> Images() = 0;
  virtual Result<Registered> Register(const Registration& registration) = 0;
  virtual Result<WantedSet> Poll(const std::string& session, std::int64_t after,
                                 std::chrono::milliseconds wait) = 0;
  virtual Result<void> Report(const std::string& session, const ObservedSet& observed) = 0;
  // Ends the call that waits on another thread. Thread-safe.
  virtual void Interrupt() = 0;
};

struct CloudClientOptions {
  std::string url;  // http://127.0.0.1:20140
  std::string instance_id;
  std::string lab_token;
};
std::unique_ptr<CloudClient> HttpCloudClient(const CloudClientOptions& options);

}  // namespace cloudapi
