#include "cloudapi/actions/listing.h"
#include "cloudapi/actions/tasks/tasks.h"
#include "common/base/text.h"

namespace cloudapi {
namespace {

// A word that is no status asks for nothing.
Result<Conditions> OfStatus(const ReadCall& call, const Filter& filter) {
  const std::string& given = call.args.TextOrEmpty(filter.param);
  for (const auto word : kWordTexts<TaskStatus>)
    if (base::EqualNoCase(word, given))
      return Conditions{where::Is{filter.column, std::string(word)}};
  return Conditions{};
}

// No task here belongs to a group.
Result<Conditions> NoneIfGiven(const ReadCall& call, const Filter& filter) {
  return call.args.Text(filter.param) ? Conditions{where::Never{}} : Conditions{};
}

constexpr Filter kTaskFilters[] = {
    {"TaskIds", filters::Items},
    {"ResourceIds", filters::AnyOf, "resource_id"},
    {"TaskStatus", OfStatus, "status"},
    {"TaskAction", filters::Text, "action"},
    {"StartTime", filters::Since, "o.creation_time"},
    {"EndTime", filters::Until, "o.creation_time"},
    {"TaskGroupId", NoneIfGiven},
};

}  // namespace

Result<Answer> DescribeTasks(const ReadCall& call) {
  return List(call, {.kind = &KindOf<Task>(),
                     .action = "DescribeTasks",
                     .outer = "TaskSet",
                     .inner = "Task",
                     .filters = kTaskFilters,
                     .region = {.unknown_status = 400},
                     .paging = {.pages_only = true},
                     .region_member = true});
}

}  // namespace cloudapi
