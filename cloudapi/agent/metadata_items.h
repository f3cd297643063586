#pragma once
// The tree of instance metadata: paths and what is read there.
#include <map>
#include <optional>
#include <string>

#include "cloudapi/agent/metadata.h"

namespace cloudapi {

// Absolute path → value. A path that ends in a slash is a folder that may be empty.
using MetadataTree = std::map<std::string, std::string>;

// Everything that the instance tells of itself at `now` on the wall clock.
// Source: ECS user guide, instance metadata items. Networks are not emulated: MAC address and
// network ids are made of the instance, its account and its zone, and stay the same.
MetadataTree MetadataItems(const InstanceFacts& facts,
                           const std::map<std::string, std::string>& disks, SysMillis now);

// The value at `path`; of a folder, with or without its slash, its entries, one a line, folders
// with a slash. nullopt when there is neither.
std::optional<std::string> FindItem(const MetadataTree& tree, const std::string& path);

}  // namespace cloudapi
