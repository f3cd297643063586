#include <fmt/format.h>

#include "cloudapi/actions/disk_quotas.h"
#include "cloudapi/actions/disks/disks.h"
#include "cloudapi/actions/find.h"
#include "cloudapi/rules/transitions.h"

namespace cloudapi {
namespace {

Result<bool> IsOnline(const Arguments& args) {
  const std::string type = args.TextOr("Type", "offline");
  if (type == "offline" || type == "online") return type == "online";
  return Refuse(400, "InvalidParam.Type", "resize.type",
                fmt::format("Type is {}, it must be offline or online.", type), {{"type", type}});
}

}  // namespace

Result<Answer> ResizeDisk(const WriteCall& call) {
  const auto online = IsOnline(call.args);
  if (!online) return Fail(online.error());
  const auto disk = Find<Disk>(call, call.args.TextOrEmpty("DiskId"));
  if (!disk) return Fail(disk.error());
  const auto resized = Resize(*disk,
                              {.new_size_gib = call.args.Integer("NewSize").value_or(0),
                               .online = *online,
                               .snapshot_progressing = IsOneProgressing(call.tx.SnapshotsOf(*disk)),
                               .instances = call.tx.InstancesOf(*disk)},
                              call.catalogue);
  if (!resized) return Fail(resized.error());
  const std::int64_t more = resized->size_gib - disk->size_gib;
  if (auto room = CheckRoomToGrow(call, *disk, more); !room) return Fail(room.error());
  call.tx.Put(*resized);
  call.tx.Schedule(*resized, Step::kDiskGrow);
  return Answer{};
}

}  // namespace cloudapi
