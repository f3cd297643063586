#!/usr/bin/env bash
# Makes the Secrets that the manifests name, where they are missing: an access key, the key file of
# the cloud with it, the token of the cloud's lab API.
set -euo pipefail
# A failure inside $(…) is one outside too.
shopt -s inherit_errexit

usage() {
  cat <<'TEXT'
usage: deploy/secrets.sh [--namespace NAME] [--cloud-namespace NAME] [--account NAME]

  --namespace NAME        where the driver will be (zonedisk); made if it is missing
  --cloud-namespace NAME  where the cloud is, if elsewhere: its key file gets the new key, and it
                          reads this file when it is started again
  --account NAME          account of the cloud that the key belongs to (the namespace's name)
Secrets that are there already stay as they are. $KUBECTL is the command to use (kubectl).
TEXT
}

namespace=zonedisk cloud= account=
while [ $# -gt 0 ]; do
  case "$1" in
    --namespace) namespace=${2:?a name follows --namespace}; shift ;;
    --cloud-namespace) cloud=${2:?a name follows --cloud-namespace}; shift ;;
    --account) account=${2:?a name follows --account}; shift ;;
    -h | --help) usage; exit 0 ;;
    *) usage >&2; exit 2 ;;
  esac
  shift
done
cloud=${cloud:-$namespace} account=${account:-$namespace}

kubectl=${KUBECTL:-kubectl}
# random COUNT: so many digits and letters a to f.
random() { od -An -v -tx1 -N $((($1 + 1) / 2)) /dev/urandom | tr -d ' \n' | cut -c1-"$1"; }
# there KUBECTL-ARGUMENTS…: whether there is such an object. A question that fails ends it: whoever cannot
# look must not write over what may be there.
there() {
  local name
  name=$("$kubectl" "$@" --ignore-not-found -o name) || {
    echo "secrets: cannot ask for ${*: -2}; nothing more was made" >&2
    exit 1
  }
  [ -n "$name" ]
}
exists() { there -n "$1" get secret "$2"; }
value() { "$kubectl" -n "$1" get secret "$2" -o "jsonpath={.data.$3}" | base64 -d; }

# apply NAMESPACE NAME: a Secret whose members come on standard input as KEY=VALUE lines, so that no
# secret ever stands in a command line.
apply() {
  local key text
  {
    printf 'apiVersion: v1\nkind: Secret\nmetadata: {name: %s}\ndata:\n' "$2"
    while IFS='=' read -r key text; do
      printf '  %s: %s\n' "$key" "$(printf '%b' "$text" | base64 -w0)"
    done
  } | "$kubectl" -n "$1" apply --server-side --field-manager=zonedisk-secrets \
    --force-conflicts -f - >/dev/null
  echo "secrets: $1/$2 is there"
}

for name in "$namespace" "$cloud"; do
  there get namespace "$name" || "$kubectl" create namespace "$name" >/dev/null
done

exists "$namespace" zonedisk-access-key ||
  printf 'id=zd%s\nsecret=%s\n' "$(random 16)" "$(random 40)" | apply "$namespace" zonedisk-access-key
exists "$cloud" zonedisk-lab-token ||
  printf 'token=%s\n' "$(random 40)" | apply "$cloud" zonedisk-lab-token
token=$(value "$cloud" zonedisk-lab-token token)
exists "$namespace" zonedisk-lab-token ||
  printf 'token=%s\n' "$token" | apply "$namespace" zonedisk-lab-token

# One line for each key of the key file, whatever its layout was.
id=$(value "$namespace" zonedisk-access-key id)
lines=
if exists "$cloud" zonedisk-cloud-keys; then
  lines=$(value "$cloud" zonedisk-cloud-keys 'keys\.json' | tr '\n' ' ' | { grep -o '{[^{}]*}' || true; })
fi
if ! grep -qF "\"$id\"" <<<"$lines"; then
  secret=$(value "$namespace" zonedisk-access-key secret)
  lines+=${lines:+$'\n'}"{\"AccessKeyId\":\"$id\",\"AccessKeySecret\":\"$secret\",\"Account\":\"$account\"}"
  lines=$(sed '$!s/$/,/' <<<"$lines" | awk '{ printf "%s%s", between, $0; between = "\\n" }')
  printf 'keys.json={"keys":[\\n%s\\n]}\n' "$lines" |
    apply "$cloud" zonedisk-cloud-keys
fi
