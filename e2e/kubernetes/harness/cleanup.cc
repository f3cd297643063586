#include "e2e/kubernetes/harness/cleanup.h"

#include <fmt/format.h>

#include <chrono>
#include <nlohmann/json.hpp>
#include <set>

#include "e2e/harness/api.h"
#include "e2e/kubernetes/harness/cloud_view.h"
#include "e2e/kubernetes/harness/cluster.h"

namespace e2e {
namespace {

using nlohmann::json;

constexpr std::chrono::seconds kGoneLimit{90};

// What belongs to a namespace outside of it; an empty namespace does not name it any more.
struct Traces {
  std::set<std::string> volumes;    // PersistentVolumes
  std::set<std::string> snapshots;  // ids in the cloud
  std::set<std::string> disks;      // the same
};

std::string TextAt(const json& row, const char* pointer) {
  const json::json_pointer at(pointer);
  return row.contains(at) && row[at].is_string() ? row[at].get<std::string>() : std::string{};
}

Traces TracesOf(const std::string& ns) {
  Traces traces;
  for (const auto& disk : TheCloud().DisksOf(ns)) traces.disks.insert(disk.id);
  for (const auto& row : TheCluster().List("persistentvolume")) {
    if (TextAt(row, "/spec/claimRef/namespace") == ns) {
      traces.volumes.insert(TextAt(row, "/metadata/name"));
    }
  }
  for (const auto& row : TheCluster().List("volumesnapshotcontent")) {
    const auto handle = TextAt(row, "/status/snapshotHandle");
    if (TextAt(row, "/spec/volumeSnapshotRef/namespace") == ns && !handle.empty()) {
      traces.snapshots.insert(handle);
    }
  }
  return traces;
}

// Deletes all objects of these kinds. Returns those that are not gone in time, a line each.
std::string Empty(const std::string& ns, const std::vector<std::string>& kinds) {
  for (const auto& kind : kinds) {
    for (const auto& row : TheCluster().List(kind, ns)) {
      TheCluster().Delete(kind + "/" + TextAt(row, "/metadata/name"), ns);
    }
  }
  const auto left = [&] {
    std::string text;
    for (const auto& kind : kinds) {
      for (const auto& row : TheCluster().List(kind, ns)) {
        text += fmt::format("\n  {}/{} finalizers {}", kind, TextAt(row, "/metadata/name"),
                            row["metadata"].value("finalizers", json::array()).dump());
      }
    }
    return text;
  };
  return Eventually("", kGoneLimit, left) ? "" : left();
}

std::string LeftInCluster(const std::string& ns, const Traces& traces) {
  std::string left;
  for (const auto& row : TheCluster().List("persistentvolume")) {
    if (TextAt(row, "/spec/claimRef/namespace") == ns) {
      left += fmt::format("\n  persistentvolume/{} {}: {}", TextAt(row, "/metadata/name"),
                          TextAt(row, "/status/phase"), TextAt(row, "/status/message"));
    }
  }
  for (const auto& row : TheCluster().List("volumeattachment")) {
    if (traces.volumes.contains(TextAt(row, "/spec/source/persistentVolumeName"))) {
      left += "\n  volumeattachment/" + TextAt(row, "/metadata/name");
    }
  }
  for (const auto& row : TheCluster().List("volumegroupsnapshotcontent")) {
    if (TextAt(row, "/spec/volumeGroupSnapshotRef/namespace") == ns) {
      left += "\n  volumegroupsnapshotcontent/" + TextAt(row, "/metadata/name");
    }
  }
  for (const auto& row : TheCluster().List("volumesnapshotcontent")) {
    if (TextAt(row, "/spec/volumeSnapshotRef/namespace") == ns) {
      left += "\n  volumesnapshotcontent/" + TextAt(row, "/metadata/name");
    }
  }
  return left;
}

std::string LeftInCloud(const std::string& ns, const Traces& traces) {
  std::string left;
  for (const auto& disk : TheCloud().DisksOf(ns)) {
    left += fmt::format("\n  disk {} {} {}", disk.id, disk.status, disk.instance);
  }
  // Also those of which no content tells.
  for (const auto& row : TheCloud().Snapshots()) {
    if (!traces.snapshots.contains(row.id) && !traces.disks.contains(row.disk)) continue;
    left += fmt::format("\n  snapshot {} of {} {}", row.id, row.disk, row.status);
  }
  return left;
}

}  // namespace

std::string CleanUp(const std::string& ns, const CreatedObjects& created) {
  const auto traces = TracesOf(ns);
  // Each kind can go only when what uses it is gone.
  std::string left = Empty(ns, {"statefulset", "deployment", "daemonset"});
  left += Empty(ns, {"pod"});
  // A claim that waits for a restore holds its snapshot, a snapshot being made its claim.
  left += Empty(ns, {"volumegroupsnapshot"});
  left += Empty(ns, {"volumesnapshot", "persistentvolumeclaim"});
  for (const auto& object : created.objects) left += TheCluster().Delete(object, "").message();
  const auto elsewhere = [&] {
    // Refused for as long as a disk is attached: asked again until it is gone.
    for (const auto& id : created.disks) TheCloud().Call("DeleteDisk", {{"DiskId", id}});
    return LeftInCluster(ns, traces) + LeftInCloud(ns, traces);
  };
  if (!Eventually("", kGoneLimit, elsewhere)) left += elsewhere();
  left += TheCluster().Delete("namespace/" + ns, "").message();
  const auto gone = [&]() -> std::string {
    return TheCluster().Get("namespace/" + ns).is_null() ? "" : "\n  namespace/" + ns;
  };
  if (!Eventually("", kGoneLimit, gone)) left += gone();
  return left;
}

}  // namespace e2e
