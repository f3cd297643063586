#include <fmt/format.h>

#include "cloudapi/actions/add_disk.h"
#include "cloudapi/actions/disk_quotas.h"
#include "cloudapi/actions/disks/disks.h"
#include "cloudapi/actions/find.h"
#include "cloudapi/actions/find_image.h"
#include "cloudapi/actions/login_params.h"
#include "cloudapi/actions/release.h"
#include "cloudapi/rules/new_disk.h"

namespace cloudapi {
namespace {

Result<void> CheckStopped(const Instance& instance) {
  if (instance.has_agent) {
    return Refuse(
        403, "OperationDenied", "replace.node",
        fmt::format("Instance {} is a node, whose machine is not the cloud's.", instance.id));
  }
  if (instance.status == InstanceStatus::kStopped) return {};
  return Refuse(
      403, "IncorrectInstanceStatus", "replace.instance-status",
      fmt::format("Instance {} is {}, it must be Stopped.", instance.id, WordOf(instance.status)),
      {{"instance.status", std::string(WordOf(instance.status))}});
}

// The instance's system disk, which DiskId names where it is given.
Result<Disk> PresentDisk(const WriteCall& call, const Instance& instance) {
  auto present = call.tx.SystemDiskOf(instance);
  const std::string named = call.args.TextOr("DiskId", present ? present->id : "");
  if (present && present->id == named) return std::move(*present);
  return Refuse(404, "InvalidDiskId.NotFound", "replace.disk",
                fmt::format("{} is not the system disk of {}.", named, instance.id),
                {{"disk", named}});
}

}  // namespace

// The present disk goes with its automatic snapshots where it says so; its policies go on with the
// disk that replaces it.
Result<Answer> ReplaceSystemDisk(const WriteCall& call) {
  auto instance = Find<Instance>(call, call.args.TextOrEmpty("InstanceId"));
  if (!instance) return Fail(instance.error());
  for (const Result<void>& checked : {CheckStopped(*instance), CheckLogin(call)}) {
    if (!checked) return Fail(checked.error());
  }
  const auto present = PresentDisk(call, *instance);
  if (!present) return Fail(present.error());
  const auto image = FindImage(call, call.args.TextOrEmpty("ImageId"));
  if (!image) return Fail(image.error());
  auto next = ReplacementOf(*present,
                            {.image_id = call.args.TextOrEmpty("ImageId"),
                             .snapshot_id = *image ? (*image)->snapshot_id : "",
                             .image_gib = *image ? (*image)->size_gib : 0,
                             .size_gib = call.args.Integer("SystemDisk.Size"),
                             .encrypted = call.args.IsTrue("Encrypted"),
                             .kms_key_id = call.args.TextOrEmpty("KMSKeyId")},
                            IsOneProgressing(call.tx.SnapshotsOf(*present)), call.catalogue);
  if (!next) return Fail(next.error());
  const std::int64_t more = next->size_gib - present->size_gib;
  if (auto room = CheckRoomToGrow(call, *present, more); !room) return Fail(room.error());
  const auto policies = call.tx.PoliciesOf(*present);
  ReleaseDisk(call.tx, *present);
  AddDisk(call.tx, call.catalogue, *next, call.settings.delays.create);
  for (const PolicyDisk& link : policies) {
    LinkPolicy(call.tx, link.policy_id, *call.tx.Find<Disk>(next->account, next->region, next->id));
  }
  instance->image_id = next->image_id;
  instance->key_pair_name = call.args.TextOrEmpty("KeyPairName");
  call.tx.Put(*instance);
  return TextAnswer("DiskId", next->id);
}

}  // namespace cloudapi
