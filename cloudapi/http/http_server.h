#pragma once
// The HTTP server: connections are parked in one epoll set and own no thread. A request that is
// wholly buffered is answered on the loop when it cannot block, else by a worker. The library
// parses the header and writes the answer.
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "cloudapi/base/env.h"
#include "cloudapi/base/result.h"
#include "cloudapi/http/http.h"
#include "cloudapi/http/worker_pool.h"

namespace cloudapi {

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
  // The body of an answer that the server itself gives to a malformed request.
  std::function<HttpResponse(int status, std::string_view message)> refusal;
};

// Thread-safe. The handler runs on workers and, where on_loop says so, on the loop; it must not
// throw. Its names of headers in HttpRequest are in lower case.
class HttpServer {
 public:
  // Listens and serves. Errors: 500 InternalError with one line, such as "Address already in use".
  static Result<std::unique_ptr<HttpServer>> Start(HttpServerOptions options, HttpHandler handler,
                                                   Env& env);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  int Port() const;
  std::size_t Connections() const;
  std::size_t Threads() const;  // workers and spares that were started
  // Stops accepting, lets running handlers end and joins. What makes handlers wait must be told to
  // stop before.
  void Stop();

 private:
  class Loop;
  explicit HttpServer(std::unique_ptr<Loop> loop);
  std::unique_ptr<Loop> loop_;
};

}  // namespace cloudapi
