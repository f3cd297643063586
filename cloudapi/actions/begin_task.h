#pragma once
// What an action needs whose work is a Task: it begins one, and looks for those that ended.
#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "cloudapi/actions/action.h"
#include "cloudapi/resources/kinds.h"
#include "cloudapi/store/tx.h"

namespace cloudapi {

// Stores a new Processing task of `action` on the disk or snapshot; `detail` is what it wants.
template <class T>
Task BeginTask(const WriteCall& call, const T& object, std::string_view action,
               std::string detail) {
  Task task{.id = call.tx.NextId<Task>(call.catalogue.FindRegion(object.region)->id_code),
            .account = object.account,
            .region = object.region,
            .action = std::string(action),
            .resource_id = object.id,
            .detail = std::move(detail),
            .creation_time = call.tx.Now(),
            .seq = call.tx.NextSeq()};
  call.tx.Put(task);
  return task;
}
// Whether a job of that step waits on the disk or snapshot.
template <class T>
bool HasJob(View& view, const T& object, Step step) {
  const auto jobs = view.JobsOf(object.account, object.region, object.id);
  return std::ranges::find(jobs, step, &Job::step) != jobs.end();
}
// Whether a task of `action` on the disk became Finished after `time`.
bool EndedSince(View& view, const Disk& disk, std::string_view action, SysMillis time);

}  // namespace cloudapi
