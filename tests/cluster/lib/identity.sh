# The cluster's certificate authority, its certificates and its kubeconfigs. Sourced.
# shellcheck shell=bash disable=SC2034,SC2086,SC2153,SC2154

# identity_create: everything the components read, fresh for each `up`.
identity_create() {
  local name
  new_key "$STATE/pki/ca.key"
  openssl req -x509 -new -key "$STATE/pki/ca.key" -days 365 -subj /CN=testcluster -out "$STATE/pki/ca.crt"
  new_key "$STATE/pki/sa.key"
  certificate apiserver kube-apiserver kubernetes \
    "IP:127.0.0.1,IP:$NODE_IP,IP:$SERVICE_API,DNS:localhost,DNS:kubernetes,DNS:kubernetes.default,DNS:kubernetes.default.svc"
  certificate kubelet "system:node:$NODE" system:nodes "IP:$NODE_IP,DNS:$NODE"
  certificate admin admin system:masters
  certificate kcm system:kube-controller-manager system:kube-controller-manager
  certificate scheduler system:kube-scheduler system:kube-scheduler
  certificate proxy system:kube-proxy system:kube-proxy
  for name in admin kcm scheduler proxy kubelet; do kubeconfig "$name" >"$STATE/$name.kubeconfig"; done
  chmod 600 "$STATE"/*.kubeconfig
}

new_key() { openssl ecparam -name prime256v1 -genkey -noout -out "$1"; }

# certificate NAME COMMON_NAME ORGANIZATION [SUBJECT_ALT_NAME]: for client and server use, signed by the cluster's CA.
certificate() {
  local path=$STATE/pki/$1 extensions='extendedKeyUsage=clientAuth,serverAuth'
  [ -z "${4:-}" ] || extensions+=$'\n'"subjectAltName=$4"
  new_key "$path.key"
  openssl req -new -key "$path.key" -subj "/O=$3/CN=$2" |
    openssl x509 -req -CA "$STATE/pki/ca.crt" -CAkey "$STATE/pki/ca.key" -CAcreateserial -days 365 \
      -extfile <(echo "$extensions") -out "$path.crt" 2>/dev/null
}

# kubeconfig NAME: for the certificate of that name.
kubeconfig() {
  cat <<K
apiVersion: v1
kind: Config
current-context: testcluster
contexts:
- name: testcluster
  context: {cluster: testcluster, user: $1}
clusters:
- name: testcluster
  cluster:
    server: https://$API
    certificate-authority-data: $(base64 -w0 "$STATE/pki/ca.crt")
users:
- name: $1
  user:
    client-certificate-data: $(base64 -w0 "$STATE/pki/$1.crt")
    client-key-data: $(base64 -w0 "$STATE/pki/$1.key")
K
}
