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
refused 2 "down does not know" down everything
refused 2 "needs a zone" add-node
refused 2 "takes one zone" add-node b e
refused 2 "the zone 'beijing'" add-node beijing
refused 2 "the label 'rack'" add-node b --labels rack
refused 2 "the label 'a b=c'" add-node b --labels 'a b=c'
refused 2 "kill-node needs one node" kill-node
refused 2 "enter needs a node" enter
refused 2 "collect needs one folder" collect
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

if [ "$failures" -gt 0 ]; then exit 1; fi
echo "words_test: all as expected"
