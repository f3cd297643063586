#include "common/base/host_port.h"

#include <fmt/format.h>

#include <charconv>

namespace base {
namespace {

constexpr int kLargestPort = 65535;

std::optional<int> ParsePort(std::string_view text) {
  int port = 0;
  const auto [end, error] = std::from_chars(text.begin(), text.end(), port);
  if (error != std::errc() || end != text.end() || text.starts_with('-')) return std::nullopt;
  return port <= kLargestPort ? std::optional(port) : std::nullopt;
}

}  // namespace

std::optional<HostPort> ParseHostPort(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const auto port = ParsePort(text.substr(colon + 1));
  if (!port) return std::nullopt;
  auto host = text.substr(0, colon);
  if (host.empty()) return HostPort{.host = "0.0.0.0", .port = *port};
  const bool bracketed = host.size() > 2 && host.starts_with('[') && host.ends_with(']');
  if (bracketed) host = host.substr(1, host.size() - 2);
  // Without brackets it cannot be told where an IPv6 address ends.
  if (!bracketed && host.find_first_of(":[]") != std::string_view::npos) return std::nullopt;
  return HostPort{.host = std::string(host), .port = *port};
}

std::string FormatHostPort(const HostPort& address) {
  const bool colons = address.host.find(':') != std::string::npos;
  return fmt::format("{}{}{}:{}", colons ? "[" : "", address.host, colons ? "]" : "", address.port);
}

bool IsLoopback(std::string_view host) {
  const bool digits = host.find_first_not_of("0123456789.") == std::string_view::npos;
  return (digits && host.starts_with("127.")) || host == "localhost" || host == "::1";
}

}  // namespace base
