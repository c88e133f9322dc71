#!/usr/bin/env bash
# Makes a host of the namespaces that it is started in, and becomes its first
# process. The root file system is shared by all hosts, so /home is their shared
# file system; what a real host has for itself (/dev, /run, /tmp, the slurmd
# spool) is mounted over it.
# Usage: host.sh HOST STATE
set -euo pipefail
host=$1 state=$2
root=$state/root

read -r pid _ </proc/self/stat
echo "$pid" >"$state/$host.pid"
hostname "$host"

make_devices() {
  local dev=$root/dev node minor
  mount -t tmpfs -o mode=0755,nosuid tmpfs "$dev"
  while read -r node minor; do
    mknod -m 0666 "$dev/$node" c 1 "$minor"
  done <<<$'null 3\nzero 5\nfull 7\nrandom 8\nurandom 9'
  mknod -m 0666 "$dev/tty" c 5 0
  # Named and numbered as a driver would; Slurm only looks whether they are there.
  if [[ $host == gpu* ]]; then
    for minor in 0 1 2 3; do mknod -m 0666 "$dev/nvidia$minor" c 195 "$minor"; done
  fi
  mkdir "$dev/pts" "$dev/shm"
  mount -t devpts -o newinstance,ptmxmode=0666,mode=0620,gid=5 devpts "$dev/pts"
  mount -t tmpfs -o mode=1777,nosuid,nodev tmpfs "$dev/shm"
  ln -s pts/ptmx "$dev/ptmx"
  ln -s /proc/self/fd "$dev/fd"
  ln -s /proc/self/fd/0 "$dev/stdin"
  ln -s /proc/self/fd/1 "$dev/stdout"
  ln -s /proc/self/fd/2 "$dev/stderr"
}

make_devices
mount -t proc proc "$root/proc"
mount -t sysfs -o ro sysfs "$root/sys"
# Slurm 22.05 starts only if something is mounted here, be it empty.
mount -t tmpfs -o mode=0755 tmpfs "$root/sys/fs/cgroup"
mount -t tmpfs -o mode=0755 tmpfs "$root/run"
mount -t tmpfs -o mode=1777,nosuid,nodev tmpfs "$root/tmp"
mount -t tmpfs -o mode=0755 tmpfs "$root/var/spool/slurmd"

cd "$root"
pivot_root . mnt
exec env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
  HOME=/root LANG=C.UTF-8 /bin/bash /usr/local/sbin/host-init "$host"
