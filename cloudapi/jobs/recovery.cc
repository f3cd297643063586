// What happens to everything at once: orphans after a crash, withdrawal and reset.
#include <spdlog/spdlog.h>

#include "cloudapi/base/crash_points.h"
#include "cloudapi/jobs/jobs.h"
#include "cloudapi/rules/transitions.h"

namespace cloudapi {
namespace {

// Meta entries. `kErasing`: rows are dropped, images may be left. `kOwned`: this database and the
// images in the folder belong together, so an image without row is an orphan and not the last copy
// of a disk whose database was lost.
constexpr std::string_view kErasing = "images.erasing";
constexpr std::string_view kOwned = "images.owned";
constexpr std::chrono::seconds kLongestFence{5};

void SetMeta(Store& store, std::string_view name, std::string_view value) {
  const auto written = store.Write("jobs", [&](Tx& tx) -> Result<void> {
    tx.SetMeta(name, value);
    return {};
  });
  if (!written) spdlog::error("cannot note {}: {}", name, written.error().message);
}

enum class Verdict { kBelongs, kOrphan, kUnknown };

Verdict Judge(View& view, const Blocks& blocks, const std::string& name) {
  const auto image = ParseImageName(name);
  if (!image) return Verdict::kOrphan;  // half of a copy
  if (image->snapshot) {
    return view.HasSnapshot(image->id) ? Verdict::kBelongs : Verdict::kUnknown;
  }
  const auto generation = view.GenerationOf(image->id);
  if (!generation) return Verdict::kUnknown;
  if (*generation == image->generation) return Verdict::kBelongs;
  // Of several generations only the row's is read; another one stays while that is missing.
  return blocks.Exists(DiskImage(image->id, *generation)) ? Verdict::kOrphan : Verdict::kBelongs;
}

}  // namespace

void Jobs::RemoveOrphans() {
  if (deps_.blocks.Method() == "none") return;
  if (deps_.store.Meta(kErasing).value_or("") == "1") EraseImages();
  const bool owned = deps_.store.Meta(kOwned).value_or("") == "1";
  bool foreign = false;
  const auto removed = deps_.store.Read([&](View& view) {
    return Sweep(deps_.blocks, [&](const std::string& name) {
      const Verdict verdict = Judge(view, deps_.blocks, name);
      if (verdict == Verdict::kUnknown && !owned) foreign = true;
      return verdict == Verdict::kBelongs || (verdict == Verdict::kUnknown && !owned);
    });
  });
  if (!removed) {
    spdlog::error("orphaned images stay: {}", removed.error().message);
    return;
  }
  for (const std::string& name : *removed) spdlog::info("removed orphaned image {}", name);
  if (foreign) {
    spdlog::warn("the blocks folder holds images that this database does not know; they stay");
  } else if (!owned) {
    SetMeta(deps_.store, kOwned, "1");
  }
}

void Jobs::EraseImages() {
  for (const std::string& name : deps_.blocks.List()) {
    const auto removed = deps_.blocks.Remove(name);
    if (!removed) {
      spdlog::error("{}", removed.error().message);
      return;  // the note stays, so the next start goes on
    }
  }
  SetMeta(deps_.store, kErasing, "");
}

void Jobs::EraseEverything() {
  const absl::MutexLock lock(&pass_mutex_);
  copies_.Drain();
  const auto cleared = deps_.store.Write("reset", [&](Tx& tx) -> Result<void> {
    tx.Clear("");
    tx.SetMeta(kErasing, "1");
    return {};
  });
  if (!cleared) {
    spdlog::error("reset failed: {}", cleared.error().message);
    return;
  }
  CrashPoint("reset.after-rows-before-images");
  steps_.ForgetAll();
  deps_.agents.ForgetAll();
  EraseImages();
}

std::vector<InstanceKey> Jobs::AgentInstances() {
  const auto read = deps_.store.Read([](View& view) -> Result<std::vector<InstanceKey>> {
    std::vector<InstanceKey> keys;
    for (const Instance& instance : view.AgentInstances()) {
      keys.push_back({.account = instance.account, .id = instance.id});
    }
    return keys;
  });
  return read ? *read : std::vector<InstanceKey>();
}

std::vector<std::string> Jobs::DisksOnAgents() {
  const auto disks = deps_.store.Read([](View& view) -> Result<std::vector<std::string>> {
    std::vector<std::string> held;
    for (const Instance& instance : view.AgentInstances()) {
      for (const Disk& disk : view.DataDisksOf(instance)) held.push_back(disk.id);
    }
    return held;
  });
  return disks ? *disks : std::vector<std::string>();
}

void Jobs::DetachAllFrom(const InstanceKey& key) {
  const auto detached = deps_.store.Write("reset", [&](Tx& tx) -> Result<void> {
    const auto instance = tx.Find<Instance>(key.account, "", key.id);
    if (!instance) return {};
    for (const Disk& disk : tx.DataDisksOf(*instance)) {
      const Attachment* attachment = FindAttachment(disk, key.id);
      if (attachment != nullptr && attachment->state == AttachmentState::kDetaching) continue;
      const Result<Disk> next = ForceDetach(disk, key.id);
      if (!next) return Fail(next.error());
      tx.Put(*next);
      tx.Schedule(*next, Step::kDiskDetach, {}, {.instance_id = key.id});
    }
    return {};
  });
  if (!detached) spdlog::error("withdrawing from {}: {}", key.id, detached.error().message);
}

std::vector<std::string> Jobs::WaitUntilReleased(SteadyTime deadline) {
  while (true) {
    const std::uint64_t seen = inbox_.Wakes();
    Settle(deadline);
    std::vector<std::string> held = DisksOnAgents();
    if (held.empty() || deps_.env.Steady() >= deadline) return held;
    WaitForWake(seen, deadline);
  }
}

std::vector<std::string> Jobs::WithdrawAll(bool force, std::chrono::milliseconds at_most) {
  const absl::MutexLock lock(&pass_mutex_);
  const std::vector<InstanceKey> instances = AgentInstances();
  for (const InstanceKey& instance : instances) DetachAllFrom(instance);
  std::vector<std::string> held = WaitUntilReleased(deps_.env.Steady() + at_most);
  if (held.empty() || !force) return held;
  steps_.FenceInstances(instances);
  for (const InstanceKey& instance : instances) queue_.Wake(EventOf(instance));
  held = WaitUntilReleased(deps_.env.Steady() + kLongestFence);
  steps_.FenceInstances({});
  return held;
}

}  // namespace cloudapi
