# shellcheck shell=bash
# What the job tells: lines in its log for people, one line of JSON for the hub when it cannot go on.

# juhub_say TEXT…: one line in the log.
juhub_say() {
  printf 'juhub %(%F %T)T  %s\n' -1 "$*"
}

# juhub_json TEXT: the text as a string of JSON, in REPLY.
juhub_json() {
  REPLY=${1//\\/\\\\}
  REPLY=\"${REPLY//\"/\\\"}\"
  REPLY=${REPLY//[[:cntrl:]]/ }
}

# juhub_publish NAME TEXT: a file of the server's folder, there as a whole or not at all.
juhub_publish() {
  printf '%s\n' "$2" >"$JUHUB_DIR/$1.tmp" && mv -f "$JUHUB_DIR/$1.tmp" "$JUHUB_DIR/$1"
}

# juhub_fail TEXT [EXIT_CODE]: says why there will be no server, and ends the job.
juhub_fail() {
  juhub_say "$1"
  juhub_json "$1"
  juhub_publish failed "{\"message\":$REPLY}"
  exit "${2:-1}"
}
