#include "cloudapi/jobs/jobs.h"

#include "cloudapi/jobs/runner.h"

namespace cloudapi {

Jobs::Jobs(JobsDeps deps) : runner_(std::make_unique<Runner>(deps)) {}

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

Settled Jobs::AdvanceTo(SysMillis target, std::chrono::milliseconds at_most) {
  return runner_->AdvanceTo(target, at_most);
}

void Jobs::AwaitEnd(const std::vector<Job>& jobs, std::chrono::milliseconds at_most) {
  runner_->AwaitEnd(jobs, at_most);
}

std::vector<std::string> Jobs::WithdrawAll(bool force, std::chrono::milliseconds at_most) {
  return runner_->WithdrawAll(force, at_most);
}

void Jobs::EraseEverything() {
  runner_->EraseEverything();
}

}  // namespace cloudapi
