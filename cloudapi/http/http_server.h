#pragma once
// The HTTP server of the cloud. One thread accepts connections and parks them in one epoll set; a
// request is handed to the workers when it is whole.
#include <absl/base/thread_annotations.h>
#include <absl/synchronization/mutex.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <thread>
#include <unordered_map>
#include <vector>

#include "cloudapi/base/env.h"
#include "cloudapi/base/result.h"
#include "cloudapi/http/client_connection.h"
#include "cloudapi/http/http_exchange.h"
#include "cloudapi/http/http_server_options.h"
#include "cloudapi/http/worker_pool.h"

namespace cloudapi {

// Thread-safe. The handler runs on workers and, where on_loop says so, on the loop; it must not
// throw. Its names of headers in HttpRequest are in lower case.
class HttpServer {
 public:
  // Listens and serves. Errors: 500 InternalError with one line, such as "Address already in use".
  static Result<std::unique_ptr<HttpServer>> Start(HttpServerOptions options, HttpHandler handler,
                                                   Env& env);
  ~HttpServer() { Stop(); }
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  int Port() const { return options_.port; }
  std::size_t Connections() const { return count_; }
  std::size_t Threads() const { return pool_.Threads(); }  // workers and spares that were started
  // Stops accepting, lets running handlers end and joins. What makes handlers wait must be told to
  // stop before.
  void Stop();

 private:
  HttpServer(HttpServerOptions options, HttpHandler handler, Env& env);
  Result<void> Open();
  void Run();
  void Accept();
  // Whether the listener is in the epoll set.
  void Watch(bool accepting);
  void Adopt(int fd);
  void OnEvents(std::uint64_t id, std::uint32_t events);
  // Goes on with a connection as far as possible without blocking.
  void Progress(std::uint64_t id, ClientConnection& connection);
  bool MayRunHere(const FramingResult& request) const;
  void HandToWorker(std::uint64_t id, ClientConnection& connection);
  // Connections that workers have answered.
  void TakeBack() ABSL_LOCKS_EXCLUDED(mutex_);
  void CloseLate();
  void Close(std::uint64_t id);
  void Wake() const;

  HttpServerOptions options_;
  Env& env_;
  HttpExchange exchange_;
  int listener_ = -1;
  int epoll_ = -1;
  int wake_ = -1;
  bool accepting_ = false;
  std::uint64_t next_id_;
  std::unordered_map<std::uint64_t, std::unique_ptr<ClientConnection>> connections_;
  std::atomic<std::size_t> count_ = 0;
  std::atomic<bool> stopping_ = false;
  absl::Mutex mutex_;
  std::vector<std::uint64_t> returned_ ABSL_GUARDED_BY(mutex_);
  WorkerPool pool_;
  std::jthread thread_;
};

}  // namespace cloudapi
