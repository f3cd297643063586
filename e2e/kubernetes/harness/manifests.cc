#include "e2e/kubernetes/harness/manifests.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "e2e/kubernetes/harness/settings.h"

namespace e2e {
namespace {

// Returns "NAME: VALUE\n" behind `indent`; empty without a value.
std::string Line(std::size_t indent, const std::string& name, const std::string& value) {
  return value.empty() ? "" : fmt::format("{:{}}{}: {}\n", "", indent, name, value);
}

std::string Adoption(const ClaimSpec& spec) {
  return spec.disk.empty()
             ? ""
             : "  annotations:\n" + Line(4, "volume.alibabacloud.com/disk-id", spec.disk);
}

std::string DataSource(const ClaimSpec& spec) {
  if (!spec.from_snapshot.empty()) {
    return fmt::format(
        "  dataSource:\n"
        "    apiGroup: snapshot.storage.k8s.io\n"
        "    kind: VolumeSnapshot\n"
        "    name: {}\n",
        spec.from_snapshot);
  }
  if (spec.from_claim.empty()) return {};
  return fmt::format("  dataSource:\n    kind: PersistentVolumeClaim\n    name: {}\n",
                     spec.from_claim);
}

std::string AllowedTopologies(const StorageClassSpec& spec) {
  if (spec.zones.empty()) return {};
  std::string text =
      fmt::format("allowedTopologies:\n- matchLabelExpressions:\n  - key: {}\n    values:\n",
                  spec.topology_key);
  for (const auto& zone : spec.zones) text += fmt::format("    - {}\n", zone);
  return text;
}

std::string NodeSelector(const PodSpec& spec) {
  if (spec.zone.empty() && spec.node.empty()) return {};
  return "  nodeSelector:\n" + Line(4, "topology.kubernetes.io/zone", spec.zone) +
         Line(4, "kubernetes.io/hostname", spec.node);
}

std::string Mounts(const PodSpec& spec, bool block) {
  std::string text;
  for (const auto& mount : spec.mounts) {
    if (mount.block != block) continue;
    text += fmt::format("    - name: {}\n      {}: {}\n", mount.claim,
                        block ? "devicePath" : "mountPath", mount.path);
    if (mount.read_only && !block) text += "      readOnly: true\n";
  }
  if (text.empty()) return {};
  return (block ? "    volumeDevices:\n" : "    volumeMounts:\n") + text;
}

std::string Volumes(const PodSpec& spec) {
  std::string text;
  for (const auto& mount : spec.mounts) {
    text += fmt::format("  - name: {0}\n    persistentVolumeClaim:\n      claimName: {0}\n",
                        mount.claim);
    if (mount.read_only) text += "      readOnly: true\n";
  }
  return text.empty() ? text : "  volumes:\n" + text;
}

std::string ParameterLines(const std::vector<std::pair<std::string, std::string>>& pairs) {
  std::string text;
  for (const auto& [name, value] : pairs) text += fmt::format("  {}: \"{}\"\n", name, value);
  return text;
}

}  // namespace

std::string StorageClassYaml(const StorageClassSpec& spec) {
  std::string parameters = ParameterLines(spec.parameters);
  if (std::ranges::find(spec.parameters, "type", &std::pair<std::string, std::string>::first) ==
      spec.parameters.end()) {
    parameters += "  type: cloud_essd\n";
  }
  return fmt::format(
             "apiVersion: storage.k8s.io/v1\n"
             "kind: StorageClass\n"
             "metadata:\n"
             "  name: {}\n"
             "provisioner: diskplugin.csi.alibabacloud.com\n"
             "volumeBindingMode: {}\n"
             "reclaimPolicy: {}\n"
             "allowVolumeExpansion: {}\n",
             spec.name, spec.immediate ? "Immediate" : "WaitForFirstConsumer", spec.reclaim,
             spec.expandable) +
         "parameters:\n" + parameters + AllowedTopologies(spec);
}

std::string ClaimYaml(const ClaimSpec& spec) {
  return fmt::format(
             "apiVersion: v1\n"
             "kind: PersistentVolumeClaim\n"
             "metadata:\n"
             "  name: {}\n"
             "{}"
             "spec:\n"
             "  accessModes: [{}]\n"
             "  volumeMode: {}\n"
             "  resources:\n"
             "    requests:\n"
             "      storage: {}\n",
             spec.name, Adoption(spec), spec.access, spec.block ? "Block" : "Filesystem",
             spec.size) +
         Line(2, "storageClassName", spec.storage_class.empty() ? "\"\"" : spec.storage_class) +
         Line(2, "volumeName", spec.volume) +
         Line(2, "volumeAttributesClassName", spec.attributes_class) + DataSource(spec);
}

// Taints of a lost node are tolerated for 5 s instead of 5 min, so that stories of lost nodes end.
std::string PodYaml(const PodSpec& spec) {
  const std::string command = spec.command.empty() ? "exec sleep infinity" : spec.command;
  return fmt::format(
             "apiVersion: v1\n"
             "kind: Pod\n"
             "metadata:\n"
             "  name: {}\n"
             "  labels:\n"
             "    app: {}\n"
             "spec:\n"
             "  terminationGracePeriodSeconds: 1\n"
             "  tolerations:\n"
             "  - key: node.kubernetes.io/not-ready\n"
             "    operator: Exists\n"
             "    effect: NoExecute\n"
             "    tolerationSeconds: 5\n"
             "  - key: node.kubernetes.io/unreachable\n"
             "    operator: Exists\n"
             "    effect: NoExecute\n"
             "    tolerationSeconds: 5\n",
             spec.name, spec.name) +
         NodeSelector(spec) + (spec.more.empty() ? "" : "  " + Indented(spec.more, 2) + "\n") +
         fmt::format(
             "  containers:\n"
             "  - name: main\n"
             "    image: {}\n"
             "    imagePullPolicy: IfNotPresent\n"
             "    command:\n"
             "    - sh\n"
             "    - -c\n"
             "    - |\n"
             "      {}\n",
             TheSettings().image, Indented(command, 6)) +
         (spec.cpu.empty()
              ? ""
              : fmt::format("    resources:\n      requests:\n        cpu: {}\n", spec.cpu)) +
         Mounts(spec, false) + Mounts(spec, true) + Volumes(spec);
}

std::string SnapshotClassYaml(const SnapshotClassSpec& spec) {
  return fmt::format(
             "apiVersion: snapshot.storage.k8s.io/v1\n"
             "kind: VolumeSnapshotClass\n"
             "metadata:\n"
             "  name: {}\n"
             "driver: diskplugin.csi.alibabacloud.com\n"
             "deletionPolicy: {}\n",
             spec.name, spec.deletion) +
         (spec.parameters.empty() ? "" : "parameters:\n" + ParameterLines(spec.parameters));
}

std::string SnapshotYaml(const SnapshotSpec& spec) {
  return fmt::format(
             "apiVersion: snapshot.storage.k8s.io/v1\n"
             "kind: VolumeSnapshot\n"
             "metadata:\n"
             "  name: {}\n"
             "spec:\n",
             spec.name) +
         Line(2, "volumeSnapshotClassName", spec.snapshot_class) + "  source:\n" +
         Line(4, "persistentVolumeClaimName", spec.claim) +
         Line(4, "volumeSnapshotContentName", spec.content);
}

std::string Fill(std::string_view text,
                 const std::vector<std::pair<std::string, std::string>>& values) {
  std::string filled;
  for (std::size_t at = 0; at < text.size();) {
    const auto start = text.find("${", at);
    filled += text.substr(at, start - at);
    if (start == std::string_view::npos) break;
    const auto end = text.find('}', start);
    const auto name = text.substr(start + 2, end - start - 2);
    const auto value = std::ranges::find(values, name, &std::pair<std::string, std::string>::first);
    if (end == std::string_view::npos || value == values.end()) {
      fmt::print(stderr, "kubernetes-stories: no value for ${{{}}}\n", name);
      std::abort();
    }
    filled += value->second;
    at = end + 1;
  }
  return filled;
}

std::string Indented(std::string_view text, std::size_t by) {
  std::string indented;
  for (const char c : text) {
    indented += c;
    if (c == '\n') indented += std::string(by, ' ');
  }
  return indented;
}

}  // namespace e2e
