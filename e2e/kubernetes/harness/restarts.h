#pragma once
// Starts of zonedisk's own containers: a story says which it causes, and any other fails it.
#include <map>
#include <string>
#include <vector>

namespace e2e {

// A container and how it ended last.
struct ContainerRun {
  std::string node;
  std::string pod;
  std::string name;
  int restarts = 0;
  std::string ended;  // "Error 137: what it said last"; empty: never, or unknown
};
// By the uid of the Pod and the container's name: a Pod that is made anew counts anew.
using ContainerRuns = std::map<std::string, ContainerRun>;

// Containers that a story restarts; an empty field means any.
struct ContainersMeant {
  std::string node;
  std::string pod;
  std::string name;
};

// Returns a line for each container that was started more often than `before` without being meant:
// its name and how it ended. A sidecar that gave up its lease because the API server was too slow
// for it ended as it should, and so did one whose driver was started again: that counts itself.
std::string UnexpectedRestarts(const ContainerRuns& before, const ContainerRuns& after,
                               const std::vector<ContainersMeant>& meant);

// Of all Pods in zonedisk's namespace, as kubelet reports them.
ContainerRuns ZonediskRuns();

}  // namespace e2e
