# shellcheck shell=bash
# shellcheck disable=SC2154,SC2034 # cluster.sh sources all of these together
# Who is on the cluster, and what Slurm is told about it.

# user:projects:qos, the first of each being the user's default. The service
# account juhub is no user of the cluster: it asks Slurm, and runs no jobs.
people=(
  "alice:climate,materials:normal,short"
  "bob:climate,brain:normal,short"
  "carol:brain:normal"
)
service_account=juhub
partitions=batch,devel,gpus

# The commands for `sacctmgr -i`, on stdout.
accounting_commands() {
  local person user accounts qos account
  echo "add cluster testcluster"
  echo "modify qos normal set Priority=10"
  echo "add qos short Priority=100 MaxWall=00:30:00"
  for account in climate materials brain; do
    echo "add account $account Description=$account Organization=test"
  done
  for person in "${people[@]}"; do
    IFS=: read -r user accounts qos <<<"$person"
    echo "add user $user Account=$accounts DefaultAccount=${accounts%%,*}" \
      "QOS=$qos DefaultQOS=${qos%%,*}"
  done
}

# 22.05 has no way to do without cgroups; it is content with an empty folder.
cgroup_conf() {
  case $suite in
    bookworm) echo "CgroupPlugin=cgroup/v1" ;;
    *) echo "CgroupPlugin=disabled" ;;
  esac
}

# json_list A,B,…: a JSON array of words that need no escapes.
json_list() { printf '["%s"]' "${1//,/\", \"}"; }

# The "users" object of cluster.json.
json_users() {
  local person user accounts qos separator=""
  printf '{'
  for person in "${people[@]}"; do
    IFS=: read -r user accounts qos <<<"$person"
    printf '%s"%s": {"accounts": %s, "qos": %s}' "$separator" "$user" \
      "$(json_list "$accounts")" "$(json_list "$qos")"
    separator=", "
  done
  printf '}'
}

# Up means: every node is idle and login answers on its SSH port.
slurm_ready() {
  local states
  states=$(exec_on login root sinfo -h -N -o '%N %t' 2>/dev/null | sort -u) || return 1
  [[ $states == $'cn1 idle\ncn2 idle\ngpu1 idle' ]] &&
    nsenter --net="$(netns_path hub)" \
      bash -c "exec 3<>/dev/tcp/$login_address/22" 2>/dev/null
}
