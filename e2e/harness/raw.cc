// Api::Raw: bytes on a socket, for requests that no HTTP library would send.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>

#include "e2e/harness/api.h"

namespace e2e {
namespace {

constexpr int kSilenceMilliseconds = 1000;

int Connect(const std::string& endpoint) {
  const auto colon = endpoint.rfind(':');
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(std::stoi(endpoint.substr(colon + 1))));
  const int connection = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (connect(connection, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
    return connection;
  }
  close(connection);
  return -1;
}

}  // namespace

std::string Api::Raw(const std::string& bytes) const {
  const int connection = Connect(endpoint_);
  if (connection < 0) return {};
  std::size_t sent = 0;
  while (sent < bytes.size()) {
    const ssize_t count = send(connection, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
    if (count <= 0) break;  // refused before its end; the response has the reason
    sent += static_cast<std::size_t>(count);
  }
  std::string answer;
  std::array<char, 4096> buffer{};
  pollfd readable{.fd = connection, .events = POLLIN, .revents = 0};
  while (poll(&readable, 1, kSilenceMilliseconds) > 0) {
    const ssize_t count = recv(connection, buffer.data(), buffer.size(), 0);
    if (count <= 0) break;
    answer.append(buffer.data(), static_cast<std::size_t>(count));
  }
  close(connection);
  return answer;
}

}  // namespace e2e
