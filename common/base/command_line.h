#pragma once
// What the command lines of all programs have in common. Exit status 0 after --help and its like,
// 2 for a command line that is refused.
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "common/base/log.h"

namespace CLI {
class App;
}

namespace base {

// To be called before anything is added: defaults are shown, and of a repeated flag the last one
// wins, as programs that wrap a command line expect. Flags that take a list collect it.
void SetUpCommandLine(CLI::App& app, const std::string& version);
// nullopt: parsed, go on. Else the status to exit with; what is to be said was printed.
std::optional<int> ParseCommandLine(CLI::App& app, int argc, const char* const* argv);
// Prints "PROGRAM: problem" on standard error; returns 2.
int UsageError(std::string_view program, std::string_view problem);

// --log-level and --log-format, with what `log` holds as defaults.
void AddLogFlags(CLI::App& app, LogOptions& log);

// --crash-at and --list-crash-points.
struct CrashFlags {
  std::string at;
  bool list = false;
};
void AddCrashFlags(CLI::App& app, CrashFlags& flags);
// Prints the names of the table, one a line.
void PrintCrashPoints(std::span<const std::string_view> table);
// Arms the point that is asked for, if any. What is wrong with it; empty when nothing is.
std::string ArmCrashFlag(const CrashFlags& flags, std::span<const std::string_view> table);

}  // namespace base
