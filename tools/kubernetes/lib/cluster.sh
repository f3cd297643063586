# Sourced by tools/cluster: a cluster as a whole.

cluster_exists() { [ -e "$state" ]; }
cluster_runs() { running "$state/control-plane.pid" >/dev/null; }
other_clusters() { find "$cluster_root" -mindepth 2 -maxdepth 2 -name settings 2>/dev/null; }

# For the commands that change a cluster which must be there.
require_cluster() {
  [ "$(id -u)" -eq 0 ] || die "changing a cluster needs root"
  lock_cluster
  cluster_runs || die "the cluster $cluster does not run: tools/cluster up --name $cluster"
}

# start_cluster: uses the options that up() has read.
start_cluster() {
  use_subnet "${wanted_subnet:-${subnet:-10.99.0}.0/24}"
  check_machine
  lock_cluster
  if cluster_runs; then check_same_subnet; else check_resources; fi
  raise_limits
  prepare_programs
  if cluster_exists && ! cluster_runs; then
    say "removing what is left of an earlier run of $cluster"
    delete_cluster
  fi
  cluster_runs || create_cluster "$zones" "$count"
  take_images "$images"
  wait_for_control_plane
  install_dns
  [ -z "$with_zonedisk" ] || install_zonedisk
  update_nodes
  # shellcheck disable=SC2046
  wait_for_nodes $(node_names)
  if [ -n "$with_zonedisk" ]; then
    wait_for_zonedisk
    forward_cloud
    tell_what_to_try
  fi
  say "$cluster is ready after $SECONDS s"
}

check_same_subnet() {
  local given=$subnet
  use_cluster "$cluster"
  [ "$subnet" = "$given" ] || die "the cluster $cluster runs in $subnet.0/24: take it down first"
}

# Programs are made if they are missing, images (unless --images names a folder) if they are not those
# of the programs.
prepare_programs() {
  programs=$("$tools/kubernetes/build" --path)
  [ -d "$programs/crd" ] || check_go
  "$tools/kubernetes/build"
  if [ -z "$images" ]; then
    [ -n "$build_dir" ] || build_zonedisk
    local flags=(${build_dir:+--build-dir "$build_dir"})
    "$tools/images" build "${flags[@]}"
    images=$("$tools/images" --path "${flags[@]}")
  fi
}

# create_cluster ZONES COUNT: ZONES are zone[:count],… with COUNT nodes where none is said.
create_cluster() {
  mkdir -p "$logs/nodes" "$state/nodes"
  chmod 711 "$state"
  port=$(free_port)
  cloud_port=$(free_port)
  save_settings
  share_data
  start_control_plane
  local zone count
  claim_node control-plane "$region-b" "$(zone_labels "$region-b"),node-role.kubernetes.io/control-plane=,$data_label"
  while IFS=: read -r zone count; do
    zone=$(full_zone "$zone")
    for _ in $(seq "${count:-$2}"); do
      claim_node "$(free_node_name "$zone")" "$zone" "$(zone_labels "$zone")"
    done
  done < <(tr ',' '\n' <<<"$1")
}

# The data directory is the head of a group of mounts: what a privileged container mounts below it on one
# node is seen on all of them and here.
share_data() {
  mkdir -p "$state/data"
  mount --bind "$state/data" "$state/data"
  mount --make-private "$state/data"
  mount --make-shared "$state/data"
}

# update_nodes: starts those that do not run, side by side, and gives new images to the others.
update_nodes() {
  local node changed= dead=()
  for node in $(node_names); do
    if ! node_pid "$node" >/dev/null; then
      dead+=("$node")
    elif update_node_store "$node" "$images"; then
      changed=1
    fi
  done
  [ ${#dead[@]} -eq 0 ] || start_nodes "${dead[@]}"
  if [ -n "$changed" ] && [ -n "$with_zonedisk" ]; then restart_zonedisk; fi
}

# start_nodes NODE…: side by side.
start_nodes() {
  local node jobs=()
  for node in "$@"; do
    first_start "$node" &
    jobs+=($!)
  done
  for node in "${jobs[@]}"; do wait "$node"; done
}

first_start() {
  [ -e "$state/nodes/$1/archives" ] || fill_node_store "$1"
  if [ "$1" = control-plane ]; then
    register_node "$1" '{"key": "node-role.kubernetes.io/control-plane", "effect": "NoSchedule"}'
  else
    register_node "$1"
  fi
  start_node "$1"
  import_loaded "$1"
}

# Everything that a cluster made goes, also when only half of it was made.
delete_cluster() {
  local file pid node
  unfinished="removing the cluster $cluster"
  # All at once, since every death takes its time.
  for file in "$state"/control-plane.pid "$state"/nodes/*/node.pid; do
    if pid=$(running "$file"); then kill -KILL "$pid" 2>/dev/null || true; fi
  done
  for node in $(node_names); do stop_node "$node"; done
  stop_control_plane
  release_data
  if [ ! -e "$state" ]; then
    say "there is no cluster $cluster"
  else
    rm -rf --one-file-system "$state"
    say "$cluster is gone"
  fi
  restore_limits
  # Nothing is in this group any more, unless a containerd of the machine itself uses it.
  [ -n "$(other_clusters)" ] || rmdir /sys/fs/cgroup{,/*}/k8s.io 2>/dev/null || true
  unfinished=
}
