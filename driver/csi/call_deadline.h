#pragma once
#include <grpcpp/server_context.h>

#include "driver/base/clock.h"

namespace driver {

// Until when the call must be answered: before the caller's own deadline, and within 5 minutes for
// a caller without one. `context` outlives the result.
Deadline DeadlineOf(grpc::ServerContext& context, Clock& clock);

}  // namespace driver
