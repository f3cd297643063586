// The step of snapshot groups: all disks are cut in one window, in which the file systems that are
// mounted from them on nodes are frozen.
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

#include "cloudapi/actions/release.h"
#include "cloudapi/base/crash_points.h"
#include "cloudapi/jobs/steps.h"

namespace cloudapi {
namespace {

// An agent thaws after as long; what is not over by then begins anew.
constexpr std::chrono::seconds kLongestWindow{10};
// Before the next window; agents that lost the cloud come back meanwhile.
constexpr std::chrono::seconds kBetweenWindows{1};
// From the first window on; then the group fails.
constexpr std::chrono::seconds kLongestTrying{45};

InstanceKey HolderOf(const Job& job, const std::string& instance_id) {
  return {.account = job.account, .id = instance_id};
}

}  // namespace

// Every agent that may hold a device of the disks is asked, also one that has not reported yet
// since the cloud was started. A node whose agent is given up is as good as off.
void Steps::OpenWindow(const Job& job, const std::vector<GroupMember>& members) {
  GroupWindow window{.account = job.account, .end = deps_.env.Steady() + kLongestWindow};
  for (const GroupMember& member : members) {
    if (!member.source) continue;
    const Disk& disk = member.source->disk;
    for (const Instance& instance : member.source->instances) {
      const InstanceKey key = HolderOf(job, instance.id);
      if (!instance.has_agent || deps_.agents.LeaseEnd(key) <= deps_.env.Steady()) continue;
      if (deps_.agents.Of(key, disk.id, disk.generation) == Presence::kAbsent) continue;
      window.freezes.push_back({.instance_id = instance.id,
                                .disk_id = disk.id,
                                .ticket = deps_.agents.RequestFreeze(key, disk.id)});
    }
  }
  memory_[job.id].window = std::move(window);
}

void Steps::EndFreezes(const GroupWindow& window) {
  for (const Flush& freeze : window.freezes) {
    const InstanceKey key{.account = window.account, .id = freeze.instance_id};
    deps_.agents.EndFreeze(key, freeze.disk_id, freeze.ticket);
  }
}

// Whatever it has frozen is thawed, and what was copied in it counts for nothing.
void Steps::CloseWindow(const Job& job) {
  Memory& memory = memory_[job.id];
  if (memory.window) EndFreezes(*memory.window);
  memory.window.reset();
  for (const std::string& image : memory.copies) copies_.Cancel(image);
  memory.copies.clear();
}

// Another window after a while; once that was tried for long enough the group fails.
StepResult Steps::TryAnotherWindow(const Job& job, const std::string& why) {
  CloseWindow(job);
  Memory& memory = memory_[job.id];
  const auto now = deps_.env.Steady();
  if (now >= *memory.give_up) return Commit(CutsCommit(job, Fail(ApiError{.message = why})));
  spdlog::info("snapshot group {}: {}; it is tried again", job.subject, why);
  memory.next_window = now + kBetweenWindows;
  return {.wait = {.blocked_on = fmt::format("snapshot group {}: {}", job.subject, why),
                   .again = memory.next_window}};
}

// Whether every freeze of the window is in `wanted`. nullopt: yes.
std::optional<StepResult> Steps::AwaitFreezes(const Job& job, FreezeState wanted) {
  const GroupWindow& window = *memory_[job.id].window;
  const bool over = deps_.env.Steady() >= window.end;
  for (const Flush& freeze : window.freezes) {
    const InstanceKey key = HolderOf(job, freeze.instance_id);
    const FreezeState state = deps_.agents.FreezeOf(key, freeze.disk_id, freeze.ticket);
    if (state == wanted) continue;
    if (over || state == FreezeState::kLost) {
      return TryAnotherWindow(
          job, fmt::format("instance {} did not keep the file systems of disk {} frozen",
                           freeze.instance_id, freeze.disk_id));
    }
    return StepResult{.wait = {.blocked_on = fmt::format("snapshot group {}: {} freezes and thaws",
                                                         job.subject, freeze.instance_id),
                               .local = true,
                               .events = {EventOf(key)},
                               .again = window.end}};
  }
  return std::nullopt;
}

// Why the job waits while copies are under way; nullopt once each member's has ended.
std::optional<Wait> Steps::AwaitCuts(const Job& job, const std::vector<GroupMember>& members,
                                     Cuts& cuts) {
  Wait wait{.blocked_on = fmt::format("snapshot group {}: its bytes are copied", job.subject),
            .local = true};
  for (const GroupMember& member : members) {
    const std::string& id = member.snapshot.id;
    if (!member.source) {
      cuts.insert_or_assign(id, Fail(ApiError{.message = "its disk is gone"}));
      continue;
    }
    const Disk& disk = member.source->disk;
    const SnapshotKey key{.account = job.account, .region = job.region, .id = id};
    const std::string image = SnapshotImage(id);
    auto cut = RunCopy(job, image, CutCopy(key, DiskImage(disk.id, disk.generation)));
    if (cut) {
      cuts.insert_or_assign(id, std::move(*cut));
    } else {
      wait.events.push_back(ImageEvent(image));
    }
  }
  if (wait.events.empty()) return std::nullopt;
  return wait;
}

// Every member has its bytes, or all have failed.
std::function<void(Tx&)> Steps::CutsCommit(const Job& job, Result<Cuts> cuts) {
  return [this, job, cuts](Tx& tx) {
    tx.Remove(job);
    const SnapshotGroup group{.id = job.subject, .account = job.account, .region = job.region};
    for (const Snapshot& member : tx.SnapshotsOf(group)) {
      if (!cuts) {
        CommitCut(tx, member, Fail(cuts.error()));
      } else if (const auto cut = cuts->find(member.id); cut != cuts->end()) {
        CommitCut(tx, member, cut->second);
      }
      SettleGroup(tx, member);
    }
  };
}

// All are frozen, all images are cloned, then all are thawed; each agent says whether its freeze
// had lasted until then. Only so were all of them cut at one moment.
StepResult Steps::CutGroup(const Job& job, const JobRows& rows) {
  if (rows.members.empty()) return Drop(job);
  Memory& memory = memory_[job.id];
  const auto now = deps_.env.Steady();
  if (!memory.give_up) memory.give_up = now + kLongestTrying;
  if (!memory.window) {
    if (memory.next_window && now < *memory.next_window) {
      return {.wait = {.blocked_on = fmt::format("snapshot group {}: its next window", job.subject),
                       .again = memory.next_window}};
    }
    OpenWindow(job, rows.members);
  }
  if (!memory.window->cut) {
    if (auto wait = AwaitFreezes(job, FreezeState::kFrozen)) return std::move(*wait);
    Cuts cuts;
    if (auto wait = AwaitCuts(job, rows.members, cuts)) {
      if (memory.window->freezes.empty()) return {.wait = std::move(*wait)};
      if (now >= memory.window->end)
        return TryAnotherWindow(job, "the images were not copied in time");
      wait->again = memory.window->end;
      return {.wait = std::move(*wait)};
    }
    memory.window->cut = std::move(cuts);
    EndFreezes(*memory.window);
  }
  if (auto wait = AwaitFreezes(job, FreezeState::kHeld)) return std::move(*wait);
  CrashPoint("jobs.after-cut-before-row");
  return Commit(CutsCommit(job, *memory.window->cut));
}

}  // namespace cloudapi
