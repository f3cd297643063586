#include "cloudapi/actions/begin_task.h"

namespace cloudapi {

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
