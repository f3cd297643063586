#include "driver/base/call_limit.h"

namespace driver {
namespace {

thread_local std::optional<Instant> current_limit;

}  // namespace

CallLimit::CallLimit(Instant until) : before_(current_limit) {
  current_limit = until;
}

CallLimit::~CallLimit() {
  current_limit = before_;
}

std::optional<Instant> CallLimit::Current() {
  return current_limit;
}

}  // namespace driver
