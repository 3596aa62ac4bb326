# Images without any pull: a Debian base made by debootstrap, Dockerfiles built on it by buildah. Sourced.
# shellcheck shell=bash disable=SC2034,SC2086,SC2153,SC2154

BASE_IMAGE=docker.io/library/debian:bookworm-slim
BASE_ARCHIVE=$CACHE/debian-bookworm.tar

# Only vfs and chroot isolation work on every kernel and cgroup layout.
store() { buildah --root "$CACHE/images" --runroot "$RUN/images" --storage-driver vfs "$@"; }

node_load() {
  [ -f "$1" ] || fail "no such file: $1"
  ctr -a "$SOCK" -n k8s.io images import "$1" >/dev/null
}

# pause_image: what every pod's sandbox runs, imported into the node from a cached archive.
pause_image() {
  local archive=$BIN/pause.tar container
  if [ ! -f "$archive" ]; then
    container=$(store from scratch)
    store copy -q "$container" "$BIN/pause" /pause >/dev/null
    store config --entrypoint '["/pause"]' "$container"
    rm -f "$archive.new"
    store commit -q --rm "$container" "docker-archive:$archive.new:$PAUSE_IMAGE" >/dev/null
    mv "$archive.new" "$archive"
  fi
  node_load "$archive"
}

# images_base: the base image under the public name that Dockerfiles use, so that they also build elsewhere.
images_base() {
  store inspect --type image "$BASE_IMAGE" >/dev/null 2>&1 && return
  packages_install $PACKAGES_IMAGES
  [ -f "$BASE_ARCHIVE" ] || base_archive
  local container
  container=$(store from scratch)
  store add -q "$container" "$BASE_ARCHIVE" / >/dev/null
  store config --cmd /bin/bash "$container"
  store commit -q --rm "$container" "$BASE_IMAGE" >/dev/null
}

# base_archive: a minimal Debian without documentation, whose apt installs from the mirrors this machine uses.
base_archive() {
  local work mirror
  work=$(mktemp -d)
  mirror=$(apt_sources deb | awk '$3 == "bookworm" {print $2; exit}')
  [ -n "$mirror" ] || fail "apt knows no Debian bookworm mirror; add one to /etc/apt/sources.list"
  log "making the base image from the machine's Debian mirror (about a minute, once)"
  mkdir -p "$CACHE"
  apt_proxy_environment
  debootstrap --variant=minbase bookworm "$work/root" "$mirror" >"$CACHE/debootstrap.log" 2>&1 ||
    fail "debootstrap failed; see $CACHE/debootstrap.log"
  base_configure "$work/root"
  rm -rf "$work/root"/{usr/share/{doc,man,info,locale},var/cache/apt,var/lib/apt/lists}/*
  tar -C "$work/root" --exclude=./dev/* --numeric-owner -cf "$BASE_ARCHIVE.new" .
  mv "$BASE_ARCHIVE.new" "$BASE_ARCHIVE"
  rm -rf "$work"
}

# apt_proxy_environment: debootstrap reads the proxy from the environment, apt from its configuration.
apt_proxy_environment() {
  local proxy=
  eval "$(apt-config shell proxy Acquire::http::Proxy)"
  [ -z "$proxy" ] || export http_proxy=$proxy
}

# base_configure ROOT: the machine's mirrors and proxy, and packages without documentation.
base_configure() {
  local excluded='path-exclude=/usr/share/%s/*\n'
  apt_sources deb >"$1/etc/apt/sources.list"
  apt-config dump | grep -E '^Acquire::(https?::Proxy|Check-(Date|Valid-Until)) ' >"$1/etc/apt/apt.conf.d/90machine" || true
  printf 'APT::Install-Recommends "false";\nAcquire::Languages "none";\n' >"$1/etc/apt/apt.conf.d/91small"
  # shellcheck disable=SC2059
  printf "$excluded" doc man info locale >"$1/etc/dpkg/dpkg.cfg.d/small"
}

# base_identity: changes when the base image was made anew.
base_identity() { stat -c '%s %Y' "$BASE_ARCHIVE" 2>/dev/null || true; }

# images_build NAME CONTEXT [DOCKERFILE]: prints REGISTRY/NAME:HASH. The tag is the hash of all that went in, so an
# image whose context, Dockerfile and base did not change is neither built nor pushed again.
images_build() {
  local name=$1 context=$2 dockerfile=${3:-$2/Dockerfile} reference
  [ -d "$context" ] || fail "no such context folder: $context"
  [ -f "$dockerfile" ] || fail "no such Dockerfile: $dockerfile"
  ! grep -qiE '^FROM +(docker.io/library/)?debian:bookworm-slim' "$dockerfile" || images_base
  reference=$REGISTRY/$name:$(content_hash "$context" "$dockerfile" "$(base_identity)")
  if ! images_pushed "$reference"; then
    log "building $name"
    images_build_and_push "$reference" "$context" "$dockerfile"
  fi
  echo "$reference"
}

images_build_and_push() {
  local reference=$1 context=$2 dockerfile=$3 output=$STATE/logs/image-${1##*/}.log
  {
    store bud --isolation chroot --pull-never --layers --format docker -t "$reference" -f "$dockerfile" "$context" &&
      store push --tls-verify=false "$reference" "docker://$reference"
  } >"$output" 2>&1 || {
    tail -n 20 "$output" >&2
    fail "$reference could not be built; all of the output is in $output"
  }
}

# images_pushed REFERENCE: the registry already has it.
images_pushed() {
  local path=${1#*/}
  curl -fsI -o /dev/null -H 'Accept: application/vnd.docker.distribution.manifest.v2+json' \
    "http://$REGISTRY/v2/${path%:*}/manifests/${path##*:}" 2>/dev/null
}
