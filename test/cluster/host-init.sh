#!/bin/bash
# The first process of a host, inside the cluster's root: starts the daemons in
# the order in which they need each other, then stays to collect the dead.
# Daemons go to the background by themselves and are not watched: a test that
# kills one finds it dead, and starts it again by its bare name.
set -euo pipefail
host=$1

umount -l /mnt
cd /

# wait_for COMMAND…: until it succeeds; 30 s at most.
wait_for() {
  local tries=300
  until "$@" >/dev/null 2>&1; do
    ((tries-- > 0)) || { echo "$host: gave up waiting for: $*" >&2; return 1; }
    sleep 0.1
  done
}

start_munge() {
  install -d -o munge -g munge -m 0755 /run/munge
  runuser -u munge -- munged
}

start_database() {
  install -d -o mysql -g mysql /run/mysqld
  mariadbd --user=mysql >/var/log/mariadb.log 2>&1 &
  wait_for mariadb-admin ping
  mariadb <<'SQL'
CREATE DATABASE slurm_acct_db;
CREATE USER slurm@localhost IDENTIFIED VIA unix_socket;
GRANT ALL ON slurm_acct_db.* TO slurm@localhost;
SQL
}

# The cluster has to be in the accounting before slurmctld first starts.
start_accounting() {
  slurmdbd
  wait_for sacctmgr -n show cluster
  sacctmgr -i </etc/slurm/accounting
}

case $host in
  login)
    install -d -m 0755 /run/sshd
    /usr/sbin/sshd
    start_munge
    start_database
    start_accounting
    slurmctld
    ;;
  *)
    start_munge
    slurmd
    ;;
esac
echo "$host: started"
while :; do
  sleep infinity &
  wait $! || true
done
