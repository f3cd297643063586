#pragma once
// The CSI specification's limits on the size of fields, for every request of every service.
#include <google/protobuf/message.h>

#include "driver/base/result.h"

namespace driver {

// INVALID_ARGUMENT, naming the field, when a string is longer than 128 bytes (node_id: 256; paths:
// 4096), a map<string, string> larger than 4 KiB, or a topology key or value malformed. Values of
// maps and secrets never appear in the message. Source: CSI specification, Size Limits.
Result<void> CheckFieldLimits(const google::protobuf::Message& request);

}  // namespace driver
