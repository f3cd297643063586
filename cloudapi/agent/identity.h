#pragma once
// Names of an instance that are made of what is known of it: the same input always gives the same
// name, so that none has to be kept in a file; other inputs give others (SHA-256).
#include <string>
#include <string_view>

namespace cloudapi {

// The instance that a Kubernetes node is unless it is given: "i-bp1" and 17 characters of 0-9a-z.
std::string InstanceIdOf(std::string_view cluster_id, std::string_view node);
// The network of an account in a region, "vpc-bp1…", and in a zone, "vsw-bp1…".
std::string VpcIdOf(std::string_view account, std::string_view region);
std::string VSwitchIdOf(std::string_view account, std::string_view zone);
// "00:16:3e:…": the prefix that instances have.
std::string MacOf(std::string_view instance_id);

}  // namespace cloudapi
