#pragma once
// Unix sockets to listen on.
#include <string>

#include "driver/base/result.h"

namespace driver {

// The path of "unix:///run/x.sock", "unix:/run/x.sock" or "/run/x.sock".
// INVALID_ARGUMENT for anything else and for paths that the kernel cannot hold.
Result<std::string> SocketPathOf(const std::string& endpoint);

// Makes the folder and removes a socket that no process serves any more.
// Errors: those of RemoveDeadSocket, UNAVAILABLE when the folder cannot be made.
Result<void> ClearSocketPath(const std::string& path);

// Removes a socket on which no process listens; absent is success.
// Errors: ALREADY_EXISTS when a process listens, or may listen because the kernel does not say that
// none does; FAILED_PRECONDITION when something else than a socket is there; INVALID_ARGUMENT for a
// path that the kernel cannot hold. Whatever is there stays then.
Result<void> RemoveDeadSocket(const std::string& path);

// Only owner and group may connect.
Result<void> RestrictSocket(const std::string& path);

}  // namespace driver
