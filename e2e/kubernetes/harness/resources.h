#pragma once
// Kinds of Kubernetes objects and their paths in the API.
#include <string>
#include <string_view>

namespace e2e {

struct Resource {
  std::string_view name;    // as in `kubectl get NAME/x`: singular, lower case
  std::string_view plural;  // as in a path
  std::string_view group;   // "api/v1", "apis/storage.k8s.io/v1"
  bool has_namespace = false;
};

// By name or plural, with or without the group that `kubectl -o name` appends; nullptr for a kind
// that is not in the table.
const Resource* FindResource(std::string_view name);

// "pod/web-0" in namespace "a" -> "/api/v1/namespaces/a/pods/web-0". Aborts on an unknown kind.
std::string ObjectPath(std::string_view object, std::string_view ns);
// All of a kind; an empty namespace means everywhere.
std::string ListPath(std::string_view kind, std::string_view ns);

}  // namespace e2e
