#include "e2e/kubernetes/harness/leftovers.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>

#include "e2e/harness/acs3.h"
#include "e2e/kubernetes/harness/blocks_folder.h"
#include "e2e/kubernetes/harness/cloud_view.h"
#include "e2e/kubernetes/harness/cluster.h"
#include "e2e/kubernetes/harness/settings.h"

namespace e2e {
namespace {

using nlohmann::json;

constexpr std::chrono::seconds kLookPause{1};

// Of `path`, the part between `before` and the next slash; empty when `before` is not in it.
std::string PartAfter(const std::string& path, const std::string& before) {
  const auto at = path.find(before);
  if (at == std::string::npos) return {};
  const auto start = at + before.size();
  return path.substr(start, path.find('/', start) - start);
}

// Mount points as the node's first process sees them.
std::vector<Holdings::Mount> MountsOfNodes() {
  std::vector<Holdings::Mount> mounts;
  std::error_code error;
  const auto nodes = TheSettings().ClusterFolder() / "nodes";
  for (const auto& entry : std::filesystem::directory_iterator(nodes, error)) {
    std::string pid;
    std::ifstream(entry.path() / "node.pid") >> pid;
    std::ifstream table("/proc/" + pid + "/mountinfo");
    for (std::string line; std::getline(table, line);) {
      std::istringstream fields(line);
      Holdings::Mount mount{.node = entry.path().filename().string()};
      for (int i = 0; i < 5; ++i) fields >> mount.path;
      mounts.push_back(std::move(mount));
    }
  }
  return mounts;
}

// Each by the name of its PersistentVolume and by the sha256 of its handle.
std::map<std::string, std::set<std::string>> AttachedVolumes() {
  std::map<std::string, std::string> handles;
  const json::json_pointer handle("/spec/csi/volumeHandle");
  for (const auto& row : TheCluster().List("persistentvolume")) {
    if (row.contains(handle)) handles[row["metadata"]["name"]] = row[handle].get<std::string>();
  }
  std::map<std::string, std::set<std::string>> attached;
  const json::json_pointer volume("/spec/source/persistentVolumeName");
  for (const auto& row : TheCluster().List("volumeattachment")) {
    if (!row.contains(volume)) continue;
    auto& names = attached[row["spec"].value("nodeName", "")];
    names.insert(row[volume].get<std::string>());
    const auto found = handles.find(row[volume].get<std::string>());
    if (found != handles.end()) names.insert(Sha256(found->second));
  }
  return attached;
}

// First what is owned, then the owners: what comes meanwhile has one.
Holdings Look() {
  Holdings seen;
  seen.mounts = MountsOfNodes();
  seen.loops = LoopsByImage();
  seen.images = ImageOwners();
  for (const auto& disk : TheCloud().Disks()) {
    seen.disks.push_back({.id = disk.id, .ns = disk.ns, .held = disk.status != "Available"});
  }
  for (const auto& snapshot : TheCloud().Snapshots()) seen.other_rows.insert(snapshot.id);
  seen.other_rows.merge(TheCloud().SystemDisks());
  seen.attached = AttachedVolumes();
  for (const auto& row : TheCluster().List("namespace")) {
    seen.namespaces.insert(row["metadata"].value("name", ""));
  }
  return seen;
}

}  // namespace

std::string VolumeOfMount(const std::string& path) {
  for (const char* before : {"/volumes/kubernetes.io~csi/", "/csi/volumeDevices/publish/",
                             "/csi/volumeDevices/staging/", "/csi/volumeDevices/"}) {
    if (auto name = PartAfter(path, before); !name.empty()) return name;
  }
  const auto staged = PartAfter(path, "/plugins/kubernetes.io/csi/");
  if (staged.empty() || !path.ends_with("/globalmount")) return {};
  return PartAfter(path, "/csi/" + staged + "/");
}

std::set<std::string> Ownerless(const Holdings& holdings) {
  std::set<std::string> lines;
  std::set<std::string> rows = holdings.other_rows;
  std::set<std::string> held;
  for (const auto& disk : holdings.disks) {
    rows.insert(disk.id);
    if (disk.held) held.insert(disk.id);
    if (!disk.ns.empty() && !holdings.namespaces.contains(disk.ns)) {
      lines.insert(fmt::format("disk {} of the namespace {}, which is gone", disk.id, disk.ns));
    }
  }
  for (const auto& id : holdings.images) {
    if (!rows.contains(id)) lines.insert("image of " + id + ", which the cloud does not have");
  }
  for (const auto& [device, id] : holdings.loops) {
    if (!held.contains(id) && !holdings.other_rows.contains(id)) {
      lines.insert(fmt::format("{} on the image of {}, which is on no node", device, id));
    }
  }
  for (const auto& mount : holdings.mounts) {
    const auto volume = VolumeOfMount(mount.path);
    if (volume.empty()) continue;
    const auto node = holdings.attached.find(mount.node);
    if (node != holdings.attached.end() && node->second.contains(volume)) continue;
    lines.insert(
        fmt::format("mount {} on {}, where no volume of it is attached", mount.path, mount.node));
  }
  return lines;
}

std::string LeftOver(std::chrono::seconds limit) {
  const auto end = std::chrono::steady_clock::now() + limit;
  auto left = Ownerless(Look());
  while (!left.empty() && std::chrono::steady_clock::now() < end) {
    std::this_thread::sleep_for(kLookPause);
    const auto seen = Ownerless(Look());
    std::erase_if(left, [&seen](const std::string& line) { return !seen.contains(line); });
  }
  std::string text;
  for (const auto& line : left) text += "\n  " + line;
  return text;
}

}  // namespace e2e
