#include "cloudapi/agent/metadata_server.h"

#include <fmt/format.h>
#include <httplib.h>

#include <cstdlib>
#include <thread>
#include <utility>

namespace cloudapi {
namespace {

constexpr std::size_t kThreads = 2;
constexpr const char* kTokenHeader = "X-aliyun-ecs-metadata-token";
constexpr const char* kTtlHeader = "X-aliyun-ecs-metadata-token-ttl-seconds";

void Answer(const MetadataAnswer& answer, httplib::Response& response) {
  response.status = answer.status;
  response.set_content(answer.body, answer.content_type);
}

}  // namespace

struct MetadataServer::State {
  httplib::Server server;
  std::jthread thread;
};

MetadataServer::MetadataServer(std::unique_ptr<State> state, std::string address)
    : state_(std::move(state)), address_(std::move(address)) {}

MetadataServer::~MetadataServer() {
  state_->server.stop();
}

Result<std::unique_ptr<MetadataServer>> MetadataServer::Start(const std::string& listen,
                                                              Metadata& metadata) {
  const std::size_t colon = listen.rfind(':');
  const std::string host = listen.substr(0, colon);
  const int wanted = colon == std::string::npos ? 80 : std::atoi(listen.c_str() + colon + 1);
  auto state = std::make_unique<State>();
  httplib::Server& server = state->server;
  server.new_task_queue = [] { return new httplib::ThreadPool(kThreads); };
  server.set_keep_alive_timeout(1);
  server.Put("/latest/api/token",
             [&](const httplib::Request& request, httplib::Response& response) {
               Answer(metadata.Token(request.get_header_value(kTtlHeader)), response);
             });
  server.Get(".*", [&](const httplib::Request& request, httplib::Response& response) {
    Answer(metadata.Get(request.path, request.get_header_value(kTokenHeader)), response);
  });
  const int port = wanted == 0 ? server.bind_to_any_port(host) : wanted;
  if (port <= 0 || (wanted != 0 && !server.bind_to_port(host, wanted))) {
    return Fail(ApiError{.code = "InternalError",
                         .message = "the metadata service cannot listen on " + listen});
  }
  state->thread = std::jthread([&server] { server.listen_after_bind(); });
  // stop() does nothing before the loop runs, so nobody gets the server earlier.
  while (!server.is_running()) std::this_thread::yield();
  return std::unique_ptr<MetadataServer>(
      new MetadataServer(std::move(state), fmt::format("{}:{}", host, port)));
}

}  // namespace cloudapi
