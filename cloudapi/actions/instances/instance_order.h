#pragma once
// What RunInstances and CreateInstance are asked for, checked and typed.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cloudapi/actions/action.h"
#include "cloudapi/actions/network_place.h"
#include "cloudapi/rules/new_disk.h"
#include "cloudapi/store/tx.h"

namespace cloudapi {

struct DataDiskOrder {
  DiskRequest request;
  std::optional<Snapshot> source;
  std::string device;  // empty: the next free one
  bool delete_with_instance = true;
  std::string policy_id;
};

struct InstanceOrder {
  Instance instance;  // what all have in common; without id, times and names
  NetworkPlace place;
  SystemDiskTerms system;
  std::string system_policy_id;
  std::vector<DataDiskOrder> data;
  std::string name;                     // or a pattern of names; empty: the id
  std::string host_name;                // or a pattern; empty: made of the id
  std::vector<std::string> host_names;  // one for each instance
  bool unique_suffix = false;
  bool public_address = false;
  std::string release_time;  // empty: it does not go by itself
  std::int64_t amount = 1;
};

// Errors: every documented one that does not need the instance.
Result<InstanceOrder> OrderOf(const WriteCall& call);

// Makes them, Pending until their disks are made, and returns their ids. Errors: of the disks.
Result<std::vector<std::string>> MakeInstances(const WriteCall& call, const InstanceOrder& order);

}  // namespace cloudapi
