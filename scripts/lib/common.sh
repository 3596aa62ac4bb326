# What every script here begins with: the root of the tree, output, and the cluster in use. Sourced.
# shellcheck shell=bash disable=SC2034

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
BIN=$ROOT/build/bin
LOGS=$ROOT/build/logs
TESTCLUSTER=$ROOT/tests/cluster/testcluster
SYSTEM_NAMESPACE=hawser-system

# step TEXT: a progress line with the seconds since the outermost script began.
export HAWSER_STEPS_SINCE=${HAWSER_STEPS_SINCE:-$(date +%s)}
step() { printf '[%4ds] %s\n' "$(($(date +%s) - HAWSER_STEPS_SINCE))" "$*"; }

die() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

# logged NAME COMMAND...: output goes to build/logs/NAME.log; a failure shows its end and returns non-zero.
logged() {
  local log=$LOGS/$1.log
  shift
  mkdir -p "$LOGS"
  "$@" >"$log" 2>&1 || {
    tail -n 30 "$log" >&2
    printf 'failed: %s (all of the output: %s)\n' "$*" "${log#"$ROOT"/}" >&2
    return 1
  }
}

is_root() { [ "$(id -u)" -eq 0 ]; }

# wait_for SECONDS COMMAND...: until the command succeeds; false when the time is over.
wait_for() {
  local deadline=$((SECONDS + $1))
  shift
  until "$@" >/dev/null 2>&1; do
    [ $SECONDS -lt $deadline ] || return 1
    sleep 0.2
  done
}

# cluster_reachable: the cluster that KUBECONFIG names answers.
cluster_reachable() { kubectl --request-timeout=10s get --raw /readyz >/dev/null 2>&1; }

# testcluster_answers: the throwaway cluster of tests/cluster runs, whoever started it; what a crash left of it does not.
testcluster_answers() {
  local config=${TESTCLUSTER_STATE:-/var/lib/testcluster}/admin.kubeconfig
  [ -e "$config" ] && KUBECONFIG=$config cluster_reachable
}
