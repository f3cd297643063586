#include "cloudapi/jobs/jobs.h"

#include "cloudapi/jobs/runner.h"

namespace cloudapi {

Jobs::Jobs(JobsParts parts) : runner_(std::make_unique<Runner>(parts)) {}

Jobs::~Jobs() = default;

void Jobs::Start() {
  runner_->Start();
}

void Jobs::Stop() {
  runner_->Stop();
}

void Jobs::Wake() {
  runner_->Wake();
}

Settled Jobs::AdvanceTo(SysMillis target, const std::function<void(SysMillis)>& move_clock,
                        std::chrono::milliseconds at_most) {
  return runner_->AdvanceTo(target, move_clock, at_most);
}

std::vector<std::string> Jobs::WithdrawAll(bool force, std::chrono::milliseconds at_most) {
  return runner_->WithdrawAll(force, at_most);
}

void Jobs::EraseEverything() {
  runner_->EraseEverything();
}

}  // namespace cloudapi
