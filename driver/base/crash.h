#pragma once
// Named places where tests let the process die, as kill -9 would, to see that a repeated call
// converges.
#include <algorithm>
#include <array>
#include <string>
#include <string_view>

namespace driver {

inline constexpr std::array<std::string_view, 19> kCrashPoints = {
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
    "stage.after-mkfs",
    "stage.after-mount",
    "publish-node.after-bind",
};

// A name of the table, checked when compiled.
class CrashName {
 public:
  // NOLINTNEXTLINE(google-explicit-constructor): a literal stands for itself
  consteval CrashName(const char* name) : name_(name) {
    if (std::find(kCrashPoints.begin(), kCrashPoints.end(), name_) == kCrashPoints.end()) {
      NoSuchCrashPoint();
    }
  }
  std::string_view Text() const { return name_; }

 private:
  static void NoSuchCrashPoint() {}  // not constexpr: reaching it fails the compilation
  std::string_view name_;
};

// Arms "NAME" or "NAME:N": the process dies when it passes NAME for the Nth time. False, with
// nothing armed, for a name outside the table or a bad count. Call before threads start.
bool ArmCrashPoint(std::string_view name_and_count);

// Ends the process at once with status 137 when armed and due; else does nothing. Thread-safe.
void CrashPoint(CrashName name);

}  // namespace driver
