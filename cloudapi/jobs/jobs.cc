#include "cloudapi/jobs/jobs.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

#include "cloudapi/base/crash_points.h"

namespace cloudapi {
namespace {

constexpr std::size_t kBatch = 64;       // jobs read and committed in one transaction
constexpr std::size_t kPassLimit = 256;  // jobs between two looks at what was told
// Upper bound between passes: the machine's clock, so the cloud's too, may be set under a sleep.
constexpr std::chrono::milliseconds kLongestSleep{1000};
constexpr std::chrono::seconds kPostponed{1};

// What work on a job is about, for crash points.
base::CrashSubject CrashSubjectOf(const Job& job) {
  return {std::string(WordOf(job.step)), job.subject};
}

// The snapshot whose bytes the job's disk or copy gets; empty: none.
std::string SourceOf(const JobRows& rows) {
  if (rows.disk && !rows.disk->restoring_from.empty()) return rows.disk->restoring_from;
  if (rows.disk) return rows.disk->source_snapshot_id;
  return rows.snapshot ? rows.snapshot->source_snapshot_id : "";
}

}  // namespace

Jobs::Jobs(JobsDeps deps)
    : deps_(deps),
      inbox_(deps.env),
      steps_(deps_, copies_),
      copies_([this](const std::string& image) { inbox_.Tell(ImageEvent(image)); }) {
  deps_.store.OnJobs([this](const JobChanges& changes) { inbox_.Tell(changes); });
  deps_.agents.OnReport([this](const InstanceKey& instance) { inbox_.Tell(EventOf(instance)); });
  inbox_.Tell(JobChanges{.added = ReadJobs()});
}

Jobs::~Jobs() {
  Stop();
  deps_.agents.OnReport(nullptr);
}

void Jobs::Start() {
  if (thread_.joinable()) return;
  {
    const absl::MutexLock lock(&pass_mutex_);
    RemoveOrphans();
  }
  thread_ = std::jthread([this](const std::stop_token& stop) { Loop(stop); });
}

void Jobs::Stop() {
  if (!thread_.joinable()) return;
  thread_.request_stop();
  Wake();
  thread_.join();
}

void Jobs::Loop(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    const std::uint64_t seen = inbox_.Wakes();
    std::chrono::milliseconds sleep{};
    {
      const absl::MutexLock lock(&pass_mutex_);
      while (Pass() && !stop.stop_requested()) {
      }
      sleep = TimeToNext();
    }
    if (!stop.stop_requested()) inbox_.WaitForWake(seen, sleep);
  }
}

std::chrono::milliseconds Jobs::TimeToNext() {
  using std::chrono::milliseconds;
  milliseconds sleep = kLongestSleep;
  const SysMillis now = deps_.env.CloudNow();
  if (const auto due = queue_.NextDue(now)) sleep = std::min(sleep, *due - now);
  if (const auto look = queue_.NextLook()) {
    sleep = std::min(sleep, std::chrono::ceil<milliseconds>(*look - deps_.env.Steady()));
  }
  return std::max(sleep, milliseconds(1));
}

std::vector<Job> Jobs::ReadJobs() {
  auto jobs =
      deps_.store.Read([](View& view) -> Result<std::vector<Job>> { return view.AllJobs(); });
  if (jobs) return std::move(*jobs);
  spdlog::error("the jobs cannot be read: {}", jobs.error().message);
  return {};
}

void Jobs::TakeNews() {
  const JobInbox::News news = inbox_.Take();
  if (news.jobs.cleared) {
    queue_.Clear();
    for (const Job& job : ReadJobs()) queue_.Add(job);
  }
  for (const Job& job : news.jobs.added) {
    queue_.Add(job);
    queue_.Wake(SubjectOf(job));
  }
  for (const Job& job : news.jobs.removed) {
    queue_.Remove(job.id);
    steps_.Forget(job.id);
    queue_.Wake(SubjectOf(job));
  }
  for (const Event& event : news.events) queue_.Wake(event);
}

