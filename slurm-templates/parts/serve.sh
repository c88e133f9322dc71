# shellcheck shell=bash disable=SC2154
# Starts the program, announces it once it really answers, waits for its end and leaves nothing behind.
# Needs say.sh, wall-time.sh and listening-port.sh, whose variables it uses.

# The server gets this long to end by itself. With what comes after it stays below ten seconds, the shortest time that
# schedulers give between TERM and KILL.
juhub_grace_seconds=7
# How long a program may take until it answers; file systems of big machines can be slow.
juhub_patience_seconds=900

# juhub_prepare: the folder, the secret and a place for sockets and cookies on the node's own disk.
juhub_prepare() {
  trap 'juhub_stop=${juhub_stop:-it was asked to}; juhub_ring_in 1' TERM INT HUP USR1
  trap 'juhub_alarm=1' USR2
  trap juhub_leave EXIT
  cd "$HOME" || juhub_fail "The home folder $HOME cannot be entered." 73
  # Four kilobytes, because a full quota lets empty files through.
  printf '%4096s' '' >"$JUHUB_DIR/quota-check" ||
    juhub_fail "Nothing can be written to $JUHUB_DIR. Is your quota used up? Delete something and start again." 73
  rm -f "$JUHUB_DIR"/{quota-check,endpoint,endpoint.tmp,failed,ended}
  read -r juhub_secret <"$JUHUB_DIR/secret"
  [[ -n $juhub_secret ]] || juhub_fail "The hub's key for this server is missing ($JUHUB_DIR/secret)."
  juhub_phase='your login files (.bash_profile, .profile, .bashrc)'
}

# juhub_has_hook FILE: whether the user has preparations of their own. The caller sources them, because what is declared
# in a function stays in it.
juhub_has_hook() {
  juhub_phase=$1
  [[ -r $1 ]] && juhub_say "Reading $1"
}

juhub_make_runtime_dir() {
  juhub_runtime=$(mktemp -d "${TMPDIR:-/tmp}/juhub-$JUHUB_ID.XXXXXXXX" 2>/dev/null) || {
    juhub_runtime=$JUHUB_DIR/runtime
    mkdir -p "$juhub_runtime" || juhub_fail "Neither ${TMPDIR:-/tmp} nor $JUHUB_DIR can be written." 73
  }
}

# juhub_serve PATH COMMAND…: runs the command until it ends or has to; PATH answers 200 to the secret when it is ready.
# Ends the job, with the command's exit code.
juhub_serve() {
  local path=$1
  shift
  if [[ -z ${juhub_stop-} ]]; then
    set -m
    JUHUB_SERVER=$JUHUB_ID "$@" </dev/null {juhub_timer}>&- &
    juhub_server=$!
    set +m
    if juhub_await_ready "$path"; then juhub_announce; fi
    juhub_await_end
  fi
  exit "${juhub_code-0}"
}

juhub_await_ready() {
  local port status refusals=0 begun pause=0.025 listener
  juhub_now
  begun=$REPLY
  # A pipe that nobody writes to: reading from it waits without starting a process.
  exec {listener}<> <(:)
  while kill -0 "$juhub_server" 2>/dev/null && ! juhub_must_stop; do
    juhub_find_ports "$juhub_server"
    for port in "${juhub_ports[@]}"; do
      status=$(juhub_ask "$port" "$1" 2>/dev/null)
      if [[ $status == 200 ]]; then
        juhub_port=$port
        exec {listener}>&-
        return 0
      fi
      if [[ $status == 40[13] ]]; then refusals=$((refusals + 1)); fi
    done
    juhub_now
    if ((refusals >= 40)); then
      juhub_give_up 'the server refuses the key of the hub. Does your ~/.jupyter set a token or password of its own?'
    elif ((REPLY - begun > juhub_patience_seconds)); then
      juhub_give_up "it did not answer within $juhub_patience_seconds seconds"
    elif ((REPLY - begun > 20)); then
      pause=0.25
    fi
    read -r -t "$pause" -u "$listener"
  done
  exec {listener}>&-
  return 1
}

# juhub_give_up TEXT: ends a server that would be of no use.
juhub_give_up() {
  juhub_stop=${juhub_stop:-$1}
  juhub_failure=$1
}

# juhub_ask PORT PATH: the status of an HTTP answer. All in the shell itself: the secret stands in no argv.
juhub_ask() {
  local connection status host=$JUHUB_BIND
  if [[ $host == 0.0.0.0 ]]; then host=127.0.0.1; fi
  exec {connection}<>"/dev/tcp/$host/$1" || return
  printf 'GET %s HTTP/1.1\r\nHost: localhost\r\nAuthorization: token %s\r\nConnection: close\r\n\r\n' \
    "$2" "$juhub_secret" >&"$connection"
  read -r -t 2 _ status _ <&"$connection"
  printf '%s' "$status"
}

