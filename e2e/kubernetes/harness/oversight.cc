#include "e2e/kubernetes/harness/oversight.h"

#include <chrono>
#include <vector>

#include "e2e/kubernetes/harness/cluster.h"
#include "e2e/kubernetes/harness/leftovers.h"
#include "e2e/kubernetes/harness/workloads.h"

namespace e2e {
namespace {

constexpr std::chrono::seconds kReadyLimit{120};
// What another story is just taking away is gone by then.
constexpr std::chrono::seconds kOwnerlessLimit{30};

std::vector<ContainersMeant>& Meant() {
  static std::vector<ContainersMeant> meant;
  return meant;
}

}  // namespace

void ExpectRestarts(const ContainersMeant& meant) {
  Meant().push_back(meant);
}

Oversight::Oversight() : before_(ZonediskRuns()) {
  Meant().clear();
}

std::string Oversight::Faults() const {
  std::string faults;
  // A sidecar that ends because its driver did may do so a moment later.
  if (!Meant().empty()) {
    if (const auto ready = WaitRolledOut(kReadyLimit); !ready) {
      faults += std::string("\n  ") + ready.message();
    }
  }
  faults += UnexpectedRestarts(before_, ZonediskRuns(), Meant());
  faults += ForbiddenCalls(audit_.Since());
  return faults + LeftOver(kOwnerlessLimit);
}

}  // namespace e2e
