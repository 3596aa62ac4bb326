# Names for images that depend on nothing but what goes into them. Sourced.
# shellcheck shell=bash

# content_hash CONTEXT DOCKERFILE [EXTRA...]: of the context's paths, kinds, modes, link targets and contents.
content_hash() {
  local context=$1 dockerfile=$2
  shift 2
  {
    (cd "$context" && find . -mindepth 1 -printf '%P %y %m %l\n' | LC_ALL=C sort)
    (cd "$context" && find . -type f -print0 | LC_ALL=C sort -z | xargs -0r sha256sum)
    sha256sum <"$dockerfile"
    printf '%s\n' "$@"
  } | sha256sum | cut -c1-16
}
