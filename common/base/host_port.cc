#include "common/base/host_port.h"

#include <fmt/format.h>

#include "common/base/text.h"

namespace base {
namespace {

constexpr unsigned kLargestPort = 65535;

}  // namespace

std::optional<HostPort> ParseHostPort(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const auto port = ParseNumber<unsigned>(text.substr(colon + 1));
  if (!port || *port > kLargestPort) return std::nullopt;
  auto host = text.substr(0, colon);
  if (host.empty()) return HostPort{.host = "0.0.0.0", .port = static_cast<int>(*port)};
  const bool bracketed = host.size() > 2 && host.starts_with('[') && host.ends_with(']');
  if (bracketed) host = host.substr(1, host.size() - 2);
  // Without brackets it cannot be told where an IPv6 address ends.
  if (!bracketed && host.find_first_of(":[]") != std::string_view::npos) return std::nullopt;
  return HostPort{.host = std::string(host), .port = static_cast<int>(*port)};
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
