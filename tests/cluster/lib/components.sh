# Starts the control plane and the node, each part as early as what it needs is there. Sourced.
# shellcheck shell=bash disable=SC2034,SC2086,SC2153,SC2154

COMPONENTS="etcd apiserver kcm scheduler registry containerd kubelet proxy"

# components_start: returns when a pod could be scheduled, pulled, started and reached.
components_start() {
  mkdir -p "$RUN" "$STATE"/{pki,logs,etcd,cni,containerd,registries} "$CACHE/registry"
  folders_note
  log "starting the control plane"
  identity_create
  network_create
  start_etcd
  start_registry
  start_containerd
  wait_for 30 etcd curl -fs "http://$ETCD/health"
  start_apiserver
  wait_for 30 containerd ctr -a "$SOCK" version
  pause_image
  wait_for 60 "the API server" kubectl get --raw /readyz
  log "starting the node"
  start_kcm
  start_scheduler
  start_kubelet
  start_proxy
  wait_for 30 "the registry" curl -fs "http://$REGISTRY/v2/"
  wait_for 90 "the node" node_ready
  wait_for 60 "the default service account" kubectl -n default get serviceaccount default
  wait_for 60 "the API server's service address" curl -ks --max-time 1 "https://$SERVICE_API/version"
}

component_known() {
  [ -f "$KUBECONFIG" ] || fail "the cluster is not up; run: testcluster up"
  [[ " $COMPONENTS " == *" $1 "* ]] || fail "no such component: $1; there are: $COMPONENTS"
}

component_stop() {
  component_known "$1"
  stop "$1"
}

# component_start NAME: with the state it left; returns when the API server answers.
component_start() {
  component_known "$1"
  pid_of "$1" >/dev/null || "start_$1"
  wait_for 60 "the API server" kubectl get --raw /readyz
}

node_ready() { kubectl get node $NODE -o 'jsonpath={.status.conditions[?(@.type=="Ready")].status}' | grep -qx True; }

# network_create: the node's own address. Kubelet refuses loopback, and not every kernel has dummy links, so a bare bridge.
network_create() {
  cat /proc/sys/net/ipv4/ip_forward >"$RUN/ip_forward"
  ip link add $NODE_LINK type bridge
  ip addr add $NODE_IP/24 dev $NODE_LINK
  ip link set $NODE_LINK up
  echo 1 >/proc/sys/net/ipv4/ip_forward
}

start_etcd() {
  start etcd etcd --data-dir "$STATE/etcd" --unsafe-no-fsync --listen-client-urls "http://$ETCD" \
    --advertise-client-urls "http://$ETCD" --listen-peer-urls "http://$ETCD_PEER"
}

# start_apiserver: with an audit log of what Hawser's controller asks for, and of nobody else.
start_apiserver() {
  cat >"$STATE/audit.yaml" <<Y
apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
  - {level: Metadata, users: ["system:serviceaccount:hawser-system:hawser-controller"]}
  - {level: None}
Y
  start apiserver "$BIN/kube-apiserver" --etcd-servers="http://$ETCD" --allow-privileged \
    --bind-address=0.0.0.0 --secure-port="${API#*:}" --advertise-address=$NODE_IP \
    --tls-cert-file="$STATE/pki/apiserver.crt" --tls-private-key-file="$STATE/pki/apiserver.key" \
    --client-ca-file="$STATE/pki/ca.crt" \
    --kubelet-client-certificate="$STATE/pki/admin.crt" --kubelet-client-key="$STATE/pki/admin.key" \
    --kubelet-preferred-address-types=InternalIP --service-cluster-ip-range=$SERVICE_NET \
    --authorization-mode=Node,RBAC --enable-admission-plugins=NodeRestriction \
    --service-account-issuer=https://kubernetes.default.svc --api-audiences=https://kubernetes.default.svc \
    --audit-policy-file="$STATE/audit.yaml" --audit-log-path="$STATE/logs/audit.log" --audit-log-maxsize=50 --audit-log-maxbackup=1 \
    --service-account-key-file="$STATE/pki/sa.key" --service-account-signing-key-file="$STATE/pki/sa.key"
}