juhub_announce() {
  local host=${JUHUB_HOST:-${HOSTNAME%%.*}} job=$$ restart=0
  if ((JUHUB_SCHEDULED)); then
    host=${JUHUB_HOST:-${SLURMD_NODENAME:-$host}}
    job=$SLURM_JOB_ID
    restart=${SLURM_RESTART_COUNT:-0}
  fi
  juhub_json "$host"
  juhub_say "The server answers on $host:$juhub_port"
  juhub_publish endpoint "{\"host\":$REPLY,\"port\":$juhub_port,\"job\":\"$job\",\"restart\":$restart}" ||
    juhub_give_up "its address could not be written to $JUHUB_DIR. Is your quota used up?"
}

# juhub_must_stop: whether somebody asked for the end, or the time is over.
juhub_must_stop() {
  if [[ -z ${juhub_stop-} ]] && juhub_check_time; then
    juhub_stop="its time is over in $juhub_margin seconds. Files that were saved are kept"
    juhub_publish ended '{"reason":"wall-time"}'
  fi
  [[ -n ${juhub_stop-} ]]
}

juhub_await_end() {
  while kill -0 "$juhub_server" 2>/dev/null && ! juhub_must_stop; do
    # A signal interrupts this; then the loop looks what it was.
    wait "$juhub_server"
  done
  # From here on nothing may come between the server's end and its exit code.
  trap '' TERM INT HUP USR1 USR2
  juhub_stop_timer
  if [[ -n ${juhub_stop-} ]]; then juhub_end_server; fi
  wait "$juhub_server"
  juhub_code=$?
  juhub_say "The server has ended with exit code $juhub_code"
  # An end that was asked for is none of the program's failures.
  if [[ -n ${juhub_stop-} && $juhub_code == 143 ]]; then juhub_code=0; fi
  if [[ -z ${juhub_port-}${juhub_stop-} ]]; then juhub_failure="it ended with exit code $juhub_code"; fi
  if [[ -n ${juhub_failure-} ]]; then
    juhub_fail "The server never got ready: $juhub_failure. Its log says more." "$((juhub_code ? juhub_code : 1))"
  fi
}

# juhub_end_server: asks its process group; who does not listen is killed.
juhub_end_server() {
  local tenths listener
  juhub_say "Ending the server, because $juhub_stop"
  rm -f "$JUHUB_DIR/endpoint"
  kill -TERM -- "-$juhub_server" 2>/dev/null
  exec {listener}<> <(:)
  for ((tenths = juhub_grace_seconds * 10; tenths > 0; tenths--)); do
    kill -0 "$juhub_server" 2>/dev/null || break
    read -r -t 0.1 -u "$listener"
  done
  exec {listener}>&-
  if ((tenths == 0)); then juhub_say "It did not end within $juhub_grace_seconds seconds and is killed"; fi
  kill -KILL -- "-$juhub_server" 2>/dev/null
  juhub_kill_rest
}

# Everything that the server started carries its mark, also what left its process group or its session. What it
# submitted to the scheduler carries the mark too, but belongs to another job, and stays.
juhub_kill_rest() {
  local file job=
  if ((JUHUB_SCHEDULED)); then job=$SLURM_JOB_ID; fi
  while read -r file; do
    if [[ $(grep -szx 'SLURM_JOB_ID=.*' "$file" | tr -d '\0') == "${job:+SLURM_JOB_ID=$job}" ]]; then
      kill -KILL "${file//[!0-9]/}" 2>/dev/null
    fi
  done < <(grep -slzxF "JUHUB_SERVER=$JUHUB_ID" /proc/[0-9]*/environ)
}

# Runs at every end of the script. The secret stays: a job that Slurm puts back into the queue needs it again.
juhub_leave() {
  local code=$?
  trap '' TERM INT HUP USR1 USR2
  juhub_stop_timer
  if [[ -z ${juhub_server-} && -z ${juhub_stop-} && ! -e $JUHUB_DIR/failed ]]; then
    # In a subshell, because it exits.
    (juhub_fail "The job was ended with exit code $code by $juhub_phase.")
  fi
  if [[ -n ${juhub_server-} ]]; then juhub_kill_rest; fi
  rm -f "$JUHUB_DIR"/endpoint{,.tmp}
  if [[ -n ${juhub_runtime-} ]]; then rm -rf -- "$juhub_runtime"; fi
  exit "$code"
}
