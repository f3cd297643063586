#include "cloudapi/http/client_connection.h"

#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

namespace cloudapi {
namespace {

constexpr std::size_t kReadBytes = 16 * 1024;
constexpr std::size_t kKeptBytes = 64 * 1024;
constexpr std::chrono::seconds kLinger{2};

// An idle connection does not keep the room of its largest request or answer.
void Clear(std::string& buffer) {
  buffer.clear();
  if (buffer.capacity() > kKeptBytes) buffer.shrink_to_fit();
}

}  // namespace

ClientConnection::ClientConnection(int fd, const HttpServerOptions& options, Env& env)
    : fd_(fd), options_(options), env_(env) {
  Enter(Phase::kIdle);
}

ClientConnection::~ClientConnection() {
  ::close(fd_);
}

bool ClientConnection::Flush() {
  while (sent_ < out_.size()) {
    const ssize_t n = ::send(fd_, out_.data() + sent_, out_.size() - sent_, MSG_NOSIGNAL);
    if (n > 0) {
      sent_ += static_cast<std::size_t>(n);
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      return true;
    } else if (errno != EINTR) {
      return false;
    }
  }
  Clear(out_);
  sent_ = 0;
  return true;
}

// Reads until the socket is empty or the buffer is full. False: the connection is broken.
bool ClientConnection::Fill() {
  std::array<char, kReadBytes> buffer;
  while (readable_ && in_.size() < kRequestLimit) {
    const ssize_t n = ::recv(fd_, buffer.data(), buffer.size(), 0);
    if (n > 0) {
      in_.append(buffer.data(), static_cast<std::size_t>(n));
    } else if (n == 0) {
      eof_ = true;
      readable_ = false;
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      readable_ = false;
    } else if (errno != EINTR) {
      return false;
    }
  }
  return true;
}

std::chrono::milliseconds ClientConnection::LimitOf(Phase phase) const {
  switch (phase) {
    case Phase::kIdle: return options_.idle_deadline;
    case Phase::kHeader: return options_.header_deadline;
    case Phase::kBody: return options_.body_deadline;
    case Phase::kWriting: return options_.write_deadline;
    case Phase::kLingering: return kLinger;
  }
  return {};
}

// The deadline runs from the beginning of the phase.
void ClientConnection::Enter(Phase phase) {
  phase_ = phase;
  deadline_ = env_.Steady() + LimitOf(phase);
}

ClientConnection::Next ClientConnection::Advance() {
  for (;;) {
    if (!Flush()) return Next::kClose;
    if (!out_.empty()) {
      if (phase_ != Phase::kWriting) Enter(Phase::kWriting);
      return Next::kWait;
    }
    if (!Fill()) return Next::kClose;
    if (close_after_out_) return Linger();
    framed_ = framer_.Examine(in_);
    switch (framed_.outcome) {
      case FramingResult::Outcome::kTlsHello: return Next::kClose;
      case FramingResult::Outcome::kRefused: return Next::kRefuse;
      case FramingResult::Outcome::kComplete: return Next::kAnswer;
      case FramingResult::Outcome::kNeedMore: break;
    }
    if (const Next next = Await(); out_.empty()) return next;
  }
}

ClientConnection::Next ClientConnection::Await() {
  if (eof_) return Next::kClose;
  const Phase phase = in_.empty() ? Phase::kIdle : framed_.in_body ? Phase::kBody : Phase::kHeader;
  if (phase != phase_) Enter(phase);
  if (framed_.wants_continue && !continued_) {
    continued_ = true;
    out_ = "HTTP/1.1 100 Continue\r\n\r\n";
  }
  return Next::kWait;
}

// The answer must not be lost to a reset because the client still sends: its side is read to the
// end, for a while.
ClientConnection::Next ClientConnection::Linger() {
  in_.clear();
  if (phase_ != Phase::kLingering) {
    ::shutdown(fd_, SHUT_WR);
    Enter(Phase::kLingering);
  }
  return eof_ ? Next::kClose : Next::kWait;
}

void ClientConnection::Answer(const HttpExchange& exchange) {
  const std::size_t total = framed_.total_bytes;
  auto answer = exchange.Answer(in_, std::move(framed_));
  in_.erase(0, total);
  if (in_.empty()) Clear(in_);
  out_ += answer.bytes;
  close_after_out_ = answer.close;
  continued_ = false;
  if (!busy_) Enter(Phase::kIdle);
}

void ClientConnection::Refuse(const HttpExchange& exchange) {
  out_ += exchange.Refuse(in_, framed_.status, framed_.message).bytes;
  close_after_out_ = true;
}

void ClientConnection::TakeBack() {
  busy_ = false;
  Enter(Phase::kWriting);
}

}  // namespace cloudapi
