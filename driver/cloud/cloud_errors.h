#pragma once
// What a refusal of the cloud means to the CSI caller.
#include <string_view>

#include "driver/base/result.h"
#include "driver/cloud/cloud.h"

namespace driver {

// The gRPC code of an ECS code: its row, else the row of the longest prefix, else INTERNAL for 4xx
// and UNAVAILABLE for 5xx and unanswered calls.
grpc::StatusCode RpcCodeOf(const CloudError& error);

// "attach d-1 to i-1: ECS says …" with the code of the table.
RpcError Translate(const CloudError& error, std::string_view doing);

// Throttling, Throttling.User, Throttling.Api: repeat later, nothing has happened.
bool IsThrottling(const CloudError& error);
// The same call is on its way elsewhere, or the object is busy for a moment: look again.
bool IsTransient(const CloudError& error);
// A CreateDisk refusal after which another level, category or zone may do.
bool IsPlacementRefusal(const CloudError& error);

}  // namespace driver
