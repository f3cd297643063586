#include "cloudapi/resources/task.h"

#include "cloudapi/resources/document.h"

namespace cloudapi {
namespace {

std::string TaskDocument(const Task& task) {
  JsonWriter json;
  json.BeginObject()
      .Field("TaskId", task.id)
      .Field("TaskAction", task.action)
      .Field("TaskStatus", WordOf(task.status))
      .Field("ResourceId", task.resource_id)
      .Field("SupportCancel", kTaskSupportsCancel)
      .Field("CreationTime", SecondsOr(task.creation_time))
      .Field("FinishedTime", SecondsOr(task.finished_time))
      .EndObject();
  return json.Take();
}

constexpr std::array kTaskColumns = {
    Fixed<&Task::seq>("seq", "> 0"),
    Fixed<&Task::account>("account"),
    Fixed<&Task::region>("region"),
    Fixed<&Task::id>("id"),
    Fixed<&Task::action>("action"),
    Fixed<&Task::resource_id>("resource_id"),
    Fixed<&Task::detail>("detail"),
    Col<&Task::status>("status"),
    Fixed<&Task::creation_time>("creation_time"),
    Col<&Task::finished_time>("finished_time"),
};
constexpr Index kTaskIndexes[] = {
    {.name = "place"},
    {.name = "resource", .column = "resource_id"},
};
constexpr std::string_view kTaskFacets[] = {"status", "action"};

}  // namespace

template <>
const Kind<Task>& KindOf<Task>() {
  static const Kind<Task> kind{{.name = "task",
                                .table = "tasks",
                                .id_prefix = "t-",
                                .indexes = kTaskIndexes,
                                .facets = kTaskFacets},
                               kTaskColumns,
                               TaskDocument};
  return kind;
}

}  // namespace cloudapi
