#!/usr/bin/env bash
# Takes zonedisk out of a cluster and leaves nothing behind: no object, finalizer, device, mount or label.
# Refuses while anything still depends on it, and when it cannot ask whether something does.
set -euo pipefail
deploy=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

usage() {
  cat <<'TEXT'
usage: deploy/uninstall.sh [--namespace NAME] [--keep-disks] [--check]

  --namespace NAME   what to remove (zonedisk); zonedisk-second is the overlay second-driver
  --keep-disks       go on although the cloud has disks or snapshots of this account, or cannot be
                     asked; their bytes stay in the data folder
  --check            only say what is in the way
Refuses while PersistentVolumes, VolumeSnapshotContents or VolumeAttachments of the driver exist, and
when a question of this kind is refused or fails: then nothing is deleted. Names, image and nodes are
those that it finds, whatever overlay made them. Cut off half-way, it is run again.
What stays: the snapshot CRDs, which others may use, and the data folder of the cloud.
$KUBECTL is the command to use (kubectl).
TEXT
}

namespace=zonedisk keep_disks= check_only=
while [ $# -gt 0 ]; do
  case "$1" in
    --namespace) namespace=${2:?a name follows --namespace}; shift ;;
    --keep-disks) keep_disks=1 ;;
    --check) check_only=1 ;;
    -h | --help) usage; exit 0 ;;
    *) usage >&2; exit 2 ;;
  esac
  shift
done

# The label that registering the driver puts on Nodes besides Kubernetes' own, and what the node plugin
# of ACK's name writes there.
type_key=node.csi.alibabacloud.com/disktype allocatable_key=node.csi.alibabacloud.com/allocatable-disk
zone_key=topology.diskplugin.csi.alibabacloud.com/zone
app='app\.kubernetes\.io/name' part='app\.kubernetes\.io/part-of'
begun=zonedisk/uninstall
pods=zonedisk-cloud,zonedisk-csi-controller,zonedisk-csi-node,zonedisk-agent,zonedisk-release-pool,snapshot-controller
errors=$(mktemp)
trap 'rm -f "$errors"' EXIT
# What a failure leaves, for its line.
state='nothing was deleted'

k() { "${KUBECTL:-kubectl}" "$@"; }
say() { echo "uninstall: $1"; }
die() { say "$1" >&2; exit 1; }
why() { grep -vE '^(Warning|command terminated)' "$errors" | tail -n 1 || true; }

# ask WHAT ARGUMENTS…: sets `answer`. Only called in the main shell: in a subshell its end would be no
# more than that of the subshell.
answer=
ask() {
  local what=$1
  shift
  answer=$(k "$@" 2>"$errors") || die "cannot ask for $what; $state: $(why)"
}

# act WHAT ARGUMENTS…: an answer is of no interest.
act() {
  local what=$1
  shift
  k "$@" >/dev/null 2>"$errors" || die "$what failed; $state: $(why)"
}

# ask_crd KIND: sets `answer` to its name where there is one; CRDs may be missing.
ask_crd() { ask "the custom resource $1" get crd "$1" --ignore-not-found -o name; }

# depending KIND FIELD: adds the objects whose FIELD names one of the drivers to `obstacles`.
obstacles=
depending() {
  local name driver
  ask "$1" get "$1" -o "custom-columns=NAME:.metadata.name,DRIVER:$2" --no-headers
  while read -r name driver; do
    if [ -n "$driver" ] && grep -qxF "$driver" <<<"$drivers"; then obstacles+="  ${1%%.*} $name"$'\n'; fi
  done <<<"$answer"
}

