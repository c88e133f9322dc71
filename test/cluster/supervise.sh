#!/usr/bin/env bash
# The first process of the cluster's own pid and mount namespace: mounts the
# cluster's file system, starts the hosts and stays. When it ends, however it
# ends, the kernel ends every process of the cluster and drops every mount.
# Usage: supervise.sh NAME STATE LOWER SCRATCH
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
name=$1 state=$2 lower=$3 scratch=$4
root=$state/root

# /proc is still the machine's own here, so this is our number outside.
read -r pid _ </proc/self/stat
echo "$pid" >"$state/supervisor.pid"

# What is written lands in the upper layer; nothing in it has to survive, so
# nothing waits for the disk (volatile). Where the disk cannot carry an upper
# layer (it is an overlay itself), memory does.
mount_root() {
  mkdir -p "$root" "$scratch/upper" "$scratch/work"
  mount_overlay 2>/dev/null && return
  mount -t tmpfs -o mode=0700 tmpfs "$scratch"
  mkdir "$scratch/upper" "$scratch/work"
  mount_overlay
}
mount_overlay() {
  mount -t overlay overlay "$root" \
    -o "volatile,lowerdir=$lower,upperdir=$scratch/upper,workdir=$scratch/work"
}

# What differs from cluster to cluster, and the configuration, which is kept out
# of the cache so that a change of it needs no new build.
fill_root() {
  local etc=$root/etc
  install -m 0644 "$here/etc/hosts" "$etc/hosts"
  install -m 0644 "$here"/etc/{slurm,gres}.conf "$state/cgroup.conf" "$etc/slurm/"
  install -m 0600 -o 64030 -g 64030 "$here/etc/slurmdbd.conf" "$etc/slurm/"
  install -m 0644 "$state/accounting" "$etc/slurm/accounting"
  install -m 0644 "$here/etc/sshd.conf" "$etc/ssh/sshd_config.d/cluster.conf"
  install -m 0600 "$state/ssh_host_ed25519_key" "$etc/ssh/"
  install -m 0644 "$state/ssh_host_ed25519_key.pub" "$etc/ssh/"
  install -m 0755 "$here/host-init.sh" "$root/usr/local/sbin/host-init"
  (umask 077 && head -c 128 /dev/urandom >"$etc/munge/munge.key")
  chroot "$root" chown munge:munge /etc/munge/munge.key
  mkdir -p "$root/var/spool/slurmd"
  local user
  for user in $(<"$state/users"); do
    chroot "$root" install -d -m 0700 -o "$user" -g "$user" "/home/$user/.ssh"
    install -m 0644 "$state/id_ed25519.pub" "$root/home/$user/.ssh/authorized_keys"
  done
}

mount_root
fill_root
for host in login cn1 cn2 gpu1; do
  nsenter --net="/run/netns/$name-$host" \
    unshare --uts --ipc --mount --pid --fork --kill-child \
    "$here/host.sh" "$host" "$state" &
done
wait
