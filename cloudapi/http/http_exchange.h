#pragma once
// One request through the HTTP library: bytes in, bytes out. Private to the server.
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "cloudapi/http/http.h"
#include "cloudapi/http/request_framing.h"

namespace cloudapi {

using HttpRefusal = std::function<HttpResponse(int status, std::string_view message)>;

// What goes back on the connection.
struct ExchangeAnswer {
  std::string bytes;
  bool close = false;
};

// The library's server object used as a parser and a writer. Thread-safe.
class HttpExchange {
 public:
  HttpExchange(HttpHandler handler, HttpRefusal refusal);
  ~HttpExchange();
  HttpExchange(const HttpExchange&) = delete;
  HttpExchange& operator=(const HttpExchange&) = delete;

  // Answers the whole request at the start of `bytes`, which `framed` found.
  ExchangeAnswer Answer(std::string_view bytes, FramingResult framed, bool local) const;
  // The answer to bytes that are no request; closes.
  ExchangeAnswer Refuse(int status, std::string_view message) const;
  // A listening socket made by the library, or -1. `port` 0 becomes the port bound.
  int Listen(const std::string& host, int& port);

 private:
  class Library;
  std::unique_ptr<Library> library_;
};

}  // namespace cloudapi
