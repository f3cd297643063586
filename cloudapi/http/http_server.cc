#include "cloudapi/http/http_server.h"

#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "cloudapi/http/listener.h"

namespace cloudapi {
namespace {

// What an event of the epoll set is about; connections have the numbers behind these.
constexpr std::uint64_t kListenerId = 0;
constexpr std::uint64_t kWakeId = 1;
constexpr std::chrono::milliseconds kSweep{100};

}  // namespace

HttpServer::HttpServer(HttpServerOptions options, HttpHandler handler, Env& env)
    : options_(std::move(options)),
      env_(env),
      exchange_(std::move(handler), options_.refusal),
      next_id_(kWakeId + 1),
      pool_(options_.workers) {}

Result<std::unique_ptr<HttpServer>> HttpServer::Start(HttpServerOptions options,
                                                      HttpHandler handler, Env& env) {
  std::unique_ptr<HttpServer> server(new HttpServer(std::move(options), std::move(handler), env));
  if (const auto opened = server->Open(); !opened) return Fail(opened.error());
  return server;
}

Result<void> HttpServer::Open() {
  const auto listener = Listen(options_.host, options_.port);
  if (!listener) return Fail(listener.error());
  listener_ = *listener;
  epoll_ = ::epoll_create1(EPOLL_CLOEXEC);
  wake_ = ::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  if (epoll_ < 0 || wake_ < 0)
    return Refuse(500, "InternalError", "listen",
                  fmt::format("cannot make the event loop: {}", std::strerror(errno)));
  epoll_event event{.events = EPOLLIN, .data = {.u64 = kWakeId}};
  ::epoll_ctl(epoll_, EPOLL_CTL_ADD, wake_, &event);
  Watch(true);
  thread_ = std::jthread([this] { Run(); });
  return {};
}

void HttpServer::Stop() {
  if (stopping_.exchange(true)) return;
  if (thread_.joinable()) {
    Wake();
    thread_.join();
  }
  pool_.Stop();
  connections_.clear();
  for (const int fd : {listener_, epoll_, wake_})
    if (fd >= 0) ::close(fd);
}

void HttpServer::Wake() const {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(wake_, &one, sizeof one);
}

void HttpServer::Watch(bool accepting) {
  if (accepting == accepting_) return;
  accepting_ = accepting;
  epoll_event event{.events = EPOLLIN, .data = {.u64 = kListenerId}};
  ::epoll_ctl(epoll_, accepting ? EPOLL_CTL_ADD : EPOLL_CTL_DEL, listener_, &event);
}

void HttpServer::Run() {
  std::array<epoll_event, 256> events;
  auto swept = env_.Steady();
  while (!stopping_) {
    const int timeout = connections_.empty() && accepting_ ? -1 : static_cast<int>(kSweep.count());
    const int n = ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), timeout);
    for (int i = 0; i < n; ++i) {
      const auto& event = events[static_cast<std::size_t>(i)];
      switch (event.data.u64) {
        case kListenerId: Accept(); break;
        case kWakeId: TakeBack(); break;
        default: OnEvents(event.data.u64, event.events);
      }
    }
    const auto now = env_.Steady();
    if (now - swept < kSweep) continue;
    swept = now;
    CloseLate();
    Watch(true);  // descriptors may have become free
  }
}

void HttpServer::Accept() {
  for (;;) {
    const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd >= 0) {
      Adopt(fd);
    } else if (errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == ENOBUFS) {
      Watch(false);  // the next sweep tries again
      return;
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      return;
    }
  }
}

void HttpServer::Adopt(int fd) {
  auto connection = std::make_unique<ClientConnection>(fd, options_, env_);
  if (connections_.size() >= options_.max_connections) return;
  const int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  // Edge-triggered: registered once, so that parking again costs no system call.
  epoll_event event{.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, .data = {.u64 = next_id_}};
  if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event) != 0) return;
  connections_.emplace(next_id_++, std::move(connection));
  count_ = connections_.size();
}

void HttpServer::OnEvents(std::uint64_t id, std::uint32_t events) {
  const auto found = connections_.find(id);
  if (found == connections_.end()) return;
  ClientConnection& connection = *found->second;
  if ((events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0) connection.MarkReadable();
  if (!connection.IsBusy()) Progress(id, connection);
}

void HttpServer::Progress(std::uint64_t id, ClientConnection& connection) {
  for (;;) {
    switch (connection.Advance()) {
      case ClientConnection::Next::kWait: return;
      case ClientConnection::Next::kClose: Close(id); return;
      case ClientConnection::Next::kRefuse: connection.Refuse(exchange_); break;
      case ClientConnection::Next::kAnswer:
        if (!MayRunHere(connection.Request())) {
          HandToWorker(id, connection);
          return;
        }
        connection.Answer(exchange_);
    }
  }
}

bool HttpServer::MayRunHere(const FramingResult& request) const {
  return options_.on_loop && options_.on_loop(request.method, request.target);
}

void HttpServer::HandToWorker(std::uint64_t id, ClientConnection& connection) {
  connection.HandOver();
  pool_.Post([this, id, &connection] {
    connection.Answer(exchange_);
    // Sent here, so that the client need not wait for the loop; a failure shows there again.
    [[maybe_unused]] const bool sent = connection.Flush();
    {
      const absl::MutexLock lock(&mutex_);
      returned_.push_back(id);
      if (returned_.size() > 1) return;  // the loop was woken already
    }
    Wake();
  });
}

void HttpServer::TakeBack() {
  std::uint64_t ignored = 0;
  [[maybe_unused]] const auto read = ::read(wake_, &ignored, sizeof ignored);
  std::vector<std::uint64_t> ids;
  {
    const absl::MutexLock lock(&mutex_);
    ids.swap(returned_);
  }
  for (const auto id : ids) {
    ClientConnection& connection = *connections_.at(id);
    connection.TakeBack();
    Progress(id, connection);
  }
}

void HttpServer::CloseLate() {
  if (std::erase_if(connections_, [](const auto& row) { return row.second->IsLate(); }) > 0)
    count_ = connections_.size();
}

void HttpServer::Close(std::uint64_t id) {
  connections_.erase(id);
  count_ = connections_.size();
}

}  // namespace cloudapi
