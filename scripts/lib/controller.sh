# Installs the custom resource and the controller, waits for it, removes them. Sourced after common.sh and images.sh.
# shellcheck shell=bash disable=SC2154

CONTROLLER_WAIT_SECONDS=120

controller_install() {
  local agent controller
  step "pushing images to $REGISTRY"
  agent=$(image_of_binary hawser-agent agent/Dockerfile)
  controller=$(image_of_binary hawser-controller controller/Dockerfile)
  step "applying the custom resource, roles and controller"
  kubectl apply -f crds >/dev/null
  kubectl wait --for=condition=Established --timeout=30s crd/devsessions.hawser.dev crd/devpolicies.hawser.dev >/dev/null
  controller_manifests "$controller" "$agent" | kubectl apply -f - >/dev/null
  step "waiting for the controller"
  controller_wait
  step "Hawser is ready in namespace $SYSTEM_NAMESPACE"
}

# controller_manifests CONTROLLER AGENT: the manifests with the images put in.
controller_manifests() {
  local insecure='/INSECURE_REGISTRY/d'
  if [ "$REGISTRY" = "$TESTCLUSTER_REGISTRY" ] || [ -n "${HAWSER_INSECURE_REGISTRY:-}" ]; then
    insecure="s|INSECURE_REGISTRY|${REGISTRY%%/*}|"
  fi
  sed -e "s|CONTROLLER_IMAGE|$1|" -e "s|AGENT_IMAGE|$2|" -e "$insecure" -s -e '$a---' controller/deploy/*.yaml
}

# controller_wait: shows each change of the pods' state; says why when they do not become ready.
controller_wait() {
  local deadline=$((SECONDS + CONTROLLER_WAIT_SECONDS)) seen='' now
  until controller_ready; do
    now=$(controller_pods)
    [ "$now" = "$seen" ] || step "  ${now:-no pod yet}"
    seen=$now
    if [ $SECONDS -ge $deadline ] || controller_failed "$now"; then
      controller_explain
      die "the controller did not become ready"
    fi
    sleep 0.5
  done
}

# controller_ready: every replica is of the newest generation and ready, none of an older one is left, and one of them leads.
controller_ready() {
  local state pods
  state=$(kubectl -n "$SYSTEM_NAMESPACE" get deployment hawser-controller -o 'jsonpath={.metadata.generation} {.spec.replicas}
{.status.observedGeneration} {.status.replicas}
{.status.observedGeneration} {.status.updatedReplicas}
{.status.observedGeneration} {.status.readyReplicas}' 2>/dev/null) || return 1
  [ "$(sort -u <<<"$state" | wc -l)" -eq 1 ] || return 1
  pods=$(kubectl -n "$SYSTEM_NAMESPACE" get pods -l app.kubernetes.io/name=hawser-controller \
    -o 'go-template={{range .items}}{{if not .metadata.deletionTimestamp}}{{println .metadata.name}}{{end}}{{end}}' 2>/dev/null) || return 1
  grep -qxF "$(controller_leader)" <<<"$pods"
}

# controller_leader: the pod that holds the Lease; nothing while none does.
controller_leader() {
  kubectl -n "$SYSTEM_NAMESPACE" get lease hawser-controller -o 'jsonpath={.spec.holderIdentity}' 2>/dev/null | sed 's/_[^_]*$//'
}

controller_pods() {
  kubectl -n "$SYSTEM_NAMESPACE" get pods -l app.kubernetes.io/name=hawser-controller --no-headers 2>/dev/null |
    awk '{print $1, $3, "ready", $2, "restarts", $4}'
}

# controller_failed PODS: waiting longer would not help.
controller_failed() { [[ $1 =~ ErrImagePull|ImagePullBackOff|InvalidImageName|CrashLoopBackOff|CreateContainerConfigError ]]; }

controller_explain() {
  local select=(-n "$SYSTEM_NAMESPACE" -l app.kubernetes.io/name=hawser-controller)
  {
    kubectl get pods "${select[@]}" -o wide
    kubectl describe pods "${select[@]}" | sed -n '/^Events:/,$p'
    kubectl logs "${select[@]}" --tail=30 --previous 2>/dev/null || kubectl logs "${select[@]}" --tail=30
  } >&2 || true
}

# controller_remove: sessions first, so that the controller puts every workload back as it was.
controller_remove() {
  if kubectl get crd devsessions.hawser.dev >/dev/null 2>&1; then
    step "closing all sessions"
    kubectl delete devsessions --all --all-namespaces --timeout=60s >/dev/null ||
      die "a session could not be closed; kubectl get devsessions -A shows which, its events say why."
  fi
  step "removing the controller"
  kubectl delete --ignore-not-found -f controller/deploy >/dev/null
  kubectl delete --ignore-not-found -f crds >/dev/null
}
