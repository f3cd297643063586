#pragma once
// One signed call of the OpenAPI over HTTP.
#include <absl/base/thread_annotations.h>
#include <absl/synchronization/mutex.h>

#include <chrono>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "common/ecs/signature.h"
#include "driver/base/clock.h"
#include "driver/cloud/cloud.h"
#include "driver/cloud/http_cloud.h"

namespace httplib {
class Client;
}

namespace driver {

// Thread-safe; keeps idle connections. `clock` outlives it.
class EcsClient {
 public:
  EcsClient(HttpCloudSettings settings, Clock& clock);
  ~EcsClient();

  // The JSON object of a call that succeeded. Errors: the service's refusal; kNoAnswer without a
  // well-formed answer within CallLimit and the settings' time-out.
  CloudResult<nlohmann::json> Call(const char* action, ecs::Parameters call);

 private:
  using Connection = std::unique_ptr<httplib::Client>;

  // Not positive: the caller's deadline is over.
  std::chrono::milliseconds TimeToAnswer() const;
  // A connection that waits for `patience` at most.
  Connection Take(std::chrono::milliseconds patience) ABSL_LOCKS_EXCLUDED(mutex_);
  Connection TakeIdle() ABSL_LOCKS_EXCLUDED(mutex_);
  void Return(Connection connection) ABSL_LOCKS_EXCLUDED(mutex_);

  const HttpCloudSettings settings_;
  Clock& clock_;
  absl::Mutex mutex_;
  std::vector<Connection> idle_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace driver
