#pragma once
// The command line of zonedisk-cloud.
#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "cloudapi/server/prepare.h"
#include "cloudapi/server/server.h"
#include "common/base/command_line.h"

namespace cloudapi {

struct CloudFlags {
  ServerOptions server;
  std::optional<std::uint64_t> seed;
  // What is done instead of serving.
  bool prepare = false;
  bool release_pool = false;
  std::optional<Owner> owner;  // of what --prepare makes
  base::CrashFlags crash;
  base::LogOptions log{.name = "zonedisk-cloud", .level = "warn"};
};

// The flags, complete, a crash point armed. Else the exit status: what was asked for is printed
// (0), or one line says what is wrong (2).
std::variant<CloudFlags, int> ParseCloudFlags(int argc, const char* const* argv);

}  // namespace cloudapi
