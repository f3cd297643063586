#!/usr/bin/env bash
# deploy/secrets.sh against a kubectl that keeps Secrets as files: what is there stays, also when it cannot
# be asked for.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
FAKE=$(mktemp -d)
export FAKE KUBECTL=$FAKE/kubectl
trap 'rm -rf "$FAKE"' EXIT
failures=0
fail() {
  echo "secrets_test: $1"
  failures=$((failures + 1))
}

# $FAKE/NAMESPACE/SECRET holds "  KEY: BASE64" lines; the calls in $FAKE/refused fail.
cat >"$KUBECTL" <<'FAKE_KUBECTL'
#!/usr/bin/env bash
set -euo pipefail
while read -r pattern; do
  if [[ "$*" == $pattern ]]; then echo "Error from server (Forbidden): refused" >&2; exit 1; fi
done <"$FAKE/refused"
case "$*" in
  "get namespace"*) [ ! -d "$FAKE/$3" ] || echo "namespace/$3" ;;
  "create namespace"*) mkdir "$FAKE/$3" ;;
  *"get secret"*"-o name") [ ! -e "$FAKE/$2/$5" ] || echo "secret/$5" ;;
  *"get secret"*) key=${7#*.data.} key=${key%\}}; sed -n "s/^  ${key//\\/}: //p" "$FAKE/$2/$5" ;;
  *apply*) text=$(cat); name=$(sed -n 's/.*{name: \(.*\)}/\1/p' <<<"$text"); echo "$text" >"$FAKE/$2/$name" ;;
esac
FAKE_KUBECTL
chmod +x "$KUBECTL"
: >"$FAKE/refused"

secrets() { "$here/../secrets.sh" "$@" >"$FAKE/out" 2>&1; }
sum() { cat "$FAKE"/zonedisk*/* | sha256sum; }

secrets || fail "the first run fails: $(cat "$FAKE/out")"
[ "$(ls "$FAKE/zonedisk" | paste -sd' ')" = "zonedisk-access-key zonedisk-cloud-keys zonedisk-lab-token" ] ||
  fail "other Secrets: $(ls "$FAKE/zonedisk")"
before=$(sum)
secrets || fail "the second run fails: $(cat "$FAKE/out")"
[ "$(sum)" = "$before" ] || fail "the second run changes a Secret"

for question in 'get namespace *' '*get secret zonedisk-access-key *name' '*get secret zonedisk-lab-token *name' \
  '*get secret zonedisk-lab-token *data*' '*get secret zonedisk-cloud-keys *name' '*get secret zonedisk-cloud-keys *data*'; do
  echo "$question" >"$FAKE/refused"
  if secrets; then fail "'$question' is refused, and the script ends well"; fi
  if secrets --namespace zonedisk-second --cloud-namespace zonedisk; then
    fail "'$question' is refused, and the script for a second driver ends well"
  fi
  : >"$FAKE/refused"
  rm -rf "$FAKE/zonedisk-second"
  [ "$(sum)" = "$before" ] || fail "'$question' is refused, and Secrets change"
done

secrets --namespace zonedisk-second --cloud-namespace zonedisk || fail "a second driver: $(cat "$FAKE/out")"
keys=$(sed -n 's/^  keys.json: //p' "$FAKE/zonedisk/zonedisk-cloud-keys" | base64 -d)
[ "$(grep -c AccessKeyId <<<"$keys")" = 2 ] || fail "not two keys: $keys"
cmp -s <(grep token: "$FAKE/zonedisk/zonedisk-lab-token") <(grep token: "$FAKE/zonedisk-second/zonedisk-lab-token") ||
  fail "another lab token in the second namespace"

if [ "$failures" -gt 0 ]; then exit 1; fi
echo "secrets_test: all as expected"
