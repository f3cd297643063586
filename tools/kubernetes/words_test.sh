#!/usr/bin/env bash
# The words of tools/cluster, its limits and its bookkeeping, without any cluster and without root.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
tools=$(dirname "$here")
ZONEDISK_CLUSTER_DIR=$(mktemp -d)
export ZONEDISK_CLUSTER_DIR
sleeper=
trap 'rm -rf "$ZONEDISK_CLUSTER_DIR"; [ -z "$sleeper" ] || kill "$sleeper" 2>/dev/null || true' EXIT
failures=0

fail() {
  echo "words_test: $1"
  failures=$((failures + 1))
}

# refused STATUS WORDS ARGUMENTS…: the command ends with this status and one line with these words.
refused() {
  local status=$1 words=$2 got=0 output
  shift 2
  output=$("$tools/cluster" "$@" 2>&1) || got=$?
  [ "$got" = "$status" ] || fail "'$*' ends with $got, expected $status: $output"
  [[ $output == *"$words"* ]] || fail "'$*' does not say '$words': $output"
  [ "$(wc -l <<<"$output")" = 1 ] || fail "'$*' says more than one line: $output"
}

# same WHAT EXPECTED GOT
same() { [ "$2" = "$3" ] || fail "$1: expected '$2', got '$3'"; }

refused 2 "no command 'upp'" upp
refused 2 "the name 'Upper'" up --name Upper
refused 2 "the name '-x'" status --name -x
refused 2 "the name 'a-name-of-21-letters-x'" up --name a-name-of-21-letters-x
refused 2 "--name needs a value" up --name
refused 2 "up does not know '--zone'" up --zone b
refused 2 "up does not know 'b'" up b
refused 2 "the subnet '10.99.0.0'" up --subnet 10.99.0.0
refused 2 "the subnet '10.99.0.0/16'" up --subnet 10.99.0.0/16
refused 2 "the subnet '10.999.0.0/24'" up --subnet 10.999.0.0/24
refused 2 "the subnet '10.09.0.0/24'" up --subnet 10.09.0.0/24
refused 2 "overlaps that of the pods" up --subnet 10.100.7.0/24
refused 2 "that of the services" up --subnet 10.96.0.0/24
refused 2 "taken by another use" up --subnet 100.100.100.0/24
refused 2 "the zone 'B'" up --zones b:2,B
refused 2 "the zone ''" up --zones b,,e
refused 2 "the zone 'b:100'" up --zones b:100
refused 2 "nodes per zone" up --nodes-per-zone many
refused 2 "no number of seconds" up --wait soon
refused 2 "load needs one archive" load
refused 2 "there is no file" load no-such.tar
refused 2 "down does not know" down everything
refused 2 "needs a zone" add-node
refused 2 "takes one zone" add-node b e
refused 2 "the zone 'beijing'" add-node beijing
refused 2 "the label 'rack'" add-node b --labels rack
refused 2 "the label 'a b=c'" add-node b --labels 'a b=c'
refused 2 "kill-node needs one node" kill-node
refused 2 "enter needs a node" enter
refused 2 "collect needs one folder" collect
refused 2 "release needs one folder" release
refused 2 "there is no folder" release /no/such/folder
refused 2 "not one of a cloud" release /
refused 1 "does not run" status
refused 1 "there is no cluster" kubectl get nodes
refused 1 "there is no cluster" logs

"$tools/cluster" --help | grep -q 'usage: tools/cluster' || fail "--help shows no usage"

for part in common network loops node images; do
  # shellcheck disable=SC1090
  source "$here/lib/$part.sh"
done
use_cluster words
same "a letter is a zone of the region" cn-hangzhou-e "$(full_zone e)"
same "a zone id stays" cn-beijing-a "$(full_zone cn-beijing-a)"

mkdir -p "$state/nodes"
claim_node control-plane cn-hangzhou-b ''
claim_node "$(free_node_name cn-hangzhou-b)" cn-hangzhou-b 'a=b,c.d/e='
claim_node "$(free_node_name cn-hangzhou-b)" cn-hangzhou-b ''
claim_node "$(free_node_name cn-beijing-a)" cn-beijing-a ''
same "nodes are counted per zone" "b-1 b-2 cn-beijing-a-1 control-plane " "$(node_names | tr '\n' ' ')"
same "indexes are counted over all zones" 4 "$(node_index cn-beijing-a-1)"
rm -r "$state/nodes/b-1"
same "a free name is taken again" b-1 "$(free_node_name cn-hangzhou-b)"
same "a free index is taken again" 2 "$(free_node_index)"
(claim_node b-2 cn-hangzhou-b '') 2>/dev/null && fail "a node is claimed twice"
claim_node b-1 cn-hangzhou-b 'a=b,c.d/e='
same "the Node has its labels" \
  '{"apiVersion": "v1", "kind": "Node", "metadata": {"name": "b-1", "labels": {"kubernetes.io/hostname": "b-1", "a": "b", "c.d/e": ""}}, "spec": {"taints": []}}' \
  "$(node_object b-1 '')"

# Major and minor numbers above 255 are spread over the bits.
same "device number of 7:3" 1795 "$(device_number 7:3)"
same "device number of 259:300" 1114924 "$(device_number 259:300)"

