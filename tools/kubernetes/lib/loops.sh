# Sourced by tools/cluster: loop devices and mounts below a cluster's data directory. All nodes share
# the kernel's devices, and a device tells its file truly only by device and inode: the name is that of
# the mount namespace where it was opened.

# loops: NAME MAJOR:MINOR INODE of every configured one.
loops() { losetup --list --noheadings --output NAME,BACK-MAJ:MIN,BACK-INO; }

# device_number MAJOR:MINOR: as stat(2) packs it.
device_number() {
  local major=${1%%:*} minor=${1##*:}
  echo $(((minor & 0xff) | (major << 8) | ((minor & 0xfff00) << 12)))
}

# loops_on DEVICE: kubelet puts a loop device of its own on the disk of a raw block volume.
loops_on() {
  loops | awk -v device="$(mountpoint --fs-devno /dev)" -v inode="$(stat -c %i "$1" 2>/dev/null || true)" \
    '$2 == device && $3 == inode { print $1 }'
}

# A node's disks, by the links that its agent has made; remembered for when the node is dead.
remember_node_loops() {
  local links link device found=
  # Whoever is dead already has told what it had, or had nothing.
  node_pid "$1" >/dev/null || return 0
  links=$(in_machine "$state/nodes/$1/node.pid" find /dev/disk/by-id -type l -printf '%l\n' 2>/dev/null) || return 0
  for link in $links; do
    for device in $(loops_on "/dev/${link##*/}") "/dev/${link##*/}"; do
      found+=$(loops | awk -v name="$device" '$1 == name')$'\n'
    done
  done
  printf '%s' "$found" >"$state/nodes/$1/loops"
}

# A machine that boots has no device yet. What the dead node had is let go, if it is still the same.
release_node_loops() {
  local name device inode file=$state/nodes/$1/loops
  [ -e "$file" ] || return 0
  while read -r name device inode; do
    if loops | grep -qE "^$name +$device +$inode\$"; then losetup --detach "$name" 2>/dev/null || true; fi
  done <"$file"
  rm -f "$file"
}

# folder_loops FOLDER: loop devices that hold a file of a data directory, or one of a file system on such a
# device (the disks of the pool, also those whose files are unlinked), or such a disk; what lies on another
# comes before it.
folder_loops() {
  local name device inode files known found=' ' direct=() disks=()
  known=$(loops) || die "the loop devices cannot be listed"
  files=$(mktemp)
  { find "$1" -type f -printf '%D %i\n' 2>/dev/null || true; } | sort -u >"$files"
  while read -r name device inode; do
    if grep -qx "$(device_number "$device") $inode" "$files"; then
      direct+=("$name")
      found+="$(cat "/sys/block/${name##*/}/dev" 2>/dev/null || true) "
    fi
  done <<<"$known"
  rm -f "$files"
  while read -r name device inode; do
    [[ $found != *" $device "* ]] || disks+=("$name")
  done <<<"$known"
  for name in "${disks[@]}" "${direct[@]}"; do
    loops_on "$name"
    echo "$name"
  done
}

# A mount namespace that has just lost its last process may hold things a moment longer.
release_mount() {
  wait_until 10 "the release of $1" umount "$1" || umount --lazy "$1"
}

mounts_below() { findmnt --noheadings --raw --output TARGET | { grep "^$1/" || true; }; }

# release_folder FOLDER: no device holds a file of this data directory afterwards, and nothing is mounted
# below it.
release_folder() {
  local held device mounted below
  held=$(folder_loops "$1" | awk '!seen[$0]++')
  # First the disks in the pool, then the pool, then what the pool lies on.
  for device in $held; do losetup --detach "$device" 2>/dev/null || true; done
  below=$(mounts_below "$1" | tac)
  for mounted in $below; do release_mount "$mounted"; done
  for device in $held; do
    if losetup "$device" >/dev/null 2>&1; then losetup --detach "$device" 2>/dev/null || true; fi
  done
}

release_data() {
  [ -d "$state/data" ] || return 0
  release_folder "$state/data"
  while mountpoint -q "$state/data"; do release_mount "$state/data"; done
}
