#pragma once
// Work that takes time: a row with a due time on the cloud's clock.
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "cloudapi/base/env.h"
#include "cloudapi/resources/words.h"

namespace cloudapi {

// What is to be done to the object that the job is about. The table in jobs/steps.cc says how.
enum class Step {
  kDiskCreate,         // make the image, then Available
  kDiskAttach,         // → In_use
  kDiskDetach,         // → Available
  kDiskGrow,           // the image to the row's size
  kDiskSpec,           // another category, level or IOPS; ends its task
  kDiskReset,          // another image, of a snapshot's bytes or empty
  kDiskUnlink,         // remove an image of a disk that is gone or has another one
  kSnapshotCut,        // copy the bytes
  kSnapshotCopy,       // copy the bytes of a snapshot of another region, → accomplished
  kSnapshotAvailable,  // → accomplished
  kSnapshotExpire,     // its retention is over: delete it
  kSnapshotLock,       // its lock comes to its next date
  kSnapshotArchive,    // another category; ends its task
  kSnapshotUnlink,     // remove the image of a snapshot that is gone
  kGroupCut,           // copy the bytes of all its disks at one moment
  kInstanceMake,       // its disks are made: → Starting, or Stopped
  kInstanceStart,      // → Running
  kInstanceStop,       // → Stopped
  kInstanceRelease,    // its AutoReleaseTime has come: delete it
  kImageMake,          // its snapshots are accomplished: → Available
  kPolicyFire,         // snapshots of some of its disks, then of the others, then the next time
};

template <>
inline constexpr std::array kWords<Step> = {
    Spelling<Step>{Step::kDiskCreate, "disk.create"},
    Spelling<Step>{Step::kDiskAttach, "disk.attach"},
    Spelling<Step>{Step::kDiskDetach, "disk.detach"},
    Spelling<Step>{Step::kDiskGrow, "disk.grow"},
    Spelling<Step>{Step::kDiskSpec, "disk.spec"},
    Spelling<Step>{Step::kDiskReset, "disk.reset"},
    Spelling<Step>{Step::kDiskUnlink, "disk.unlink"},
    Spelling<Step>{Step::kSnapshotCut, "snapshot.cut"},
    Spelling<Step>{Step::kSnapshotCopy, "snapshot.copy"},
    Spelling<Step>{Step::kSnapshotAvailable, "snapshot.available"},
    Spelling<Step>{Step::kSnapshotExpire, "snapshot.expire"},
    Spelling<Step>{Step::kSnapshotLock, "snapshot.lock"},
    Spelling<Step>{Step::kSnapshotArchive, "snapshot.archive"},
    Spelling<Step>{Step::kSnapshotUnlink, "snapshot.unlink"},
    Spelling<Step>{Step::kGroupCut, "group.cut"},
    Spelling<Step>{Step::kInstanceMake, "instance.make"},
    Spelling<Step>{Step::kInstanceStart, "instance.start"},
    Spelling<Step>{Step::kInstanceStop, "instance.stop"},
    Spelling<Step>{Step::kInstanceRelease, "instance.release"},
    Spelling<Step>{Step::kImageMake, "image.make"},
    Spelling<Step>{Step::kPolicyFire, "policy.fire"},
};

// Whether the step waits for a date: until then nothing is under way.
constexpr bool IsDated(Step step) {
  return step == Step::kSnapshotExpire || step == Step::kSnapshotLock ||
         step == Step::kInstanceRelease || step == Step::kPolicyFire;
}

// Whether the job stays when its object goes away: it ends the task about it.
constexpr bool EndsTask(Step step) {
  return step == Step::kDiskSpec || step == Step::kSnapshotArchive;
}

// What a step must know beside its object.
struct JobDetail {
  std::string instance_id;      // kDiskAttach, kDiskDetach; kDiskReset: to be started afterwards
  std::int64_t generation = 0;  // kDiskUnlink: of the image
  std::string task_id;          // kDiskSpec, kSnapshotArchive
  std::int64_t position = 0;    // kPolicyFire: seq of the last PolicyDisk that has had its turn
  bool operator==(const JobDetail&) const = default;
};

// The detail as it is stored, and back.
std::string DetailText(Step step, const JobDetail& detail);
JobDetail DetailOf(Step step, const std::string& text);

struct Job {
  std::int64_t id = 0;  // 0: not stored yet
  SysMillis due{};
  Step step = Step::kDiskCreate;
  std::string account;
  std::string region;
  std::string subject;  // id of the object that it is about
  JobDetail detail;
  bool operator==(const Job&) const = default;
};

// What a committed transaction did to the jobs.
struct JobChanges {
  bool cleared = false;  // before all of the following, jobs were dropped that are not listed
  std::vector<Job> added;
  std::vector<Job> removed;
  bool operator==(const JobChanges&) const = default;
};

}  // namespace cloudapi
