#!/usr/bin/env bash
# kind_page_test.sh BUILD_TREE: runs the commands of deploy/kind.md from its text, line by line. What needs
# docker or a cluster is a stand-in that looks at what it is given; the folders are others, and the programs
# are those of BUILD_TREE. Exits with 77 where this machine cannot build images.
set -euo pipefail
build=$(cd "$1" && pwd)
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
page=$root/deploy/kind.md
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

[ "$(id -u)" -eq 0 ] || { echo "skipped: needs root"; exit 77; }
for tool in debootstrap buildah; do
  command -v "$tool" >/dev/null || { echo "skipped: needs $tool"; exit 77; }
done
for program in zonedisk zonedisk-agent zonedisk-cloud zonedisk-csi; do
  [ -x "$build/bin/$program" ] || { echo "skipped: needs $program in $build"; exit 77; }
done

# stand_in NAME: a program that writes down its words and fails where a file that it is given is not there.
stand_in() {
  cat >"$work/bin/$1" <<STAND_IN
#!/usr/bin/env bash
set -euo pipefail
echo "$1 \$*" >>"$work/called"
before=
for word in "\$@"; do
  case "\$before" in
    --config | -f | image-archive) [ "\$word" = - ] || [ -f "\$word" ] || { echo "$1: no file \$word" >&2; exit 1; } ;;
    -k) [[ \$word == https://* ]] || [ -f "\$word/kustomization.yaml" ] || { echo "$1: no folder \$word" >&2; exit 1; } ;;
  esac
  before=\$word
done
[ "\$before" != - ] || cat >/dev/null
STAND_IN
  chmod +x "$work/bin/$1"
}
mkdir "$work/bin"
stand_in kind
stand_in kubectl
# Neither Kubernetes nor a sidecar is built for kind.
stand_in go
printf '#!/usr/bin/env bash\nexec "$@"\n' >"$work/bin/sudo"
chmod +x "$work/bin/sudo"
: >"$work/called"

# The commands: indented by seven, behind the steps.
mapfile -t commands < <(sed -n 's/^       \([^ ].*\)/\1/p' "$page")
[ ${#commands[@]} -ge 17 ] || { echo "kind_page_test: only ${#commands[@]} commands in $page"; exit 1; }
failures=0
cd "$root"
for command in "${commands[@]}"; do
  echo "kind_page_test: $command"
  here=${command//\/var\/lib\/zonedisk-kind/$work\/data}
  here=${here//\/tmp\/zonedisk-images/$work\/images}
  case "$here" in
    # Installing and compiling is how this test came to run.
    "sudo tools/deps --cluster") here='tools/deps --check --cluster' ;;
    "tools/build "*) for target in ${here#tools/build }; do [ -x "$build/bin/$target" ] || failures=$((failures + 1)); done; continue ;;
    *"tools/images save"*) here+=" --build-dir $build" ;;
    # What a cluster would have left there.
    *"tools/cluster release"*)
      mkdir "$work/data/blocks"
      truncate -s 1M "$work/data/blocks/left.img"
      device=$(losetup --find --show "$work/data/blocks/left.img" 2>/dev/null || true) ;;
  esac
  if ! PATH=$work/bin:$PATH bash -euo pipefail -c "$here"; then
    echo "kind_page_test: that failed"
    failures=$((failures + 1))
  fi
done
[ -z "${device:-}" ] || ! losetup "$device" 2>/dev/null | grep -q "$work" || {
  echo "kind_page_test: $device is left"
  losetup --detach "$device"
  failures=$((failures + 1))
}

[ ! -e "$work/data" ] || { echo "kind_page_test: the folder is left"; failures=$((failures + 1)); }
[ "$(ls "$work/images" | paste -sd' ')" = "$(cd "$root" && tools/images --list --own | sed -E 's|.*:([^ ]+) (.*)\.tar|\2-\1.tar|' | sort | paste -sd' ')" ] ||
  { echo "kind_page_test: other images: $(ls "$work/images")"; failures=$((failures + 1)); }
[ "$(grep -c 'kind load image-archive' "$work/called")" = 2 ] || { echo "kind_page_test: not two images loaded"; failures=$((failures + 1)); }
! grep -q "^go build" "$work/called" || { echo "kind_page_test: a Go program was built"; failures=$((failures + 1)); }
grep -q 'kubectl -n zonedisk apply --server-side' "$work/called" || { echo "kind_page_test: no Secrets made"; failures=$((failures + 1)); }

[ "$failures" = 0 ] || exit 1
echo "kind_page_test: ${#commands[@]} commands"
