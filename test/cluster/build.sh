# shellcheck shell=bash
# shellcheck disable=SC2154,SC2034 # cluster.sh sources all of these together
# The root file system: built once into a cache, read-only from then on.

cache_base=${XDG_CACHE_HOME:-$HOME/.cache}/juhub

# Where the root file system of this suite and this recipe is (or will be).
cache_folder() {
  local hash
  hash=$(
    {
      cluster_packages "$suite"
      printf '%s\n' "${build_options[@]}"
      cat "$here/rootfs/customize.sh"
    } | sha256sum
  )
  printf '%s/cluster-%s-%s\n' "$cache_base" "$suite" "${hash:0:12}"
}

# Tools that Debian has; installed only when missing.
require_tools() {
  local -A package_of=(
    [mmdebstrap]=mmdebstrap [ip]=iproute2 [nsenter]=util-linux
    [unshare]=util-linux [flock]=util-linux [ssh-keygen]=openssh-client
  )
  local tool missing=()
  for tool in "$@"; do
    command -v "$tool" >/dev/null || missing+=("${package_of[$tool]}")
  done
  if ((${#missing[@]} == 0)); then return; fi
  command -v apt-get >/dev/null ||
    die "missing: ${missing[*]}; install these packages first"
  say "installing ${missing[*]}"
  # A third-party list that cannot be refreshed must not stop us.
  apt-get update -qq >&2 || true
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "${missing[@]}" >&2
}

# Builds unless it is there; a second builder waits for the first.
build_root() {
  local folder
  folder=$(cache_folder)
  [[ -d $folder ]] && return
  require_tools mmdebstrap unshare flock
  mkdir -p "$cache_base"
  (
    flock -n 9 || { say "another build is going on; waiting for it"; flock 9; }
    [[ -d $folder ]] || build_into "$folder"
  ) 9>"$folder.lock"
}

# build_into FOLDER: what a killed builder left is removed first (we hold the lock).
build_into() {
  local folder=$1 started=$SECONDS
  say "building the $suite root file system in $folder (some minutes, once)"
  rm -rf "$folder".tmp
  mkdir "$folder".tmp
  # In namespaces of its own, so that an interrupted build leaves no mount and
  # no process; it inherits the lock, so that it keeps others off for as long as
  # it runs, even if we are killed. Without a mirror named, mmdebstrap takes Debian's default.
  unshare --mount --pid --fork --kill-child --mount-proc \
    env -i PATH="$PATH" HOME=/root LC_ALL=C.UTF-8 \
    mmdebstrap --mode=root "${build_options[@]}" \
    --include="$(cluster_packages "$suite")" \
    --customize-hook="$here/rootfs/customize.sh" \
    "$suite" "$folder".tmp ${JUHUB_DEBIAN_MIRROR:+"$JUHUB_DEBIAN_MIRROR"} >&2
  mv "$folder".tmp "$folder"
  say "built in $((SECONDS - started)) s ($(du -sh "$folder" | cut -f1))"
}
