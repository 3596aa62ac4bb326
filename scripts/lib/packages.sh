# Debian packages that building, testing and the test cluster need, installed when they are missing.
# shellcheck shell=bash disable=SC2034,SC2086,SC2153,SC2154
# Sourced; the caller sets `set -euo pipefail`.

PACKAGES_BUILD="cmake ninja-build g++ ccache pkg-config git ca-certificates libcpprest-dev libboost-dev libboost-system-dev
  libboost-filesystem-dev libboost-thread-dev libboost-random-dev libboost-regex-dev libboost-chrono-dev libboost-atomic-dev
  nlohmann-json3-dev libspdlog-dev libssl-dev libzstd-dev zlib1g-dev libbrotli-dev libyaml-cpp-dev libgmp-dev libcli11-dev prometheus-cpp-dev
  libjemalloc-dev libgtest-dev libgmock-dev"
PACKAGES_CHECK="clang clang-format clang-tidy libclang-rt-14-dev openssl python3 curl"
PACKAGES_E2E="nftables"
PACKAGES_IMAGES="buildah debootstrap curl ca-certificates"
PACKAGES_STARLARK_BENCH="golang-go golang-starlark-dev python3"
PACKAGES_CHART="golang-go golang-github-masterminds-sprig-dev golang-k8s-sigs-yaml-dev golang-github-xeipuuv-gojsonschema-dev"
PACKAGES_KUBECTL="kubernetes-client"

# packages_missing PACKAGE...: prints those that are not installed.
packages_missing() {
  local package
  for package in "$@"; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || printf '%s\n' "$package"
  done
}

# packages_install PACKAGE...: installs what is missing; without root says what to run instead.
packages_install() {
  local missing
  missing=$(packages_missing "$@" | tr '\n' ' ')
  [ -n "$missing" ] || return 0
  if [ "$(id -u)" -ne 0 ]; then
    printf 'These packages are missing. As root, run:\n  apt-get install %s\n' "$missing" >&2
    return 1
  fi
  printf 'installing %s\n' "$missing" >&2
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq >&2
  apt-get install -y -qq --no-install-recommends $missing >/dev/null
}

# packages_kubectl: any kubectl will do; Debian's is installed where there is none.
packages_kubectl() {
  command -v kubectl >/dev/null || packages_install $PACKAGES_KUBECTL
}
