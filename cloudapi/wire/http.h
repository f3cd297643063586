#pragma once
// A request and an answer of the server, independent of the HTTP library.
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "cloudapi/wire/params.h"

namespace cloudapi {

struct HttpRequest {
  std::string method;  // "GET"
  std::string path;    // decoded, without query: "/", "/_zonedisk/health"
  Params query;        // decoded
  Params form;         // decoded body when the content type is a form, else empty
  std::vector<std::pair<std::string, std::string>> headers;  // names in lower case
  std::string body;                                          // raw bytes
  bool local = true;                                         // the peer is a loopback address

  // First value of that header (lower case name) or "".
  const std::string& Header(std::string_view name) const;
};

struct HttpResponse {
  int status = 200;
  std::string content_type = "application/json;charset=utf-8";
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;
};

using HttpHandler = std::function<HttpResponse(const HttpRequest&)>;

// Tells the server that this worker thread waits (commit, long poll, injected latency), so that a
// spare may start. Does nothing on threads that are not workers. Nesting counts once.
class BlockingScope {
 public:
  enum class Why { kCommit, kLongPoll };
  explicit BlockingScope(Why why);
  ~BlockingScope();
  BlockingScope(const BlockingScope&) = delete;
  BlockingScope& operator=(const BlockingScope&) = delete;
};

}  // namespace cloudapi
