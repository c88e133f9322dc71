#!/usr/bin/env bash
# A real Slurm cluster on this machine, for tests. README.md tells what it is.
# shellcheck source-path=SCRIPTDIR disable=SC1091,SC2034 # the sourced files are checked with this one by -x
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
name=${JUHUB_CLUSTER_NAME:-juhub}
suite=${JUHUB_CLUSTER_SUITE:-trixie}
run_base=/run/juhub-cluster
state=$run_base/$name

say() { printf 'cluster %s: %s\n' "$name" "$*" >&2; }
die() {
  say "$*"
  exit 1
}

# shellcheck source=rootfs/recipe.sh
source "$here/rootfs/recipe.sh"
# shellcheck source=build.sh
source "$here/build.sh"
# shellcheck source=network.sh
source "$here/network.sh"
# shellcheck source=slurm.sh
source "$here/slurm.sh"
# shellcheck source=lifecycle.sh
source "$here/lifecycle.sh"

usage() {
  cat <<'TEXT'
usage: cluster.sh build|up|down|status
       cluster.sh exec HOST [--user U] -- CMD…

  build   make the root file system, unless it is in the cache
  up      bring the cluster up; does nothing if it is up and well
  down    take it away, whatever state it is in
  status  say how it is; exit code 0: up, 1: broken, 3: down
  exec    run a command on hub, login, cn1, cn2 or gpu1, as root or as user U;
          on hub it runs in this machine's file system, on hub's network

environment: JUHUB_CLUSTER_NAME (juhub), JUHUB_CLUSTER_SUITE (trixie, bookworm),
  JUHUB_DEBIAN_MIRROR (Debian's own), XDG_CACHE_HOME (~/.cache)
TEXT
}

check_setting() {
  [[ $name =~ ^[a-z][a-z0-9-]{0,30}$ ]] ||
    die "JUHUB_CLUSTER_NAME must be small letters, digits and dashes: '$name'"
  [[ $suite =~ ^[a-z]+$ ]] || die "JUHUB_CLUSTER_SUITE is no suite's name: '$suite'"
  [[ $(uname -s) == Linux && $EUID == 0 ]] || die "this needs Linux and root"
}

# exec_on HOST USER CMD…: a clean environment, as a login on a real host has.
exec_on() {
  local host=$1 user=$2 pid home=/root
  shift 2
  pid=$(host_pid "$host") || die "$host is not up"
  [[ $user == root ]] || home=/home/$user
  nsenter --target "$pid" --net --uts --ipc --mount --pid -- \
    setpriv --reuid "$user" --regid "$user" --init-groups \
    env -i --chdir="$home" HOME="$home" USER="$user" LOGNAME="$user" \
    SHELL=/bin/bash LANG=C.UTF-8 TERM="${TERM:-dumb}" \
    PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$@"
}

exec_command() {
  local host=${1:-} user=root
  shift || true
  if [[ ${1:-} == --user ]]; then
    user=${2:-}
    shift 2
  fi
  [[ ${1:-} == -- ]] && shift
  [[ -n $host && $# -gt 0 ]] || { usage >&2; exit 2; }
  if [[ $host == hub ]]; then
    [[ $user == root ]] || die "hub has no users of its own: leave --user out"
    [[ -e $(netns_path hub) ]] || die "hub is not up"
    exec nsenter --net="$(netns_path hub)" -- "$@"
  fi
  exec_on "$host" "$user" "$@"
}

main() {
  local command=${1:-}
  shift || true
  check_setting
  case $command in
    build) build_root ;;
    up)
      build_root
      locked cluster_up
      ;;
    down)
      locked cluster_down
      say "is down"
      ;;
    status) cluster_status ;;
    exec) exec_command "$@" ;;
    *)
      usage >&2
      exit 2
      ;;
  esac
}
main "$@"