start_kcm() {
  start kcm "$BIN/kube-controller-manager" --kubeconfig="$STATE/kcm.kubeconfig" --leader-elect=false \
    --use-service-account-credentials --service-account-private-key-file="$STATE/pki/sa.key" \
    --root-ca-file="$STATE/pki/ca.crt" --allocate-node-cidrs --cluster-cidr=$POD_NET \
    --cluster-signing-cert-file="$STATE/pki/ca.crt" --cluster-signing-key-file="$STATE/pki/ca.key"
}

start_scheduler() {
  start scheduler "$BIN/kube-scheduler" --kubeconfig="$STATE/scheduler.kubeconfig" --leader-elect=false
}

# The registry's files are cached: an image pushed under its content's hash need not be built again after `down`.
start_registry() {
  cat >"$STATE/registry.yml" <<Y
version: 0.1
log: {level: warn}
storage: {filesystem: {rootdirectory: $CACHE/registry}, delete: {enabled: true}}
http: {addr: "$REGISTRY"}
Y
  start registry docker-registry serve "$STATE/registry.yml"
}

start_containerd() {
  local hosts=$STATE/registries/$REGISTRY
  cat >"$STATE/cni/10-pods.conflist" <<J
{"cniVersion": "0.4.0", "name": "pods", "plugins": [
 {"type": "bridge", "bridge": "cni0", "isGateway": true, "ipMasq": true, "hairpinMode": true,
  "ipam": {"type": "host-local", "dataDir": "$RUN/ipam", "ranges": [[{"subnet": "$NODE_POD_NET"}]],
           "routes": [{"dst": "0.0.0.0/0"}]}},
 {"type": "portmap", "capabilities": {"portMappings": true}}]}
J
  # restrict_oom_score_adj: without CAP_SYS_RESOURCE runc may not lower oom_score_adj, and no pod would start.
  cat >"$STATE/containerd.toml" <<T
version = 2
root = "$STATE/containerd"
state = "$RUN/containerd"
[grpc]
  address = "$SOCK"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "$PAUSE_IMAGE"
  disable_hugetlb_controller = true
  restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".registry]
    config_path = "$STATE/registries"
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "$STATE/cni"
T
  mkdir -p "$hosts"
  printf 'server = "http://%s"\n[host."http://%s"]\n  capabilities = ["pull", "resolve"]\n' "$REGISTRY" "$REGISTRY" >"$hosts/hosts.toml"
  start containerd containerd -c "$STATE/containerd.toml"
}

start_kubelet() {
  cat >"$STATE/kubelet.yaml" <<Y
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
authentication: {anonymous: {enabled: false}, x509: {clientCAFile: $STATE/pki/ca.crt}, webhook: {enabled: true}}
authorization: {mode: Webhook}
tlsCertFile: $STATE/pki/kubelet.crt
tlsPrivateKeyFile: $STATE/pki/kubelet.key
cgroupDriver: cgroupfs
failSwapOn: false
enforceNodeAllocatable: []
evictionHard: {memory.available: 100Mi, nodefs.available: 1%, imagefs.available: 1%}
# Never: on a disk that is nearly full the pause image would go, which no registry has.
imageGCHighThresholdPercent: 100
Y
  start kubelet "$BIN/kubelet" --config="$STATE/kubelet.yaml" --kubeconfig="$STATE/kubelet.kubeconfig" \
    --container-runtime=remote --container-runtime-endpoint="unix://$SOCK" --root-dir="$STATE/kubelet" \
    --hostname-override=$NODE --node-ip=$NODE_IP
}

start_proxy() {
  start proxy "$BIN/kube-proxy" --kubeconfig="$STATE/proxy.kubeconfig" --hostname-override=$NODE \
    --bind-address=$NODE_IP --cluster-cidr=$POD_NET --conntrack-max-per-core=0
}
