#pragma once
// The harness' results as assertions: a failed one says why, with the end of every log.
#include <gtest/gtest.h>

#include "e2e/harness/result.h"
#include "e2e/harness/world.h"

namespace e2e {

inline testing::AssertionResult IsOk(const Result<void>& result) {
  if (result) return testing::AssertionSuccess();
  return testing::AssertionFailure() << result.error();
}

inline testing::AssertionResult IsOk(const grpc::Status& status, const World& world) {
  if (status.ok()) return testing::AssertionSuccess();
  return testing::AssertionFailure() << ToText(status) << "\n" << world.Logs();
}

}  // namespace e2e
