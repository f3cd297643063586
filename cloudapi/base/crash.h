#pragma once
// Named places where tests let a process die, as kill -9 would, to see that a restart converges.
#include <algorithm>
#include <array>
#include <span>
#include <string_view>

namespace cloudapi {

inline constexpr std::array<std::string_view, 12> kCloudCrashPoints = {
    "write.before-commit",
    "write.after-commit",
    "request.before-answer",
    "jobs.after-image-before-row",
    "jobs.after-clone-before-row",
    "jobs.after-cut-before-row",
    "jobs.after-fence-before-row",
    "jobs.after-row",
    "jobs.before-unlink",
    "jobs.after-unlink-before-row",
    "reset.after-rows-before-images",
    "agents.before-answer",
};

inline constexpr std::array<std::string_view, 6> kAgentCrashPoints = {
    "agent.after-configure-before-link", "agent.after-link-before-report",
    "agent.after-unlink-before-clear",   "agent.after-clear-before-report",
    "agent.after-flush-before-report",   "agent.after-resize-before-report",
};

// A name of one of the tables, checked when compiled.
class CrashName {
 public:
  consteval CrashName(const char* name)
      : name_(name) {  // NOLINT(google-explicit-constructor): a literal
    if (std::ranges::find(kCloudCrashPoints, name_) == kCloudCrashPoints.end() &&
        std::ranges::find(kAgentCrashPoints, name_) == kAgentCrashPoints.end()) {
      NoSuchCrashPoint();
    }
  }
  std::string_view Text() const { return name_; }

 private:
  static void NoSuchCrashPoint() {}  // not constexpr: reaching it fails the compilation
  std::string_view name_;
};

// Arms "NAME" or "NAME:N": the process dies when it passes NAME for the Nth time. False, with
// nothing changed, for a name outside `table` or a bad count. `table` outlives the process. One
// point is armed at a time. Thread-safe, but for one caller at a time.
bool ArmCrashPoint(std::span<const std::string_view> table, std::string_view name_and_count);
void DisarmCrashPoint();

// Ends the process at once with status 137 when armed and due; else does nothing. Thread-safe.
void CrashPoint(CrashName name);

}  // namespace cloudapi
