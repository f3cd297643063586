# Sourced by tools/cluster: the network of a cluster.
#
# The bridge lies in the control plane's network namespace, every node has one of its own with one
# cable to it; nothing of this is seen on the host, so two clusters never meet, not even with the same
# subnet. The control plane's side is also the router between the nodes' pod networks.

control_netns() { echo "zd.$cluster"; }
node_netns() { echo "zd.$cluster.$1"; }
node_address() { echo "$subnet.$((10 + $1))"; }
control_address() { echo "$subnet.1"; }
dns_address() { echo "$service_network.10"; }

# remove_netns NETNS: its processes are dead.
remove_netns() {
  [ ! -e "/run/netns/$1" ] || ip netns delete "$1"
}

set_sysctl() {
  local netns=$1
  shift
  nsenter --net="/run/netns/$netns" sysctl -q -w "$@"
}

create_control_network() {
  local netns
  netns=$(control_netns)
  ip netns add "$netns"
  ip -n "$netns" link set lo up
  ip -n "$netns" link add bridge0 type bridge
  ip -n "$netns" address add "$(control_address)/24" dev bridge0
  ip -n "$netns" link set bridge0 up
  # Pods of two nodes talk through this namespace; no node shall be told of a shorter way.
  set_sysctl "$netns" net.ipv4.ip_forward=1 net.ipv4.conf.all.send_redirects=0 \
    net.ipv4.conf.bridge0.send_redirects=0
}

# create_node_network NODE INDEX: a fresh namespace with a cable to the bridge.
create_node_network() {
  local netns control index=$2
  netns=$(node_netns "$1")
  control=$(control_netns)
  remove_node_network "$1" "$index"
  ip netns add "$netns"
  ip -n "$netns" link set lo up
  ip link add eth0 netns "$netns" type veth peer name "node$index" netns "$control"
  ip -n "$control" link set "node$index" master bridge0 up
  ip -n "$netns" address add "$(node_address "$index")/24" dev eth0
  ip -n "$netns" link set eth0 up
  ip -n "$netns" route add default via "$(control_address)"
  ip -n "$control" route replace "$pod_network.$index.0/24" via "$(node_address "$index")"
  set_sysctl "$netns" net.ipv4.ip_forward=1
}

remove_node_network() {
  local control
  control=$(control_netns)
  # The cable goes with its end here, also when pods still hold the node's namespace.
  ip -n "$control" link delete "node$2" 2>/dev/null || true
  remove_netns "$(node_netns "$1")"
}

# A cable that is pulled: nothing gets through, and whoever lives on the node only sees silence.
pull_cable() { ip -n "$(control_netns)" link set "node$1" down; }
plug_cable() { ip -n "$(control_netns)" link set "node$1" up; }
cable_is_pulled() { ! ip -n "$(control_netns)" link show "node$1" up | grep -q .; }

# free_port: a loopback port that nobody listens on.
free_port() {
  local candidate
  for _ in $(seq 50); do
    candidate=$((20200 + RANDOM % 9000))
    if ! (exec 3<>"/dev/tcp/127.0.0.1/$candidate") 2>/dev/null; then
      echo "$candidate"
      return
    fi
  done
  die "no free loopback port found"
}

# forward NAME PORT NETNS ADDRESS: 127.0.0.1:PORT of the host reaches ADDRESS inside NETNS. A socket in
# the file system joins the two namespaces.
forward() {
  local name=$1 listen=$2 netns=$3 address=$4 socket="$state/$1.sock" part
  rm -f "$socket"
  setsid nsenter --net="/run/netns/$netns" socat -d \
    "UNIX-LISTEN:$socket,fork,mode=600" "TCP4:$address" </dev/null >>"$logs/forward-$name.log" 2>&1 9>&- &
  remember "$state/forward-$name-inner.pid" $!
  setsid socat -d "TCP4-LISTEN:$listen,bind=127.0.0.1,fork,reuseaddr" \
    "UNIX-CONNECT:$socket" </dev/null >>"$logs/forward-$name.log" 2>&1 9>&- &
  remember "$state/forward-$name-outer.pid" $!
}

stop_forwards() {
  local file
  for file in "$state"/forward-*.pid; do
    [ ! -e "$file" ] || stop_forward "$file"
  done
}

# A forwarder has one child per connection, in its own session: the whole group is ended.
stop_forward() {
  local pid
  if pid=$(running "$1"); then kill -KILL -- "-$pid" 2>/dev/null || true; fi
  rm -f "$1"
}
