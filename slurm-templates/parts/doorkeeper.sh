# shellcheck shell=bash disable=SC2154
# A doorkeeper for programs that know no token: it listens on the port, lets in who brings the hub's key for this
# server, and hands on to the program, which listens where nobody else gets: on a socket in a folder of the user's own.
# Takes the place of listening-port.sh. Needs serve.sh and doorkeeper-program.sh.

# juhub_make_door: where the program has to listen, in JUHUB_SOCKET, and below which path, in JUHUB_BASE_PATH. After
# juhub_make_runtime_dir.
juhub_make_door() {
  export JUHUB_BASE_PATH JUHUB_SOCKET=$juhub_runtime/program.socket
  juhub_door_options=()
  # The kernel takes 107 bytes.
  ((${#JUHUB_SOCKET} < 108)) || juhub_fail "The path of the socket is too long: $JUHUB_SOCKET. Is TMPDIR so deep?" 73
  chmod 0700 "$juhub_runtime" || juhub_fail "$juhub_runtime cannot be closed to others." 73
  command -v python3 >/dev/null || juhub_fail "There is no python3 on ${HOSTNAME%%.*}; the doorkeeper needs one." 127
  juhub_doorkeeper_source >"$juhub_runtime/doorkeeper.py" || juhub_fail "$juhub_runtime cannot be written." 73
}

# juhub_make_open_door: for programs that can listen on a port of this node only, in JUHUB_PORT. Everybody who has a
# process on the node can speak to the program then, without any key: only for nodes that are given to one user alone.
juhub_make_open_door() {
  juhub_make_door
  JUHUB_PORT=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])') ||
    juhub_fail 'No free port was found.'
  export JUHUB_PORT
  juhub_door_options+=(--port "$JUHUB_PORT")
  juhub_say "WARNING: The program listens on 127.0.0.1:$JUHUB_PORT. Whoever has a process on this node can use it."
}

# juhub_cut_base: for programs that think that they stand at /: JUHUB_BASE_PATH is taken off the paths on the way.
juhub_cut_base() {
  juhub_door_options+=(--cut-base)
}

# juhub_serve_behind_door PATH COMMAND…: as juhub_serve; PATH, of the program, answers with less than 400 when it is
# ready. The job ends with the command's exit code.
juhub_serve_behind_door() {
  local path=$1
  shift
  juhub_serve "${JUHUB_BASE_PATH}api/status" python3 -I "$juhub_runtime/doorkeeper.py" --bind "$JUHUB_BIND" \
    --base "$JUHUB_BASE_PATH" --secret "$JUHUB_DIR/secret" --socket "$JUHUB_SOCKET" \
    --announce "$juhub_runtime/door-port" --ready "$path" "${juhub_door_options[@]}" -- "$@"
}

# juhub_find_ports PID: the doorkeeper's own port, in juhub_ports; never one of the program's.
juhub_find_ports() {
  local port
  juhub_ports=()
  if read -r port 2>/dev/null <"$juhub_runtime/door-port"; then juhub_ports=("$port"); fi
}
