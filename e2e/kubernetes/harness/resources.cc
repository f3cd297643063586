#include "e2e/kubernetes/harness/resources.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>

namespace e2e {
namespace {

constexpr std::string_view kCore = "api/v1";
constexpr std::string_view kApps = "apis/apps/v1";
constexpr std::string_view kStorage = "apis/storage.k8s.io/v1";
constexpr std::string_view kGroupSnapshots = "apis/groupsnapshot.storage.k8s.io/v1";
constexpr std::string_view kSnapshots = "apis/snapshot.storage.k8s.io/v1";

constexpr std::array kResources = {
    Resource{"configmap", "configmaps", kCore, true},
    Resource{"endpoints", "endpoints", kCore, true},
    Resource{"event", "events", kCore, true},
    Resource{"namespace", "namespaces", kCore, false},
    Resource{"node", "nodes", kCore, false},
    Resource{"persistentvolume", "persistentvolumes", kCore, false},
    Resource{"persistentvolumeclaim", "persistentvolumeclaims", kCore, true},
    Resource{"pod", "pods", kCore, true},
    Resource{"secret", "secrets", kCore, true},
    Resource{"service", "services", kCore, true},
    Resource{"serviceaccount", "serviceaccounts", kCore, true},
    Resource{"daemonset", "daemonsets", kApps, true},
    Resource{"deployment", "deployments", kApps, true},
    Resource{"replicaset", "replicasets", kApps, true},
    Resource{"statefulset", "statefulsets", kApps, true},
    Resource{"lease", "leases", "apis/coordination.k8s.io/v1", true},
    Resource{"poddisruptionbudget", "poddisruptionbudgets", "apis/policy/v1", true},
    Resource{"csidriver", "csidrivers", kStorage, false},
    Resource{"csinode", "csinodes", kStorage, false},
    Resource{"csistoragecapacity", "csistoragecapacities", kStorage, true},
    Resource{"storageclass", "storageclasses", kStorage, false},
    Resource{"volumeattachment", "volumeattachments", kStorage, false},
    Resource{"volumeattributesclass", "volumeattributesclasses", kStorage, false},
    Resource{"volumegroupsnapshot", "volumegroupsnapshots", kGroupSnapshots, true},
    Resource{"volumegroupsnapshotclass", "volumegroupsnapshotclasses", kGroupSnapshots, false},
    Resource{"volumegroupsnapshotcontent", "volumegroupsnapshotcontents", kGroupSnapshots, false},
    Resource{"volumesnapshot", "volumesnapshots", kSnapshots, true},
    Resource{"volumesnapshotclass", "volumesnapshotclasses", kSnapshots, false},
    Resource{"volumesnapshotcontent", "volumesnapshotcontents", kSnapshots, false},
};

const Resource& Known(std::string_view name) {
  if (const auto* found = FindResource(name)) return *found;
  fmt::print(stderr, "kubernetes-stories: no kind '{}' in resources.cc\n", name);
  std::abort();
}

}  // namespace

const Resource* FindResource(std::string_view name) {
  const std::string_view plain = name.substr(0, name.find('.'));
  const auto found = std::ranges::find_if(kResources, [plain](const Resource& row) {
    return row.name == plain || row.plural == plain;
  });
  return found == kResources.end() ? nullptr : &*found;
}

std::string ObjectPath(std::string_view object, std::string_view ns) {
  const auto slash = object.find('/');
  return fmt::format("{}/{}", ListPath(object.substr(0, slash), ns),
                     slash == std::string_view::npos ? "" : object.substr(slash + 1));
}

std::string ListPath(std::string_view kind, std::string_view ns) {
  const auto& resource = Known(kind);
  if (!resource.has_namespace || ns.empty()) {
    return fmt::format("/{}/{}", resource.group, resource.plural);
  }
  return fmt::format("/{}/namespaces/{}/{}", resource.group, ns, resource.plural);
}

}  // namespace e2e
