#include "cloudapi/jobs/runner.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

#include "cloudapi/base/crash_points.h"

namespace cloudapi {
namespace {

constexpr std::size_t kBatch = 64;        // jobs committed in one transaction
constexpr std::int64_t kPassLimit = 256;  // due jobs taken beyond those that wait
constexpr std::chrono::milliseconds kLongestSleep{
    1000};  // leases and retries are looked at so often

// What work on the jobs is about, for crash points.
base::CrashSubjects SubjectsOf(const std::vector<const Job*>& jobs) {
  base::CrashSubjects subjects;
  for (const Job* job : jobs) subjects.push_back({job->kind, job->subject});
  return subjects;
}

}  // namespace

Jobs::Runner::Runner(JobsParts parts)
    : parts_(parts), steps_(parts_, workers_), workers_([this] { Wake(); }) {
  parts_.store.OnJobsAdded([this] { Wake(); });
  parts_.agents.OnReport([this] { Wake(); });
}

Jobs::Runner::~Runner() {
  Stop();
  parts_.agents.OnReport(nullptr);
}

void Jobs::Runner::Start() {
  if (!thread_.joinable())
    thread_ = std::jthread([this](const std::stop_token& stop) { Loop(stop); });
}

void Jobs::Runner::Stop() {
  if (!thread_.joinable()) return;
  thread_.request_stop();
  Wake();
  thread_.join();
}

void Jobs::Runner::Wake() {
  const absl::MutexLock lock(&wake_mutex_);
  ++wakes_;
  woken_.SignalAll();
}

std::uint64_t Jobs::Runner::Wakes() {
  const absl::MutexLock lock(&wake_mutex_);
  return wakes_;
}

std::uint64_t Jobs::Runner::WaitForWake(std::uint64_t seen, std::chrono::milliseconds at_most) {
  const absl::MutexLock lock(&wake_mutex_);
  const absl::Time until = absl::Now() + absl::FromChrono(at_most);
  while (wakes_ == seen && !woken_.WaitWithDeadline(&wake_mutex_, until)) {
  }
  return wakes_;
}

void Jobs::Runner::Loop(const std::stop_token& stop) {
  RemoveOrphans();
  while (!stop.stop_requested()) {
    const std::uint64_t seen = Wakes();
    std::chrono::milliseconds sleep = kLongestSleep;
    {
      const absl::MutexLock lock(&pass_mutex_);
      while (Pass() && !stop.stop_requested()) {
      }
      const auto next = NextStop(parts_.env.CloudNow() + kLongestSleep);
      if (next) sleep = *next - parts_.env.CloudNow();
    }
    if (stop.stop_requested()) return;
    WaitForWake(seen, std::clamp(sleep, std::chrono::milliseconds(1), kLongestSleep));
  }
}

bool Jobs::Runner::Pass() {
  const auto limit = static_cast<std::int64_t>(waiting_.size()) + kPassLimit;
  const SysMillis now = parts_.env.CloudNow();
  const auto read = parts_.store.Read(
      [now, limit](View& view) -> Result<std::vector<Job>> { return view.DueJobs(now, limit); });
  if (!read) return false;  // logged by the store, tried again
  const std::vector<Job>& due = *read;
  // Jobs that another request removed no longer wait.
  std::erase_if(waiting_, [&](const auto& entry) {
    return std::ranges::none_of(due, [&](const Job& job) { return job.id == entry.first; });
  });
  bool committed = false;
  for (std::size_t begin = 0; begin < due.size(); begin += kBatch) {
    const std::size_t count = std::min(kBatch, due.size() - begin);
    committed |= RunBatch(std::span(due).subspan(begin, count));
  }
  return committed;
}

bool Jobs::Runner::RunBatch(std::span<const Job> jobs) {
  const auto rows = parts_.store.Read([&](View& view) -> Result<std::vector<JobRows>> {
    std::vector<JobRows> loaded;
    for (const Job& job : jobs) loaded.push_back(LoadRows(view, job));
    return loaded;
  });
  if (!rows) return false;  // overloaded or broken: logged by the store, tried again
  std::vector<const Job*> ready;
  std::vector<std::function<void(Tx&)>> commits;
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    const base::CrashScope scope([&] { return SubjectsOf({&jobs[i]}); });
    Look look = steps_.Examine(jobs[i], (*rows)[i]);
    if (look.commit) {
      ready.push_back(&jobs[i]);
      commits.push_back(std::move(look.commit));
      waiting_.erase(jobs[i].id);
    } else {
      waiting_[jobs[i].id] = {.what = std::move(look.waits_for), .in_process = look.in_process};
    }
  }
  if (ready.empty()) return false;
  const base::CrashScope scope([&] { return SubjectsOf(ready); });
  const auto written = parts_.store.Write("jobs", [&](Tx& tx) -> Result<void> {
    for (const auto& commit : commits) commit(tx);
    return {};
  });
  if (!written) return false;
  CrashPoint("jobs.after-row");
  for (const Job* job : ready) steps_.Forget(*job);
  return true;
}

bool Jobs::Runner::WaitsInProcess() const {
  return std::ranges::any_of(waiting_, [](const auto& entry) { return entry.second.in_process; });
}

void Jobs::Runner::Settle(SteadyTime deadline) {
  while (true) {
    const std::uint64_t seen = Wakes();
    while (Pass()) {
    }
    const auto now = parts_.env.Steady();
    if (!WaitsInProcess() || now >= deadline) return;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - now);
    WaitForWake(seen, std::min(left, kLongestSleep));
  }
}

std::optional<SysMillis> Jobs::Runner::NextStop(SysMillis target) {
  const SysMillis now = parts_.env.CloudNow();
  const auto next = parts_.store.Read(
      [now](View& view) -> Result<std::optional<SysMillis>> { return view.NextDueAfter(now); });
  return next && *next && **next <= target ? *next : std::nullopt;
}

Settled Jobs::Runner::AdvanceTo(SysMillis target, const std::function<void(SysMillis)>& move_clock,
                                std::chrono::milliseconds at_most) {
  const absl::MutexLock lock(&pass_mutex_);
  const SteadyTime deadline = parts_.env.Steady() + at_most;
  Settle(deadline);
  while (const std::optional<SysMillis> stop = NextStop(target)) {
    move_clock(*stop);
    Settle(deadline);
  }
  move_clock(target);
  while (true) {
    const std::uint64_t seen = Wakes();
    Settle(deadline);
    const auto now = parts_.env.Steady();
    if (waiting_.empty() || now >= deadline) break;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - now);
    WaitForWake(seen, std::min(left, kLongestSleep));
  }
  Settled settled{.settled = waiting_.empty()};
  for (const auto& [id, waiting] : waiting_) settled.pending.push_back(waiting.what);
  return settled;
}

}  // namespace cloudapi
