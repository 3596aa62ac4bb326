# Format, static analysis and the chart. Sourced after common.sh, content.sh and count.sh.
# shellcheck shell=bash

CHECK_FOLDERS="lib agent controller local-cli tests bench examples"
TIDY_CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/hawser/clang-tidy

# check_format: every C++ file is as clang-format writes it.
check_format() {
  local files wrong
  files=$(source_files "$CHECK_FOLDERS" '*.h' '*.cc')
  wrong=$(unformatted <<<"$files" || true)
  [ -z "$wrong" ] || printf 'not formatted (clang-format -i):\n%s\n' "$wrong" >&2
  count_check clang-format "$wrong"
}

# unformatted: of the files named on standard input, those that clang-format would change.
unformatted() {
  xargs -P "$(nproc)" -n 50 clang-format --dry-run -Werror --ferror-limit=0 2>&1 |
    sed -n 's/^\([^:]*\):[0-9]*:[0-9]*: error: .*/\1/p' | sort -u
}

# source_files FOLDERS PATTERN...: the files below those of the folders that exist.
source_files() {
  local folder pattern
  for folder in $1; do
    [ -d "$folder" ] || continue
    for pattern in "${@:2}"; do find "$folder" -name "$pattern"; done
  done | sort
}

# check_tidy: the checks of .clang-tidy on what ships, as the asan preset compiles it.
check_tidy() {
  local failed=$LOGS/clang-tidy.failed
  mkdir -p "$LOGS"
  step "clang-tidy"
  scripts/lib/tidy build/asan "$TIDY_CACHE" >"$failed" 2>"$LOGS/clang-tidy.log" || echo clang-tidy >>"$failed"
  [ ! -s "$failed" ] || cat "$LOGS/clang-tidy.log" >&2
  count_check clang-tidy "$(cat "$failed")"
}

# check_chart: what is made from the chart is up to date, and what it renders with several values is right.
check_chart() {
  local log=$LOGS/test-chart.log
  step "testing the chart"
  if ! logged chart-tool chart_tool; then
    count "program that renders the chart" 0 1 0
    return
  fi
  count_check manifests "$(chart_stale | tee /dev/stderr)"
  (cd tests/helm && HAWSER_CHART=$CHART_TOOL chart_go test -v .) >"$log" 2>&1 || sed -n '/^ .*_test.go/p;/^--- FAIL/p' "$log" >&2
  # A run that could not begin passes nothing.
  count chart "$(grep -c '^--- PASS' "$log")" "$(grep -c '^--- FAIL\|^FAIL.*failed]' "$log")" 0
}

# count_check NAME WRONG_FILES: a check is one test, passed when no file is wrong.
count_check() {
  if [ -z "$2" ]; then count "$1" 1 0 0; else count "$1" 0 1 0; fi
}
