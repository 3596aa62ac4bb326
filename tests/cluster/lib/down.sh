# Stops the cluster and removes its processes, mounts, links, rules, cgroups and files. Sourced.
# shellcheck shell=bash disable=SC2034,SC2086,SC2153,SC2154

down() {
  log "stopping"
  stop kubelet
  stop proxy
  containers_remove
  local name
  for name in scheduler kcm apiserver registry containerd etcd; do stop "$name"; done
  shims_stop
  mounts_remove
  network_remove
  cgroups_remove
  rm -rf "$RUN" "$STATE"
}

# stop NAME: asks, then after five seconds insists.
stop() {
  local pid
  pid=$(pid_of "$1") || return 0
  kill "$pid" 2>/dev/null || true
  for _ in $(seq 50); do
    pid_of "$1" >/dev/null || return 0
    sleep 0.1
  done
  kill -KILL "$pid" 2>/dev/null || true
}

containers_remove() {
  local id
  [ -S "$SOCK" ] || return 0
  node() { timeout 10 ctr -a "$SOCK" -n k8s.io "$@" 2>/dev/null; }
  for id in $(node tasks ls -q); do node tasks rm -f "$id" >/dev/null || true; done
  for id in $(node containers ls -q); do node containers rm "$id" >/dev/null || true; done
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
