#!/usr/bin/env bash
# Takes zonedisk out of a cluster and leaves nothing behind: no object, finalizer, device or mount.
# Refuses while anything still depends on it.
set -euo pipefail
deploy=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

usage() {
  cat <<'TEXT'
usage: deploy/uninstall.sh [--namespace NAME] [--keep-disks] [--check]

  --namespace NAME   what to remove (zonedisk); zonedisk-second is the overlay second-driver
  --keep-disks       go on although the cloud has disks or snapshots of this account; their bytes
                     stay in the data folder
  --check            only say what is in the way
Refuses while PersistentVolumes, VolumeSnapshotContents or VolumeAttachments of the driver exist.
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

k() { "${KUBECTL:-kubectl}" "$@"; }
say() { echo "uninstall: $1"; }
label=app.kubernetes.io/part-of=$namespace

# CRDs may be missing.
has_kind() { [ -n "$(k get crd "$1" --ignore-not-found -o name)" ]; }

# depending KIND FIELD: objects whose FIELD names one of the drivers.
depending() {
  k get "$1" -o "custom-columns=NAME:.metadata.name,DRIVER:$2" --no-headers 2>/dev/null |
    while read -r name driver; do
      if grep -qxF "$driver" <<<"$drivers"; then echo "  ${1%%.*} $name"; fi
    done
}

# What the cloud has in the account of this driver, asked with the driver's own key. System disks are
# a part of their nodes.
in_cloud() {
  local controller
  controller=$(k -n "$namespace" get deployments -o name | grep 'zonedisk-csi-controller$' || true)
  [ -n "$controller" ] || return 0
  k -n "$namespace" exec "$controller" -c driver -- sh -c '
    export ALIBABA_CLOUD_ACCESS_KEY_ID=$ACCESS_KEY_ID
    export ALIBABA_CLOUD_ACCESS_KEY_SECRET=$(cat /etc/zonedisk/key/secret)
    export ZONEDISK_ENDPOINT=http://$ZONEDISK_CLOUD_SERVICE_HOST:$ZONEDISK_CLOUD_SERVICE_PORT
    zonedisk disks DiskType=data && zonedisk snapshots' | awk '$1 ~ /^[ds]-/ { print "  " $1, $2 }'
}

drivers=$(k get csidrivers -l "$label" -o 'custom-columns=NAME:.metadata.name' --no-headers)
obstacles=$(
  depending persistentvolumes .spec.csi.driver
  depending volumeattachments .spec.attacher
  if has_kind volumesnapshotcontents.snapshot.storage.k8s.io; then
    depending volumesnapshotcontents.snapshot.storage.k8s.io .spec.driver
  fi
)
if [ -n "$obstacles" ]; then
  say "these still need the driver; delete them first:" >&2
  echo "$obstacles" >&2
  exit 1
fi
if [ -z "$keep_disks" ]; then
  disks=$(in_cloud) || { say "the cloud cannot be asked for disks; --keep-disks goes on without" >&2; exit 1; }
  if [ -n "$disks" ]; then
    say "no object of the cluster knows these, but the cloud has them; delete them or give --keep-disks:" >&2
    echo "$disks" >&2
    exit 1
  fi
fi
if [ -n "$check_only" ]; then
  say "nothing is in the way"
  exit 0
fi

# remove KIND PATTERN: these workloads of the namespace, and waits until their Pods are gone.
remove() {
  local name
  for name in $(k -n "$namespace" get "$1" -o name | grep -E "$2" || true); do
    say "removing $name"
    k -n "$namespace" delete "$name" --cascade=foreground --wait --timeout=180s >/dev/null
  done
}

# remove_all KINDS: cluster-wide objects of this installation.
remove_all() { k delete "$1" -l "$label" --wait --timeout=60s >/dev/null; }

# published: nodes on which kubelet still knows one of the drivers.
published() {
  k get csinodes -o 'jsonpath={range .items[*]}{.metadata.name}{" "}{.spec.drivers[*].name}{"\n"}{end}' |
    while read -r node names; do
      if tr ' ' '\n' <<<"$names" | grep -qxFf <(echo "$drivers"); then echo "$node"; fi
    done
}

# No new claims first; then those who act on volumes, then the devices, then the cloud.
say "removing the classes"
remove_all storageclasses,volumeattributesclasses
if has_kind volumesnapshotclasses.snapshot.storage.k8s.io; then
  remove_all volumesnapshotclasses.snapshot.storage.k8s.io
fi
remove deployments 'zonedisk-csi-controller$|/snapshot-controller$'
remove daemonsets 'zonedisk-csi-node$'
for _ in $(seq 60); do
  [ -n "$drivers" ] && [ -n "$(published)" ] || break
  sleep 1
done
[ -z "$drivers" ] || [ -z "$(published)" ] || { say "kubelet still knows the driver on: $(published | paste -sd' ')" >&2; exit 1; }
remove daemonsets 'zonedisk-agent$'
stays=
# The account outlives the Deployment, so that a run that was cut off is finished by the next one.
if [ -n "$(k -n "$namespace" get serviceaccount zonedisk-cloud --ignore-not-found -o name)" ]; then
  stays='; the data folder of the cloud stays, /var/lib/zonedisk on its node'
  remove deployments '/zonedisk-cloud$'
  say "unmounting the pool of images"
  k -n "$namespace" delete job zonedisk-release-pool --ignore-not-found --wait >/dev/null
  k apply -f "$deploy/release-pool.yaml" >/dev/null
  if ! k -n "$namespace" wait --for=condition=Complete job/zonedisk-release-pool --timeout=120s >/dev/null; then
    k -n "$namespace" logs job/zonedisk-release-pool --tail=5 >&2 || true
    say "the pool cannot be unmounted" >&2
    exit 1
  fi
fi
say "removing what is left"
remove_all csidrivers,clusterrolebindings,clusterroles
k delete namespace "$namespace" --ignore-not-found --wait --timeout=120s >/dev/null
say "done$stays"
