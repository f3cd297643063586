#pragma once
// What must not happen while a story is told: restarts of zonedisk's containers that it does not
// cause, calls for which a workload has no right, things that stay without an owner.
#include <string>

#include "e2e/kubernetes/harness/refusals.h"
#include "e2e/kubernetes/harness/restarts.h"

namespace e2e {

// For the story that is being told: it restarts these containers, or takes them with it.
void ExpectRestarts(const ContainersMeant& meant);

// From its construction on.
class Oversight {
 public:
  // Forgets what earlier stories have said to ExpectRestarts.
  Oversight();
  // At the end of the story, with its objects deleted. Returns what has happened, a line each;
  // empty when nothing has. Waits until what was restarted is ready.
  std::string Faults() const;

 private:
  ContainerRuns before_;
  AuditLog audit_;
};

}  // namespace e2e
