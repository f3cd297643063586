#pragma once
// An HTTP server for a handful of callers on the same machine: health, metrics, instance metadata.
#include <functional>
#include <memory>
#include <string>

#include "common/base/expected.h"
#include "common/base/host_port.h"

namespace httplib {
class Server;
}

namespace base {

// Serves on a few threads of its own from Start until it is destroyed, which waits for what is
// being answered. Handlers run on those threads, at most two at a time.
class SmallHttpServer {
 public:
  // `listen` is HOST:PORT, port 0 for any free one. The error says in one line why it cannot be
  // listened on.
  static Expected<std::unique_ptr<SmallHttpServer>, std::string> Start(
      const std::string& listen, const std::function<void(httplib::Server&)>& add_routes);
  ~SmallHttpServer();
  SmallHttpServer(const SmallHttpServer&) = delete;
  SmallHttpServer& operator=(const SmallHttpServer&) = delete;

  // As really bound.
  const HostPort& Address() const { return address_; }

 private:
  struct State;
  SmallHttpServer(std::unique_ptr<State> state, HostPort address);

  std::unique_ptr<State> state_;
  const HostPort address_;
};

}  // namespace base
