# Sourced by tools/cluster: images reach the nodes as files, without a registry.
#
# Importing unpacks every layer, which is slow; so it happens once into a store that lies beside the
# clusters, and a node's store is made of hard links to it: layers and blobs are never written again
# under their name. Only the two databases are copied.

# image_store FOLDER: prints the store made of this folder's *.tar, importing them if it is new.
image_store() {
  local hash store
  hash=$(cd "$1" && find . -name '*.tar' -printf '%P %s %T@ %i\n' | sort | sha256sum | cut -c1-16)
  store=$cluster_root/.images/$hash
  if [ ! -e "$store/complete" ]; then
    say "importing the images (once)"
    rm -rf "$store" && mkdir -p "$store/root" "$store/config"
    write_containerd_config "$store/config"
    unshare --mount "$lib/import_images" "$store" "$1" >"$store/log" 2>&1 || {
      tail -n 5 "$store/log" >&2
      die "the images of $1 cannot be imported; all of the log is $store/log"
    }
    touch "$store/complete"
  fi
  touch "$store"
  echo "$store"
}

# The stores of the last three sets of images are kept. A node's links do not need their store.
prune_image_stores() {
  local store
  while read -r store; do
    rm -rf "$store"
  done < <(find "$cluster_root/.images" -mindepth 1 -maxdepth 1 -type d -printf '%T@ %p\n' |
    sort -rn | tail -n +4 | cut -d' ' -f2-)
}

# fill_node_store NODE STORE
fill_node_store() {
  local root=$state/nodes/$1/var-lib/containerd database
  mkdir -p "$(dirname "$root")"
  rm -rf "$root"
  cp -al "$2/root" "$root"
  while read -r database; do
    cp "$database" "$database.copy" && mv "$database.copy" "$database"
  done < <(find "$root" -name '*.db')
}
