#!/bin/sh
# A machine with a real systemd as its first process, in namespaces of the kernel: it shares this machine's files (what it
# writes is gone with it) and has a network of its own. Ends when its standard input is closed.
#
#   unshare --mount --propagation private machine.sh FOLDER CHECKOUT          boots; prints "first process: PID"
#   unshare --mount --propagation private machine.sh FOLDER CHECKOUT probe    succeeds where it could
set -eu
folder=$1
checkout=$2
root=$folder/root

mount -t tmpfs tmpfs "$folder"
mkdir "$folder/upper" "$folder/work" "$root" "$folder/cgroup"
mount -t overlay overlay -o "lowerdir=/,upperdir=$folder/upper,workdir=$folder/work" "$root"
mount -t cgroup2 cgroup2 "$folder/cgroup"
[ "${3:-}" != probe ] || exit 0

# Of this machine's units none shall start.
: > "$root/etc/fstab"
rm -rf "$root"/etc/systemd/system/*
printf '%032d\n' 1 > "$root/etc/machine-id"
for place in run tmp dev; do mount -t tmpfs -o mode=755 tmpfs "$root/$place"; done
chmod 1777 "$root/tmp"
mkdir -p "$root/dev/pts" "$root/dev/shm" "$root/opt/juhub"
for device in null zero full random urandom tty; do cp -a "/dev/$device" "$root/dev/$device"; done
mount --bind "$checkout" "$root/opt/juhub"

group=$folder/cgroup/juhub-systemd-$$
mkdir "$group"
cat > "$folder/boot.sh" <<'BOOT'
set -eu
cd "$1"
ip link set lo up
mount -t proc proc proc
mount -t sysfs sysfs sys
mount -t cgroup2 cgroup2 sys/fs/cgroup
mount -t devpts devpts dev/pts -o newinstance,ptmxmode=0666
ln -s pts/ptmx dev/ptmx
mkdir run/host
pivot_root . run/host
umount -l run/host
exec env -i container=juhub-test PATH=/usr/sbin:/usr/bin /lib/systemd/systemd --system --unit=basic.target
BOOT

# The group first: what the namespace of groups shows as its root is the group that its first process is in.
sh -c 'echo 0 > "$0/cgroup.procs"; exec "$@"' "$group" \
  unshare --fork --pid --mount --uts --ipc --cgroup --net sh "$folder/boot.sh" "$root" < /dev/null > "$folder/boot.log" 2>&1 &
outer=$!

first=
end() {
  [ -z "$first" ] || kill -KILL $first 2> /dev/null || true
  wait "$outer" || true
  find "$group" -depth -type d -exec rmdir {} \;
}
trap end EXIT
trap 'exit 1' TERM INT

until [ -n "$first" ]; do
  kill -0 "$outer" || { cat "$folder/boot.log" >&2; exit 1; }
  first=$(cat "/proc/$outer/task/$outer/children" 2> /dev/null) || true
  sleep 0.1
done
echo "first process: $first"
cat > /dev/null
