# shellcheck shell=bash disable=SC2154
# Which Jupyter there is and how it is called, in juhub_command. Needs serve.sh, whose variables it uses.

# juhub_find_jupyter [notebook]: JupyterLab where it is there, or the classic Notebook; with `notebook` that alone.
juhub_find_jupyter() {
  # A token in the environment would win over the one in the file.
  unset JUPYTER_TOKEN
  export JUPYTER_TOKEN_FILE=$JUHUB_DIR/secret JUPYTER_RUNTIME_DIR=$juhub_runtime
  if [[ ${1-} != notebook ]] && command -v jupyter-lab >/dev/null; then
    juhub_command=(jupyter-lab)
    juhub_add_settings ServerApp
    # Compute nodes have no internet: nothing is asked of jupyterlab.github.io.
    juhub_command+=(
      --LabApp.news_url=None
      --LabApp.check_for_updates_class=jupyterlab.handlers.announcements.NeverCheckForUpdate
    )
  elif command -v jupyter-notebook >/dev/null; then
    # Version 7 reads the first names, version 6 the second; each leaves the other's alone.
    juhub_command=(jupyter-notebook)
    juhub_add_settings ServerApp
    juhub_add_settings NotebookApp
  else
    local none='neither jupyter-lab nor jupyter-notebook'
    if [[ ${1-} == notebook ]]; then none='no jupyter-notebook'; fi
    juhub_fail "There is $none on ${HOSTNAME%%.*}. A module may have to be loaded, in \
~/.juhub/pre-start.sh. PATH is $PATH" 127
  fi
  # Containers run as root; Jupyter wants to be told that this is meant.
  if ((EUID == 0)); then juhub_command+=(--allow-root); fi
}

# juhub_add_settings CLASS: the settings that the way through hub and proxy needs, above those in the user's own files.
juhub_add_settings() {
  local root_dir=root_dir
  if [[ $1 == NotebookApp ]]; then root_dir=notebook_dir; fi
  juhub_command+=(
    "--$1.ip=$JUHUB_BIND"
    "--$1.port=0"
    "--$1.port_retries=0"
    "--$1.base_url=$JUHUB_BASE_PATH"
    "--$1.$root_dir=$HOME"
    "--$1.open_browser=False"
    "--$1.quit_button=False"
    "--$1.password="
    "--$1.certfile="
    "--$1.keyfile="
    "--$1.allow_origin="
    "--$1.allow_remote_access=True"
    "--$1.trust_xheaders=True"
  )
}
