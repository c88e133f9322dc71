# shellcheck shell=bash
# shellcheck disable=SC2034 # build.sh uses these
# What the cluster's root file system is made of, with customize.sh. A hash of
# both names the cache, so that a change builds a new one.

# Packages that every suite has. The last ones are for looking around.
common_packages=(
  slurm-wlm slurmdbd mariadb-server munge openssh-server
  jupyter-core jupyterhub python3-ipykernel python3-ipywidgets
  iproute2 procps hostname curl iputils-ping
)

# Nobody reads manuals in a test cluster.
build_options=(
  --variant=minbase
  --dpkgopt='path-exclude=/usr/share/man/*'
  --dpkgopt='path-exclude=/usr/share/doc/*'
  --dpkgopt='path-exclude=/usr/share/locale/*'
)

# cluster_packages SUITE: all of its packages, separated by commas.
cluster_packages() {
  local packages=("${common_packages[@]}") IFS=,
  case $1 in
    # Debian 12 has no JupyterLab; there is the classic notebook alone.
    bookworm) packages+=(jupyter-notebook) ;;
    *) packages+=(jupyterlab jupyter-notebook) ;;
  esac
  printf '%s\n' "${packages[*]}"
}
