#pragma once
// The crash points of zonedisk-csi. Each is about the RPC that passes it ("CreateVolume") and the
// object that the request names, by id or by name.
#include <array>
#include <string_view>

#include "common/base/crash_points.h"

namespace driver {

inline constexpr std::array<std::string_view, 20> kCrashPoints = {
    "create-volume.before-create-disk",
    "create-volume.after-create-disk",
    "create-volume.before-answer",
    "clone.after-create-snapshot",
    "clone.after-create-disk",
    "clone.after-delete-snapshot",
    "delete-volume.after-delete-disk",
    "publish.before-attach-disk",
    "publish.after-attach-disk",
    "publish.before-answer",
    "unpublish.after-detach-disk",
    "create-snapshot.before-create-snapshot",
    "create-snapshot.after-create-snapshot",
    "delete-snapshot.after-delete-snapshot",
    "expand.after-resize-disk",
    "modify.after-untag",
    "modify.after-modify-disk-spec",
    "stage.after-mkfs",
    "stage.after-mount",
    "publish-node.after-bind",
};

inline void CrashPoint(base::CrashName<kCrashPoints> name) {
  base::PassCrashPoint(name.Text());
}

}  // namespace driver
