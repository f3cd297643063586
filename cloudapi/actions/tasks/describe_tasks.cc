#include "cloudapi/actions/listing.h"
#include "cloudapi/actions/tasks/tasks.h"

namespace cloudapi {
namespace {

// No task here belongs to a group.
bool WantsGroup(const Arguments& args) {
  return args.Text("TaskGroupId").has_value();
}

constexpr Filter kFilters[] = {
    filters::Items("TaskIds"),
    filters::AnyOf("ResourceIds", "resource_id"),
    filters::KnownWord("TaskStatus", "status", kWordTexts<TaskStatus>),
    filters::Text("TaskAction", "action"),
    filters::Since("StartTime", "o.creation_time"),
    filters::Until("EndTime", "o.creation_time"),
    filters::None(WantsGroup),
};

}  // namespace

Result<Answer> DescribeTasks(const ReadCall& call) {
  return List(call, {.kind = &KindOf<Task>(),
                     .action = "DescribeTasks",
                     .outer = "TaskSet",
                     .inner = "Task",
                     .filters = kFilters,
                     .region = {.unknown_status = 400},
                     .paging = {.pages_only = true},
                     .region_member = true});
}

}  // namespace cloudapi
