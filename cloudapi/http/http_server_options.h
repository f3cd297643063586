#pragma once
// How the HTTP server is started, and its limits.
#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "cloudapi/http/http.h"
#include "cloudapi/http/worker_pool.h"

namespace cloudapi {

// Returns the answer to a request that reaches no handler. `request` holds what could be read of
// it.
using HttpRefusal =
    std::function<HttpResponse(const HttpRequest& request, int status, std::string_view message)>;

struct HttpServerOptions {
  std::string host = "127.0.0.1";
  int port = 0;                                       // 0: any free one
  std::chrono::milliseconds header_deadline{10'000};  // from the first byte of a request
  std::chrono::milliseconds body_deadline{30'000};    // from the end of its header
  std::chrono::milliseconds idle_deadline{60'000};    // between requests
  std::chrono::milliseconds write_deadline{30'000};   // until the client took the answer
  std::size_t max_connections = 8192;                 // further ones are closed at once
  WorkerLimits workers;
  // Whether a request with that method and target (undecoded) never blocks. Empty: none.
  std::function<bool(std::string_view method, std::string_view target)> on_loop;
  HttpRefusal refusal;
};

}  // namespace cloudapi
