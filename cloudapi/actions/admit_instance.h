#pragma once
// How an instance comes into the cloud, whether a node's agent registers it or a test asks for it,
// and how it goes: its system disk comes and goes with it.
#include <string>
#include <string_view>

#include "cloudapi/resources/kinds.h"
#include "cloudapi/store/store.h"
#include "topology/catalogue.h"

namespace cloudapi {

// "i-" and at most 62 lower-case letters, digits and dashes.
bool IsInstanceId(std::string_view id);

struct InstanceRequest {
  std::string account;
  std::string id;  // empty: a new one
  std::string zone;
  std::string type;
  std::string name;  // empty: the id
  // Of a node: its row follows what the node says of itself. Otherwise an instance that exists must
  // be what is asked for.
  bool is_node = false;
  bool has_agent = false;
  std::string agent_refusal;  // why nothing attaches to it; empty: everything does
  std::string machine;        // of a node, as it says
};

// Returns the row, made or brought up to date; CPU and memory are those of the type. Nodes without
// data disks may move, which gives them another system disk, and change their type. Errors: 400
// malformed id; 404 unknown zone or type; 409 when the instance exists in another place or of
// another type and is no node or holds disks, or when it has an agent and the request is not its
// node's.
Result<Instance> AdmitInstance(Tx& tx, const topology::Catalogue& catalogue,
                               const InstanceRequest& request);

// The instance, its system disk and its place in the networks. Data disks are none of it: they must
// be gone from it.
void RemoveInstance(Tx& tx, const Instance& instance);

// Gives each instance that has none its system disk: those of databases that were made before
// instances had one.
Result<void> AddMissingSystemDisks(Store& store, const topology::Catalogue& catalogue);

}  // namespace cloudapi
