# Sourced by tools/cluster: a cluster as a whole.

# The data directory is the head of a group of mounts: what a privileged container mounts below it on one
# node is seen on all of them and here.
share_data() {
  mkdir -p "$state/data"
  mountpoint -q "$state/data" || mount --bind "$state/data" "$state/data"
  mount --make-private "$state/data"
  mount --make-shared "$state/data"
}

cluster_exists() { [ -e "$state" ]; }
cluster_runs() { running "$state/control-plane.pid" >/dev/null; }

# The programs and, unless --images names a folder, the images are made if they are missing.
prepare_programs() {
  programs=$("$tools/kubernetes/build" --path)
  if [ ! -x "$programs/snapshot-controller" ] || [ ! -d "$programs/crd" ]; then check_go; fi
  "$tools/kubernetes/build"
}

# create_cluster ZONES COUNT: ZONES are zone[:count],… with COUNT nodes where none is said.
create_cluster() {
  mkdir -p "$logs/nodes" "$state/nodes"
  chmod 711 "$state"
  port=$(free_port)
  save_settings
  share_data
  start_control_plane
  local zone count
  claim_node control-plane "$region-b" "$(zone_labels "$region-b"),node-role.kubernetes.io/control-plane="
  while IFS=: read -r zone count; do
    zone=$(full_zone "$zone")
    for _ in $(seq "${count:-$2}"); do
      claim_node "$(free_node_name "$zone")" "$zone" "$(zone_labels "$zone")"
    done
  done < <(tr ',' '\n' <<<"$1")
}

# start_nodes STORE: all that are claimed and do not run, side by side.
start_nodes() {
  local node
  for node in $(node_names); do
    node_pid "$node" >/dev/null && continue
    [ -e "$state/nodes/$node/var-lib/containerd" ] || fill_node_store "$node" "$1"
    if [ "$node" = control-plane ]; then
      register_node "$node" '{"key": "node-role.kubernetes.io/control-plane", "effect": "NoSchedule"}'
    else
      register_node "$node"
    fi
    start_node "$node"
  done
}

# Loop devices that hold a file of this cluster's data directory. A device tells its file by device and
# inode; names would be those of another mount namespace.
cluster_loops() {
  local name device inode
  { find "$state/data" -type f -printf '%D %i\n' 2>/dev/null || true; } | sort -u >"$state/.files"
  losetup --list --noheadings --output NAME,BACK-MAJ:MIN,BACK-INO | while read -r name device inode; do
    local major=${device%%:*} minor=${device##*:}
    # The kernel's own number of a device, as find prints it.
    if grep -qx "$(((minor & 0xff) | (major << 8) | ((minor & 0xfff00) << 12))) $inode" "$state/.files" ||
      pool_device "$device"; then
      echo "$name"
    fi
  done
  rm -f "$state/.files"
}

# pool_device MAJOR:MINOR: a file system that is mounted below the data directory.
pool_device() {
  findmnt --noheadings --raw --output TARGET,MAJ:MIN | grep -q "^$state/data/.* $1\$"
}

# Everything that a cluster made goes, also when only half of it was made.
delete_cluster() {
  local node
  for node in $(node_names); do stop_node "$node"; done
  stop_control_plane
  release_data
  remove_cgroups "/zonedisk-cluster/$cluster"
  rm -rf --one-file-system "$state"
  if [ -z "$(other_clusters)" ]; then remove_cgroups /zonedisk-cluster; fi
  rm -f "$cluster_root/.$cluster.lock"
}

other_clusters() { find "$cluster_root" -mindepth 2 -maxdepth 2 -name settings 2>/dev/null; }

release_data() {
  [ -d "$state/data" ] || return 0
  local loops device mounted
  loops=$(cluster_loops)
  # First the disks in the pool, then the pool, then what the pool lies on.
  for device in $loops; do losetup --detach "$device" 2>/dev/null || true; done
  while read -r mounted; do
    wait_until 10 "the release of $mounted" umount "$mounted" || umount --lazy "$mounted"
  done < <(findmnt --noheadings --list --raw --output TARGET | grep "^$state/data/" | tac)
  for device in $loops; do
    if losetup "$device" >/dev/null 2>&1; then losetup --detach "$device" 2>/dev/null || true; fi
  done
  while mountpoint -q "$state/data"; do umount "$state/data" || umount --lazy "$state/data"; done
}
