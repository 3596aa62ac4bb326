# Installs the packages the cluster is made of and builds Kubernetes itself, once, from Debian's source package. Sourced.
# shellcheck shell=bash disable=SC2034,SC2086,SC2153,SC2154

PACKAGES_CLUSTER="etcd-server containerd runc containernetworking-plugins iproute2 iptables conntrack socat ethtool
  docker-registry buildah debootstrap openssl curl procps kmod"
PACKAGES_KUBERNETES="golang-go rsync jq make gcc libc6-dev dpkg-dev"
KUBERNETES_COMMANDS="kube-apiserver kube-controller-manager kube-scheduler kubelet kube-proxy"

# binaries_build: returns at once when everything is there.
binaries_build() {
  packages_install $PACKAGES_CLUSTER
  packages_kubectl
  binaries_complete && return
  packages_install $PACKAGES_KUBERNETES
  log "building Kubernetes $VERSION from Debian's source package (about 5 minutes, once)"
  local work
  work=$(mktemp -d)
  mkdir -p "$BIN"
  kubernetes_source "$work"
  kubernetes_patch "$work"
  kubernetes_compile "$work"
  pause_compile "$work"
  chmod -R u+w "$work"
  rm -rf "$work"
}

binaries_complete() {
  local name
  for name in $KUBERNETES_COMMANDS pause; do [ -x "$BIN/$name" ] || return 1; done
}

# apt_sources deb|deb-src: the machine's own Debian mirrors as sources.list lines.
apt_sources() {
  apt-get indextargets --format "$1 \$(REPO_URI) \$(RELEASE) \$(COMPONENT)" 'Created-By: Packages' |
    grep -E '^[a-z-]+ https?://[^ ]+ bookworm(-updates|-security)? main$' | sort -u
}

# kubernetes_source WORK: unpacks the source where GOPATH expects it.
kubernetes_source() {
  local work=$1 tree=$1/src/k8s.io/kubernetes
  mkdir -p "$work/lists/partial" "$tree"
  apt_sources deb-src | grep -E ' bookworm main$' >"$work/sources.list"
  local options=(-qq -o "Dir::Etc::sourcelist=$work/sources.list" -o Dir::Etc::sourceparts=- -o "Dir::State::Lists=$work/lists")
  (cd "$work" && apt-get "${options[@]}" update && apt-get "${options[@]}" source --download-only kubernetes) >&2
  tar xzf "$work"/kubernetes_*.orig.tar.gz --strip-components=1 -C "$tree"
}

# kubernetes_patch WORK: Kubernetes 1.20 vendors reflect2 1.0.1, which reads freed memory when built by Go 1.18 or later: the API
# server then dies on the first custom resource. Debian's own package of the library is the release that mends it.
kubernetes_patch() {
  local work=$1 vendored=$1/src/k8s.io/kubernetes/vendor/github.com/modern-go/reflect2
  (cd "$work" && apt-get download -qq golang-github-modern-go-reflect2-dev && dpkg-deb -x golang-github-modern-go-reflect2-dev_*.deb reflect2) >&2
  rm -f "$vendored"/*.go "$vendored"/*.s
  cp "$work"/reflect2/usr/share/gocode/src/github.com/modern-go/reflect2/*.{go,s} "$vendored/"
  rm -f "$vendored"/*_test.go
}

# kubernetes_compile WORK: by its Makefile, which generates code that a bare `go build` would miss.
kubernetes_compile() {
  local work=$1 tree=$1/src/k8s.io/kubernetes name
  cat >"$work/version" <<V
KUBE_GIT_COMMIT=faecb196815e248d3ecfb03c680a4507229c2a56
KUBE_GIT_TREE_STATE=clean
KUBE_GIT_VERSION=$VERSION
KUBE_GIT_MAJOR=1
KUBE_GIT_MINOR=20
V
  (cd "$tree" && env -u GOFLAGS GOPATH="$work" CGO_ENABLED=0 KUBE_GIT_VERSION_FILE="$work/version" \
    make WHAT="${KUBERNETES_COMMANDS//kube/cmd/kube}" >"$CACHE/build.log" 2>&1) ||
    fail "Kubernetes did not build; see $CACHE/build.log"
  for name in $KUBERNETES_COMMANDS; do install "$tree/_output/local/go/bin/$name" "$BIN/$name"; done
}

# pause_compile WORK: the process that holds a pod's namespaces open and reaps its orphans.
pause_compile() {
  cat >"$1/pause.c" <<'C'
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>
static void stop(int signal_number) { (void)signal_number; _exit(0); }
static void reap(int signal_number) { (void)signal_number; while (waitpid(-1, 0, WNOHANG) > 0) {} }
int main(void) {
  signal(SIGTERM, stop);
  signal(SIGINT, stop);
  signal(SIGCHLD, reap);
  for (;;) pause();
}
C
  gcc -static -Os -s -o "$BIN/pause" "$1/pause.c"
}
