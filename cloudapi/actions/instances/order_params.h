#pragma once
// What parameters of RunInstances and CreateInstance say of an instance without touching anything
// else: those that ask for what is not here, and those that are kept and told again.
#include "cloudapi/actions/arguments.h"
#include "cloudapi/resources/instance.h"

namespace cloudapi {

// Errors: 403 OperationDenied for what is not served, 400
// InvalidIoOptimizedValue.ValueNotSupported.
Result<void> CheckServedOrder(const Arguments& args);
// The parameters without effect become options of the instance. Errors: 400 InvalidParameter for a
// line break.
Result<void> KeepOptions(const Arguments& args, Instance& instance);

}  // namespace cloudapi
