#pragma once
// A client whose bytes a test decides, over a loopback socket.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdlib>
#include <string>
#include <string_view>

namespace cloudapi {

struct RawAnswer {
  int status = 0;  // 0: the connection ended before a whole answer
  std::string header;
  std::string body;
};

// Reads give up after 20 seconds, as if the connection had ended. Not synchronised.
class SocketClient {
 public:
  explicit SocketClient(int port) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const timeval limit{.tv_sec = 20, .tv_usec = 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    if (::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
      ADD_FAILURE() << "cannot connect to port " << port;
  }
  ~SocketClient() {
    if (fd_ >= 0) ::close(fd_);
  }
  SocketClient(const SocketClient&) = delete;
  SocketClient& operator=(const SocketClient&) = delete;
  SocketClient(SocketClient&& other) noexcept : fd_(other.fd_), in_(std::move(other.in_)) {
    other.fd_ = -1;
  }
  SocketClient& operator=(SocketClient&&) = delete;

  // False when the server closed while this still sent.
  bool Send(std::string_view bytes) const {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }
  // Says that nothing more will be sent.
  void FinishSending() const { ::shutdown(fd_, SHUT_WR); }
  // Closes with a reset.
  void Abort() {
    const linger now{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    ::close(fd_);
    fd_ = -1;
  }

  // The next answer; it must carry Content-Length.
  RawAnswer Read() {
    const auto end = Await("\r\n\r\n");
    if (end == std::string::npos) return {};
    RawAnswer answer{.header = in_.substr(0, end + 4)};
    in_.erase(0, end + 4);
    answer.status = std::atoi(answer.header.substr(answer.header.find(' ') + 1).c_str());
    const auto length = answer.header.find("Content-Length: ");
    if (length == std::string::npos) return answer;
    const auto size = static_cast<std::size_t>(std::atoll(answer.header.c_str() + length + 16));
    while (in_.size() < size)
      if (!More()) return {};
    answer.body = in_.substr(0, size);
    in_.erase(0, size);
    return answer;
  }
  RawAnswer Ask(std::string_view request) {
    Send(request);
    return Read();
  }
  // Whether the server ends the connection without sending more.
  bool Ended() { return in_.empty() && !More() && at_end_; }
  // Whether the server closes its side within 20 milliseconds; reads nothing.
  bool EndsSoon() const {
    pollfd wanted{.fd = fd_, .events = POLLRDHUP, .revents = 0};
    return ::poll(&wanted, 1, 20) > 0;
  }

 private:
  std::size_t Await(std::string_view mark) {
    std::size_t at = 0;
    while ((at = in_.find(mark)) == std::string::npos)
      if (!More()) return std::string::npos;
    return at;
  }
  bool More() {
    std::array<char, 65536> buffer;
    const ssize_t got = ::recv(fd_, buffer.data(), buffer.size(), 0);
    if (got > 0) in_.append(buffer.data(), static_cast<std::size_t>(got));
    at_end_ = got == 0 || (got < 0 && errno == ECONNRESET);
    return got > 0;
  }

  int fd_;
  std::string in_;
  bool at_end_ = false;
};

}  // namespace cloudapi
