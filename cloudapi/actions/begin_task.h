#pragma once
// What an action needs whose work is a Task: it begins one, and looks for those that ended.
#include <string>
#include <string_view>

#include "cloudapi/actions/action.h"
#include "cloudapi/resources/kinds.h"

namespace cloudapi {

// Stores a new Processing task of `action` on the disk; `detail` is what it wants.
Task BeginTask(const WriteCall& call, const Disk& disk, std::string_view action,
               std::string detail);
// Whether a task of `action` on the disk became Finished after `time`.
bool EndedSince(View& view, const Disk& disk, std::string_view action, SysMillis time);

}  // namespace cloudapi
