#!/usr/bin/env bash
# A machine with a user manager of systemd and nothing of this one: it has /run, the processes and HOME to itself, and ends
# with its first process. root is needed. $1: HOME; the rest: the command to run in it. `systemctl --user exit` is a reboot.
set -euo pipefail
export HOME=$1 XDG_RUNTIME_DIR=/run/user/$(id -u) XDG_CONFIG_HOME=$1/.config
shift
mount -t tmpfs tmpfs /run
# systemd takes a machine with this folder for one that it has booted.
mkdir -p /run/systemd/system "$XDG_RUNTIME_DIR" "$HOME"

while true; do
  /lib/systemd/systemd --user --log-target=null || sleep 0.1
done &

for _ in $(seq 100); do
  if [[ $(systemctl --user is-system-running 2>&1) =~ ^(running|degraded)$ ]]; then
    "$@"
    exit
  fi
  sleep 0.1
done
echo "*** SKIPPED: the user manager of systemd does not start here ***"
