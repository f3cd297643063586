#pragma once
// The crash points of zonedisk-cloud. A request is about its action and every value of its
// parameters, a job about its kind and its disk or snapshot, an answer to an agent about "poll",
// its instance and the disks in it: see common/base/crash_points.h for how one of them is meant.
#include <array>
#include <string_view>

#include "common/base/crash_points.h"

namespace cloudapi {

inline constexpr std::array<std::string_view, 13> kCloudCrashPoints = {
    "write.before-commit",         "write.after-commit",           "request.before-answer",
    "jobs.after-image-before-row", "jobs.after-clone-before-row",  "jobs.after-cut-before-row",
    "jobs.after-fence-before-row", "jobs.after-reset-before-row",  "jobs.after-row",
    "jobs.before-unlink",          "jobs.after-unlink-before-row", "reset.after-rows-before-images",
    "agents.before-answer",
};

inline void CrashPoint(base::CrashName<kCloudCrashPoints> name) {
  base::PassCrashPoint(name.Text());
}

}  // namespace cloudapi
