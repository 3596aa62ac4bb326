# Builds and runs the test suites of the presets, and the end-to-end tests on a cluster. Sourced after the other parts.
# shellcheck shell=bash

# suite_build PRESET: false, and counted as a failure, when it does not build.
suite_build() {
  step "building $1"
  if logged "configure-$1" cmake --preset "$1" && logged "build-$1" cmake --build --preset "$1"; then return; fi
  count "build $1" 0 1 0
  return 1
}

# suite_run PRESET LABELS [SUITE]: runs the tests with those labels and counts them; failures are shown in full.
suite_run() {
  local preset=$1 labels=$2 suite=${3:-$1}
  local report=$LOGS/test-$suite.xml output=$LOGS/test-$suite.log
  mkdir -p "$LOGS"
  rm -f "$report"
  step "testing $suite"
  suite_ctest "$preset" "$labels" "$report" >"$output" 2>&1 || suite_show_failures "$output"
  count_junit "$suite" "$report"
}

# suite_ctest PRESET LABELS REPORT
suite_ctest() {
  local wrapper=() jobs
  jobs=$(nproc)
  # ThreadSanitizer's memory layout does not suit every kernel's address randomisation.
  [ "$1" != tsan ] || wrapper=(setarch "$(uname -m)" -R)
  # End-to-end tests share one cluster, and measure times on it.
  [ "$2" != e2e ] || jobs=1
  "${wrapper[@]}" ctest --test-dir "build/$1" -L "^($2)\$" -j "$jobs" --output-on-failure --no-tests=ignore --output-junit "$3"
}

suite_show_failures() {
  sed -n '/^The following tests FAILED/,$p' "$1" >&2
  printf 'all of the output: %s\n' "${1#"$ROOT"/}" >&2
}

# suite_end_to_end: with a cluster, on it; without one the tests skip themselves, and are counted as skipped.
suite_end_to_end() {
  local started=''
  [ -d build/release ] || return 0
  if [ -z "${KUBECONFIG:-}" ] && is_root; then
    [ -e "${TESTCLUSTER_STATE:-/var/lib/testcluster}/admin.kubeconfig" ] || started=yes
    step "starting a throwaway cluster"
    logged testcluster-up "$TESTCLUSTER" up || { count "throwaway cluster" 0 1 0; return 0; }
    export KUBECONFIG=${TESTCLUSTER_STATE:-/var/lib/testcluster}/admin.kubeconfig
  fi
  if [ -z "${KUBECONFIG:-}" ]; then
    step "no KUBECONFIG and not root: the end-to-end tests are skipped"
    suite_run release e2e e2e
    return
  fi
  suite_on_cluster
  [ -z "$started" ] || "$TESTCLUSTER" down
}

suite_on_cluster() {
  step "installing Hawser in the cluster"
  if logged install scripts/install; then
    suite_run release e2e e2e
  else
    count "installation" 0 1 0
  fi
}