sleep 60 &
sleeper=$!
remember "$state/pid" "$sleeper"
same "a process that lives" "$sleeper" "$(running "$state/pid")"
echo "$sleeper 1" >"$state/pid"
running "$state/pid" >/dev/null && fail "another process of the same pid passes for the one that was started"
kill "$sleeper"
wait "$sleeper" 2>/dev/null || true

mkdir "$state/archives"
echo one >"$state/archives/one.tar"
archives "$state/archives" >"$state/list"
echo two >"$state/archives/two.tar"
same "only new archives are imported" two.tar "$(missing_archives "$state/list" "$state/archives")"
echo more >>"$state/archives/one.tar"
same "changed ones too" "one.tar two.tar " "$(missing_archives "$state/list" "$state/archives" | tr '\n' ' ')"

# in_shell COMMANDS: run as tools/cluster runs them, in a shell of its own; its output and status.
in_shell() {
  bash -c 'set -euo pipefail; shopt -s inherit_errexit; tools=$1; lib=$1/kubernetes/lib
    for part in common checks network control_plane loops node images cluster zonedisk; do source "$lib/$part.sh"; done
    trap '\''tell_unfinished $?'\'' EXIT
    use_cluster words; '"$1" words "$tools" 2>&1
}

# A node that dies between two looks at it ends nothing.
same "a node that is dead a moment later" "goes on" "$(in_shell '
  node_pid() { echo 1; }
  running() { return 1; }
  remember_node_loops b-2
  echo goes on' || true)"
# Whatever ends the removal of a cluster, the last line says that it is not finished.
dying='stop_node() { :; }; stop_control_plane() { :; }; restore_limits() { :; }; loops() { return 1; }
  mkdir -p "$state/data"; delete_cluster'
said=$(in_shell "$dying") && fail "a removal that cannot list the loop devices ends well"
[[ $said == *"loop devices cannot be listed"*"removing the cluster words is not finished"* ]] || fail "a removal that failed says: $said"
said=$(in_shell 'stop_node() { :; }; stop_control_plane() { false; }; delete_cluster') && fail "a removal that failed ends well"
same "a removal that failed without a word" "cluster: removing the cluster words is not finished (status 1): run it again" "$said"
[ -d "$state" ] || fail "a removal that failed has removed the state"
# A cluster that cannot be asked has not "no workloads".
said=$(in_shell 'kube() { return 1; }; wait_for_zonedisk') && fail "workloads that cannot be listed count as ready"
[[ $said == *"cannot be listed"* ]] || fail "workloads that cannot be listed: $said"
# Neither has a store that is missing an archive "nothing new".
said=$(in_shell 'missing_archives /dev/null "$state/no-such-folder"') && fail "a folder that is not there has no new archives"
# Before anything is made: one line for what the machine lacks.
enough='loop_devices_work() { :; }; kernel_has() { :; }; available_memory() { echo 4000; }; available_disk() { echo 4000; }'
same "a machine that has enough" "" "$(in_shell "$enough; check_resources")"
for lack in 'loop_devices_work() { return 1; }/no loop device' 'kernel_has() { return 1; }/no xfs' \
  'available_memory() { echo 2047; }/2047 MiB of memory' 'available_disk() { echo 3071; }/3071 MiB are free'; do
  said=$(in_shell "$enough; ${lack%/*}; check_resources") && fail "enough in spite of ${lack#*/}"
  [[ $said == *"${lack#*/}"* ]] || fail "instead of '${lack#*/}': $said"
done
[ "$(in_shell 'available_disk "$state/not/yet/there"')" -gt 0 ] || fail "no disk below a folder that is to be made"
# Who waits is told what for, once.
same "what is waited for" "cluster: waiting for the moon" \
  "$(in_shell 'patience_seconds=0; tries=0; third() { tries=$((tries + 1)); [ "$tries" = 4 ]; }; wait_until 9 "the moon" third')"
# An image of the user's own reaches the nodes that run, and later those that did not; each once.
echo image >"$state/own.tar"
same "nodes that got the image" "b-1 b-2 b-2 " "$(in_shell '
  node_names() { echo b-1; echo b-2; }
  node_pid() { [ "$1" = "$runs" ]; }
  in_machine() { :; }
  import_image() { printf "%s " "$1"; }
  runs=b-1
  load_image "$state/own.tar"
  load_image "$state/own.tar" >/dev/null
  import_loaded b-2
  import_loaded b-2
  touch "$state/loaded/own.tar"
  import_loaded b-2')"
# A disk in the pool, the pool on a device: the disk is let go first; of other files nothing is.
mkdir -p "$state/data"
echo pool >"$state/data/pool.img"
said=$(in_shell '
  loops() {
    echo "/dev/loop7 $(stat -c %Hd:%Ld "$state/data/pool.img") $(stat -c %i "$state/data/pool.img")"
    echo "/dev/loop8 9:9 12"
  }
  loops_on() { :; }
  folder_loops "$state/data"' || true)
same "devices of the cluster" /dev/loop7 "$said"

if [ "$failures" -gt 0 ]; then exit 1; fi
echo "words_test: all as expected"
