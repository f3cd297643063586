#include "cloudapi/agent/node_server.h"

#include <fmt/format.h>
#include <httplib.h>

#include <functional>
#include <utility>

namespace cloudapi {
namespace {

void Answer(const MetadataResponse& answer, httplib::Response& response) {
  response.status = answer.status;
  response.set_content(answer.body, "text/plain");
}

Result<std::unique_ptr<base::SmallHttpServer>> Serve(
    const std::string& what, const std::string& listen,
    const std::function<void(httplib::Server&)>& add_routes) {
  auto server = base::SmallHttpServer::Start(listen, add_routes);
  if (server) return std::move(*server);
  return Fail(
      ApiError{.code = "InternalError", .message = fmt::format("{}: {}", what, server.error())});
}

}  // namespace

Result<std::unique_ptr<base::SmallHttpServer>> ServeMetadata(const std::string& listen,
                                                             Metadata& metadata) {
  return Serve("the metadata service", listen, [&metadata](httplib::Server& server) {
    server.Put("/latest/api/token",
               [&](const httplib::Request& request, httplib::Response& response) {
                 Answer(metadata.Token(request.get_header_value(kTtlHeader)), response);
               });
    server.Get(".*", [&](const httplib::Request& request, httplib::Response& response) {
      Answer(metadata.Get(request.path, request.get_header_value(kTokenHeader)), response);
    });
  });
}

Result<std::unique_ptr<base::SmallHttpServer>> ServeHealth(const std::string& listen,
                                                           Health& health) {
  const auto answer = [](bool well, const std::string& body, httplib::Response& response) {
    response.status = well ? 200 : 503;
    response.set_content(body, "application/json");
  };
  return Serve("health", listen, [&health, answer](httplib::Server& server) {
    server.Get("/healthz", [&health, answer](const httplib::Request&, httplib::Response& response) {
      answer(health.Alive(), health.Text(), response);
    });
    server.Get("/readyz", [&health, answer](const httplib::Request&, httplib::Response& response) {
      answer(health.Ready(), health.Text(), response);
    });
  });
}

}  // namespace cloudapi
