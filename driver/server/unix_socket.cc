#include "driver/server/unix_socket.h"

#include <fmt/core.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <string_view>

namespace driver {
namespace {

using grpc::StatusCode;

constexpr std::array<std::string_view, 3> kPrefixes = {"unix://", "unix:", ""};

// Only a refused connection proves that no process listens: a process whose queue is full, or a
// socket that may not be connected to, is not dead.
bool IsDead(const std::string& path) {
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return false;
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::copy(path.begin(), path.end(), address.sun_path);
  const bool refused =
      connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 &&
      (errno == ECONNREFUSED || errno == ENOENT);
  close(fd);
  return refused;
}

}  // namespace

Result<std::string> SocketPathOf(const std::string& endpoint) {
  for (const auto prefix : kPrefixes) {
    if (!endpoint.starts_with(prefix)) continue;
    auto path = endpoint.substr(prefix.size());
    if (path.empty() || path.front() != '/') break;
    if (path.size() >= sizeof(sockaddr_un::sun_path)) {
      return Fail(StatusCode::INVALID_ARGUMENT,
                  fmt::format("endpoint '{}' is longer than a socket path may be", endpoint));
    }
    return path;
  }
  return Fail(StatusCode::INVALID_ARGUMENT,
              fmt::format("endpoint '{}' is not unix:// with an absolute path", endpoint));
}

Result<void> ClearSocketPath(const std::string& path) {
  std::error_code error;
  std::filesystem::create_directories(std::filesystem::path(path).parent_path(), error);
  if (error) {
    return Fail(StatusCode::UNAVAILABLE, fmt::format("folder of {}: {}", path, error.message()));
  }
  return RemoveDeadSocket(path);
}

Result<void> RemoveDeadSocket(const std::string& path) {
  if (path.size() >= sizeof(sockaddr_un::sun_path)) {
    return Fail(StatusCode::INVALID_ARGUMENT,
                fmt::format("{} is longer than a socket path may be", path));
  }
  std::error_code error;
  const auto status = std::filesystem::symlink_status(path, error);
  if (!std::filesystem::exists(status)) return {};
  if (!std::filesystem::is_socket(status)) {
    return Fail(StatusCode::FAILED_PRECONDITION, fmt::format("{} is not a socket", path));
  }
  if (!IsDead(path)) {
    return Fail(StatusCode::ALREADY_EXISTS, fmt::format("{} is served by another process", path));
  }
  std::filesystem::remove(path, error);
  return {};
}

Result<void> RestrictSocket(const std::string& path) {
  constexpr mode_t kOwnerAndGroup = 0660;
  if (chmod(path.c_str(), kOwnerAndGroup) == 0) return {};
  return Fail(StatusCode::UNAVAILABLE, fmt::format("{}: {}", path, std::strerror(errno)));
}

}  // namespace driver
