#include "cloudapi/actions/tasks/tasks.h"

#include <fmt/format.h>

#include "cloudapi/actions/find.h"
#include "cloudapi/base/json.h"
#include "cloudapi/resources/document.h"
#include "cloudapi/store/store.h"

namespace cloudapi {
namespace {

// Of the call's account and region.
Result<Task> FindTask(const ActionCall& call, View& view) {
  const auto region = CheckRegion(call, {.unknown_status = 400});
  if (!region) return Fail(region.error());
  const std::string& id = call.args.TextOrEmpty("TaskId");
  auto task = view.Find<Task>(call.caller.account, call.caller.region, id);
  if (task) return std::move(*task);
  return Refuse(400, "InvalidTaskId.NotFound", "task.exists",
                fmt::format("There is no task {} in region {}.", id, call.caller.region),
                {{"TaskId", id}});
}

}  // namespace

Result<Answer> CancelTask(const WriteCall& call) {
  const auto task = FindTask(call, call.tx);
  if (!task) return Fail(task.error());
  const std::string status(WordOf(task->status));
  if (task->status != TaskStatus::kProcessing) {
    return Refuse(403, "InvalidTaskId.IncorrectTaskStatus", "cancel-task.status",
                  fmt::format("Task {} is {}, it must be Processing.", task->id, status),
                  {{"task.status", status}});
  }
  return Refuse(403, "InvalidTaskId.TaskActionNotSupport", "cancel-task.action",
                fmt::format("Task {} of {} cannot be cancelled.", task->id, task->action),
                {{std::string(kRefusedParameter), "RegionId"},
                 {std::string(kRefusedParameter), "TaskId"},
                 {"task.action", task->action}});
}

Result<Answer> DescribeTaskAttribute(const ReadCall& call) {
  const auto task = FindTask(call, call.view);
  if (!task) return Fail(task.error());
  const bool finished = task->status == TaskStatus::kFinished;
  const bool failed = task->status == TaskStatus::kFailed;
  JsonWriter json;
  json.Field("TaskId", task->id)
      .Field("TaskAction", task->action)
      .Field("TaskStatus", WordOf(task->status))
      .Field("TaskProcess", finished || failed ? "100%" : "0%")
      .Field("SupportCancel", kTaskSupportsCancel)
      .Field("RegionId", task->region)
      .Field("CreationTime", SecondsOr(task->creation_time))
      .Field("FinishedTime", SecondsOr(task->finished_time))
      .Field("TotalCount", 1)
      .Field("SuccessCount", finished ? 1 : 0)
      .Field("FailedCount", failed ? 1 : 0);
  json.Key("OperationProgressSet").BeginObject().Key("OperationProgress").BeginArray();
  json.BeginObject()
      .Field("OperationStatus", finished ? std::string_view("Success") : WordOf(task->status))
      .Field("ErrorCode", "")
      .Field("ErrorMsg", "");
  json.Key("RelatedItemSet").BeginObject().Key("RelatedItem").BeginArray();
  const bool of_snapshot = task->resource_id.starts_with(KindOf<Snapshot>().id_prefix);
  json.BeginObject()
      .Field("Name", of_snapshot ? "SnapshotId" : "DiskId")
      .Field("Value", task->resource_id)
      .EndObject();
  json.EndArray().EndObject().EndObject().EndArray().EndObject();
  return Answer{.members = json.Take()};
}

}  // namespace cloudapi
