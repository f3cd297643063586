# Sourced by tools/cluster: nodes, each a machine of its own as far as Kubernetes can see.

node_exists() { [ -e "$state/nodes/$1/index" ]; }
node_index() { cat "$state/nodes/$1/index"; }
node_pid() { running "$state/nodes/$1/node.pid"; }
node_names() {
  local folder
  for folder in "$state"/nodes/*/; do
    [ ! -e "$folder/index" ] || basename "$folder"
  done
}

# full_zone ZONE: "b" is short for a zone of the usual region.
full_zone() {
  case "$1" in
    [a-z]) echo "$region-$1" ;;
    *-*) echo "$1" ;;
    *) bad_use "the zone '$1' is neither a letter nor a zone id" ;;
  esac
}

# free_node_name ZONE: b-1, b-2, … in the usual region, else the whole zone and a number.
free_node_name() {
  local number=1 prefix=${1#"$region"-}
  while node_exists "$prefix-$number"; do number=$((number + 1)); done
  echo "$prefix-$number"
}

free_node_index() {
  local index taken
  taken=" $({ cat "$state"/nodes/*/index 2>/dev/null || true; } | tr '\n' ' ') "
  for index in $(seq 1 240); do
    [[ $taken == *" $index "* ]] || { echo "$index"; return; }
  done
  die "no more than 240 nodes fit into the network"
}

# claim_node NODE ZONE LABELS: decides what the node will be; nothing runs yet. LABELS are k=v,k=v.
claim_node() {
  [[ $1 =~ ^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$ ]] ||
    bad_use "the node name '$1' is not 1 to 40 of a-z, 0-9 and -, beginning and ending with no -"
  ! node_exists "$1" || die "the node $1 exists already"
  local index
  index=$(free_node_index)
  mkdir -p "$state/nodes/$1" "$logs/nodes"
  echo "$2" >"$state/nodes/$1/zone"
  echo "$3" >"$state/nodes/$1/labels"
  echo "$index" >"$state/nodes/$1/index"
}

zone_labels() { echo "topology.kubernetes.io/region=${1%-*},topology.kubernetes.io/zone=$1"; }

# node_object NODE TAINT: the Node, which exists before its kubelet, so that nobody ever sees it with
# other labels than it is meant to have; the kubelet adds what it knows of itself.
node_object() {
  local pair
  printf '{"apiVersion": "v1", "kind": "Node", "metadata": {"name": "%s", "labels": {' "$1"
  printf '"kubernetes.io/hostname": "%s"' "$1"
  while read -r pair; do
    [ -z "$pair" ] || printf ', "%s": "%s"' "${pair%%=*}" "${pair#*=}"
  done < <(tr ',' '\n' <"$state/nodes/$1/labels")
  printf '}}, "spec": {"taints": [%s]}}\n' "$2"
}

# register_node NODE [TAINT]
register_node() {
  kube get node "$1" >/dev/null 2>&1 || node_object "$1" "${2:-}" | kube create -f - >/dev/null
}

# start_node NODE: also after a kill; what /var/lib held is still there.
start_node() {
  local index
  index=$(node_index "$1")
  release_node_loops "$1"
  create_node_network "$1" "$index"
  write_node_config "$1" "$index"
  start_machine "$state/nodes/$1/node.pid" "$(node_netns "$1")" "$logs/nodes/$1-init.log" \
    "$lib/node_init" "$state" "$programs" "$1" "$(node_address "$index")"
}

# stop_node NODE: as if its power went. Its loop devices stay, since they live in the kernel that all nodes
# share: until the node boots, whoever still writes to them writes on, as a machine that only seems lost.
stop_node() {
  remember_node_loops "$1"
  [ "$1" != control-plane ] || stop_cloud_forward
  kill_remembered "$state/nodes/$1/node.pid"
  remove_node_network "$1" "$(node_index "$1")"
  remove_cgroups "$1"
}

# remove_cgroups NODE: containerd puts every container into a group of its own, named by its id; it leaves
# a folder of that name on the node too.
remove_cgroups() {
  local container group
  while read -r container; do
    for group in /sys/fs/cgroup{,/*}/k8s.io/"$container"; do
      [ ! -d "$group" ] || find "$group" -depth -type d -exec rmdir {} + 2>/dev/null || true
    done
  done < <(ls "$state/nodes/$1/var-lib/containerd/io.containerd.runtime.v2.task/k8s.io" 2>/dev/null)
}

node_ready() {
  [ "$(kube get node "$1" -o 'jsonpath={.status.conditions[?(@.type=="Ready")].status}')" = True ]
}

wait_for_nodes() {
  local node
  for node in "$@"; do
    wait_until "$ready_seconds" "the node $node" node_ready "$node" || {
      tail -n 5 "$logs/nodes/$node-"*.log >&2 || true
      die "the node $node does not become Ready; all of its log is in $logs/nodes"
    }
  done
}

# Whether Kubernetes calls a node Ready may be an old story: a kubelet that is there renews its lease.
lease_time() { kube get lease -n kube-node-lease "$1" -o 'jsonpath={.spec.renewTime}' 2>/dev/null; }
lease_differs() { [ "$(lease_time "$1")" != "$2" ]; }

# wait_for_return NODE: after its start, or when its cable is in again.
wait_for_return() {
  local before
  before=$(lease_time "$1" || true)
  wait_until "$ready_seconds" "the kubelet of $1" lease_differs "$1" "$before" || true
  wait_for_nodes "$1"
}
