# Names, addresses and the few helpers that every part of the test cluster uses. Sourced.
# shellcheck shell=bash disable=SC2034,SC2086,SC2153,SC2154

CACHE=${TESTCLUSTER_CACHE:-/var/cache/testcluster}
STATE=${TESTCLUSTER_STATE:-/var/lib/testcluster}
RUN=/run/testcluster
VERSION=v1.20.2
BIN=$CACHE/$VERSION-reflect2  # what kubernetes_patch changes is part of the name

NODE=node1
NODE_IP=10.99.0.1
NODE_LINK=node0
POD_NET=10.244.0.0/16
NODE_POD_NET=10.244.0.0/24
SERVICE_NET=10.96.0.0/16
SERVICE_API=10.96.0.1
# Ports of its own: Debian's packages start their services where there is an init system.
REGISTRY=$NODE_IP:5050
API=127.0.0.1:16443
ETCD=127.0.0.1:23790
ETCD_PEER=127.0.0.1:23800
SOCK=$RUN/containerd/containerd.sock
PAUSE_IMAGE=testcluster.local/pause:1

export KUBECONFIG=$STATE/admin.kubeconfig

log() { printf 'testcluster: %s\n' "$*" >&2; }

fail() {
  log "$*"
  exit 1
}

# lock: one verb at a time on a machine; released when the process ends.
lock() {
  exec 9>/run/testcluster.lock
  flock -n 9 && return
  log "waiting for another testcluster command to end"
  flock 9
}

# wait_for SECONDS WHAT COMMAND...: until the command succeeds.
wait_for() {
  local deadline=$((SECONDS + $1)) what=$2
  shift 2
  until "$@" >/dev/null 2>&1; do
    if [ $SECONDS -ge $deadline ]; then
      log "gave up waiting for $what"
      return 1
    fi
    sleep 0.1
  done
}

# start NAME COMMAND...: a component in the background, in a process group of its own; its log goes on where it ended.
start() {
  local name=$1
  shift
  setsid "$@" >>"$STATE/logs/$name.log" 2>&1 </dev/null 9>&- &
  echo $! >"$RUN/$name.pid"
}

# pid_of NAME: prints the component's process id if it runs. The command line is compared because ids are reused.
pid_of() {
  local pid
  pid=$(cat "$RUN/$1.pid" 2>/dev/null) || return 1
  grep -qsF -e "$STATE/" -e "$BIN/" "/proc/$pid/cmdline" || return 1
  echo "$pid"
}

# is_up: every component runs.
is_up() {
  local name
  [ -f "$KUBECONFIG" ] || return 1
  for name in $COMPONENTS; do pid_of "$name" >/dev/null || return 1; done
}

need_up() { is_up || fail "the cluster is not up; run: testcluster up"; }
