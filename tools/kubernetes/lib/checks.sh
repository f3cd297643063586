# Sourced by tools/cluster: what the machine must have, said in one line each before anything is made.

check_machine() {
  [ "$(id -u)" -eq 0 ] || die "a cluster needs root: namespaces, mounts and loop devices"
  local program
  for program in containerd ctr runc ip nft conntrack socat openssl nsenter unshare sysctl findmnt losetup; do
    command -v "$program" >/dev/null || die "$program is missing: run tools/deps --cluster"
  done
  [ -x /usr/lib/cni/ptp ] && [ -x /usr/lib/cni/host-local ] && [ -x /usr/lib/cni/loopback ] ||
    die "the network plugins in /usr/lib/cni are missing: run tools/deps --cluster"
  check_cgroups
  unshare --net --mount --pid --fork true 2>/dev/null ||
    die "this machine does not let root make namespaces (a container without privileges?)"
  [ ${#state} -le 80 ] || die "the path $state is too long for the sockets in it: 80 characters at most"
}

# In MiB: what `up` with five nodes needs, with some room; each further node takes some 150 of memory.
least_memory=2048
least_disk=3072

available_memory() { awk '$1 == "MemAvailable:" { print int($2 / 1024) }' /proc/meminfo; }
# available_disk FOLDER: on the file system of it, or of the folder above that is there.
available_disk() {
  local folder=$1
  while [ ! -e "$folder" ]; do folder=$(dirname "$folder"); done
  df --output=avail -m "$folder" | tail -n 1 | tr -d ' '
}
loop_devices_work() { [ -e /dev/loop-control ] && losetup --find >/dev/null 2>&1; }
kernel_has() { grep -qw "$1" /proc/filesystems || modprobe -q "$1"; }

# What disks and nodes live on; asked before a cluster is made, not of one that runs.
check_resources() {
  local memory disk
  loop_devices_work || die "this machine gives no loop device (modprobe loop?): disks would not attach"
  kernel_has xfs || die "this kernel has no xfs: the cloud keeps images in it, and classes make it"
  memory=$(available_memory)
  [ "$memory" -ge "$least_memory" ] || die "$memory MiB of memory are available: a cluster needs $least_memory"
  disk=$(available_disk "$cluster_root")
  [ "$disk" -ge "$least_disk" ] || die "$disk MiB are free below $cluster_root: a cluster needs $least_disk"
}

check_cgroups() {
  local controller missing=
  for controller in cpu memory pids; do
    if [ -e /sys/fs/cgroup/cgroup.controllers ]; then
      grep -qw "$controller" /sys/fs/cgroup/cgroup.controllers || missing+=" $controller"
    else
      [ -e "/sys/fs/cgroup/$controller/cgroup.procs" ] || missing+=" $controller"
    fi
  done
  [ -z "$missing" ] || die "control groups are missing under /sys/fs/cgroup:$missing"
}

# Only building needs Go.
check_go() {
  local version
  version=$(go env GOVERSION 2>/dev/null) || die "Go is missing: building Kubernetes needs 1.26 or newer"
  version=${version#go}
  [ "$(printf '1.26\n%s\n' "$version" | sort -V | head -n 1)" = 1.26 ] ||
    die "Go $version is too old: building Kubernetes needs 1.26 or newer"
}

# check_zones LIST COUNT: the words of up --zones and --nodes-per-zone.
check_zones() {
  local part
  [[ $2 =~ ^[0-9]{1,2}$ ]] || bad_use "'$2' nodes per zone are no number from 0 to 99"
  while read -r part; do
    [[ $part =~ ^([a-z]|[a-z]+(-[a-z0-9]+)+)(:[0-9]{1,2})?$ ]] ||
      bad_use "the zone '$part' is not of the form b, b:2 or cn-hangzhou-b:2"
  done < <(tr ',' '\n' <<<"$1")
}

# check_labels K=V,…: as far as a mistyped comma or blank goes; the apiserver knows the rest.
check_labels() {
  local pair
  [ -z "$1" ] || while read -r pair; do
    [[ $pair =~ ^[A-Za-z0-9./_-]+=[A-Za-z0-9._-]*$ ]] || bad_use "the label '$pair' is not of the form KEY=VALUE"
  done < <(tr ',' '\n' <<<"$1")
}

# Every node watches some dozens of folders; Linux's default of 128 watchers in all is used up by three
# clusters. The last cluster that goes puts back what was before.
inotify=/proc/sys/fs/inotify/max_user_instances
raise_limits() {
  local now
  now=$(cat "$inotify")
  if [ "$now" -lt 4096 ]; then
    [ -e "$cluster_root/.inotify" ] || echo "$now" >"$cluster_root/.inotify"
    echo 4096 >"$inotify" 2>/dev/null || say "the limit of $now in $inotify stays: three clusters may be too many"
  fi
}

restore_limits() {
  if [ -e "$cluster_root/.inotify" ] && [ -z "$(other_clusters)" ]; then
    cat "$cluster_root/.inotify" >"$inotify" 2>/dev/null || true
    rm -f "$cluster_root/.inotify"
  fi
}
