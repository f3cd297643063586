#pragma once
// One CreateDisk under the tokens of its name.
#include <optional>

#include "driver/base/result.h"
#include "driver/controller/client_token.h"
#include "driver/controller/controller_context.h"

namespace driver {

// How a try ended that was not an error.
struct CreationTry {
  std::optional<Disk> disk;           // made now or by an earlier call
  std::optional<CloudError> refusal;  // another place may do
  bool token_taken = false;           // the token belongs to another request: look by name again
};

// `chain` moves on past deleted disks. Errors: everything that neither another place nor another
// token cures; ABORTED while the same token is being worked on elsewhere until the deadline.
Result<CreationTry> TryCreateDisk(const ControllerContext& context, const Deadline& deadline,
                                  DiskSpec spec, TokenChain& chain);

}  // namespace driver
