#include "cloudapi/store/job.h"

#include <cstdlib>

namespace cloudapi {
namespace {

enum class Detail { kNone, kInstance, kGeneration, kTask, kPosition };

Detail KindOfDetail(Step step) {
  switch (step) {
    case Step::kDiskAttach:
    case Step::kDiskDetach:
    case Step::kDiskReset: return Detail::kInstance;
    case Step::kDiskUnlink: return Detail::kGeneration;
    case Step::kDiskSpec:
    case Step::kSnapshotArchive: return Detail::kTask;
    case Step::kPolicyFire: return Detail::kPosition;
    case Step::kDiskCreate:
    case Step::kDiskGrow:
    case Step::kGroupCut:
    case Step::kImageMake:
    case Step::kInstanceMake:
    case Step::kInstanceStart:
    case Step::kInstanceStop:
    case Step::kInstanceRelease:
    case Step::kSnapshotCut:
    case Step::kSnapshotCopy:
    case Step::kSnapshotAvailable:
    case Step::kSnapshotExpire:
    case Step::kSnapshotLock:
    case Step::kSnapshotUnlink: return Detail::kNone;
  }
  return Detail::kNone;
}

}  // namespace

std::string DetailText(Step step, const JobDetail& detail) {
  switch (KindOfDetail(step)) {
    case Detail::kNone: return "";
    case Detail::kInstance: return detail.instance_id;
    case Detail::kGeneration: return std::to_string(detail.generation);
    case Detail::kTask: return detail.task_id;
    case Detail::kPosition: return std::to_string(detail.position);
  }
  return "";
}

JobDetail DetailOf(Step step, const std::string& text) {
  switch (KindOfDetail(step)) {
    case Detail::kNone: return {};
    case Detail::kInstance: return {.instance_id = text};
    case Detail::kGeneration: return {.generation = std::atoll(text.c_str())};
    case Detail::kTask: return {.task_id = text};
    case Detail::kPosition: return {.position = std::atoll(text.c_str())};
  }
  return {};
}

}  // namespace cloudapi
