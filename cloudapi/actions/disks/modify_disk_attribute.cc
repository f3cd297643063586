#include <fmt/format.h>

#include "cloudapi/actions/begin_task.h"
#include "cloudapi/actions/disks/disks.h"
#include "cloudapi/actions/find.h"
#include "cloudapi/rules/transitions.h"

namespace cloudapi {
namespace {

// The disks that ModifyDiskAttribute names.
Result<std::vector<std::string>> NamedDisks(const Arguments& args) {
  const auto one = args.Text("DiskId");
  std::vector<std::string> many = args.List("DiskIds");
  if (one && !many.empty()) {
    return Refuse(400, "ParameterConflict.DiskIdAndDiskIds", "modify.disks",
                  "DiskId and DiskIds exclude each other.");
  }
  if (one) return std::vector<std::string>{*one};
  if (many.empty()) {
    return Refuse(400, "MissingParameter.DiskIdOrDiskIds", "modify.disks",
                  "DiskId or DiskIds is required.");
  }
  return many;
}

// An empty Description is a value: it clears; all other empty parameters are not given.
DiskAttributes AttributesOf(const Arguments& args) {
  DiskAttributes attributes{.name = args.Text("DiskName"),
                            .delete_with_instance = args.Boolean("DeleteWithInstance"),
                            .delete_auto_snapshot = args.Boolean("DeleteAutoSnapshot"),
                            .enable_auto_snapshot = args.Boolean("EnableAutoSnapshot"),
                            .bursting = args.Boolean("BurstingEnabled")};
  if (args.Has("Description")) attributes.description = args.TextOrEmpty("Description");
  return attributes;
}

bool IsEmpty(const DiskAttributes& attributes) {
  return !attributes.name && !attributes.description && !attributes.delete_with_instance &&
         !attributes.delete_auto_snapshot && !attributes.enable_auto_snapshot &&
         !attributes.bursting;
}

}  // namespace

Result<Answer> ModifyDiskAttribute(const WriteCall& call) {
  const auto ids = NamedDisks(call.args);
  if (!ids) return Fail(ids.error());
  const DiskAttributes attributes = AttributesOf(call.args);
  if (IsEmpty(attributes)) {
    return Refuse(400, "NoAttributeToModify", "modify.attributes",
                  "No attribute to modify is given.");
  }
  for (const std::string& id : *ids) {
    const auto disk = Find<Disk>(call, id);
    if (!disk) return Fail(disk.error());
    if (attributes.bursting && HasJob(call.tx, *disk, Step::kDiskSpec)) {
      return Refuse(400, "BurstingEnabledForModifyingDiskUnsupported", "modify.bursting",
                    fmt::format("Disk {} is being changed to another category or level.", id));
    }
    const auto modified = ModifyAttribute(*disk, attributes);
    if (!modified) return Fail(modified.error());
    call.tx.Put(*modified);
  }
  return Answer{};
}

}  // namespace cloudapi
