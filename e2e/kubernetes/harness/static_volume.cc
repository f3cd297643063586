#include "e2e/kubernetes/harness/static_volume.h"

#include <fmt/format.h>

namespace e2e {
namespace {

std::string Head(const std::string& name, const std::string& size,
                 const std::string& storage_class) {
  return fmt::format(
      "apiVersion: v1\n"
      "kind: PersistentVolume\n"
      "metadata:\n"
      "  name: {}\n"
      "spec:\n"
      "  capacity:\n"
      "    storage: {}\n"
      "  accessModes: [ReadWriteOnce]\n"
      "  persistentVolumeReclaimPolicy: Retain\n"
      "  storageClassName: \"{}\"\n",
      name, size, storage_class);
}

std::string Affinity(const std::string& key, const std::string& value) {
  return fmt::format(
      "  nodeAffinity:\n"
      "    required:\n"
      "      nodeSelectorTerms:\n"
      "      - matchExpressions:\n"
      "        - key: {}\n"
      "          operator: In\n"
      "          values: [{}]\n",
      key, value);
}

}  // namespace

std::string StaticVolumeYaml(const StaticVolumeSpec& spec) {
  return Head(spec.name, spec.size, spec.storage_class) +
         fmt::format(
             "  csi:\n"
             "    driver: diskplugin.csi.alibabacloud.com\n"
             "    volumeHandle: {}\n"
             "    fsType: ext4\n",
             spec.disk) +
         (spec.zone.empty() ? "" : Affinity("topology.kubernetes.io/zone", spec.zone));
}

std::string LocalVolumeYaml(const LocalVolumeSpec& spec) {
  return Head(spec.name, spec.size, spec.storage_class) +
         fmt::format("  local:\n    path: {}\n", spec.path) + Affinity(spec.label, spec.node);
}

}  // namespace e2e
