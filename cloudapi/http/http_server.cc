#include "cloudapi/http/http_server.h"

#include <absl/base/thread_annotations.h>
#include <absl/synchronization/mutex.h>
#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

#include "cloudapi/http/http_exchange.h"
#include "cloudapi/http/request_framing.h"

namespace cloudapi {
namespace {

using SteadyTime = std::chrono::steady_clock::time_point;

constexpr std::uint64_t kListenerId = 0;
constexpr std::uint64_t kWakeId = 1;
constexpr int kSweepMilliseconds = 100;
constexpr std::size_t kReadBytes = 16 * 1024;
constexpr std::size_t kKeptBytes = 64 * 1024;
constexpr std::chrono::seconds kLinger{2};

enum class Phase { kIdle, kHeader, kBody, kWriting, kLingering };

// A connection belongs to the loop, or, while `busy`, to one worker.
struct Connection {
  int fd = -1;
  bool local = false;
  std::string in;
  RequestFramer framer;
  std::string out;
  std::size_t sent = 0;   // of `out`
  bool readable = false;  // the socket may hold more bytes
  bool eof = false;
  bool close_after_out = false;
  bool continued = false;  // "100 Continue" was sent for the present request
  bool busy = false;
  Phase phase = Phase::kIdle;
  SteadyTime deadline;
};

bool IsLoopback(const sockaddr_storage& peer) {
  if (peer.ss_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, &peer, sizeof v4);
    return (ntohl(v4.sin_addr.s_addr) >> 24) == 127;
  }
  sockaddr_in6 v6{};
  std::memcpy(&v6, &peer, sizeof v6);
  if (IN6_IS_ADDR_V4MAPPED(&v6.sin6_addr)) return v6.sin6_addr.s6_addr[12] == 127;
  return IN6_IS_ADDR_LOOPBACK(&v6.sin6_addr) != 0;
}

// An idle connection does not keep the room of its largest request or answer.
void Clear(std::string& buffer) {
  buffer.clear();
  if (buffer.capacity() > kKeptBytes) buffer.shrink_to_fit();
}

// Sends what the socket takes. False: the connection is broken.
bool Flush(Connection& connection) {
  std::string& out = connection.out;
  std::size_t& sent = connection.sent;
  while (sent < out.size()) {
    const ssize_t n = ::send(connection.fd, out.data() + sent, out.size() - sent, MSG_NOSIGNAL);
    if (n > 0) {
      sent += static_cast<std::size_t>(n);
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      return true;
    } else if (errno != EINTR) {
      return false;
    }
  }
  Clear(out);
  sent = 0;
  return true;
}

// Reads until the socket is empty or the buffer is full. False: the connection is broken.
bool Fill(Connection& connection) {
  std::array<char, kReadBytes> buffer;
  while (connection.readable && connection.in.size() < kRequestLimit) {
    const ssize_t n = ::recv(connection.fd, buffer.data(), buffer.size(), 0);
    if (n > 0) {
      connection.in.append(buffer.data(), static_cast<std::size_t>(n));
    } else if (n == 0) {
      connection.eof = true;
      connection.readable = false;
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      connection.readable = false;
    } else if (errno != EINTR) {
      return false;
    }
  }
  return true;
}

}  // namespace

class HttpServer::Loop {
 public:
  Loop(HttpServerOptions options, HttpHandler handler, Env& env)
      : options_(std::move(options)),
        env_(env),
        exchange_(std::move(handler), options_.refusal),
        pool_(options_.workers) {}
  ~Loop() { Stop(); }
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  // Empty, or why not.
  std::string Start();
  void Stop();
  int Port() const { return options_.port; }
  std::size_t Connections() const { return count_; }
  std::size_t Threads() { return pool_.Threads(); }

