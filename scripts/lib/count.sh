# Counts tests over all suites and prints the closing line. Sourced after common.sh.
# shellcheck shell=bash

COUNT_PASSED=0
COUNT_FAILED=0
COUNT_SKIPPED=0
COUNT_SKIP_REASONS=''

# count NAME PASSED FAILED SKIPPED
count() {
  COUNT_PASSED=$((COUNT_PASSED + $2))
  COUNT_FAILED=$((COUNT_FAILED + $3))
  COUNT_SKIPPED=$((COUNT_SKIPPED + $4))
  step "$1: $2 passed, $3 failed, $4 skipped"
}

# count_junit NAME FILE: from ctest's own report; a run that left none, or one without a test, is one failure.
count_junit() {
  local numbers reasons
  numbers=$(python3 scripts/lib/junit_report.py count "$2" 2>/dev/null) || numbers='0 1 0'
  # shellcheck disable=SC2086 # three numbers
  count "$1" $numbers
  reasons=$(python3 scripts/lib/junit_report.py skipped "$2" 2>/dev/null) || return 0
  [ -z "$reasons" ] || COUNT_SKIP_REASONS+=$(sed "s/^/skipped in $1: /" <<<"$reasons")$'\n'
}

# count_report: what was skipped and why, then the line that tells all, alone on its line; false if anything failed.
count_report() {
  printf '%s' "$COUNT_SKIP_REASONS"
  printf '%d passed, %d failed, %d skipped\n' $COUNT_PASSED $COUNT_FAILED $COUNT_SKIPPED
  [ $COUNT_FAILED -eq 0 ] && [ $COUNT_PASSED -gt 0 ]
}
