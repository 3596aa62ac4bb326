# Builds images and pushes them to the registry that the cluster in use pulls from. Sourced after common.sh.
# shellcheck shell=bash disable=SC2154

TESTCLUSTER_REGISTRY=10.99.0.1:5050

# registry_choose [REGISTRY]: sets REGISTRY, from the argument, HAWSER_REGISTRY, or the test cluster's own.
registry_choose() {
  REGISTRY=${1:-${HAWSER_REGISTRY:-}}
  [ -z "$REGISTRY" ] || return 0
  [ "$(kubectl config view --minify -o 'jsonpath={.clusters[0].name}' 2>/dev/null)" = testcluster ] ||
    die "which registry does the cluster pull from? Say it with --registry HOST/PATH or HAWSER_REGISTRY."
  REGISTRY=$TESTCLUSTER_REGISTRY
}

# image_push NAME CONTEXT [DOCKERFILE]: prints the reference, whose tag is the hash of what went in.
image_push() {
  local name=$1 context=$2 dockerfile=${3:-$2/Dockerfile} reference
  if [ "$REGISTRY" = "$TESTCLUSTER_REGISTRY" ]; then
    "$TESTCLUSTER" image "$name" "$context" "$dockerfile"
    return
  fi
  reference=$REGISTRY/$name:$(content_hash "$context" "$dockerfile")
  image_build_and_push "$reference" "$context" "$dockerfile" >&2
  echo "$reference"
}

# image_build_and_push REFERENCE CONTEXT DOCKERFILE: with the first image tool that works here.
image_build_and_push() {
  if docker info >/dev/null 2>&1; then
    docker build -q -t "$1" -f "$3" "$2" && docker push -q "$1"
  elif podman info >/dev/null 2>&1; then
    podman build -q -t "$1" -f "$3" "$2" && podman push -q "$1"
  else
    packages_install buildah
    buildah bud -q --isolation chroot -t "$1" -f "$3" "$2" && buildah push -q "$1"
  fi
}

# image_of_binary NAME DOCKERFILE [NAME...]: an image whose context is build/bin/NAME, with others from there.
image_of_binary() {
  local context name status=0
  context=$(mktemp -d)
  for name in "$1" "${@:3}"; do
    [ -x "$BIN/$name" ] || die "build/bin/$name is missing; run scripts/build first."
    install -m 755 "$BIN/$name" "$context/$name"
  done
  image_push "$1" "$context" "$2" || status=$?
  rm -rf "$context"
  return $status
}
