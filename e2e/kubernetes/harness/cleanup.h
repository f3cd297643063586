#pragma once
// The end of a story: deletes everything of its namespace and checks that nothing is left.
#include <string>
#include <vector>

namespace e2e {

// What a story created outside of its namespace.
struct CreatedObjects {
  std::vector<std::string> objects;  // "storageclass/x", "persistentvolume/y"
  std::vector<std::string> disks;    // ids in the cloud that no claim asked for
};

// Deletes the workloads, snapshots and claims of the namespace, then what it created outside, then
// the namespace itself, waiting for each. Returns what is left in cluster and cloud, a line each;
// empty when nothing is.
std::string CleanUp(const std::string& ns, const CreatedObjects& created);

}  // namespace e2e
