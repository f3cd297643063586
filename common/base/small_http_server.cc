#include "common/base/small_http_server.h"

#include <fmt/format.h>
#include <httplib.h>
#include <sys/socket.h>

#include <thread>
#include <utility>

namespace base {
namespace {

constexpr std::size_t kThreads = 2;
constexpr int kKeepAliveSeconds =
    1;  // an idle connection holds a thread, and the stop waits for it

// httplib's own choice is SO_REUSEPORT, with which two processes share a port unawares.
void ReuseAddress(socket_t socket) {
  const int on = 1;
  ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
}

// The port, negative when the address is not to be had.
int Bind(httplib::Server& server, const HostPort& address) {
  if (address.port == 0) return server.bind_to_any_port(address.host);
  return server.bind_to_port(address.host, address.port) ? address.port : -1;
}

}  // namespace

struct SmallHttpServer::State {
  httplib::Server server;
  std::jthread thread;
};

Expected<std::unique_ptr<SmallHttpServer>, std::string> SmallHttpServer::Start(
    const std::string& listen, const std::function<void(httplib::Server&)>& add_routes) {
  auto address = ParseHostPort(listen);
  if (!address) return tl::unexpected(fmt::format("'{}' is not HOST:PORT", listen));
  auto state = std::make_unique<State>();
  httplib::Server& server = state->server;
  server.new_task_queue = [] { return new httplib::ThreadPool(kThreads); };  // httplib deletes it
  server.set_socket_options(ReuseAddress);
  server.set_keep_alive_timeout(kKeepAliveSeconds);
  add_routes(server);
  address->port = Bind(server, *address);
  if (address->port < 0) {
    return tl::unexpected(fmt::format(
        "cannot listen on {}: the address is not on this machine, or the port is taken", listen));
  }
  state->thread = std::jthread([&server] { server.listen_after_bind(); });
  // A stop() before the loop runs would be forgotten.
  while (!server.is_running()) std::this_thread::yield();
  return std::unique_ptr<SmallHttpServer>(new SmallHttpServer(std::move(state), *address));
}

SmallHttpServer::SmallHttpServer(std::unique_ptr<State> state, HostPort address)
    : state_(std::move(state)), address_(std::move(address)) {}

SmallHttpServer::~SmallHttpServer() {
  state_->server.stop();
}

}  // namespace base
