# Sourced by tools/cluster: zonedisk itself, from deploy/ as it ships.

driver=diskplugin.csi.alibabacloud.com
overlay=$tools/../deploy/overlays/lab
# The cloud runs where this label is. All nodes see its folder; the node control-plane is never removed.
data_label=zonedisk/data=true

# build_zonedisk: the programs of build/release, if one of them is missing.
build_zonedisk() {
  local root=$tools/.. build program missing=
  build=$root/build/release
  for program in zonedisk-cloud zonedisk-agent zonedisk-csi zonedisk; do
    [ -x "$build/bin/$program" ] || missing=1
  done
  [ -n "$missing" ] || return 0
  say "building zonedisk (the first time takes minutes)"
  mkdir -p "$build"
  (
    flock 8
    cd "$root"
    cmake --preset release && cmake --build --preset release --target \
      zonedisk-cloud zonedisk-agent zonedisk-csi zonedisk
  ) 8>"$build/.cluster.lock" >"$build/up.log" 2>&1 || {
    tail -n 40 "$build/up.log" >&2
    die "the build failed; all of its log is $build/up.log"
  }
}

# Also on the node of a cluster that was made before the manifests asked for the label.
label_data_node() {
  ! kube get node control-plane >/dev/null 2>&1 || kube label node control-plane "$data_label" --overwrite >/dev/null
}

# Every cluster has an access key of its own, so an account of its own.
install_zonedisk() {
  local crd
  label_data_node
  for crd in "$programs"/crd/*.storage.k8s.io_*.yaml; do
    kube apply --server-side --force-conflicts -f "$crd" >/dev/null
  done
  # It tells of its own end as of a failed watch.
  kube wait --for=condition=Established --timeout=60s crd --all >/dev/null 2>>"$logs/apply.log" ||
    die "the custom resources do not become established; see $logs/apply.log"
  KUBECONFIG=$kubeconfig KUBECTL=$programs/kubectl "$tools/../deploy/secrets.sh" --account "$cluster" >/dev/null
  kube apply --server-side --force-conflicts -k "$overlay" >"$logs/apply.log" 2>&1 || {
    tail -n 5 "$logs/apply.log" >&2
    die "deploy/ is refused; all of the answer is in $logs/apply.log"
  }
}

workloads() { kube get deployments,daemonsets -n zonedisk -o name; }

wait_for_zonedisk() {
  local names workload node
  names=$(workloads) || die "the workloads of zonedisk cannot be listed"
  for workload in $names; do
    kube rollout status -n zonedisk "$workload" --timeout="${patience_seconds}s" >/dev/null 2>&1 || say "waiting for $workload"
    kube rollout status -n zonedisk "$workload" --timeout="${ready_seconds}s" >/dev/null 2>>"$logs/apply.log" || {
      kube get pods -n zonedisk -o wide >&2 || true
      kube get events -n zonedisk --field-selector type=Warning --sort-by=.lastTimestamp 2>/dev/null | tail -n 8 >&2
      die "$workload does not become ready; see tools/cluster logs ${workload#*/} --name $cluster"
    }
  done
  for node in $(node_names); do wait_for_zonedisk_on "$node"; done
}

# A node can take volumes when its kubelet has published the driver.
driver_published() {
  kube get csinode "$1" -o 'jsonpath={.spec.drivers[*].name}' | grep -qw "$driver"
}

wait_for_zonedisk_on() {
  kube get daemonset -n zonedisk zonedisk-csi-node >/dev/null 2>&1 || return 0
  wait_until "$ready_seconds" "the driver on the node $1" driver_published "$1" ||
    die "the driver does not register on the node $1; see tools/cluster logs zonedisk-csi-node --name $cluster"
}

restart_zonedisk() {
  say "newer images: restarting zonedisk"
  local names workload
  names=$(workloads) || die "the workloads of zonedisk cannot be listed"
  for workload in $names; do kube rollout restart -n zonedisk "$workload" >/dev/null; done
}

# The cloud's address is one of a Service, which only nodes can reach: the way leads through the node
# control-plane and ends with it.
# Installed anew, the Service has another one.
forward_cloud() {
  local address file=$state/cloud-address
  address=$(kube get service -n zonedisk zonedisk-cloud -o 'jsonpath={.spec.clusterIP}' 2>/dev/null) || return 0
  if running "$state/forward-cloud-inner.pid" >/dev/null && running "$state/forward-cloud-outer.pid" >/dev/null &&
    [ "$(cat "$file" 2>/dev/null)" = "$address" ]; then return; fi
  stop_cloud_forward
  echo "$address" >"$file"
  forward cloud "$cloud_port" "$(node_netns control-plane)" "$address:20140"
}

stop_cloud_forward() {
  stop_forward "$state/forward-cloud-inner.pid"
  stop_forward "$state/forward-cloud-outer.pid"
}

tell_what_to_try() {
  cat <<TEXT

  export KUBECONFIG=$kubeconfig
  tools/cluster kubectl --name $cluster get nodes,storageclasses
  tools/cluster status --name $cluster
  curl http://127.0.0.1:$cloud_port/_zonedisk/health     # the cloud
  tools/cluster down --name $cluster
TEXT
}
