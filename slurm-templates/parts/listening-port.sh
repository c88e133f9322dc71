# shellcheck shell=bash
# The program asks the kernel for any free port (port 0), so that two jobs never race for one. Which port it got is read
# from the kernel: from the sockets that the program's own processes hold, so that nobody else's port is ever announced.

# juhub_find_ports PID: the TCP ports that the process or its descendants listen on, in juhub_ports.
# Costs no process until the user listens on something at all; /proc/net/tcp has the listening sockets first.
juhub_find_ports() {
  local table line address state owner inode
  local -A port_of=()
  juhub_ports=()
  for table in /proc/net/tcp /proc/net/tcp6; do
    [[ -r $table ]] || continue
    while read -r _ address _ state _ _ _ owner _ inode _; do
      [[ $state == st ]] && continue
      [[ $state == 0A ]] || break
      if [[ $owner == "$EUID" ]]; then port_of[$inode]=$((16#${address##*:})); fi
    done <"$table"
  done
  ((${#port_of[@]})) || return 0
  juhub_processes=()
  juhub_list_processes "$1"
  while read -r line; do
    [[ $line =~ ^socket:\[([0-9]+)\]$ ]] || continue
    inode=${BASH_REMATCH[1]}
    if [[ -n ${port_of[$inode]-} ]]; then juhub_ports+=("${port_of[$inode]}"); fi
  done < <(for pid in "${juhub_processes[@]}"; do readlink "/proc/$pid"/fd/* 2>/dev/null; done)
}

# juhub_list_processes PID: the process and all that descend from it, added to juhub_processes.
juhub_list_processes() {
  local list child children
  juhub_processes+=("$1")
  for list in /proc/"$1"/task/*/children; do
    { read -r -a children <"$list"; } 2>/dev/null || continue
    for child in "${children[@]}"; do juhub_list_processes "$child"; done
  done
}
