#include "cloudapi/agent/node_server.h"

#include <fmt/format.h>
#include <httplib.h>

#include <charconv>
#include <functional>
#include <optional>
#include <thread>
#include <utility>

namespace cloudapi {
namespace {

constexpr std::size_t kThreads = 2;

void Answer(const MetadataResponse& answer, httplib::Response& response) {
  response.status = answer.status;
  response.set_content(answer.body, "text/plain");
}

struct Listen {
  std::string host;
  int port = 0;
};

std::optional<Listen> ParseListen(const std::string& text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string::npos || colon == 0) return std::nullopt;
  Listen listen{.host = text.substr(0, colon)};
  const char* last = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data() + colon + 1, last, listen.port);
  const bool whole = error == std::errc() && end == last;
  if (!whole || listen.port < 0 || listen.port > 65535) return std::nullopt;
  return listen;
}

}  // namespace

struct NodeServer::State {
  httplib::Server server;
  std::jthread thread;
};

NodeServer::NodeServer(std::unique_ptr<State> state, std::string address)
    : state_(std::move(state)), address_(std::move(address)) {}

NodeServer::~NodeServer() {
  state_->server.stop();
}

namespace {

Result<std::unique_ptr<NodeServer>> Serve(const std::string& what, const std::string& listen,
                                          const std::function<void(httplib::Server&)>& add_routes) {
  const auto wanted = ParseListen(listen);
  const auto refused = [&](const std::string& why) {
    return Fail(ApiError{.code = "InternalError",
                         .message = fmt::format("{} cannot listen on {}: {}", what, listen, why)});
  };
  if (!wanted) return refused("HOST:PORT is asked for");
  auto state = std::make_unique<NodeServer::State>();
  httplib::Server& server = state->server;
  server.new_task_queue = [] { return new httplib::ThreadPool(kThreads); };
  server.set_keep_alive_timeout(1);
  add_routes(server);
  const int port = wanted->port == 0 ? server.bind_to_any_port(wanted->host) : wanted->port;
  if (port <= 0 || (wanted->port != 0 && !server.bind_to_port(wanted->host, port))) {
    return refused("the address is not on this machine, or the port is taken");
  }
  state->thread = std::jthread([&server] { server.listen_after_bind(); });
  // stop() does nothing before the loop runs, so nobody gets the server earlier.
  while (!server.is_running()) std::this_thread::yield();
  return std::make_unique<NodeServer>(std::move(state), fmt::format("{}:{}", wanted->host, port));
}

}  // namespace

Result<std::unique_ptr<NodeServer>> ServeMetadata(const std::string& listen, Metadata& metadata) {
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

Result<std::unique_ptr<NodeServer>> ServeHealth(const std::string& listen, Health& health) {
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
