#pragma once
// Kinds of Kubernetes objects and where the API server keeps them.
#include <string>
#include <string_view>

namespace e2e {

struct Resource {
  std::string_view name;    // as in `kubectl get NAME/x`: singular, lower case
  std::string_view plural;  // as in a path
  std::string_view group;   // "api/v1", "apis/storage.k8s.io/v1"
  bool has_namespace = false;
};

// By name or plural, with or without the group that `kubectl -o name` appends; nothing when the
// stories do not know it.
const Resource* FindResource(std::string_view name);

// "pod/web-0" in namespace "a" -> "/api/v1/namespaces/a/pods/web-0". Aborts on an unknown kind.
std::string ObjectPath(std::string_view object, std::string_view space);
// All of a kind; an empty namespace means everywhere.
std::string ListPath(std::string_view kind, std::string_view space);

}  // namespace e2e
