#include "cloudapi/http/listener.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>

namespace cloudapi {
namespace {

constexpr int kBacklog = 4096;

using Addresses = std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)>;

Addresses Resolve(const std::string& host, int port) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE;
  addrinfo* found = nullptr;
  if (::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found) != 0)
    found = nullptr;
  return {found, &::freeaddrinfo};
}

// -1 and errno: cannot.
int ListenOn(const addrinfo& address) {
  const int fd = ::socket(address.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return -1;
  // Not SO_REUSEPORT, with which two servers share a port silently.
  const int on = 1;
  ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (::bind(fd, address.ai_addr, address.ai_addrlen) == 0 && ::listen(fd, kBacklog) == 0)
    return fd;
  const int why = errno;
  ::close(fd);
  errno = why;
  return -1;
}

int PortOf(int fd) {
  sockaddr_storage bound{};
  socklen_t size = sizeof bound;
  ::getsockname(fd, reinterpret_cast<sockaddr*>(&bound), &size);
  // The port stands at the same place for both families.
  return ntohs(reinterpret_cast<const sockaddr_in&>(bound).sin_port);
}

}  // namespace

Result<int> Listen(const std::string& host, int& port) {
  std::string why = "the address is not one of this machine";
  const Addresses addresses = Resolve(host, port);
  for (const auto* address = addresses.get(); address != nullptr; address = address->ai_next) {
    const int fd = ListenOn(*address);
    if (fd < 0) {
      why = std::strerror(errno);
      continue;
    }
    port = PortOf(fd);
    return fd;
  }
  return Refuse(500, "InternalError", "listen",
                fmt::format("cannot listen on {}:{}: {}", host, port, why));
}

}  // namespace cloudapi
