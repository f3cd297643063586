#include "cloudapi/http/http_exchange.h"

#include <fmt/format.h>
#include <httplib.h>

#include <algorithm>
#include <utility>

#include "cloudapi/http/http.h"
#include "cloudapi/http/partial_request.h"
#include "common/base/text.h"

namespace cloudapi {
namespace {

constexpr int kKeepAliveSeconds = 60;
constexpr std::size_t kKeepAliveRequests = 1'000'000;  // what the header announces

// What the library reads from and writes to: buffers, never the socket.
class BufferStream : public httplib::Stream {
 public:
  explicit BufferStream(std::string_view in) : in_(in) {}
  bool is_readable() const override { return !in_.empty(); }
  bool is_writable() const override { return true; }
  ssize_t read(char* to, std::size_t size) override {
    const auto taken = std::min(size, in_.size());
    std::copy_n(in_.data(), taken, to);
    in_.remove_prefix(taken);
    return static_cast<ssize_t>(taken);
  }
  ssize_t write(const char* from, std::size_t size) override {
    out_.append(from, size);
    return static_cast<ssize_t>(size);
  }
  void get_remote_ip_and_port(std::string&, int&) const override {}
  void get_local_ip_and_port(std::string&, int&) const override {}
  // The library refuses descriptors from FD_SETSIZE on, which it would give to select.
  socket_t socket() const override { return -1; }
  std::string TakeOut() { return std::move(out_); }

 private:
  std::string_view in_;
  std::string out_;
};

HttpRequest ToRequest(const httplib::Request& from) {
  HttpRequest request{.method = from.method, .path = from.path, .body = from.body};
  if (const auto question = from.target.find('?'); question != std::string::npos)
    DecodeQuery(std::string_view(from.target).substr(question + 1), request.query);
  for (const auto& [name, value] : from.headers)
    request.headers.emplace_back(base::Lower(name), value);
  constexpr std::string_view kForm = "application/x-www-form-urlencoded";
  if (base::StartsWithNoCase(request.Header("content-type"), kForm))
    DecodeQuery(request.body, request.form);
  return request;
}

void FromResponse(HttpResponse&& from, httplib::Response& to) {
  to.status = from.status;
  for (const auto& [name, value] : from.headers) to.set_header(name, value);
  to.body = std::move(from.body);
  to.set_header("Content-Type", from.content_type);
}

bool WantsClose(const httplib::Request& request) {
  const auto connection = request.get_header_value("Connection");
  return base::EqualNoCase(connection, "close") ||
         (request.version == "HTTP/1.0" && !base::EqualNoCase(connection, "keep-alive"));
}

}  // namespace

// process_request takes one request through the library, but only its own accept loop may call it:
// hence the derived class. That loop is not used, since it owns a thread a connection.
class HttpExchange::Library : public httplib::Server {
 public:
  explicit Library(HttpHandler handler) {
    set_keep_alive_timeout(kKeepAliveSeconds);
    set_keep_alive_max_count(kKeepAliveRequests);
    set_pre_routing_handler(
        [handler = std::move(handler)](const httplib::Request& from, httplib::Response& to) {
          FromResponse(handler(ToRequest(from)), to);
          return HandlerResponse::Handled;
        });
  }

  // Empty bytes: the library takes the head for no request.
  ExchangeAnswer Process(std::string_view head, std::string body) {
    BufferStream stream(head);
    ExchangeAnswer answer;
    bool parsed = false;
    bool closed = false;
    const bool written = process_request(stream, false, closed, [&](httplib::Request& request) {
      parsed = true;
      answer.close = WantsClose(request);
      request.body = std::move(body);
      // Neither compression (17 times slower than the answer itself) nor ranges of an answer; the
      // framer has told the client to continue.
      request.headers.erase("Accept-Encoding");
      request.headers.erase("Expect");
      request.ranges.clear();
    });
    answer.close = answer.close || closed || !written;
    if (parsed) answer.bytes = stream.TakeOut();
    return answer;
  }
};

HttpExchange::HttpExchange(HttpHandler handler, HttpRefusal refusal)
    : library_(std::make_unique<Library>(std::move(handler))), refusal_(std::move(refusal)) {}

HttpExchange::~HttpExchange() = default;

ExchangeAnswer HttpExchange::Answer(std::string_view bytes, FramingResult framed) const {
  const auto head = bytes.substr(0, framed.header_bytes);
  auto answer = library_->Process(head, std::move(framed.body));
  return answer.bytes.empty() ? Refuse(head, 400, "The request is malformed.") : answer;
}

ExchangeAnswer HttpExchange::Refuse(std::string_view bytes, int status,
                                    std::string_view message) const {
  const HttpResponse response = refusal_(ReadPartly(bytes), status, message);
  std::string text = fmt::format(
      "HTTP/1.1 {} Refused\r\nContent-Type: {}\r\nContent-Length: {}\r\nConnection: close\r\n",
      status, response.content_type, response.body.size());
  for (const auto& [name, value] : response.headers) text += fmt::format("{}: {}\r\n", name, value);
  return {.bytes = text + "\r\n" + response.body, .close = true};
}

}  // namespace cloudapi
