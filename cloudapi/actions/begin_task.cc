#include "cloudapi/actions/begin_task.h"

#include <utility>

#include "cloudapi/store/store.h"

namespace cloudapi {

Task BeginTask(const WriteCall& call, const Disk& disk, std::string_view action,
               std::string detail) {
  Task task{.id = call.tx.NextId<Task>(call.catalogue.FindRegion(disk.region)->id_code),
            .account = disk.account,
            .region = disk.region,
            .action = std::string(action),
            .resource_id = disk.id,
            .detail = std::move(detail),
            .creation_time = call.tx.Now(),
            .seq = call.tx.NextSeq()};
  call.tx.Put(task);
  return task;
}

bool EndedSince(View& view, const Disk& disk, std::string_view action, SysMillis time) {
  return view.Count(
             {.kind = &KindOf<Task>(),
              .account = disk.account,
              .region = disk.region,
              .conditions = {where::Is{"resource_id", disk.id},
                             where::Is{"action", std::string(action)},
                             where::Is{"status", std::string(WordOf(TaskStatus::kFinished))},
                             where::Between{"o.finished_time", time + std::chrono::milliseconds(1),
                                            std::nullopt}}}) > 0;
}

}  // namespace cloudapi
