#include "driver/server/health.h"

#include <httplib.h>

#include <utility>

#include "common/base/prometheus.h"

namespace driver {
namespace {

constexpr std::size_t kThreads = 2;

struct Address {
  std::string host;
  int port = 0;
};

std::optional<Address> Parse(const std::string& text) {
  const auto colon = text.rfind(':');
  if (colon == std::string::npos) return std::nullopt;
  Address address{.host = text.substr(0, colon)};
  const auto* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data() + colon + 1, end, address.port);
  if (error != std::errc{} || stop != end || address.port < 0 || address.port > 65535) {
    return std::nullopt;
  }
  if (address.host.empty()) address.host = "0.0.0.0";
  return address;
}

class HealthServer : public HealthEndpoint {
 public:
  explicit HealthServer(HealthSources sources) : sources_(std::move(sources)) {
    server_.new_task_queue = [] {
      return new httplib::ThreadPool(kThreads);
    };  // httplib deletes it
    server_.Get("/healthz", [this](const httplib::Request&, httplib::Response& answer) {
      const auto healthy = sources_.health();
      answer.status = healthy ? 200 : 503;
      answer.set_content(healthy ? "ok\n" : healthy.error().message + "\n", "text/plain");
    });
    server_.Get("/metrics", [this](const httplib::Request&, httplib::Response& answer) {
      answer.set_content(sources_.metrics(), "text/plain; version=0.0.4");
    });
  }
  ~HealthServer() override {
    server_.stop();
    if (thread_.joinable()) thread_.join();
  }

  bool Listen(const Address& address) {
    port_ = address.port == 0 ? server_.bind_to_any_port(address.host.c_str())
            : server_.bind_to_port(address.host.c_str(), address.port) ? address.port
                                                                       : -1;
    if (port_ < 0) return false;
    thread_ = std::jthread([this] { server_.listen_after_bind(); });
    // stop() before the loop runs would be forgotten.
    while (!server_.is_running()) std::this_thread::yield();
    return true;
  }
  int Port() const override { return port_; }

 private:
  const HealthSources sources_;
  httplib::Server server_;
  int port_ = -1;
  std::jthread thread_;
};

}  // namespace

Result<std::unique_ptr<HealthEndpoint>> HealthEndpoint::Start(const std::string& address,
                                                              HealthSources sources) {
  if (!base::ParseHostPort(address)) {
    return Fail(grpc::StatusCode::INVALID_ARGUMENT, "'" + address + "' is not HOST:PORT");
  }
  auto server = std::make_unique<HealthServer>(std::move(sources));
  if (!server->Listen(*parsed)) {
    return Fail(grpc::StatusCode::UNAVAILABLE, fmt::format("cannot listen on {}", address));
  }
  return std::unique_ptr<HealthEndpoint>(std::move(server));
}

}  // namespace driver
