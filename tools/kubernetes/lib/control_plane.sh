# Sourced by tools/cluster: etcd, apiserver, controller-manager, scheduler and CoreDNS in one network
# namespace.

control_plane_pid() { running "$state/control-plane.pid"; }

apiserver_ready() { kube get --raw /readyz; }

start_control_plane() {
  create_control_network
  create_pki
  write_kubeconfig "$kubeconfig" "https://127.0.0.1:$port" "token: $(cat "$state/token")"
  mkdir -p "$state/control-plane"
  local component server
  server=https://$(control_address):$apiserver_port
  for component in controller-manager scheduler coredns; do
    component_kubeconfig "$state/control-plane/$component.kubeconfig" "$component" "$server"
  done
  write_corefile
  start_machine "$state/control-plane.pid" "$(control_netns)" "$logs/control-plane.log" \
    "$lib/control_plane_init" "$state" "$programs" "$(control_address)" "$apiserver_port" \
    "$service_network" "$cluster"
  forward apiserver "$port" "$(control_netns)" "$(control_address):$apiserver_port"
}

# Names of the cluster alone: nothing outside can be reached.
write_corefile() {
  cat >"$state/control-plane/Corefile" <<CONF
$cluster_domain:53 {
  bind $(control_address)
  errors
  kubernetes $cluster_domain {
    kubeconfig $state/control-plane/coredns.kubeconfig
  }
}
CONF
}

# The Service of the name server, whose address kubelets give to Pods, and the rights of CoreDNS.
install_dns() {
  kube apply --server-side --force-conflicts -f - >/dev/null <<YAML
apiVersion: v1
kind: Service
metadata: {name: kube-dns, namespace: kube-system}
spec:
  clusterIP: $(dns_address)
  ports:
    - {name: dns, port: 53, protocol: UDP}
    - {name: dns-tcp, port: 53, protocol: TCP}
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata:
  name: kube-dns
  namespace: kube-system
  labels: {kubernetes.io/service-name: kube-dns}
addressType: IPv4
ports:
  - {name: dns, port: 53, protocol: UDP}
  - {name: dns-tcp, port: 53, protocol: TCP}
endpoints:
  - addresses: ["$(control_address)"]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: coredns}
rules:
  - {apiGroups: [""], resources: [services, namespaces], verbs: [list, watch]}
  - {apiGroups: [discovery.k8s.io], resources: [endpointslices], verbs: [list, watch]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: coredns}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: coredns}
subjects:
  - {kind: User, name: coredns, apiGroup: rbac.authorization.k8s.io}
YAML
}

wait_for_control_plane() {
  wait_until "$ready_seconds" "the apiserver" apiserver_ready || {
    tail -n 5 "$logs/etcd.log" "$logs/kube-apiserver.log" >&2 || true
    die "the control plane does not come up; all of its log is in $logs"
  }
}

stop_control_plane() {
  stop_forwards
  kill_remembered "$state/control-plane.pid"
  remove_netns "$(control_netns)"
}
