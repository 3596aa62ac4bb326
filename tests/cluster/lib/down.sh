# Stops the cluster and removes its processes, mounts, links, rules, cgroups and files. Sourced.
# shellcheck shell=bash disable=SC2034,SC2086,SC2153,SC2154

# Others make these for us; those that were not there before go with us.
SHARED_FOLDERS="/run/containerd /run/netns /run/cni /var/lib/cni"

down() {
  log "stopping"
  stop kubelet proxy
  containers_remove
  # shellcheck disable=SC2046 # a list of words
  stop $(printf '%s\n' $COMPONENTS | grep -vE 'kubelet|proxy')
  shims_stop
  mounts_remove
  network_remove
  cgroups_remove
  folders_remove
  rm -rf "$RUN" "$STATE"
}

# stop NAME...: at once, since nothing of theirs is kept.
stop() {
  local name pid pids=()
  for name in "$@"; do
    pid=$(pid_of "$name") || continue
    kill -KILL "$pid" 2>/dev/null || true
    pids+=("$pid")
  done
  for pid in "${pids[@]}"; do
    for _ in $(seq 100); do
      grep -qs . "/proc/$pid/cmdline" || break
      sleep 0.05
    done
  done
}

# containers_remove: containerd itself clears away a task that died, so it is only waited for.
containers_remove() {
  local node=(timeout 5 ctr -a "$SOCK" -n k8s.io)
  [ -S "$SOCK" ] || return 0
  "${node[@]}" tasks ls -q 2>/dev/null | xargs -r -P 8 -n 1 "${node[@]}" tasks kill --all --signal SIGKILL >/dev/null 2>&1 || true
  for _ in $(seq 50); do
    [ -n "$("${node[@]}" tasks ls 2>/dev/null | awk 'NR > 1 && $3 != "STOPPED"')" ] || break
    sleep 0.1
  done
  "${node[@]}" containers ls -q 2>/dev/null | xargs -r -P 8 -n 1 "${node[@]}" containers rm >/dev/null 2>&1 || true
}

# folders_note: which of the shared folders are not there yet.
folders_note() {
  local folder
  for folder in $SHARED_FOLDERS; do [ -e "$folder" ] || echo "$folder"; done >"$RUN/folders"
}

folders_remove() {
  local folder
  [ -f "$RUN/folders" ] || return 0
  while read -r folder; do rm -rf "$folder" 2>/dev/null || true; done <"$RUN/folders"
}

# shims_stop: container supervisors that outlived containerd; its socket's path in the command line says whose they are.
shims_stop() {
  local pid
  for pid in $(pgrep -f "^[^ ]*containerd-shim.* -address $SOCK" || true); do kill -KILL "$pid" 2>/dev/null || true; done
}

mounts_remove() {
  local mount
  awk -v state="$STATE/" -v run="$RUN/" 'index($2, state) == 1 || index($2, run) == 1 {print $2}' /proc/mounts | sort -r |
    while read -r mount; do umount -l "$mount" 2>/dev/null || true; done
}

network_remove() {
  local name
  for name in $(ip -br link show master cni0 2>/dev/null | sed 's/[@ ].*//'); do ip link del "$name" 2>/dev/null || true; done
  for name in cni0 $NODE_LINK; do ip link del "$name" 2>/dev/null || true; done
  for name in $(ip netns list 2>/dev/null | awk '/^cni-/ {print $1}'); do ip netns del "$name" 2>/dev/null || true; done
  rules_remove iptables
  rules_remove ip6tables
  [ ! -f "$RUN/ip_forward" ] || cat "$RUN/ip_forward" >/proc/sys/net/ipv4/ip_forward
}

# rules_remove COMMAND: puts back the rules without the chains of kube-proxy, kubelet and the network plugins.
rules_remove() {
  local rules
  rules=$("$1-save" 2>/dev/null) || return 0
  grep -qE 'KUBE-|CNI-' <<<"$rules" || return 0
  grep -vE 'KUBE-|CNI-' <<<"$rules" | "$1-restore"
}

cgroups_remove() {
  find /sys/fs/cgroup -depth -type d -path '*/kubepods*' -exec rmdir {} + 2>/dev/null || true
}
