#include "cloudapi/http/partial_request.h"

#include "cloudapi/http/http.h"
#include "common/base/text.h"

namespace cloudapi {
namespace {

// Takes what stands before `mark`, and the mark, off the front of `text`; all of it when there is
// no mark.
std::string_view TakeUntil(std::string_view& text, std::string_view mark) {
  const auto end = text.find(mark);
  const auto taken = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + mark.size());
  return taken;
}

}  // namespace

HttpRequest ReadPartly(std::string_view bytes) {
  auto line = TakeUntil(bytes, "\r\n");
  HttpRequest request{.method = std::string(TakeUntil(line, " "))};
  auto query = TakeUntil(line, " ");
  request.path = base::PercentDecode(TakeUntil(query, "?"));
  DecodeQuery(query, request.query);
  for (line = TakeUntil(bytes, "\r\n"); !line.empty(); line = TakeUntil(bytes, "\r\n")) {
    const auto name = TakeUntil(line, ":");
    request.headers.emplace_back(base::Lower(name), base::Trim(line, " \t"));
  }
  return request;
}

}  // namespace cloudapi
