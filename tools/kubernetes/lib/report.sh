# Sourced by tools/cluster: what a cluster does and says.

# node_state NODE: of the machine, whatever Kubernetes believes.
node_state() {
  if ! node_pid "$1" >/dev/null; then
    echo killed
  elif cable_is_pulled "$(node_index "$1")"; then
    echo partitioned
  else
    echo running
  fi
}

status() {
  cluster_runs || die "the cluster $cluster does not run: tools/cluster up --name $cluster"
  [ "$(id -u)" -eq 0 ] || die "looking into the nodes of a cluster needs root"
  local node
  printf 'cluster %s: KUBECONFIG=%s\n\n' "$cluster" "$kubeconfig"
  printf '%-20s %-16s %-12s %s\n' NODE ZONE MACHINE ADDRESS
  for node in $(node_names); do
    printf '%-20s %-16s %-12s %s\n' "$node" "$(cat "$state/nodes/$node/zone")" "$(node_state "$node")" \
      "$(node_address "$(node_index "$node")")"
  done
  printf '\n'
  kube get nodes
  if kube get namespace zonedisk >/dev/null 2>&1; then
    printf '\n'
    kube get pods -n zonedisk -o wide
  fi
}

log_files() { find "$logs" -name '*.log' | sort; }

# show_logs [COMPONENT]: the end of every log, or all of one: a file below logs/ without .log, or a
# workload of zonedisk.
show_logs() {
  [ -d "$logs" ] || die "there is no cluster $cluster"
  local file kind
  if [ $# -eq 0 ]; then
    for file in $(log_files); do
      printf '== %s\n' "${file#"$logs/"}"
      tail -n 5 "$file"
    done
    return
  fi
  for file in "$logs/$1.log" "$logs/nodes/$1.log"; do
    if [ -e "$file" ]; then cat "$file"; return; fi
  done
  for kind in deployment daemonset; do
    if kube get "$kind" -n zonedisk "$1" >/dev/null 2>&1; then
      kube logs -n zonedisk --selector "app.kubernetes.io/name=$1" --all-containers --prefix --tail=-1
      return
    fi
  done
  die "there is no component '$1': use one of $(log_files | sed 's|.*/||; s|\.log$||' | tr '\n' ' ')"
}

# collect FOLDER: everything that explains a failed run; secrets stay where they are.
collect() {
  local folder=$1 node kind
  [ -d "$logs" ] || die "there is no cluster $cluster"
  mkdir -p "$folder"/{components,pods,objects}
  cp -r "$logs/." "$folder/components/"
  for node in $(node_names); do
    # A node keeps the logs of its pods also when it is dead.
    if [ -d "$state/nodes/$node/var-log/pods" ]; then
      mkdir -p "$folder/pods/$node"
      cp -rL "$state/nodes/$node/var-log/pods/." "$folder/pods/$node/" 2>/dev/null || true
    fi
  done
  losetup --list >"$folder/loops.txt" 2>&1 || true
  cluster_runs && apiserver_ready || { say "the apiserver does not answer: collected files only"; return; }
  status >"$folder/status.txt" 2>&1 || true
  kube get events -A --sort-by=.lastTimestamp -o wide >"$folder/events.txt" 2>&1 || true
  while read -r kind; do
    case "$kind" in secrets | events | events.* | *.metrics.k8s.io) continue ;; esac
    kube get "$kind" -A -o yaml >"$folder/objects/$kind.yaml" 2>/dev/null || true
    grep -q '^- ' "$folder/objects/$kind.yaml" || rm -f "$folder/objects/$kind.yaml"
  done < <(kube api-resources --verbs=list -o name 2>/dev/null)
}
