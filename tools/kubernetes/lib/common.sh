# Sourced by tools/cluster: where a cluster keeps its things, and the small helpers of all parts.
#
# A cluster NAME is what lies in its state folder, and everything that runs for it is below one
# "machine" process: the first process of a pid namespace, whose death takes all the others along.
#   kubeconfig, token        of the administrator, mode 0600
#   settings                 subnet, port, folder of the programs
#   pki/ control-plane/      certificates, etcd's data
#   data/                    the shared data directory of cloud and agents
#   nodes/NODE/              index, zone, var-lib/, var-log/ and configuration of a node
#   logs/                    a file per component

region=cn-hangzhou
pod_network=10.100            # a /16: node N has the /24 10.100.N.0
service_network=10.96.0       # a /24, of which .1 is the apiserver
cluster_domain=cluster.local
apiserver_port=6443
# Every program here answers in well under this time even with both processors busy.
ready_seconds=${ZONEDISK_CLUSTER_TIMEOUT:-180}

cluster_root=${ZONEDISK_CLUSTER_DIR:-/var/lib/zonedisk-cluster}
cache=${ZONEDISK_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/zonedisk}

say() { printf 'cluster: %s\n' "$*" >&2; }
die() { say "$*"; exit 1; }
# What must not end without a word: whatever made it end, the last line says so.
unfinished=
tell_unfinished() { [ "$1" = 0 ] || [ -z "$unfinished" ] || say "$unfinished is not finished (status $1): run it again"; }
bad_use() { say "$*; see tools/cluster --help"; exit 2; }

# use_cluster NAME: sets the paths of this cluster.
use_cluster() {
  [[ $1 =~ ^[a-z]([a-z0-9-]{0,18}[a-z0-9])?$ ]] ||
    bad_use "the name '$1' is not 1 to 20 of a-z, 0-9 and -, beginning with a letter, not ending with -"
  cluster=$1
  state=$cluster_root/$cluster
  logs=$state/logs
  kubeconfig=$state/kubeconfig
  programs=
  subnet=
  port=
  cloud_port=
  if [ -r "$state/settings" ]; then
    # shellcheck disable=SC1091
    source "$state/settings"
  fi
}

# use_subnet A.B.C.0/24: sets subnet to its first three numbers.
use_subnet() {
  [[ $1 =~ ^(([0-9]{1,3})\.([0-9]{1,3})\.([0-9]{1,3}))\.0/24$ ]] ||
    bad_use "the subnet '$1' is not of the form A.B.C.0/24"
  local number
  for number in "${BASH_REMATCH[@]:2:3}"; do
    [ "$number" -le 255 ] && [ "$number" = "$((10#$number))" ] || bad_use "the subnet '$1' is no address"
  done
  subnet=${BASH_REMATCH[1]}
  case "$subnet." in
    "$pod_network".*) bad_use "the subnet $1 overlaps that of the pods, $pod_network.0.0/16" ;;
    "$service_network".) bad_use "the subnet $1 is that of the services" ;;
    100.100.100. | 127.* | 0.*) bad_use "the subnet $1 is taken by another use" ;;
  esac
}

save_settings() {
  printf 'subnet=%s\nport=%s\ncloud_port=%s\nprograms=%q\n' "$subnet" "$port" "$cloud_port" "$programs" >"$state/settings"
}

kube() { "$programs/kubectl" --kubeconfig "$kubeconfig" "$@"; }

# start_time PID: a number that no later process of the same pid has; fails if there is none.
start_time() {
  local stat
  { read -r stat <"/proc/$1/stat"; } 2>/dev/null || return 1
  # The name in parentheses may hold blanks; start time is the 20th word after it.
  read -r -a stat <<<"${stat##*) }"
  # A zombie has no namespaces and no memory any more.
  [ "${stat[0]}" != Z ] || return 1
  echo "${stat[19]}"
}

# remember FILE PID, running FILE (prints the pid if that very process lives), kill_remembered FILE.
remember() { printf '%s %s\n' "$2" "$(start_time "$2")" >"$1"; }
running() {
  local pid started
  read -r pid started 2>/dev/null <"$1" && [ "$(start_time "$pid")" = "$started" ] && echo "$pid"
}
kill_remembered() {
  local pid
  if pid=$(running "$1"); then
    kill -KILL "$pid" 2>/dev/null || true
    # The first process of a pid namespace goes last, when all others are gone.
    wait_until 30 "the end of process $pid" gone "$1"
  fi
  rm -f "$1"
}
gone() { ! running "$1" >/dev/null; }

# Whoever waits longer than this is told what for.
patience_seconds=5

# wait_until SECONDS WHAT COMMAND…: polls; says what it waits for when that takes long, and what did not come.
wait_until() {
  local deadline=$((SECONDS + $1)) told=$((SECONDS + patience_seconds)) what=$2
  shift 2
  until "$@" >/dev/null 2>&1; do
    if [ "$SECONDS" -ge "$told" ]; then
      say "waiting for $what"
      told=$((deadline + 1))
    fi
    if [ "$SECONDS" -ge "$deadline" ]; then
      say "$what did not come in time"
      return 1
    fi
    sleep 0.2
  done
}

# in_machine FILE COMMAND…: runs a command inside a machine's namespaces; fails if it does not run. Machines
# die while they are looked at, so this is the caller's to judge.
in_machine() {
  local pid
  pid=$(running "$1") || {
    say "it is not running: $(basename "$(dirname "$1")")"
    return 1
  }
  shift
  nsenter --target "$pid" --mount --uts --net --pid -- "$@"
}

# start_machine FILE NETNS LOG COMMAND…: COMMAND becomes the first process of a pid and mount namespace.
# Propagation stays as it is: machine_init decides for every mount what its machine shares.
start_machine() {
  local file=$1 netns=$2 log=$3 outer inner
  shift 3
  setsid nsenter --net="/run/netns/$netns" unshare --pid --fork --kill-child --uts --mount \
    --propagation unchanged -- "$@" </dev/null >>"$log" 2>&1 9>&- &
  outer=$!
  for _ in $(seq 100); do
    inner=
    read -r inner _ 2>/dev/null <"/proc/$outer/task/$outer/children" || true
    if [ -n "$inner" ]; then
      remember "$file" "$inner"
      return
    fi
    sleep 0.05
  done
  say "a machine does not start: $(tail -n 1 "$log")"
  return 1
}

# With this lock held nobody else changes the cluster. Nothing that stays behind may inherit it.
lock_cluster() {
  local file=$cluster_root/.$cluster.lock
  mkdir -p "$cluster_root"
  while :; do
    exec 9>"$file"
    flock --timeout 600 9 || die "another command works on the cluster $cluster for ten minutes now"
    # `down` removes the file while others wait for it: then there is a new one to lock.
    [ ! "$file" -ef /dev/fd/9 ] || return 0
  done
}

unlock_and_forget() { rm -f "$cluster_root/.$cluster.lock"; }
