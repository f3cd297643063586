#pragma once
// The seam to the HTTP library: one whole request in, the bytes of its answer out. Here alone
// stands what the server needs of the library: it parses the head of the request and writes the
// answer. Sockets, framing, bodies, deadlines and threads are the server's.
#include <memory>
#include <string>
#include <string_view>

#include "cloudapi/http/http.h"
#include "cloudapi/http/http_server_options.h"
#include "cloudapi/http/request_framing.h"

namespace cloudapi {

// What goes back on the connection.
struct ExchangeAnswer {
  std::string bytes;
  bool close = false;
};

// Thread-safe.
class HttpExchange {
 public:
  HttpExchange(HttpHandler handler, HttpRefusal refusal);
  ~HttpExchange();
  HttpExchange(const HttpExchange&) = delete;
  HttpExchange& operator=(const HttpExchange&) = delete;

  // The answer to the request at the start of `bytes`, which the framer found complete.
  ExchangeAnswer Answer(std::string_view bytes, FramingResult framed) const;
  // The answer to bytes that are no request that is taken; closes.
  ExchangeAnswer Refuse(std::string_view bytes, int status, std::string_view message) const;

 private:
  class Library;
  const std::unique_ptr<Library> library_;
  const HttpRefusal refusal_;
};

}  // namespace cloudapi
