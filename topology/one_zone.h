#pragma once
// The zone of a new disk as ACK's driver chooses it: one, and never another.
#include <string>

#include "topology/choose.h"

namespace topology {

struct OneZone {
  std::string zone;      // empty: nothing names one
  std::string conflict;  // why it is not one that the topology asks for, as a sentence; else empty
  bool operator==(const OneZone&) const = default;
};

// The first zone of preferred, then of requisite, that zoneId lists, of each term ACK's key before
// the standard one; without zoneId the first. Where there is none the first of zoneId, else the
// default zone, which is a conflict where requisite is given.
// Source: alibaba-cloud-csi-driver, which then takes any of zoneId.
OneZone ChooseOneZone(const PlacementRequest& wish);

}  // namespace topology