 private:
  void Run();
  void Accept();
  void Watch(bool accepting);
  void Adopt(int fd, bool local);
  void TakeBack() ABSL_LOCKS_EXCLUDED(mutex_);
  void Sweep();
  void OnEvents(std::uint64_t id, std::uint32_t events);
  // Goes on with a connection as far as possible without blocking.
  void Progress(std::uint64_t id, Connection& connection);
  // One step; false when nothing more can be done now.
  bool Step(std::uint64_t id, Connection& connection);
  bool Take(std::uint64_t id, Connection& connection, FramingResult framed);
  bool AwaitMore(Connection& connection, const FramingResult& framed);
  void Hand(std::uint64_t id, Connection& connection, FramingResult framed);
  void Finish(Connection& connection);
  void SetPhase(Connection& connection, Phase phase, std::chrono::milliseconds limit);
  void Close(std::uint64_t id);
  void Wake() const;
  bool OnLoop(std::string_view bytes) const;
  static void AnswerInto(const HttpExchange& exchange, Connection& connection,
                         FramingResult framed);

  HttpServerOptions options_;
  Env& env_;
  HttpExchange exchange_;
  int listener_ = -1;
  int epoll_ = -1;
  int wake_ = -1;
  bool accepting_ = false;
  std::uint64_t next_id_ = kWakeId + 1;
  std::unordered_map<std::uint64_t, std::unique_ptr<Connection>> connections_;
  std::atomic<std::size_t> count_ = 0;
  std::atomic<bool> stopping_ = false;
  absl::Mutex mutex_;
  std::vector<std::uint64_t> returned_ ABSL_GUARDED_BY(mutex_);
  WorkerPool pool_;
  std::jthread thread_;
};

std::string HttpServer::Loop::Start() {
  const int wanted = options_.port;
  errno = 0;
  listener_ = exchange_.Listen(options_.host, options_.port);
  if (listener_ < 0)
    return fmt::format(
        "cannot listen on {}:{}: {}", options_.host, wanted,
        errno == 0 ? "the address is not one of this machine" : std::strerror(errno));
  ::fcntl(listener_, F_SETFL, ::fcntl(listener_, F_GETFL) | O_NONBLOCK);
  epoll_ = ::epoll_create1(EPOLL_CLOEXEC);
  wake_ = ::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  if (epoll_ < 0 || wake_ < 0)
    return fmt::format("cannot make the event loop: {}", std::strerror(errno));
  epoll_event event{.events = EPOLLIN, .data = {.u64 = kWakeId}};
  ::epoll_ctl(epoll_, EPOLL_CTL_ADD, wake_, &event);
  Watch(true);
  thread_ = std::jthread([this] { Run(); });
  return {};
}

void HttpServer::Loop::Stop() {
  if (stopping_.exchange(true)) return;
  if (thread_.joinable()) {
    Wake();
    thread_.join();
  }
  pool_.Stop();
  for (const auto& [id, connection] : connections_) ::close(connection->fd);
  connections_.clear();
  for (const int fd : {listener_, epoll_, wake_})
    if (fd >= 0) ::close(fd);
}

void HttpServer::Loop::Wake() const {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(wake_, &one, sizeof one);
}

void HttpServer::Loop::Watch(bool accepting) {
  if (accepting == accepting_) return;
  accepting_ = accepting;
  epoll_event event{.events = EPOLLIN, .data = {.u64 = kListenerId}};
  ::epoll_ctl(epoll_, accepting ? EPOLL_CTL_ADD : EPOLL_CTL_DEL, listener_, &event);
}

void HttpServer::Loop::Run() {
  std::array<epoll_event, 256> events;
  SteadyTime swept = env_.Steady();
  while (!stopping_) {
    const int timeout = connections_.empty() && accepting_ ? -1 : kSweepMilliseconds;
    const int n = ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), timeout);
    for (int i = 0; i < n; ++i) {
      const auto& event = events[static_cast<std::size_t>(i)];
      if (event.data.u64 == kListenerId) {
        Accept();
      } else if (event.data.u64 == kWakeId) {
        TakeBack();
      } else {
        OnEvents(event.data.u64, event.events);
      }
    }
    const auto now = env_.Steady();
    if (now - swept < std::chrono::milliseconds(kSweepMilliseconds)) continue;
    swept = now;
    Sweep();
    Watch(true);  // descriptors may have become free
  }
}

