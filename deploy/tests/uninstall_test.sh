#!/usr/bin/env bash
# deploy/uninstall.sh against a kubectl whose answers are scripted: whatever it cannot ask ends it with
# nothing deleted, and what was cut off is finished by the next run.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
script=$here/../uninstall.sh
FAKE=$(mktemp -d)
export FAKE KUBECTL=$here/fake_kubectl PREFIX LABEL DRIVER
export ZONE_KEY=topology.diskplugin.csi.alibabacloud.com/zone
trap 'rm -rf "$FAKE"' EXIT
failures=0
status=0 output=

fail() {
  echo "uninstall_test: $1"
  failures=$((failures + 1))
}

# installed PREFIX LABEL NAMESPACE NAMESPACE-LABEL WORKLOADS…: a cluster with these, and nothing that
# needs them.
installed() {
  local each
  PREFIX=$1 LABEL=$2 DRIVER=$1diskplugin.csi.alibabacloud.com
  {
    echo "namespaces $3"
    for each in "${@:5}"; do echo "${each%%/*} $1${each#*/}"; done
    echo "csidrivers $DRIVER"
    echo "leases external-attacher-leader-${DRIVER//./-}"
    echo "leases of-another"
    echo "storageclasses delayed"
    echo "clusterroles driver"
  } >"$FAKE/objects"
  echo "$4" >"$FAKE/namespace-label"
  echo "$3" >"$FAKE/installations"
  : >"$FAKE/refused"
  : >"$FAKE/disks"
  : >"$FAKE/begun"
}
whole=(deployments/zonedisk-cloud deployments/zonedisk-csi-controller deployments/snapshot-controller
  daemonsets/zonedisk-csi-node daemonsets/zonedisk-agent)
base() { installed '' zonedisk zonedisk zonedisk "${whole[@]}"; }

# run ARGUMENTS…: sets status, output, and $FAKE/calls.
run() {
  : >"$FAKE/calls"
  : >"$FAKE/applied"
  status=0
  output=$("$script" "$@" 2>&1) || status=$?
}

changes() { grep -E '(^| )(delete|apply|annotate|label|patch) ' "$FAKE/calls" | grep -vE 'patch --local|can-i' || true; }

# untouched WORDS ARGUMENTS…: the run ends with 1, says WORDS, and changes nothing.
untouched() {
  local words=$1
  shift
  run "$@"
  [ "$status" = 1 ] || fail "'$*' ends with $status, expected 1: $output"
  [[ $output == *"$words"* ]] || fail "'$*' does not say '$words': $output"
  [ -z "$(changes)" ] || fail "'$*' changes something: $(changes)"
}

# done_with ARGUMENTS…: the run ends with 0.
done_with() {
  run "$@"
  [ "$status" = 0 ] || fail "'$*' ends with $status: $output"
}

# called PATTERN…: these calls, in this order.
called() {
  local pattern line=0 next
  for pattern in "$@"; do
    next=$(awk -v from=$line -v pattern="$pattern" 'NR > from && $0 ~ pattern { print NR; exit }' "$FAKE/calls")
    if [ -z "$next" ]; then
      fail "no call '$pattern' behind line $line of: $(changes)"
      return
    fi
    line=$next
  done
}
not_called() { ! grep -E "$1" "$FAKE/calls" || fail "a call '$1'"; }

# Whatever is refused: one line, nothing deleted, with and without --check.
for question in 'get namespace *' '* get deployments *' '* get daemonsets -o*' 'get csidrivers *' \
  'get daemonsets -A *' 'get persistentvolumes *' 'get volumeattachments *' 'get crd *' \
  'get volumesnapshotcontents.* *' '* get pods *' '* exec *'; do
  base
  echo "$question" >"$FAKE/refused"
  for flag in --check --; do
    untouched "(Forbidden): refused" ${flag%--}
    [ "$(wc -l <<<"$output")" = 1 ] || fail "more than one line when '$question' is refused: $output"
    [[ $output == *"nothing was deleted"* ]] || fail "'$question' does not say that nothing was deleted: $output"
  done
done
base
echo 'auth can-i delete csidrivers' >"$FAKE/refused"
untouched "no right to delete csidrivers"
done_with --check

