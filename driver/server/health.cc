#include "driver/server/health.h"

#include <httplib.h>

#include <utility>

#include "common/base/prometheus.h"

namespace driver {

Result<std::unique_ptr<HealthEndpoint>> HealthEndpoint::Start(const std::string& address,
                                                              HealthSources sources) {
  if (!base::ParseHostPort(address)) {
    return Fail(grpc::StatusCode::INVALID_ARGUMENT, "'" + address + "' is not HOST:PORT");
  }
  auto server = base::SmallHttpServer::Start(address, [&sources](httplib::Server& routes) {
    routes.Get("/healthz", [health = std::move(sources.health)](const httplib::Request&,
                                                                httplib::Response& answer) {
      const auto healthy = health();
      answer.status = healthy ? 200 : 503;
      answer.set_content(healthy ? "ok\n" : healthy.error().message + "\n", "text/plain");
    });
    routes.Get("/metrics", [metrics = std::move(sources.metrics)](const httplib::Request&,
                                                                  httplib::Response& answer) {
      answer.set_content(metrics(), base::PrometheusText::kContentType);
    });
  });
  if (!server) return Fail(grpc::StatusCode::UNAVAILABLE, std::move(server.error()));
  return std::unique_ptr<HealthEndpoint>(new HealthEndpoint(std::move(*server)));
}

}  // namespace driver
