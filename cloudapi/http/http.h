#pragma once
// A request and an answer of the server, independent of the HTTP library.
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "cloudapi/base/params.h"

namespace cloudapi {

struct HttpRequest {
  std::string method;  // "GET"
  std::string path;    // decoded, without query: "/", "/_zonedisk/health"
  Params query;        // decoded
  Params form;         // decoded body when the content type is a form, else empty
  std::vector<std::pair<std::string, std::string>> headers;  // names in lower case
  std::string body;                                          // raw bytes

  // First value of that header (lower case name) or "".
  const std::string& Header(std::string_view name) const;
};

struct HttpResponse {
  int status = 200;
  std::string content_type = "application/json;charset=utf-8";
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;
};

// The parameters of a query or form, "a=1&b=2", into `params`. A name that is there already keeps
// its first value.
void DecodeQuery(std::string_view query, Params& params);

using HttpHandler = std::function<HttpResponse(const HttpRequest&)>;

}  // namespace cloudapi
