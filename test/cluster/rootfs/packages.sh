# shellcheck shell=bash
# What the cluster's root file system is made of. This folder is the build
# recipe: its hash names the cache, so a change here builds a new one.

# Packages that every suite has. The tools at the end are for looking around.
common_packages=(
  slurm-wlm slurmdbd mariadb-server munge openssh-server
  jupyterhub python3-ipykernel python3-ipywidgets
  iproute2 procps hostname curl iputils-ping
)

# cluster_packages SUITE: one package a line.
cluster_packages() {
  printf '%s\n' "${common_packages[@]}"
  case $1 in
    # Debian 12 has no JupyterLab; the classic notebook takes its place.
    bookworm) printf '%s\n' notebook ;;
    *) printf '%s\n' jupyterlab ;;
  esac
}
