# shellcheck shell=bash
# The program asks the kernel for any free port (port 0), so that two jobs never race for one. Which port it got is read
# from the kernel: from the sockets that the program's own processes hold, so that nobody else's port is ever announced.

# juhub_find_ports PID: the TCP ports that the process or its descendants listen on, in juhub_ports.
# Asked many times while the program starts, so the cheap looks come first; none but the last starts a process.
juhub_find_ports() {
  local line inode
  juhub_ports=()
  juhub_processes=()
  juhub_list_processes "$1"
  juhub_have_socket || return 0
  local -A port_of=()
  juhub_read_table /proc/net/tcp
  juhub_read_table /proc/net/tcp6
  ((${#port_of[@]})) || return 0
  while read -r line; do
    [[ $line =~ ^socket:\[([0-9]+)\]$ ]] || continue
    inode=${BASH_REMATCH[1]}
    if [[ -n ${port_of[$inode]-} ]]; then juhub_ports+=("${port_of[$inode]}"); fi
  done < <(for pid in "${juhub_processes[@]}"; do readlink "/proc/$pid"/fd/* 2>/dev/null; done)
}

# juhub_have_socket: whether any of juhub_processes has one. The kernel takes milliseconds to list all of a machine's.
juhub_have_socket() {
  local process file
  for process in "${juhub_processes[@]}"; do
    for file in "/proc/$process"/fd/*; do
      if [[ -S $file ]]; then return 0; fi
    done
  done
  return 1
}

# juhub_read_table FILE: the user's listening sockets, into port_of by their inodes. They stand before all others.
juhub_read_table() {
  local address state owner inode
  [[ -r $1 ]] || return 0
  while read -r _ address _ state _ _ _ owner _ inode _; do
    [[ $state == st ]] && continue
    [[ $state == 0A ]] || break
    if [[ $owner == "$EUID" ]]; then port_of[$inode]=$((16#${address##*:})); fi
  done <"$1"
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
