#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace base {

struct HostPort {
  std::string host;  // without brackets
  int port = 0;
  bool operator==(const HostPort&) const = default;
};

// "127.0.0.1:80", "node-1:0", "[::1]:80"; ":80" is 0.0.0.0:80, every address of the machine.
// nullopt for anything else.
std::optional<HostPort> ParseHostPort(std::string_view text);
// The text of it again.
std::string FormatHostPort(const HostPort& address);

// Whether only this machine reaches it: 127.0.0.0/8, ::1 or localhost.
bool IsLoopback(std::string_view host);

}  // namespace base
