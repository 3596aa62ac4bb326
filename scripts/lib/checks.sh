# Format and static analysis, each counted as one test per file. Sourced after common.sh, content.sh and count.sh.
# shellcheck shell=bash

CHECK_FOLDERS="lib agent controller local-cli tests bench examples"
TIDY_FOLDERS="lib agent controller local-cli"
TIDY_CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/hawser/clang-tidy

# check_format: every C++ file is as clang-format writes it.
check_format() {
  local files wrong
  # shellcheck disable=SC2086
  files=$(find $CHECK_FOLDERS -name '*.h' -o -name '*.cc' 2>/dev/null | sort)
  wrong=$(echo "$files" | xargs -P "$(nproc)" -n 20 clang-format --dry-run -Werror 2>&1 | sed -n 's/^\([^:]*\):.*error: .*/\1/p' | sort -u)
  [ -z "$wrong" ] || printf 'not formatted (clang-format -i):\n%s\n' "$wrong" >&2
  count_files "clang-format" "$files" "$wrong"
}

# check_tidy: the checks of .clang-tidy on the files that ship, in parallel. A result is remembered under the hash of
# everything the compiler would see, so an unchanged file costs a preprocessor run.
check_tidy() {
  local files failed=$LOGS/clang-tidy.failed
  mkdir -p "$TIDY_CACHE" "$LOGS"
  : >"$failed"
  : >"$LOGS/clang-tidy.log"
  step "clang-tidy"
  # shellcheck disable=SC2086
  files=$(find $TIDY_FOLDERS -name '*.cc' | sort)
  echo "$files" | xargs -P "$(nproc)" -n 1 scripts/lib/tidy_file build/release "$TIDY_CACHE" >"$failed" 2>"$LOGS/clang-tidy.log" || true
  [ ! -s "$failed" ] || cat "$LOGS/clang-tidy.log" >&2
  count_files "clang-tidy" "$files" "$(cat "$failed")"
}

# count_files NAME FILES FAILED
count_files() {
  local all wrong
  all=$(grep -c . <<<"$2" || true)
  wrong=$(grep -c . <<<"$3" || true)
  count "$1" $((all - wrong)) "$wrong" 0
}