bool Jobs::Pass() {
  TakeNews();
  const std::vector<Job> jobs = queue_.Take(deps_.env.CloudNow(), deps_.env.Steady(), kPassLimit);
  for (std::size_t begin = 0; begin < jobs.size(); begin += kBatch) {
    RunBatch(std::span(jobs).subspan(begin, std::min(kBatch, jobs.size() - begin)));
  }
  return !jobs.empty();
}

void Jobs::RunBatch(std::span<const Job> jobs) {
  auto rows = deps_.store.Read([&](View& view) -> Result<std::vector<JobRows>> {
    std::vector<JobRows> loaded;
    for (const Job& job : jobs) loaded.push_back(LoadRows(view, job));
    return loaded;
  });
  if (!rows) {
    for (const Job& job : jobs) Postpone(job);
    return;
  }
  std::vector<Ready> ready;
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    const JobRows& found = (*rows)[i];
    const base::CrashScope scope([&] { return base::CrashSubjects{CrashSubjectOf(jobs[i])}; });
    StepResult result = steps_.RunStep(jobs[i], found);
    if (result.commit) {
      ready.push_back(
          {.job = jobs[i], .commit = std::move(result.commit), .source = SourceOf(found)});
      continue;
    }
    // Whatever it waits for, it is looked at again when another job of the object comes or goes.
    result.wait.events.push_back(SubjectOf(jobs[i]));
    queue_.Park(jobs[i].id, std::move(result.wait));
  }
  if (!ready.empty()) CommitBatch(ready);
}

void Jobs::CommitBatch(const std::vector<Ready>& ready) {
  const base::CrashScope scope([&] {
    base::CrashSubjects subjects;
    for (const Ready& step : ready) subjects.push_back(CrashSubjectOf(step.job));
    return subjects;
  });
  const auto written = deps_.store.Write("jobs", [&](Tx& tx) -> Result<void> {
    for (const Ready& step : ready) step.commit(tx);
    return {};
  });
  if (!written) {
    for (const Ready& step : ready) Postpone(step.job);
    return;
  }
  CrashPoint("jobs.after-row");
  for (const Ready& step : ready) {
    steps_.Forget(step.job.id);
    queue_.Remove(step.job.id);
    queue_.Wake(SubjectOf(step.job));
    if (!step.source.empty()) {
      queue_.Wake({.account = step.job.account, .name = step.source});
    }
  }
}

void Jobs::Postpone(const Job& job) {
  queue_.Park(job.id, {.blocked_on = fmt::format("{} {}: the database refuses it", WordOf(job.step),
                                                 job.subject),
                       .again = deps_.env.Steady() + kPostponed});
}

void Jobs::WaitForWake(std::uint64_t seen, SteadyTime deadline) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - deps_.env.Steady());
  inbox_.WaitForWake(seen, std::min(left, kLongestSleep));
}

void Jobs::Settle(SteadyTime deadline) {
  while (true) {
    const std::uint64_t seen = inbox_.Wakes();
    while (Pass()) {
    }
    if (!queue_.HasLocalWait() || deps_.env.Steady() >= deadline) return;
    WaitForWake(seen, deadline);
  }
}

Settled Jobs::AdvanceTo(SysMillis target, std::chrono::milliseconds at_most) {
  const absl::MutexLock lock(&pass_mutex_);
  const SteadyTime deadline = deps_.env.Steady() + at_most;
  Settle(deadline);
  for (auto due = queue_.NextDue(deps_.env.CloudNow()); due && *due <= target;
       due = queue_.NextDue(deps_.env.CloudNow())) {
    deps_.clock.AdvanceTo(*due);
    Settle(deadline);
  }
  deps_.clock.AdvanceTo(target);
  while (true) {
    const std::uint64_t seen = inbox_.Wakes();
    Settle(deadline);
    std::vector<std::string> pending = queue_.BlockedOn(deps_.env.CloudNow());
    if (pending.empty() || deps_.env.Steady() >= deadline) {
      return {.settled = pending.empty(), .pending = std::move(pending)};
    }
    WaitForWake(seen, deadline);
  }
}

}  // namespace cloudapi
