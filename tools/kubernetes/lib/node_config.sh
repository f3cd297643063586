# Sourced by tools/cluster: the configuration files of a node, written below nodes/NODE/config.

write_containerd_config() {
  cat >"$1/containerd.toml" <<'TOML'
version = 2
disabled_plugins = [
  "io.containerd.snapshotter.v1.aufs", "io.containerd.snapshotter.v1.btrfs",
  "io.containerd.snapshotter.v1.devmapper", "io.containerd.snapshotter.v1.zfs",
]

[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "registry.k8s.io/pause:3.10"
  # Negative scores need CAP_SYS_RESOURCE, which root in a container or a small machine may not have.
  restrict_oom_score_adj = true
  disable_tcp_service = true
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "overlayfs"
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "/run/cluster/config/cni"
TOML
}

# write_cni_config FOLDER INDEX: a cable per pod, an address of the node's part of the pod network.
# Addresses are remembered under /run, so that none stays taken when the node comes back.
write_cni_config() {
  mkdir -p "$1/cni"
  cat >"$1/cni/10-pods.conflist" <<JSON
{
  "cniVersion": "0.4.0",
  "name": "pods",
  "plugins": [
    {
      "type": "ptp",
      "ipMasq": false,
      "ipam": {
        "type": "host-local",
        "dataDir": "/run/cni",
        "ranges": [[{"subnet": "$pod_network.$2.0/24"}]],
        "routes": [{"dst": "0.0.0.0/0"}]
      }
    }
  ]
}
JSON
}

# write_kubelet_config FOLDER: control groups are used for what a pod asks for and nothing else;
# the machine belongs to others too, so its disks and its swap are no reason to evict or to refuse. Who
# breaks things here does not want to wait minutes for the next start of what died.
write_kubelet_config() {
  cat >"$1/kubelet.yaml" <<YAML
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
containerRuntimeEndpoint: unix:///run/containerd/containerd.sock
authentication:
  anonymous: {enabled: false}
  webhook: {enabled: true}
  x509: {clientCAFile: /run/cluster/config/ca.crt}
authorization: {mode: Webhook}
clusterDNS: [$(dns_address)]
clusterDomain: $cluster_domain
cgroupDriver: cgroupfs
cgroupsPerQOS: false
enforceNodeAllocatable: [none]
failCgroupV1: false
failSwapOn: false
localStorageCapacityIsolation: false
makeIPTablesUtilChains: false
oomScoreAdj: 0
resolvConf: /run/cluster/config/resolv.conf
syncFrequency: 10s
nodeStatusUpdateFrequency: 4s
crashLoopBackOff: {maxContainerRestartPeriod: 2s}
nodeLeaseDurationSeconds: 20
imageGCHighThresholdPercent: 100
evictionHard:
  imagefs.available: 0%
  imagefs.inodesFree: 0%
  memory.available: 0%
  nodefs.available: 0%
  nodefs.inodesFree: 0%
YAML
  # Names outside of the cluster cannot be asked for from here, and nothing needs one.
  : >"$1/resolv.conf"
}

write_proxy_config() {
  cat >"$1/proxy.yaml" <<YAML
apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
clientConnection: {kubeconfig: /run/cluster/config/proxy.kubeconfig}
clusterCIDR: $pod_network.0.0/16
hostnameOverride: $2
mode: nftables
conntrack: {maxPerCore: 0, min: 0, tcpEstablishedTimeout: 0s, tcpCloseWaitTimeout: 0s}
YAML
}

# write_node_config NODE INDEX
write_node_config() {
  local folder=$state/nodes/$1/config server
  server=https://$(control_address):$apiserver_port
  mkdir -p "$folder"
  [ -e "$state/pki/node-$1.crt" ] || certificate "node-$1" "/O=system:nodes/CN=system:node:$1"
  component_kubeconfig "$folder/kubelet.kubeconfig" "node-$1" "$server"
  component_kubeconfig "$folder/proxy.kubeconfig" proxy "$server"
  cp "$state/pki/ca.crt" "$folder/ca.crt"
  write_containerd_config "$folder"
  write_cni_config "$folder" "$2"
  write_kubelet_config "$folder"
  write_proxy_config "$folder" "$1"
}