void HttpServer::Loop::Accept() {
  for (;;) {
    sockaddr_storage peer{};
    socklen_t size = sizeof peer;
    const int fd = ::accept4(listener_, reinterpret_cast<sockaddr*>(&peer), &size,
                             SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd >= 0) {
      Adopt(fd, IsLoopback(peer));
    } else if (errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == ENOBUFS) {
      Watch(false);  // the next sweep tries again
      return;
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      return;
    }
  }
}

void HttpServer::Loop::Adopt(int fd, bool local) {
  if (connections_.size() >= options_.max_connections) {
    ::close(fd);
    return;
  }
  const int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  const std::uint64_t id = next_id_++;
  auto connection = std::make_unique<Connection>();
  connection->fd = fd;
  connection->local = local;
  SetPhase(*connection, Phase::kIdle, options_.idle_deadline);
  // Edge-triggered: registered once, so that parking again costs no system call.
  epoll_event event{.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, .data = {.u64 = id}};
  if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event) != 0) {
    ::close(fd);
    return;
  }
  connections_.emplace(id, std::move(connection));
  count_ = connections_.size();
}

void HttpServer::Loop::OnEvents(std::uint64_t id, std::uint32_t events) {
  const auto found = connections_.find(id);
  if (found == connections_.end()) return;
  Connection& connection = *found->second;
  // A worker owns everything but this flag, which only the loop touches.
  if ((events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0) connection.readable = true;
  if (!connection.busy) Progress(id, connection);
}

void HttpServer::Loop::TakeBack() {
  std::uint64_t ignored = 0;
  [[maybe_unused]] const auto read = ::read(wake_, &ignored, sizeof ignored);
  std::vector<std::uint64_t> ids;
  {
    const absl::MutexLock lock(&mutex_);
    ids.swap(returned_);
  }
  for (const auto id : ids) {
    Connection& connection = *connections_.at(id);
    connection.busy = false;
    SetPhase(connection, Phase::kWriting, options_.write_deadline);
    Progress(id, connection);
  }
}

void HttpServer::Loop::Sweep() {
  const auto now = env_.Steady();
  std::vector<std::uint64_t> late;
  for (const auto& [id, connection] : connections_)
    if (!connection->busy && connection->deadline <= now) late.push_back(id);
  for (const auto id : late) Close(id);
}

void HttpServer::Loop::Close(std::uint64_t id) {
  const auto found = connections_.find(id);
  ::close(found->second->fd);
  connections_.erase(found);
  count_ = connections_.size();
}

void HttpServer::Loop::SetPhase(Connection& connection, Phase phase,
                                std::chrono::milliseconds limit) {
  connection.phase = phase;
  connection.deadline = env_.Steady() + limit;
}

void HttpServer::Loop::Progress(std::uint64_t id, Connection& connection) {
  while (Step(id, connection)) {
  }
}

bool HttpServer::Loop::Step(std::uint64_t id, Connection& connection) {
  if (!Flush(connection)) {
    Close(id);
    return false;
  }
  if (!connection.out.empty()) {
    if (connection.phase != Phase::kWriting)
      SetPhase(connection, Phase::kWriting, options_.write_deadline);
    return false;
  }
  if (!Fill(connection)) {
    Close(id);
    return false;
  }
  if (connection.close_after_out) {
    Finish(connection);
    if (connection.eof) Close(id);
    return false;
  }
  return Take(id, connection, connection.framer.Examine(connection.in));
}

// The answer must not be lost to a reset because the client still sends: its side is read to the
// end, for a while.
void HttpServer::Loop::Finish(Connection& connection) {
  connection.in.clear();
  if (connection.phase == Phase::kLingering) return;
  ::shutdown(connection.fd, SHUT_WR);
  SetPhase(connection, Phase::kLingering, kLinger);
}

bool HttpServer::Loop::Take(std::uint64_t id, Connection& connection, FramingResult framed) {
  switch (framed.outcome) {
    case FramingResult::Outcome::kNeedMore:
      if (connection.eof) {
        Close(id);
        return false;
      }
      return AwaitMore(connection, framed);
    case FramingResult::Outcome::kTlsHello: Close(id); return false;
    case FramingResult::Outcome::kRefused: {
      auto answer = exchange_.Refuse(framed.status, framed.message);
      connection.out += answer.bytes;
      connection.close_after_out = true;
      return true;
    }
    case FramingResult::Outcome::kComplete: break;
  }
  connection.continued = false;
  if (!OnLoop(connection.in)) {
    Hand(id, connection, std::move(framed));
    return false;
  }
  AnswerInto(exchange_, connection, std::move(framed));
  SetPhase(connection, Phase::kIdle, options_.idle_deadline);
  return true;
}

bool HttpServer::Loop::AwaitMore(Connection& connection, const FramingResult& framed) {
  const Phase phase = connection.in.empty() ? Phase::kIdle
                      : framed.in_body      ? Phase::kBody
                                            : Phase::kHeader;
  if (phase != connection.phase) {
    SetPhase(connection, phase,
             phase == Phase::kIdle     ? options_.idle_deadline
             : phase == Phase::kHeader ? options_.header_deadline
                                       : options_.body_deadline);
  }
  if (!framed.wants_continue || connection.continued) return false;
  connection.continued = true;
  connection.out += "HTTP/1.1 100 Continue\r\n\r\n";
  return true;
}

bool HttpServer::Loop::OnLoop(std::string_view bytes) const {
  if (!options_.on_loop) return false;
  const auto space = bytes.find(' ');
  const auto end = bytes.find(' ', space + 1);
  if (space == std::string_view::npos || end == std::string_view::npos) return false;
  return options_.on_loop(bytes.substr(0, space), bytes.substr(space + 1, end - space - 1));
}

void HttpServer::Loop::AnswerInto(const HttpExchange& exchange, Connection& connection,
                                  FramingResult framed) {
  const std::size_t total = framed.total_bytes;
  auto answer = exchange.Answer(connection.in, std::move(framed), connection.local);
  connection.in.erase(0, total);
  if (connection.in.empty()) Clear(connection.in);
  connection.out += answer.bytes;
  connection.close_after_out = answer.close;
}

void HttpServer::Loop::Hand(std::uint64_t id, Connection& connection, FramingResult framed) {
  connection.busy = true;
  // shared_ptr because std::function copies: the pool is the only other holder.
  auto shared = std::make_shared<FramingResult>(std::move(framed));
  pool_.Post([this, id, &connection, shared] {
    AnswerInto(exchange_, connection, std::move(*shared));
    // Sent here, so that the client need not wait for the loop; a failure shows there again.
    [[maybe_unused]] const bool sent = Flush(connection);
    {
      const absl::MutexLock lock(&mutex_);
      returned_.push_back(id);
      if (returned_.size() > 1) return;  // the loop was woken already
    }
    Wake();
  });
}

HttpServer::HttpServer(std::unique_ptr<Loop> loop) : loop_(std::move(loop)) {}
HttpServer::~HttpServer() = default;

Result<std::unique_ptr<HttpServer>> HttpServer::Start(HttpServerOptions options,
                                                      HttpHandler handler, Env& env) {
  auto loop = std::make_unique<Loop>(std::move(options), std::move(handler), env);
  if (auto failure = loop->Start(); !failure.empty())
    return Refuse(500, "InternalError", "listen", std::move(failure));
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(loop)));
}

int HttpServer::Port() const {
  return loop_->Port();
}
std::size_t HttpServer::Connections() const {
  return loop_->Connections();
}
std::size_t HttpServer::Threads() const {
  return loop_->Threads();
}
void HttpServer::Stop() {
  loop_->Stop();
}

}  // namespace cloudapi
