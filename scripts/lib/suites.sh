# Builds and runs the test suites of the presets, and the end-to-end tests on a cluster. Sourced after the other parts.
# shellcheck shell=bash

SUITE_AHEAD=''

# suite_build PRESET [TARGET...]: all targets by default; false, and counted as a failure, when it does not build.
suite_build() {
  local selection=()
  [ $# -eq 1 ] || selection=(--target "${@:2}")
  step "building $1"
  suite_end_ahead
  if logged "configure-$1" cmake --preset "$1" && logged "build-$1" cmake --build --preset "$1" "${selection[@]}"; then return; fi
  count "build $1" 0 1 0
  return 1
}

# suite_build_ahead PRESET: begins a build in the background with what processor time others leave; the next suite_build waits
# for it, and reports what is wrong.
suite_build_ahead() {
  mkdir -p "$LOGS"
  # In a process group of its own, so that all of it can be stopped, but in this session: a kernel that groups tasks by session
  # gives each session an equal share, however nice its processes are.
  set -m
  nice -n 19 sh -c 'cmake --preset "$1" && cmake --build --preset "$1" --target local_tests' ahead "$1" >"$LOGS/ahead-$1.log" 2>&1 </dev/null &
  SUITE_AHEAD=$!
  set +m
  trap 'kill -- -"$SUITE_AHEAD" 2>/dev/null' EXIT
}

suite_end_ahead() {
  [ -z "$SUITE_AHEAD" ] || wait "$SUITE_AHEAD" || true
  SUITE_AHEAD=''
  trap - EXIT
}

# suite_run PRESET SUITE SELECTION...: runs the tests that ctest's options select and counts them; failures are shown.
suite_run() {
  local preset=$1 suite=$2
  shift 2
  local report=$LOGS/test-$suite.xml output=$LOGS/test-$suite.log
  mkdir -p "$LOGS"
  rm -f "$report"
  step "testing $suite"
  suite_ctest "$preset" "$report" "$@" >"$output" 2>&1 || suite_show_failures "$output"
  count_junit "$suite" "$report"
}

# suite_ctest PRESET REPORT SELECTION...
suite_ctest() {
  local preset=$1 report=$2 wrapper=()
  shift 2
  # ThreadSanitizer's memory layout does not suit every kernel's address randomisation.
  [ "$preset" != tsan ] || wrapper=(setarch "$(uname -m)" -R)
  TMPDIR=$(suite_scratch) LSAN_OPTIONS="suppressions=$ROOT/tests/lsan.supp:print_suppressions=0" TSAN_OPTIONS="suppressions=$ROOT/tests/tsan.supp" \
    "${wrapper[@]}" ctest --test-dir "build/$preset" --output-on-failure --output-junit "$report" "$@"
}

# suite_scratch: where tests keep their files: in memory, where making thousands of small ones costs a tenth, if there is room.
suite_scratch() {
  local free_kib
  free_kib=$(df --output=avail /dev/shm 2>/dev/null | tail -n 1) || free_kib=0
  if [ -w /dev/shm ] && [ "${free_kib:-0}" -gt 2097152 ]; then echo /dev/shm; else echo "${TMPDIR:-/tmp}"; fi
}

# suite_local PRESET: every test that needs no cluster.
suite_local() { suite_run "$1" "$1" -LE '^e2e$' -j "$(nproc)"; }

# suite_e2e: four at a time; each has a namespace of its own and mostly waits for the cluster.
suite_e2e() {
  # shellcheck disable=SC2086
  ! is_root || packages_install $PACKAGES_E2E
  suite_run release e2e -L '^e2e$' -j 4
}

# suite_images: what the end-to-end tests run in their pods: an example, an image that names no command, and hawser itself.
suite_images() {
  registry_choose ""
  HAWSER_TEST_IMAGE=$(image_push hello-python examples/hello-python) &&
    HAWSER_TEST_BARE_IMAGE=$(image_push no-entrypoint examples/hello-python/src tests/e2e/no-entrypoint.Dockerfile) &&
    HAWSER_TEST_CLI_IMAGE=$(image_of_binary hawser tests/e2e/hawser.Dockerfile hawser-cluster) &&
    export HAWSER_TEST_IMAGE HAWSER_TEST_BARE_IMAGE HAWSER_TEST_CLI_IMAGE
}

suite_show_failures() {
  sed -n '/^The following tests FAILED/,$p' "$1" >&2
  printf 'all of the output: %s\n' "${1#"$ROOT"/}" >&2
}

# suite_end_to_end: with a cluster, on it; without one the tests skip themselves, and are counted as skipped.
suite_end_to_end() {
  local started=''
  if [ -z "${KUBECONFIG:-}" ] && is_root; then
    testcluster_answers || started=yes
    step "starting a throwaway cluster"
    logged testcluster-up "$TESTCLUSTER" up || { count "throwaway cluster" 0 1 0; return 0; }
    export KUBECONFIG=${TESTCLUSTER_STATE:-/var/lib/testcluster}/admin.kubeconfig
  fi
  if [ -z "${KUBECONFIG:-}" ]; then
    step "no KUBECONFIG and not root: the end-to-end tests are skipped"
    suite_e2e
    return
  fi
  suite_on_cluster
  [ -z "$started" ] || "$TESTCLUSTER" down
}

suite_on_cluster() {
  step "installing Hawser in the cluster"
  if ! logged install scripts/install; then
    count "installation" 0 1 0
  elif ! logged test-images suite_images; then
    count "images of the end-to-end tests" 0 1 0
  else
    suite_e2e
  fi
}
