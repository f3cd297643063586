#include "driver/controller/disk_creation.h"

#include <utility>

#include "driver/base/crash_points.h"
#include "driver/controller/create_once.h"
#include "driver/controller/profile_rules.h"

namespace driver {

Result<CreationTry> TryCreateDisk(const ControllerContext& context, const Deadline& deadline,
                                  DiskSpec spec, TokenChain& chain) {
  Creation<CreationTry> creation{.doing = "create a disk of " + spec.category + " in " + spec.zone};
  creation.create = [&](const std::string& token) {
    CrashPoint("create-volume.before-create-disk");
    spec.client_token = token;
    return context.cloud.CreateDisk(spec);
  };
  creation.find = [&](const std::string& id) -> Result<std::optional<CreationTry>> {
    CrashPoint("create-volume.after-create-disk");
    auto disk = FindDisk(context.cloud, context.clock, deadline, id);
    if (!disk) return Fail(disk.error());
    if (!*disk) return std::nullopt;
    return CreationTry{.disk = std::move(**disk)};
  };
  creation.refused = [&](const CloudError& error) -> Result<std::optional<CreationTry>> {
    if (error.code == "IdempotentParameterMismatch") return CreationTry{.token_taken = true};
    if (GoesOn(context.profile, error)) return CreationTry{.refusal = error};
    if (IsTokenBusy(error)) return std::nullopt;
    return Fail(Translate(error, creation.doing));
  };
  return CreateOnce(context, deadline, chain, creation);
}

}  // namespace driver
