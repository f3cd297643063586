#include "cloudapi/http/http_exchange.h"

#include <fmt/format.h>
#include <httplib.h>
#include <sys/socket.h>

#include <algorithm>
#include <utility>

#include "cloudapi/http/decode.h"
#include "common/base/text.h"

namespace cloudapi {
namespace {

constexpr int kBacklog = 4096;
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

// The request being answered by this thread, handed around the library.
struct Current {
  std::string body;
  bool local = true;
  bool close = false;
  bool routed = false;
  int refused = 400;  // the library's reason for not routing it
};
thread_local Current* current = nullptr;

HttpRequest ToRequest(const httplib::Request& from, Current& exchange) {
  HttpRequest request;
  request.method = from.method;
  const auto question = from.target.find('?');
  request.path = from.path;
  if (question != std::string::npos)
    DecodeQuery(std::string_view(from.target).substr(question + 1), request.query);
  for (const auto& [name, value] : from.headers)
    request.headers.emplace_back(base::Lower(name), value);
  request.body = std::move(exchange.body);
  request.local = exchange.local;
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

}  // namespace

class HttpExchange::Library : public httplib::Server {
 public:
  Library(HttpHandler handler, HttpRefusal refusal)
      : handler_(std::move(handler)), refusal_(std::move(refusal)) {
    set_keep_alive_timeout(kKeepAliveSeconds);
    set_keep_alive_max_count(kKeepAliveRequests);
    set_pre_routing_handler([this](const httplib::Request& request, httplib::Response& response) {
      current->routed = true;
      FromResponse(handler_(ToRequest(request, *current)), response);
      return HandlerResponse::Handled;
    });
    set_error_handler(HandlerWithResponse([](const httplib::Request&, httplib::Response& response) {
      if (!current->routed) current->refused = response.status;
      return HandlerResponse::Handled;
    }));
    // The default also sets SO_REUSEPORT, with which two servers share a port silently.
    set_socket_options([](socket_t fd) {
      const int on = 1;
      ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    });
  }

  std::string Process(std::string_view header) {
    BufferStream stream(header);
    bool closed = false;
    // Neither compression (17 times slower than the answer itself) nor ranges of an answer.
    const bool parsed =
        process_request(stream, current->close, closed, [](httplib::Request& request) {
          request.headers.erase("Accept-Encoding");
          request.headers.erase("Expect");  // answered by the framer
          request.ranges.clear();
          const auto connection = request.get_header_value("Connection");
          if (base::EqualNoCase(connection, "close")) current->close = true;
          if (request.version == "HTTP/1.0" && !base::EqualNoCase(connection, "keep-alive"))
            current->close = true;
        });
    current->close = current->close || closed || !parsed;
    return stream.TakeOut();
  }

  HttpResponse Refusal(int status, std::string_view message) const {
    return refusal_(status, message);
  }

  int Listen(const std::string& host, int& port) {
    if (port == 0) {
      port = bind_to_any_port(host);
    } else if (!bind_to_port(host, port)) {
      port = -1;
    }
    const int fd = svr_sock_.exchange(INVALID_SOCKET);
    // The library listens with a backlog of 5.
    if (port < 0 || fd < 0 || ::listen(fd, kBacklog) != 0) return -1;
    return fd;
  }

 private:
  const HttpHandler handler_;
  const HttpRefusal refusal_;
};

// A request that the library refuses by itself makes its function-local statics before threads
// share them: their guards are in code that the thread sanitizer does not see.
HttpExchange::HttpExchange(HttpHandler handler, HttpRefusal refusal)
    : library_(std::make_unique<Library>(std::move(handler), std::move(refusal))) {
  Current exchange{.body = "", .local = true};
  current = &exchange;
  library_->Process("NONE / HTTP/1.1\r\n\r\n");
  current = nullptr;
}

HttpExchange::~HttpExchange() = default;

ExchangeAnswer HttpExchange::Answer(std::string_view bytes, FramingResult framed,
                                    bool local) const {
  Current exchange{.body = std::move(framed.body), .local = local};
  current = &exchange;
  std::string out = library_->Process(bytes.substr(0, framed.header_bytes));
  current = nullptr;
  if (!exchange.routed) return Refuse(exchange.refused, "The request is malformed.");
  return {.bytes = std::move(out), .close = exchange.close};
}

ExchangeAnswer HttpExchange::Refuse(int status, std::string_view message) const {
  const HttpResponse response = library_->Refusal(status, message);
  std::string bytes = fmt::format(
      "HTTP/1.1 {} Refused\r\nContent-Type: {}\r\nContent-Length: {}\r\nConnection: close\r\n",
      status, response.content_type, response.body.size());
  for (const auto& [name, value] : response.headers)
    bytes += fmt::format("{}: {}\r\n", name, value);
  bytes += "\r\n" + response.body;
  return {.bytes = std::move(bytes), .close = true};
}

int HttpExchange::Listen(const std::string& host, int& port) {
  return library_->Listen(host, port);
}

}  // namespace cloudapi
