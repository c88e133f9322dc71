#!/usr/bin/env bash
# Run by mmdebstrap on the finished root file system (its folder is $1):
# accounts, a small empty database, and nothing that ought to differ between
# two clusters: SSH host keys and the munge key are made at every `up`.
set -euo pipefail
root=$1

in_root() { chroot "$root" "$@"; }

# Fixed numbers, so that files in the cache mean the same in every build.
# '*' is "no password", not "locked": without PAM sshd turns locked accounts away.
add_user() {
  in_root groupadd --gid "$2" "$1"
  in_root useradd --uid "$2" --gid "$2" --create-home --shell /bin/bash --password '*' "$1"
  chmod 0700 "$root/home/$1"
}
add_user alice 2001
add_user bob 2002
add_user carol 2003
add_user juhub 2100

# The package's database has a 96 MB log, which the overlay would copy at each
# start; it is made anew with a small one.
cat >"$root/etc/mysql/mariadb.conf.d/99-cluster.cnf" <<'CNF'
[server]
skip-networking
innodb_log_file_size = 8M
innodb_buffer_pool_size = 64M
innodb_flush_log_at_trx_commit = 0
innodb_lock_wait_timeout = 900
CNF
rm -rf "$root/var/lib/mysql"
in_root install -d -o mysql -g mysql -m 0750 /var/lib/mysql
# --force: the host name of the machine that builds need not resolve.
in_root mariadb-install-db --user=mysql --skip-test-db --force >/dev/null

rm -f "$root"/etc/ssh/ssh_host_* "$root/etc/munge/munge.key" "$root/etc/resolv.conf"
rm -f "$root/etc/hostname" "$root/etc/machine-id"

# Names come from the cluster's own /etc/hosts only; there is no DNS to wait for.
sed -i 's/^hosts:.*/hosts: files/' "$root/etc/nsswitch.conf"
