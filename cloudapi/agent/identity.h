#pragma once
// Which instance a Kubernetes node is, when nobody says.
#include <string>
#include <string_view>

namespace cloudapi {

// "i-bp1" and 17 characters of 0-9a-z: the form of an instance id. The same cluster and node always
// give the same one, so that a node keeps its instance over restarts and needs no file for that;
// other clusters or nodes give others (88 bits of SHA-256).
std::string InstanceIdOf(std::string_view cluster_id, std::string_view node);

}  // namespace cloudapi
