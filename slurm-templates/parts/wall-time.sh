# shellcheck shell=bash
# Ends the server before the scheduler would, so that it can save and clean up.
# Slurm's own --signal may come up to a minute early, which is all that a short job has: the job keeps the time itself.

# juhub_now: seconds since 1970, in REPLY.
juhub_now() {
  printf -v REPLY '%(%s)T' -1
}

# juhub_set_time_limit MINUTES: from now on, or what Slurm says where it says it.
juhub_set_time_limit() {
  juhub_margin=$(($1 < 6 ? $1 * 10 : 60))
  juhub_now
  juhub_ends=$((REPLY + $1 * 60))
  if ((JUHUB_SCHEDULED)); then juhub_ends=${SLURM_JOB_END_TIME:-$juhub_ends}; fi
  juhub_start_timer
}

juhub_start_timer() {
  juhub_now
  juhub_ring_in $((juhub_ends - juhub_margin - REPLY))
}

# juhub_ring_in SECONDS: USR2 to the job then, and again and again: a signal that comes right before a wait is lost on it.
# The timer is a child that reads from a pipe which nobody writes to. It ends with the pipe, however the job ends.
juhub_ring_in() {
  juhub_stop_timer
  exec {juhub_timer}> >(juhub_ring "$1")
}

juhub_stop_timer() {
  if [[ -n ${juhub_timer-} ]]; then exec {juhub_timer}>&-; fi
  juhub_timer=
}

juhub_ring() {
  local parent seconds=$(($1 > 0 ? $1 : 0))
  # A read that is over after no time at all only looks whether there is something.
  while read -r -t "$((seconds ? seconds : 1))"; (($? > 128)); do
    read -r _ _ _ parent _ <"/proc/$BASHPID/stat"
    [[ $parent == "$$" ]] || return
    kill -USR2 "$$"
    seconds=2
  done
}

# juhub_check_time: whether the timer has gone off and no time was added meanwhile.
juhub_check_time() {
  [[ -n ${juhub_alarm-} ]] || return 1
  juhub_alarm=
  juhub_ask_end
  juhub_now
  if ((juhub_ends - REPLY > juhub_margin + 5)); then
    juhub_start_timer
    return 1
  fi
}

# Somebody may have given the job more time (or less) since it began.
juhub_ask_end() {
  local ends
  if ((JUHUB_SCHEDULED)); then
    ends=$(timeout 5 squeue --noheader --jobs="$SLURM_JOB_ID" --format=%e 2>/dev/null) &&
      ends=$(date --date="$ends" +%s 2>/dev/null) &&
      juhub_ends=$ends
  fi
}
