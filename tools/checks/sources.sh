# Sourced by the checks: the C++ sources of the tree, as paths relative to its root, one a line.
# CHECK_ROOT points the checks at another tree (their own test does).
set -euo pipefail
root=${CHECK_ROOT:-$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)}
cd "$root"

sources() {
  local folder
  for folder in common topology cloudapi driver e2e tools deploy; do
    if [ -d "$folder" ]; then
      find "$folder" -name node_modules -prune -o \
        -type f \( -name '*.cc' -o -name '*.h' \) -print
    fi
  done | sort
}
