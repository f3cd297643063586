#pragma once
// The end of a story: everything of its namespace deleted, and the proof that nothing is left.
#include <string>
#include <vector>

namespace e2e {

// What a story made outside of its namespace.
struct Made {
  std::vector<std::string> objects;  // "storageclass/x", "persistentvolume/y"
  std::vector<std::string> disks;    // ids in the cloud that no claim asked for
};

// Deletes the workloads, snapshots and claims of the namespace, then what was made outside, then
// the namespace itself, waiting for each. Empty when cluster and cloud hold nothing of it any more,
// else what is left, a line each.
std::string CleanUp(const std::string& space, const Made& made);

}  // namespace e2e