# ask_workloads KIND: adds "KIND|NAME|APP|PART" to `workloads`, and the drivers that they are.
workloads= drivers=
ask_workloads() {
  local line
  ask "the $1 of $namespace" -n "$namespace" get "$1" -o "jsonpath={range .items[*]}{.metadata.name}|{.metadata.labels.$app}|{.metadata.labels.$part}|{.spec.template.spec.containers[*].args}{\"\\n\"}{end}"
  while IFS='|' read -r -a line; do
    [ ${#line[@]} -gt 0 ] || continue
    workloads+="$1|${line[0]}|${line[1]:-}|${line[2]:-}"$'\n'
    drivers+=$(grep -oE -- '--driver-name=[^" ]+' <<<"${line[3]:-}" | cut -d= -f2 || true)$'\n'
  done <<<"$answer"
}

# workloads_of APP: KIND NAME of those with this name label; the prefix of an overlay does not matter.
workloads_of() { awk -F'|' -v app="$1" '$3 == app { print $1, $2 }' <<<"$workloads"; }

# What this installation is: its namespace, its label, its workloads, its drivers.
look() {
  local own
  ask "the namespace $namespace" get namespace "$namespace" --ignore-not-found -o "jsonpath={.metadata.name}|{.metadata.labels.$part}|{.metadata.annotations.$begun}"
  IFS='|' read -r found own_label started <<<"$answer" || true
  if [ -n "$found" ]; then
    ask_workloads deployments
    ask_workloads daemonsets
  fi
  # An object of ours says how the objects of this installation are labelled.
  own=$(awk -F'|' '$3 ~ /^zonedisk-/ && $4 != "" { print $4; exit }' <<<"$workloads")
  label=${own_label:-${own:-$namespace}}
  ask "CSIDrivers" get csidrivers -l "app.kubernetes.io/part-of=$label" -o 'custom-columns=NAME:.metadata.name' --no-headers
  drivers=$(printf '%s\n%s\n' "$drivers" "$answer" | grep . | sort -u || true)
  if [ -z "$drivers" ] && [ -n "$(workloads_of zonedisk-csi-controller)$(workloads_of zonedisk-csi-node)" ]; then
    die "no --driver-name and no CSIDriver tells what the driver of $namespace is called; $state"
  fi
  ask "other installations" get daemonsets -A -l "app.kubernetes.io/part-of=$label" -o 'custom-columns=NS:.metadata.namespace' --no-headers
  own=$(grep . <<<"$answer" | grep -vxF "$namespace" | sort -u | paste -sd' ' || true)
  [ -z "$own" ] || die "the objects of $own are labelled part-of=$label as those of $namespace: cannot tell them apart; $state"
}

# What the cloud has in the account of this driver, asked with the driver's own key. System disks are
# a part of their nodes.
ask_cloud() {
  local controller
  controller=$(workloads_of zonedisk-csi-controller | cut -d' ' -f2)
  answer=
  if [ -z "$controller" ]; then
    # It goes first: an earlier run has asked.
    [ -z "$found" ] || [ -n "$started" ] || [ -z "$workloads" ] ||
      die "there is no controller that could ask the cloud for disks; --keep-disks goes on without"
    return 0
  fi
  answer=$(k -n "$namespace" exec "deployment/$controller" -c driver -- sh -c '
    export ALIBABA_CLOUD_ACCESS_KEY_ID=$ACCESS_KEY_ID
    export ALIBABA_CLOUD_ACCESS_KEY_SECRET=$(cat /etc/zonedisk/key/secret)
    export ZONEDISK_ENDPOINT=http://$ZONEDISK_CLOUD_SERVICE_HOST:$ZONEDISK_CLOUD_SERVICE_PORT
    zonedisk disks DiskType=data && zonedisk snapshots' 2>"$errors") ||
    die "the cloud cannot be asked for disks; --keep-disks goes on without; $state: $(why)"
  answer=$(awk '$1 ~ /^[ds]-/ { print "  " $1, $2 }' <<<"$answer")
}

refuse_obstacles() {
  local name of
  depending persistentvolumes .spec.csi.driver
  depending volumeattachments .spec.attacher
  ask_crd volumesnapshotcontents.snapshot.storage.k8s.io
  snapshots=$answer
  [ -z "$snapshots" ] || depending volumesnapshotcontents.snapshot.storage.k8s.io .spec.driver
  ask_crd volumegroupsnapshotcontents.groupsnapshot.storage.k8s.io
  [ -z "$answer" ] || depending volumegroupsnapshotcontents.groupsnapshot.storage.k8s.io .spec.driver
  if [ -n "$own_label" ]; then
    ask "the Pods of $namespace" -n "$namespace" get pods -l "app.kubernetes.io/name notin ($pods)" -o 'custom-columns=NAME:.metadata.name' --no-headers
    while read -r name; do
      [ -z "$name" ] || obstacles+="  pods $name, of somebody else in the namespace $namespace"$'\n'
    done <<<"$answer"
  fi
  if [ -n "$obstacles" ]; then
    say "these still need the driver or its namespace; delete them first:" >&2
    printf '%s' "$obstacles" >&2
    exit 1
  fi
  [ -z "$keep_disks" ] || return 0
  ask_cloud
  if [ -n "$answer" ]; then
    say "no object of the cluster knows these, but the cloud has them; delete them or give --keep-disks:" >&2
    echo "$answer" >&2
    exit 1
  fi
}

# Rights that are missing half-way would leave half of it.
refuse_missing_rights() {
  local right
  for right in "delete storageclasses" "delete volumeattributesclasses" "delete csidrivers" \
    "delete clusterroles" "delete clusterrolebindings" "delete namespaces" "patch nodes" \
    "delete deployments -n $namespace" "delete daemonsets -n $namespace" "create jobs -n $namespace"; do
    # shellcheck disable=SC2086
    k auth can-i $right >/dev/null 2>"$errors" || die "no right to ${right%% -n*}; $state"
  done
}

# remove APP: the workloads of that name, and waits until their Pods are gone.
remove() {
  local kind name
  while read -r kind name; do
    [ -n "$name" ] || continue
    say "removing $kind/$name"
    act "removing $kind/$name" -n "$namespace" delete "${kind%s}" "$name" --cascade=foreground --ignore-not-found --wait --timeout=180s
  done < <(workloads_of "$1")
}

# remove_all KINDS: cluster-wide objects of this installation.
remove_all() { act "removing $1" delete "$1" -l "app.kubernetes.io/part-of=$label" --wait --timeout=60s; }

# ask_published: sets `answer` to the nodes on which kubelet still knows one of the drivers.
ask_published() {
  local node names left=
  ask "CSINodes" get csinodes -o 'jsonpath={range .items[*]}{.metadata.name}{" "}{.spec.drivers[*].name}{"\n"}{end}'
  while read -r node names; do
    if [ -n "$names" ] && tr ' ' '\n' <<<"$names" | grep -qxFf <(echo "$drivers"); then left+="${left:+ }$node"; fi
  done <<<"$answer"
  answer=$left
}

wait_until_unpublished() {
  [ -n "$drivers" ] || return 0
  for _ in $(seq 60); do
    ask_published
    [ -n "$answer" ] || return 0
    sleep 1
  done
  die "kubelet still knows the driver on: $answer; $state"
}

# What kubelet and the node plugin put on the Nodes, unless another driver registered there, too.
remove_node_labels() {
  local others nodes node keys
  ask "CSINodes" get csinodes -o 'jsonpath={range .items[*]}{.metadata.name}{range .spec.drivers[*]}{" "}{.topologyKeys}{end}{"\n"}{end}'
  others=$(grep -F "\"$zone_key\"" <<<"$answer" | cut -d' ' -f1 || true)
  ask "Nodes" get nodes -l "$zone_key" -o 'custom-columns=NAME:.metadata.name' --no-headers
  nodes=$answer
  for node in $nodes; do
    if grep -qxF "$node" <<<"$others"; then continue; fi
    keys=
    if grep -qxF diskplugin.csi.alibabacloud.com <<<"$drivers"; then
      ask "the labels of node $node" get node "$node" -o 'jsonpath={.metadata.labels}'
      keys=$(grep -oE "\"$type_key[^\"]+\"" <<<"$answer" | tr -d '"' | sed 's/$/-/' || true)
      act "removing the annotation of node $node" annotate node "$node" "$allocatable_key-"
    fi
    # shellcheck disable=SC2086
    act "removing the labels of node $node" label node "$node" "$zone_key-" $keys
  done
}

# json VALUE: a value of jsonpath inside JSON; an absent one takes the default away.
json() { echo "${1:-null}"; }

# hold_pool KIND NAME CONTAINERS: a suspended Job with image, nodes and folder of that workload, made
# while it is still there: afterwards only the Job knows them.
hold_pool() {
  local pod={.spec.template.spec place patch
  ask "$1/$2" -n "$namespace" get "$1" "$2" -o "jsonpath=$pod.$3[0].image}|$pod.serviceAccountName}|$pod.volumes[?(@.name==\"data\")].hostPath.path}|$pod.nodeSelector}|$pod.affinity}|$pod.tolerations}|$pod.imagePullSecrets}"
  IFS='|' read -r -a place <<<"$answer"
  data_folder=${place[2]}
  patch='{"metadata": {"namespace": "'$namespace'", "labels": {"app.kubernetes.io/part-of": "'$label'"}},
    "spec": {"suspend": true, "template": {"metadata": {"labels": {"app.kubernetes.io/part-of": "'$label'"}},
    "spec": {"containers": [{"name": "release", "image": "'${place[0]}'"}],
      "serviceAccountName": "'${place[1]}'", "volumes": [{"name": "data", "hostPath": {"path": "'${place[2]}'"}}],
      "nodeSelector": null, "affinity": '$(json "${place[4]:-}")',
      "tolerations": '$(json "${place[5]:-}")', "imagePullSecrets": '$(json "${place[6]:-}")'}}}}'
  ask "the manifest of the Job" patch --local -f "$deploy/release-pool.yaml" -p "$patch" -o json
  patch='{"spec": {"template": {"spec": {"nodeSelector": '$(json "${place[3]:-}")'}}}}'
  ask "the manifest of the Job" patch --local -f - -p "$patch" -o json <<<"$answer"
  patch=$answer
  act "removing an earlier Job" -n "$namespace" delete job zonedisk-release-pool --ignore-not-found --wait
  act "making the Job that unmounts the pool" -n "$namespace" apply -f - <<<"$patch"
}

# The cloud, and then the pool's mount.
remove_cloud() {
  local cloud
  cloud=$(workloads_of zonedisk-cloud | cut -d' ' -f2)
  ask "an earlier Job" -n "$namespace" get job zonedisk-release-pool --ignore-not-found -o name
  if [ -n "$cloud" ]; then
    hold_pool deployment "$cloud" initContainers
  elif [ -n "$answer" ]; then
    # An earlier run was cut off behind the cloud. A Job that failed does not start again.
    hold_pool job zonedisk-release-pool containers
  else
    return 0
  fi
  stays="; the data folder of the cloud stays, $data_folder on its node"
  remove zonedisk-cloud
  say "unmounting the pool of images"
  act "starting the Job that unmounts the pool" -n "$namespace" patch job zonedisk-release-pool -p '{"spec": {"suspend": false}}'
  if ! k -n "$namespace" wait --for=condition=Complete job/zonedisk-release-pool --timeout=120s >/dev/null 2>"$errors"; then
    k -n "$namespace" logs job/zonedisk-release-pool --tail=5 >&2 || true
    die "the pool cannot be unmounted; $state: $(why)"
  fi
}

# What is left in a namespace that is not of this installation alone.
remove_objects() {
  local lease name
  act "removing the objects in $namespace" -n "$namespace" delete \
    deployments,daemonsets,jobs,services,configmaps,serviceaccounts,roles,rolebindings,poddisruptionbudgets,networkpolicies \
    -l "app.kubernetes.io/part-of=$label" --wait --timeout=120s
  act "removing the Secrets in $namespace" -n "$namespace" delete secrets zonedisk-access-key \
    zonedisk-lab-token zonedisk-cloud-keys --ignore-not-found
  ask "the leases of $namespace" -n "$namespace" get leases -o 'custom-columns=NAME:.metadata.name' --no-headers
  for lease in $answer; do
    for name in $drivers; do
      # Sidecars name their lease after the driver, with a dash for whatever a name may not have.
      [[ $lease != *"${name//[^a-zA-Z0-9-]/-}" ]] || act "removing the lease $lease" -n "$namespace" delete lease "$lease"
    done
  done
}

look
refuse_obstacles
if [ -n "$check_only" ]; then
  say "nothing is in the way"
  exit 0
fi
refuse_missing_rights

state='stopped half-way, run it again'
stays=
[ -z "$found" ] || act "marking the namespace" annotate namespace "$namespace" "$begun=begun" --overwrite
# No new claims first; then those who act on volumes, then the devices, then the cloud.
say "removing the classes"
remove_all storageclasses,volumeattributesclasses
ask_crd volumesnapshotclasses.snapshot.storage.k8s.io
[ -z "$answer" ] || remove_all volumesnapshotclasses.snapshot.storage.k8s.io
ask_crd volumegroupsnapshotclasses.groupsnapshot.storage.k8s.io
[ -z "$answer" ] || remove_all volumegroupsnapshotclasses.groupsnapshot.storage.k8s.io
remove zonedisk-csi-controller
remove snapshot-controller
remove zonedisk-csi-node
wait_until_unpublished
remove zonedisk-agent
[ -z "$found" ] || remove_cloud
say "removing what is left"
remove_node_labels
remove_all csidrivers,clusterrolebindings,clusterroles
if [ -n "$own_label" ]; then
  act "removing the namespace $namespace" delete namespace "$namespace" --ignore-not-found --wait --timeout=120s
elif [ -n "$found" ]; then
  remove_objects
  act "unmarking the namespace" annotate namespace "$namespace" "$begun-"
fi
say "done$stays"
