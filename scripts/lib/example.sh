# The quickstart's example: deployed, worked on in a copy of its own, edited once. Sourced after common.sh and images.sh.
# shellcheck shell=bash disable=SC2034

EXAMPLE=hello-python
NAMESPACE=hawser-quickstart
QUICKSTART=$ROOT/build/quickstart
WORKSPACE=$QUICKSTART/$EXAMPLE
PUSH_LOG=$QUICKSTART/push.log

# example_path: the service through the API server, which works from wherever the cluster does.
example_path() { echo "/api/v1/namespaces/$NAMESPACE/services/$EXAMPLE:http/proxy/"; }

example_ask() { timeout 5 kubectl get --raw "$(example_path)"; }

example_answers_version() { example_ask | grep -F "\"version\": \"$1\""; }

example_deploy() {
  local image
  step "building the example's image"
  image=$(image_push "$EXAMPLE" "examples/$EXAMPLE")
  step "deploying $EXAMPLE in namespace $NAMESPACE"
  kubectl create namespace "$NAMESPACE" --dry-run=client -o yaml | kubectl apply -f - >/dev/null
  sed "s|image: IMAGE|image: $image|" "examples/$EXAMPLE/k8s.yaml" | kubectl -n "$NAMESPACE" apply -f - >/dev/null
  kubectl -n "$NAMESPACE" rollout status "deployment/$EXAMPLE" --timeout=120s >/dev/null ||
    die "the example did not start; kubectl -n $NAMESPACE describe pods says why."
}

# example_open: a fresh copy of the sources, a session on the Deployment, and a push that follows the copy.
example_open() {
  rm -rf "$WORKSPACE"
  cp -r "examples/$EXAMPLE" "$WORKSPACE"
  step "opening a session"
  kubectl -n "$NAMESPACE" apply -f "$WORKSPACE/devsession.yaml" >/dev/null
  kubectl -n "$NAMESPACE" wait --for=condition=AgentsReady "devsession/$EXAMPLE" --timeout=90s >/dev/null ||
    example_fail "the session's agents did not become ready"
  setsid "$BIN/hawser" push "$EXAMPLE" "$WORKSPACE" --watch --timeline -n "$NAMESPACE" >"$PUSH_LOG" 2>&1 </dev/null &
  echo $! >"$QUICKSTART/push.pid"
  kubectl -n "$NAMESPACE" rollout status "deployment/$EXAMPLE" --timeout=90s >/dev/null ||
    example_fail "the pod with the agent did not become ready"
  wait_for 30 example_answers_version 1 || example_fail "the service does not answer with the code of the workspace"
  step "the service answers: $(example_ask)"
}

# example_edit: one saved line, until the running service answers with it.
example_edit() {
  local lines
  lines=$(wc -l <"$PUSH_LOG")
  step "editing src/version.py: VERSION = \"2\""
  sed -i 's/^VERSION = .*/VERSION = "2"/' "$WORKSPACE/src/version.py"
  wait_for 30 example_answers_version 2 || example_fail "the service does not answer with the edited code"
  step "the service answers: $(example_ask)"
  wait_for 5 example_acknowledged "$lines" || true
  printf '\nThat save, as hawser push --watch shows it:\n'
  tail -n "+$((lines + 1))" "$PUSH_LOG" | sed 's/^/  /'
}

example_acknowledged() { tail -n "+$(($1 + 1))" "$PUSH_LOG" | grep ready; }

example_fail() {
  {
    kubectl -n "$NAMESPACE" get devsessions,pods
    kubectl -n "$NAMESPACE" get devsession "$EXAMPLE" \
      -o 'jsonpath={range .status.conditions[*]}{.type}={.status} {.reason}: {.message}{"\n"}{end}'
    [ ! -f "$PUSH_LOG" ] || tail -n 20 "$PUSH_LOG"
  } >&2 || true
  die "$1"
}

# example_stop: ends the push that an earlier quickstart left running.
example_stop() {
  local pid
  pid=$(cat "$QUICKSTART/push.pid" 2>/dev/null) || return 0
  if grep -qsF "$WORKSPACE" "/proc/$pid/cmdline"; then kill "$pid"; fi
  rm -f "$QUICKSTART/push.pid"
}
