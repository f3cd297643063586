#pragma once
// Work that a call began and that may be asked about, as a value. Times are of the cloud's clock.
// Field meaning: ECS API reference, DescribeTasks.
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cloudapi/base/env.h"
#include "cloudapi/resources/kind.h"
#include "cloudapi/resources/tag.h"

namespace cloudapi {

enum class TaskStatus { kProcessing, kFinished, kFailed };
template <>
inline constexpr std::array kWords<TaskStatus> = {
    Spelling<TaskStatus>{TaskStatus::kProcessing, "Processing"},
    Spelling<TaskStatus>{TaskStatus::kFinished, "Finished"},
    Spelling<TaskStatus>{TaskStatus::kFailed, "Failed"},
};

struct Task {
  std::string id;  // "t-bp1…"
  std::string account;
  std::string region;
  std::string action;       // that began it, e.g. "ModifyDiskSpec"
  std::string resource_id;  // that it changes
  std::string detail;       // what the action wants, e.g. FormatSpec of rules/disk_spec.h
  TaskStatus status = TaskStatus::kProcessing;
  SysMillis creation_time{};
  std::optional<SysMillis> finished_time;  // set once it is Finished or Failed
  std::vector<Tag> tags;                   // none: no tag action names tasks
  std::int64_t seq = 0;
  bool operator==(const Task&) const = default;
};

// No kind of task that exists here can be cancelled.
inline constexpr std::string_view kTaskSupportsCancel = "false";

template <>
const Kind<Task>& KindOf<Task>();

}  // namespace cloudapi
