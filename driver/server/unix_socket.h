#pragma once
// Unix sockets to listen on.
#include <string>

#include "driver/base/result.h"

namespace driver {

// The path of "unix:///run/x.sock", "unix:/run/x.sock" or "/run/x.sock".
// INVALID_ARGUMENT for anything else and for paths that the kernel cannot hold.
Result<std::string> SocketPathOf(const std::string& endpoint);

// Makes the folder and removes a socket that nobody serves any more.
// Errors: ALREADY_EXISTS when somebody answers there, FAILED_PRECONDITION when something else than
// a socket is there, UNAVAILABLE when the folder cannot be made.
Result<void> ClearSocketPath(const std::string& path);

// Owner and group may connect, nobody else.
Result<void> RestrictSocket(const std::string& path);

}  // namespace driver
