# Sourced by tools/cluster: etcd, apiserver, controller-manager and scheduler in one network namespace.

control_plane_pid() { running "$state/control-plane.pid"; }

apiserver_ready() { kube get --raw /readyz; }

start_control_plane() {
  create_control_network
  create_pki
  write_kubeconfig "$kubeconfig" "https://127.0.0.1:$port" "token: $(cat "$state/token")"
  mkdir -p "$state/control-plane"
  local component server
  server=https://$(control_address):$apiserver_port
  for component in controller-manager scheduler; do
    component_kubeconfig "$state/control-plane/$component.kubeconfig" "$component" "$server"
  done
  start_machine "$state/control-plane.pid" "$(control_netns)" "$logs/control-plane.log" \
    "$lib/control_plane_init" "$state" "$programs" "$(control_address)" "$apiserver_port" \
    "$service_network" "$cluster"
  forward apiserver "$port" "$(control_netns)" "$(control_address):$apiserver_port"
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
