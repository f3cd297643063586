#pragma once
// The crash points of zonedisk-agent. Each is about its disk.
#include <array>
#include <string_view>

#include "common/base/crash_points.h"

namespace cloudapi {

inline constexpr std::array<std::string_view, 6> kAgentCrashPoints = {
    "agent.after-configure-before-link", "agent.after-link-before-report",
    "agent.after-unlink-before-clear",   "agent.after-clear-before-report",
    "agent.after-flush-before-report",   "agent.after-resize-before-report",
};

inline void CrashPoint(base::CrashName<kAgentCrashPoints> name) {
  base::PassCrashPoint(name.Text());
}

}  // namespace cloudapi
