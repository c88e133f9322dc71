# shellcheck shell=bash
# shellcheck disable=SC2154,SC2034 # cluster.sh sources all of these together
# Up, down and how it is. The truth is in the kernel (processes, namespaces);
# the state folder only helps to find it, so that a crash cannot mislead us.

# locked COMMAND: one up or down of this cluster at a time. The lock goes with
# the process that holds it; daemons must not inherit it (9>&-).
locked() {
  mkdir -p "$run_base"
  chmod 0700 "$run_base"
  exec 9>"$run_base/$name.lock"
  flock -n 9 || { say "waiting for another up or down"; flock 9; }
  "$@"
}

# The cluster's outer processes carry this mark in their environment.
marker() { printf 'JUHUB_CLUSTER_SUPERVISOR=%s\n' "$state"; }
supervisor_processes() {
  grep -lszFx -- "$(marker)" /proc/[0-9]*/environ | cut -d/ -f3
}

# host_pid HOST: the host's first process, as numbered outside; fails if the
# number is stale (it must be in that host's network).
host_pid() {
  local pid
  pid=$(cat "$state/$1.pid" 2>/dev/null) || return 1
  [[ "/proc/$pid/ns/net" -ef $(netns_path "$1") ]] || return 1
  printf '%s\n' "$pid"
}

# Prints up, broken or down.
cluster_state() {
  local host
  if [[ ! -e $state && -z $(supervisor_processes) && ! -e $(netns_path hub) ]]; then
    echo down
    return
  fi
  for host in login cn1 cn2 gpu1; do
    if [[ ! -e $state/cluster.json ]] || ! host_pid "$host" >/dev/null; then
      echo broken
      return
    fi
  done
  if exec_on login root timeout 10 scontrol ping >/dev/null 2>&1; then echo up; else echo broken; fi
}

cluster_status() {
  local now
  now=$(cluster_state)
  echo "$now"
  case $now in
    up) exec_on login root sinfo ;;
    down) return 3 ;;
    *) return 1 ;;
  esac
}

cluster_up() {
  local started=$SECONDS
  require_tools ip nsenter unshare ssh-keygen
  if [[ $(cluster_state) == up ]]; then
    grep -q "\"suite\": \"$suite\"" "$state/cluster.json" ||
      die "it is up with another suite; take it down first"
    say "is up"
    return
  fi
  cluster_down
  prepare_state
  network_up
  start_supervisor
  wait_until_ready
  write_cluster_json
  say "up after $((SECONDS - started)) s"
}

# The upper layer of the cluster's file system.
scratch_folder() { printf '%s/scratch-%s\n' "$cache_base" "$name"; }

# Keys and generated files, for supervise.sh to put into the root.
prepare_state() {
  (umask 077 && mkdir -p "$state")
  scratch_folder >"$state/scratch"
  ssh-keygen -q -t ed25519 -N "" -C "$name" -f "$state/id_ed25519"
  ssh-keygen -q -t ed25519 -N "" -C login -f "$state/ssh_host_ed25519_key"
  local key
  key=$(cut -d' ' -f1,2 "$state/ssh_host_ed25519_key.pub")
  printf '%s,login %s\n' "$login_address" "$key" >"$state/known_hosts"
  accounting_commands >"$state/accounting"
  cgroup_conf >"$state/cgroup.conf"
  printf '%s\n' "${people[@]%%:*}" "$service_account" >"$state/users"
}

# Ending the outer `unshare`, even by kill -9, ends all that is in it.
start_supervisor() {
  local scratch
  scratch=$(<"$state/scratch")
  mkdir -p "$scratch"
  setsid env -i PATH="$PATH" "$(marker)" \
    unshare --pid --fork --kill-child --mount \
    "$here/supervise.sh" "$name" "$state" "$(cache_folder)" "$scratch" \
    </dev/null >"$state/log" 2>&1 9>&- &
  supervisor=$!
}

wait_until_ready() {
  local deadline=$((SECONDS + 90))
  until [[ -e $state/login.pid ]] && slurm_ready; do
    if ((SECONDS > deadline)) || ! kill -0 "$supervisor" 2>/dev/null; then
      cat "$state/log" >&2
      die "did not come up; logs are in $state/log and the root's /var/log (take it away with down)"
    fi
    sleep 0.2
  done
}

write_cluster_json() {
  local host separator="" version
  version=$(exec_on login root sinfo --version)
  {
    printf '{\n  "name": "%s",\n  "suite": "%s",\n' "$name" "$suite"
    printf '  "slurmVersion": "%s",\n  "state": "%s",\n' "${version#* }" "$state"
    printf '  "netns": {'
    for host in "${hosts[@]}"; do
      printf '%s"%s": "%s"' "$separator" "$host" "$(netns_path "$host")"
      separator=", "
    done
    printf '},\n  "login": {"address": "%s", "port": 22},\n' "$login_address"
    printf '  "knownHosts": "%s/known_hosts",\n  "key": "%s/id_ed25519",\n' "$state" "$state"
    printf '  "users": %s,\n' "$(json_users)"
    printf '  "partitions": %s,\n' "$(json_list "$partitions")"
    printf '  "root": "/proc/%s/root",\n' "$(host_pid login)"
    printf '  "supervisor": %s\n}\n' "$(<"$state/supervisor.pid")"
  } >"$state/cluster.json.new"
  mv "$state/cluster.json.new" "$state/cluster.json"
}

# Safe in every state, also half made; the order matters: files go last, when
# nothing can hold them any more.
cluster_down() {
  local scratch
  # The one noted may be in another cache; the one that is not noted may be left
  # from before a reboot, which empties /run.
  scratch=$(cat "$state/scratch" 2>/dev/null) || scratch=$(scratch_folder)
  rm -f "$state/cluster.json"
  end_processes
  network_down
  rm -rf -- "${scratch:?}" "$state"
}

end_processes() {
  local tries=100 pids
  while mapfile -t pids < <(supervisor_processes; network_processes); ((${#pids[@]} > 0)); do
    kill -KILL "${pids[@]}" 2>/dev/null || true
    ((tries-- > 0)) || die "these processes do not end: ${pids[*]}"
    sleep 0.1
  done
}
