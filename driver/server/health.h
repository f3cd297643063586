#pragma once
// For probes and scrapers: GET /healthz, /readyz and /metrics over HTTP.
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "common/base/small_http_server.h"
#include "driver/base/result.h"

namespace driver {

struct HealthSources {
  std::function<Result<void>()> health;  // refused: 503 with the message
  std::function<Result<void>()> ready;   // likewise
  std::function<std::string()> metrics;  // Prometheus text
};

// Serves on a thread of its own until destroyed.
class HealthEndpoint {
 public:
  // `address`: "host:port"; port 0 takes a free one.
  // Errors: INVALID_ARGUMENT for a malformed address, UNAVAILABLE when it is taken.
  static Result<std::unique_ptr<HealthEndpoint>> Start(const std::string& address,
                                                       HealthSources sources);
  int Port() const { return server_->Address().port; }

 private:
  explicit HealthEndpoint(std::unique_ptr<base::SmallHttpServer> server)
      : server_(std::move(server)) {}
  std::unique_ptr<base::SmallHttpServer> server_;
};

}  // namespace driver
