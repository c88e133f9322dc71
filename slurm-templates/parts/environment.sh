# shellcheck shell=bash disable=SC1090,SC1091
# What a login shell of the user has, so that programs and modules are found here as they are after signing in.
# Sites load their modules at the end of this file, for example: module load Stages/2026 JupyterLab
if [[ -r /etc/profile ]]; then . /etc/profile; fi
for juhub_file in ~/.bash_profile ~/.bash_login ~/.profile; do
  if [[ -r $juhub_file ]]; then
    . "$juhub_file"
    break
  fi
done
