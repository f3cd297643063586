# Sourced by tools/cluster: one authority per cluster and the certificates of its components.

# certificate NAME SUBJECT [ALTERNATIVE-NAMES]: pki/NAME.crt and .key, good for a year.
certificate() {
  local file=$state/pki/$1 subject=$2 names=${3:-}
  openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes \
    -keyout "$file.key" -out "$file.csr" -subj "$subject" 2>/dev/null
  openssl x509 -req -in "$file.csr" -CA "$state/pki/ca.crt" -CAkey "$state/pki/ca.key" \
    -set_serial "0x$(random_hex 8)" -days 365 -out "$file.crt" -extfile <(
      printf 'keyUsage=digitalSignature\nextendedKeyUsage=serverAuth,clientAuth\n'
      [ -z "$names" ] || printf 'subjectAltName=%s\n' "$names"
    ) 2>/dev/null
  rm -f "$file.csr"
}

random_hex() { od -An -tx1 -N "$1" /dev/urandom | tr -d ' \n'; }

create_pki() {
  (
    umask 077
    mkdir -p "$state/pki"
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 365 \
      -keyout "$state/pki/ca.key" -out "$state/pki/ca.crt" -subj "/CN=$cluster" 2>/dev/null
    openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out "$state/pki/accounts.key" 2>/dev/null
    openssl pkey -in "$state/pki/accounts.key" -pubout -out "$state/pki/accounts.pub"
    random_hex 32 >"$state/token"
    printf '%s,administrator,administrator,system:masters\n' "$(cat "$state/token")" >"$state/pki/tokens.csv"
  )
  certificate apiserver /CN=kube-apiserver \
    "IP:$(control_address),IP:$service_network.1,IP:127.0.0.1,DNS:kubernetes,DNS:kubernetes.default,DNS:kubernetes.default.svc"
  certificate apiserver-kubelet-client /O=system:masters/CN=kube-apiserver
  certificate controller-manager /CN=system:kube-controller-manager
  certificate scheduler /CN=system:kube-scheduler
  certificate proxy /CN=system:kube-proxy
  certificate coredns /CN=coredns
}

# component_kubeconfig FILE NAME SERVER: a kubeconfig that holds its certificates itself.
component_kubeconfig() {
  local certificate=$state/pki/$2
  write_kubeconfig "$1" "$3" "client-certificate-data: $(base64 -w0 <"$certificate.crt")
    client-key-data: $(base64 -w0 <"$certificate.key")"
}

# write_kubeconfig FILE SERVER USER-LINES
write_kubeconfig() {
  (
    umask 077
    cat >"$1" <<YAML
apiVersion: v1
kind: Config
current-context: $cluster
clusters:
- name: $cluster
  cluster:
    server: $2
    certificate-authority-data: $(base64 -w0 <"$state/pki/ca.crt")
users:
- name: $cluster
  user:
    $3
contexts:
- name: $cluster
  context:
    cluster: $cluster
    user: $cluster
YAML
  )
}
