#include "driver/controller/disk_creation.h"

#include <utility>

#include "driver/base/crash.h"
#include "driver/cloud/retry.h"

namespace driver {
namespace {

// How many deleted disks of one name are passed before giving up. The service forgets tokens after
// a day, so only a name reused this often within a day meets it.
constexpr int kLongestChain = 100;

}  // namespace

Result<CreationTry> TryCreateDisk(const ControllerContext& context, const Deadline& deadline,
                                  DiskSpec spec, TokenChain& chain) {
  const std::string doing = "create a disk of " + spec.category + " in " + spec.zone;
  Poller poller(context.clock, deadline);
  for (int tries = 0; tries < kLongestChain; ++tries) {
    spec.client_token = chain.Token();
    CrashPoint("create-volume.before-create-disk");
    auto id =
        RetryThrottled(context.clock, deadline, [&] { return context.cloud.CreateDisk(spec); });
    if (!id) {
      const CloudError& error = id.error();
      if (error.code == "IdempotentParameterMismatch") return CreationTry{.token_taken = true};
      if (IsPlacementRefusal(error)) return CreationTry{.refusal = error};
      if (error.code != "LastTokenProcessing" || !poller.Pause()) {
        return Fail(Translate(error, doing));
      }
      continue;
    }
    CrashPoint("create-volume.after-create-disk");
    auto disk = FindDisk(context.cloud, context.clock, deadline, *id);
    if (!disk) return Fail(disk.error());
    if (*disk) return CreationTry{.disk = std::move(**disk)};
    chain.PassDeleted(*id);
  }
  return Fail(grpc::StatusCode::ABORTED, doing + ": the name was used too often today");
}

}  // namespace driver
