// Custom images: they can be used once their snapshots have their bytes.
#include <fmt/format.h>

#include <algorithm>

#include "cloudapi/jobs/steps.h"

namespace cloudapi {
namespace {

// Whether each of its snapshots is there with its bytes; one may have failed or been deleted.
bool HasItsBytes(Tx& tx, const MachineImage& image) {
  return std::ranges::all_of(SnapshotsIn(image), [&](const std::string& id) {
    const auto snapshot = tx.Find<Snapshot>(image.account, image.region, id);
    return snapshot && snapshot->status == SnapshotStatus::kAccomplished;
  });
}

}  // namespace

// The commit of a snapshot's job is an event of the snapshot.
StepResult Steps::MakeImage(const Job& job, const JobRows& rows) {
  if (!rows.unfinished.empty()) {
    Wait wait{.blocked_on = fmt::format("image {} Creating: its snapshots progress", job.subject)};
    for (const Snapshot& snapshot : rows.unfinished)
      wait.events.push_back({.account = snapshot.account, .name = snapshot.id});
    return {.wait = std::move(wait)};
  }
  return Commit([job](Tx& tx) {
    tx.Remove(job);
    auto image = tx.Find<MachineImage>(job.account, job.region, job.subject);
    if (!image || image->status != ImageStatus::kCreating) return;
    image->status = HasItsBytes(tx, *image) ? ImageStatus::kAvailable : ImageStatus::kCreateFailed;
    tx.Put(*image);
  });
}

}  // namespace cloudapi