# What is in the way is named.
for object in persistentvolumes volumeattachments volumesnapshotcontents.snapshot.storage.k8s.io; do
  base
  printf '%s\n' "$object a@other.example.com" "$object b@$DRIVER" >>"$FAKE/objects"
  untouched "${object%%.*} b"
  untouched "${object%%.*} b" --check
  [[ $output != *" a"$'\n'* ]] || fail "an object of another driver is in the way: $output"
done
base
echo 'pods visitor' >>"$FAKE/objects"
untouched "pods visitor"
base
echo 'd-1 Available x' >"$FAKE/disks"
untouched "d-1 Available"
done_with --check --keep-disks
not_called ' exec '
base
echo zonedisk-too >>"$FAKE/installations"
untouched "cannot tell them apart"
# Nothing tells what the driver is called, so nothing could be in its way.
base
sed -i /csidrivers/d "$FAKE/objects"
DRIVER=
untouched "what the driver of zonedisk is called"
# The controller, with which the cloud is asked, was taken away by hand.
base
sed -i /csi-controller/d "$FAKE/objects"
untouched "no controller that could ask"

# All clear: order, the Job with what the cloud's Deployment had, and the label of the one Node whose
# other driver does not use it.
base
done_with --check
[ -z "$(changes)" ] || fail "--check changes something"
done_with
called 'annotate namespace zonedisk' 'delete storageclasses' 'delete deployment zonedisk-csi-controller' \
  'delete deployment snapshot-controller' 'delete daemonset zonedisk-csi-node' \
  'delete daemonset zonedisk-agent' 'apply -f -' 'delete deployment zonedisk-cloud' \
  'patch job zonedisk-release-pool .*"suspend": false' 'wait --for=condition=Complete' \
  'annotate node n-1 node.csi.alibabacloud.com/allocatable-disk-' \
  'label node n-1 '"$ZONE_KEY- node.csi.alibabacloud.com/disktype.cloud_auto-" 'delete csidrivers,clusterrolebindings,clusterroles' 'delete namespace zonedisk'
not_called 'label node n-2'
for part in '"suspend": true' '"image": "site/zonedisk:7"' '"path": "/srv/zonedisk"' \
  '"nodeSelector": {"disks":"here"}' '"tolerations": [{"operator":"Exists"}]' '"affinity": null'; do
  grep -qF "$part" "$FAKE/applied" || fail "the Job lacks $part: $(cat "$FAKE/applied")"
done
[ ! -s "$FAKE/objects" ] || fail "left: $(cat "$FAKE/objects")"
[[ $output == *"stays, /srv/zonedisk on its node" ]] || fail "the folder that stays is not named: $output"
# Once more: nothing is there, nothing is wrong.
done_with

# Cut off at a step that changes something, it is finished by the next run.
for step in '* delete deployment zonedisk-csi-controller *' 'get csinodes *' '* apply *' \
  '* delete deployment zonedisk-cloud *' '* wait *' 'delete csidrivers*' 'delete namespace *'; do
  base
  echo "$step" >"$FAKE/refused"
  run
  [ "$status" = 1 ] || fail "'$step' fails and the end is $status"
  [[ $output == *"stopped half-way, run it again"* ]] || fail "'$step' fails and no word of another run: $output"
  : >"$FAKE/refused"
  done_with
  [ ! -s "$FAKE/objects" ] || fail "after '$step' and another run there is left: $(cat "$FAKE/objects")"
  case "$step" in
    *wait*) called 'apply -f -' 'patch job zonedisk-release-pool' 'wait --for=condition=Complete' ;;
  esac
done

# Another overlay: other names, no cloud; and one whose namespace belongs to others too.
installed second- zonedisk-second elsewhere zonedisk-second deployments/zonedisk-csi-controller \
  daemonsets/zonedisk-csi-node daemonsets/zonedisk-agent
done_with --namespace elsewhere
called 'delete storageclasses,volumeattributesclasses -l app.kubernetes.io/part-of=zonedisk-second' \
  'delete deployment second-zonedisk-csi-controller' 'delete daemonset second-zonedisk-agent' \
  'delete namespace elsewhere'
not_called 'apply|patch job'
installed '' zonedisk shared '' "${whole[@]}"
done_with --namespace shared
called '-n shared delete deployments,.* -l app.kubernetes.io/part-of=zonedisk' 'delete secrets zonedisk-access-key' \
  'delete lease external-attacher-leader'
not_called '^delete namespace|delete lease of-another'

if [ "$failures" -gt 0 ]; then exit 1; fi
echo "uninstall_test: all as expected"
