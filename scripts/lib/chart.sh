# The program that renders the chart, and what is made with it. Sourced after common.sh and packages.sh.
# shellcheck shell=bash disable=SC2034,SC2086,SC2154

CHART_TOOL=$BIN/hawser-chart
CHART_MADE="# Made from helm/ by scripts/manifests: change it there."

# chart_tool: builds the program when its sources are newer; from Debian's packages alone, without any download.
chart_tool() {
  packages_install $PACKAGES_CHART
  [ -z "$(find scripts/chart -newer "$CHART_TOOL" 2>&1)" ] || chart_go build -o "$CHART_TOOL" ./scripts/chart
}

chart_go() { CGO_ENABLED=0 GO111MODULE=off GOPATH=/usr/share/gocode GOFLAGS='' GOPROXY=off GOCACHE=$ROOT/build/go go "$@"; }

# chart_render FLAGS...
chart_render() { "$CHART_TOOL" "$@" helm; }

# chart_plain TEMPLATE...: those templates as plain manifests.
chart_plain() {
  local flags=() template
  for template in "$@"; do flags+=(-s "templates/$template.yaml"); done
  echo "$CHART_MADE"
  chart_render -f helm/ci/plain-values.yaml -namespace "$SYSTEM_NAMESPACE" -service manifests "${flags[@]}"
}

# chart_manifests FOLDER: writes all that is made from the chart and for it below FOLDER, as in the tree.
chart_manifests() {
  mkdir -p "$1/controller/deploy" "$1/helm/crds"
  chart_plain serviceaccount rbac >"$1/controller/deploy/2-rbac.yaml"
  chart_plain deployment >"$1/controller/deploy/3-deployment.yaml"
  chart_plain user-roles >"$1/controller/deploy/4-user-roles.yaml"
  cp crds/*.yaml "$1/helm/crds/"
}

# chart_stale: prints how what is checked in differs from what would be made.
chart_stale() {
  local fresh file
  fresh=$(mktemp -d)
  chart_manifests "$fresh"
  for file in controller/deploy/{2,3,4}-*.yaml; do diff -u "$file" "$fresh/$file" || true; done
  diff -ru helm/crds "$fresh/helm/crds" || true
  rm -rf "$fresh"
}
