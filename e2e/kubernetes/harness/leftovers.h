#pragma once
// What exists below the cluster's objects and has no owner there: disks, images, loop devices,
// mounts. Every story asks at its end, also while others run, so only what stays is told.
#include <chrono>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace e2e {

// All of it, seen at about one moment.
struct Holdings {
  struct Disk {
    std::string id;
    std::string ns;     // of the claim or story that it was made for; empty: unknown
    bool held = false;  // not Available: a node may have it
  };
  struct Mount {
    std::string node;
    std::string path;
  };
  std::vector<Disk> disks;                   // data disks of the cloud
  std::set<std::string> other_rows;          // snapshots, system disks
  std::set<std::string> namespaces;          // that exist
  std::set<std::string> images;              // ids that have an image
  std::map<std::string, std::string> loops;  // id of the image that a loop device is on
  std::vector<Mount> mounts;                 // of nodes, whatever they are
  std::map<std::string, std::set<std::string>> attached;  // node → names of attached volumes
};

// Returns a line for each thing without an owner.
std::set<std::string> Ownerless(const Holdings& holdings);

// Returns what `path` calls a volume of CSI that is mounted there: the name of its
// PersistentVolume, or the sha256 of its handle for where it is staged. Empty for another mount.
std::string VolumeOfMount(const std::string& path);

// Of the cluster, cloud and nodes of TheSettings(). What is without an owner at every look of
// `limit`, a line each; looks once when nothing is.
std::string LeftOver(std::chrono::seconds limit);

}  // namespace e2e
