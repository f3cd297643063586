#pragma once
// One log line and one counter per call, for every service of a gRPC server.
#include <absl/base/thread_annotations.h>
#include <absl/synchronization/mutex.h>
#include <grpcpp/server_builder.h>

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "driver/base/clock.h"

namespace driver {

struct Call {
  std::string method;     // "NodeStageVolume"
  std::string volume_id;  // empty where the request has none
  grpc::StatusCode code = grpc::StatusCode::OK;
  std::string message;
  std::chrono::microseconds took{0};
};

// Thread-safe.
class CallCounters {
 public:
  void Count(const Call& call) ABSL_LOCKS_EXCLUDED(mutex_);
  // Prometheus text format: calls and seconds by method and code.
  std::string ToText() const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  struct Sum {
    std::uint64_t calls = 0;
    std::chrono::microseconds took{0};
  };
  using Key = std::pair<std::string, std::string>;  // method, code

  mutable absl::Mutex mutex_;
  std::map<Key, Sum> sums_ ABSL_GUARDED_BY(mutex_);
};

// "OK", "NOT_FOUND": the words of the gRPC documentation.
std::string_view ToText(grpc::StatusCode code);

// Logs and counts every call of the server that `builder` makes. Of a request only its volume id
// (or name, or snapshot id) is looked at: secrets, contexts and parameters never reach the log.
// `clock` and `counters` outlive the server.
void ObserveCalls(grpc::ServerBuilder& builder, Clock& clock, CallCounters& counters);

}  // namespace driver
