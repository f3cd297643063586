#pragma once
// The end of a story: everything of its namespace deleted, and the proof that nothing is left.
#include <string>
#include <vector>

namespace e2e {

// Deletes the workloads, snapshots and claims of the namespace, the objects of `outside` (named as
// "storageclass/x") and the namespace itself, waiting for each. Empty when the cluster and the
// cloud hold nothing of it any more, else what is left, a line each.
std::string CleanUp(const std::string& space, const std::vector<std::string>& outside);

}  // namespace e2e
