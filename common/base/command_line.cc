#include "common/base/command_line.h"

#include <CLI/CLI.hpp>
#include <iostream>

#include "common/base/crash_points.h"

namespace base {

namespace {
constexpr int kUsage = 2;
}  // namespace

void SetUpCommandLine(CLI::App& app, const std::string& version) {
  app.option_defaults()->always_capture_default()->multi_option_policy(
      CLI::MultiOptionPolicy::TakeLast);
  app.set_version_flag("--version", version);
}

std::optional<int> ParseCommandLine(CLI::App& app, int argc, const char* const* argv) {
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kUsage;
  }
  return std::nullopt;
}

int UsageError(std::string_view program, std::string_view problem) {
  std::cerr << program << ": " << problem << '\n';
  return kUsage;
}

void AddLogFlags(CLI::App& app, LogOptions& log) {
  app.add_option("--log-level", log.level, "Least level that is logged")
      ->check(CLI::IsMember({"debug", "info", "warn", "error", "off"}));
  app.add_option("--log-format", log.format, "Form of the log on standard error")
      ->check(CLI::IsMember({"text", "json"}));
}

void AddCrashFlags(CLI::App& app, CrashFlags& flags) {
  app.add_option("--crash-at", flags.at,
                 "NAME[:N][@ACTION[/ID]]: end as kill -9 would at the Nth passage of a named point "
                 "that is about that action and object (tests)");
  app.add_flag("--list-crash-points", flags.list, "Print these names and exit");
}

void PrintCrashPoints(std::span<const std::string_view> table) {
  for (const auto name : table) std::cout << name << '\n';
}

std::string ArmCrashFlag(const CrashFlags& flags, std::span<const std::string_view> table) {
  if (flags.at.empty() || ArmCrashPoint(table, flags.at)) return {};
  return "--crash-at: there is no crash point " + flags.at + "; see --list-crash-points";
}

}  // namespace base
