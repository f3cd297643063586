# Sourced by tools/cluster: images reach the nodes as files, without a registry.
#
# Importing unpacks every layer, which is slow; so it happens once into a store that lies beside the
# clusters, and a node's store is made of hard links to it: layers and blobs are never written again
# under their name. Only the databases are copied.

# archives FOLDER: a line per archive, another one when the archive changed.
archives() { find "$1" -maxdepth 1 -name '*.tar' -printf '%f %s %T@ %i\n' | sort; }

# take_images FOLDER: the cluster's own copy of a store, for all nodes that it will start.
take_images() {
  local store own=$state/images
  [ "$(cat "$own/archives" 2>/dev/null)" != "$(archives "$1")" ] || return 0
  exec 8>"$cluster_root/.images.lock"
  flock 8
  store=$(image_store "$1")
  rm -rf "$own"
  mkdir -p "$own"
  link_store "$store/root" "$own/root"
  cp "$store/archives" "$own/archives"
  exec 8>&-
}

# image_store FOLDER: prints the store made of this folder's *.tar. What the newest other store has
# already is taken from there.
image_store() {
  local wanted store newest
  wanted=$(archives "$1")
  [ -n "$wanted" ] || die "there are no image archives in $1"
  store=$cluster_root/.images/$(sha256sum <<<"$wanted" | cut -c1-16)
  if [ ! -e "$store/complete" ]; then
    newest=$(newest_store)
    rm -rf "$store" && mkdir -p "$store/config"
    : >"$store/archives"
    if [ -n "$newest" ]; then
      link_store "$newest/root" "$store/root"
      cp "$newest/archives" "$store/archives"
    fi
    write_containerd_config "$store/config"
    missing_archives "$store/archives" "$1" >"$store/new"
    say "importing image archives: $(wc -l <"$store/new")"
    unshare --mount "$lib/import_images" "$store" "$1" >"$store/log" 2>&1 || {
      tail -n 5 "$store/log" >&2
      die "the images of $1 cannot be imported; all of the log is $store/log"
    }
    echo "$wanted" >"$store/archives"
    touch "$store/complete"
  fi
  touch "$store"
  prune_image_stores
  echo "$store"
}

# missing_archives LIST FOLDER: names of the archives that the list does not have in this state.
missing_archives() { archives "$2" | { grep -vxFf "$1" || true; } | cut -d' ' -f1; }

newest_store() {
  local store
  while read -r store; do
    if [ -e "$store/complete" ]; then echo "$store"; return; fi
  done < <(image_stores)
}

image_stores() {
  [ ! -d "$cluster_root/.images" ] ||
    find "$cluster_root/.images" -mindepth 1 -maxdepth 1 -type d -printf '%T@ %p\n' | sort -rn | cut -d' ' -f2-
}

# The last three stores are kept. Nobody else's links need them.
prune_image_stores() {
  local store
  while read -r store; do rm -rf "$store"; done < <(image_stores | tail -n +4)
}

# link_store FROM TO
link_store() {
  local database
  rm -rf "$2"
  cp -al "$1" "$2"
  while read -r database; do
    cp "$database" "$database.copy" && mv "$database.copy" "$database"
  done < <(find "$2" -name '*.db')
}

# fill_node_store NODE: before the node's first start.
fill_node_store() {
  mkdir -p "$state/nodes/$1/var-lib"
  link_store "$state/images/root" "$state/nodes/$1/var-lib/containerd"
  cp "$state/images/archives" "$state/nodes/$1/archives"
}

# import_image NODE FILE: into a running node.
import_image() {
  in_machine "$state/nodes/$1/node.pid" ctr --namespace k8s.io images import - <"$2" >/dev/null ||
    die "the image $2 cannot be imported on $1"
}

# The user's own images lie in STATE/loaded. A node keeps what it has over its death, and remembers it.
# import_loaded NODE: those that the running node does not have.
import_loaded() {
  local file list=$state/nodes/$1/loaded
  for file in "$state"/loaded/*.tar; do
    [ -e "$file" ] || return 0
    ! grep -qxF "$(image_state "$file")" "$list" 2>/dev/null || continue
    wait_until 60 "containerd on $1" in_machine "$state/nodes/$1/node.pid" ctr version ||
      die "containerd does not answer on $1"
    import_image "$1" "$file"
    image_state "$file" >>"$list"
  done
}
image_state() { stat -c '%n %s %y %i' "$1"; }

# load_image FILE: into every node, those that are made or booted later too.
load_image() {
  local node
  mkdir -p "$state/loaded"
  cp "$1" "$state/loaded/.new"
  mv "$state/loaded/.new" "$state/loaded/$(basename "$1" .tar).tar"
  for node in $(node_names); do
    ! node_pid "$node" >/dev/null || import_loaded "$node"
  done
}

# update_node_store NODE FOLDER: imports what changed into a running node; says so by its status.
update_node_store() {
  local name new changed=1
  new=$(missing_archives "$state/nodes/$1/archives" "$2")
  for name in $new; do
    import_image "$1" "$2/$name"
    changed=0
  done
  archives "$2" >"$state/nodes/$1/archives"
  return "$changed"
}
