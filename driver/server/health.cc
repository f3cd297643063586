#include "driver/server/health.h"

#include <httplib.h>

#include <utility>

#include "common/base/prometheus.h"

namespace driver {
namespace {

void Serve(httplib::Server& routes, const char* path, std::function<Result<void>()> source) {
  routes.Get(path,
             [source = std::move(source)](const httplib::Request&, httplib::Response& answer) {
               const auto fine = source();
               answer.status = fine ? 200 : 503;
               answer.set_content(fine ? "ok\n" : fine.error().message + "\n", "text/plain");
             });
}

}  // namespace

Result<std::unique_ptr<HealthEndpoint>> HealthEndpoint::Start(const std::string& address,
                                                              HealthSources sources) {
  if (!base::ParseHostPort(address)) {
    return Fail(grpc::StatusCode::INVALID_ARGUMENT, "'" + address + "' is not HOST:PORT");
  }
  auto server = base::SmallHttpServer::Start(address, [&sources](httplib::Server& routes) {
    Serve(routes, "/healthz", std::move(sources.health));
    Serve(routes, "/readyz", std::move(sources.ready));
    routes.Get("/metrics", [metrics = std::move(sources.metrics)](const httplib::Request&,
                                                                  httplib::Response& answer) {
      answer.set_content(metrics(), base::PrometheusText::kContentType);
    });
  });
  if (!server) return Fail(grpc::StatusCode::UNAVAILABLE, std::move(server.error()));
  return std::unique_ptr<HealthEndpoint>(new HealthEndpoint(std::move(*server)));
}

}  // namespace driver
