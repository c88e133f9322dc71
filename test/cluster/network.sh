# shellcheck shell=bash
# shellcheck disable=SC2154,SC2034 # cluster.sh sources all of these together
# The network: one namespace a host, and one that holds both bridges, so that
# clusters of different names can use the same addresses.

hosts=(hub login cn1 cn2 gpu1)
login_address=10.77.0.2

netns_path() { printf '/run/netns/%s-%s\n' "$name" "$1"; }

# connect HOST DEVICE BRIDGE ADDRESS: a cable; its switch end has a name of its
# own (HOST-BRIDGE), so that tests can pull it.
connect() {
  ip -n "$name-switch" link add "$1-$3" type veth peer name "$2" netns "$name-$1"
  ip -n "$name-switch" link set "$1-$3" master "$3" up
  ip -n "$name-$1" address add "$4/24" dev "$2"
  ip -n "$name-$1" link set "$2" up
}

network_up() {
  local host bridge
  for host in switch "${hosts[@]}"; do
    ip netns add "$name-$host"
    ip -n "$name-$host" link set lo up
  done
  for bridge in outer inner; do
    ip -n "$name-switch" link add "$bridge" type bridge
    ip -n "$name-switch" link set "$bridge" up
  done
  connect hub eth0 outer 10.77.0.1
  connect login eth0 outer "$login_address"
  connect login eth1 inner 10.78.0.2
  connect cn1 eth0 inner 10.78.0.11
  connect cn2 eth0 inner 10.78.0.12
  connect gpu1 eth0 inner 10.78.0.21
}

# Processes in the cluster's namespaces, but for us and those that called us:
# a test that runs in the hub namespace may take its own cluster down.
network_processes() {
  local host pid ours=" " up=$BASHPID
  while ((up > 1)); do
    ours+="$up "
    up=$(awk '$1 == "PPid:" { print $2 }' "/proc/$up/status")
  done
  for host in "${hosts[@]}"; do
    [[ -e $(netns_path "$host") ]] || continue
    for pid in $(ip netns pids "$name-$host"); do
      [[ $ours == *" $pid "* ]] || printf '%s\n' "$pid"
    done
  done
}

network_down() {
  local host
  for host in switch "${hosts[@]}"; do
    [[ -e $(netns_path "$host") ]] || continue
    # A namespace's file that was never mounted (killed while adding) is only a file.
    ip netns delete "$name-$host" 2>/dev/null || rm -f "$(netns_path "$host")"
  done
  # The first `ip netns add` mounts this folder on itself; the last one out undoes it.
  if mountpoint -q /run/netns && [[ -z $(ls -A /run/netns) ]]; then
    umount /run/netns 2>/dev/null || true
  fi
}
