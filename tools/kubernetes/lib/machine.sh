# Sourced by the first process of a machine.

# Every mount point of this namespace, the latest first.
mount_points() { awk '{ print $5 }' /proc/self/mountinfo | tac | while read -r point; do printf '%b\n' "$point"; done; }

# leave_mounts ROOT [DATA]: nothing that is mounted here is seen by the host or by another machine, except
# what is mounted in the folder DATA: its mounts stay in the group of their peers. The data directories
# of other clusters and the network namespaces would be kept alive from here: they go.
leave_mounts() {
  local root=$1 data=${2:-/nowhere} point
  while read -r point; do
    case "$point/" in
      "$data"/*) ;;
      # A mount point that another mount hides cannot be named, and needs not be.
      *) mount --make-private "$point" 2>/dev/null || true ;;
    esac
  done < <(mount_points)
  while read -r point; do
    case "$point/" in
      "$data"/*) ;;
      "$root"/*/data/* | /run/netns/?*) umount -l "$point" 2>/dev/null || true ;;
    esac
  done < <(mount_points)
}

# supervise LOG COMMAND…: starts the command again a second after it ended.
supervise() {
  local log=$1
  shift
  while :; do
    "$@" </dev/null >>"$log" 2>&1 || true
    echo "ended; started again in a second: $(basename "$1")" >>"$log"
    sleep 1
  done
}
