#!/usr/bin/env bash
# The layer check must be able to fail: every line below breaks one rule, and must be found.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT

failures=0
declare -A outcome_of=() line_of=()
# expect OUTCOME PATH LINE: that line in that file is refused / accepted. A file named x is one of many,
# so that each line has a file of its own.
expect() {
  local outcome=$1 path=$2 line=$3
  [[ $path != */x* ]] || path=${path/\/x/\/x${#line_of[@]}}
  mkdir -p "$tree/lines/${path%/*}"
  printf '%s\n' "$line" >"$tree/lines/$path"
  outcome_of[$path]=$outcome line_of[$path]=$line
}

judge() {
  local path got
  CHECK_ROOT=$tree/lines "$here/layers.sh" >"$tree/lines.found" || true
  for path in "${!outcome_of[@]}"; do
    got=accepted
    if grep -qF "$path:" "$tree/lines.found"; then got=refused; fi
    if [ "$got" != "${outcome_of[$path]}" ]; then
      echo "self_test: $path with '${line_of[$path]}' is $got, expected ${outcome_of[$path]}"
      failures=$((failures + 1))
    fi
  done
}

expect refused topology/x.cc '#include <nlohmann/json.hpp>'
expect accepted topology/x.cc '#include <algorithm>'
expect refused common/kube/http_api.cc '  auto t = std::chrono::steady_clock::now();'
expect accepted common/kube/system_env.cc '  auto t = std::chrono::steady_clock::now();'
expect refused cloudapi/admin/x.cc '#include <grpcpp/grpcpp.h>'
expect refused cloudapi/actions/x.cc '#include <SQLiteCpp/SQLiteCpp.h>'
expect accepted cloudapi/store/x.cc '#include <SQLiteCpp/SQLiteCpp.h>'
expect refused cloudapi/rules/x.cc '#include <nlohmann/json.hpp>'
expect refused driver/cloud/x.cc '#include <SQLiteCpp/SQLiteCpp.h>'
expect refused driver/host/x.cc '#include <nlohmann/json.hpp>'
expect refused driver/cloud/x.cc '#include "csi.pb.h"'
expect refused driver/controller/volumes.cc '#include <httplib.h>'
expect accepted driver/cloud/http_cloud.cc '#include <httplib.h>'
expect refused driver/server/x.cc 'std::string text{std::istreambuf_iterator<char>(file), {}};'
expect refused cloudapi/jobs/x.cc '  auto t = std::chrono::system_clock::now();'
expect accepted cloudapi/jobs/x.cc '  // never calls system_clock::now() itself'
expect accepted cloudapi/base/system_env.cc '  auto t = std::chrono::system_clock::now();'
expect refused driver/node/x.cc '  std::this_thread::sleep_for(delay);'
expect refused driver/node/x.cc '  const char* home = getenv("HOME");'
expect refused driver/node/x.cc '  throw std::runtime_error("x");'
expect refused driver/node/x.cc 'using namespace std;'
expect refused tools/cli/x.cc '  for (int i : std::views::iota(0, 3)) {}'
expect refused cloudapi/http/x.cc '#include "fmt/format.h"'
expect refused driver/cloud/x.cc '#include <common/base/text.h>'
expect accepted driver/csi/x.cc '#include "csi.pb.h"'
expect accepted cloudapi/http/x.cc '#include <fmt/format.h>'

expect refused common/base/x.cc '#include "cloudapi/base/env.h"'
expect refused cloudapi/newroom/x.cc '#include "cloudapi/base/env.h"'
expect accepted cloudapi/store/x_test.cc '#include "cloudapi/testing/open_store.h"'
expect refused cloudapi/store/x.cc '#include "cloudapi/testing/open_store.h"'
expect accepted e2e/local/x.cc '#include "driver/testing/cloud_contract.h"'
expect refused e2e/local/x.cc '#include "driver/controller/volumes.h"'

expect accepted cloudapi/actions/disks/x.cc '#include "cloudapi/actions/disks/disks.h"'
expect accepted cloudapi/actions/disks/x.cc '#include "cloudapi/actions/action.h"'
expect accepted cloudapi/actions/disks/x.cc '#include "cloudapi/store/tx.h"'
expect accepted cloudapi/actions/disks/x_test.cc '#include "cloudapi/actions/testing/write_fixture.h"'
expect accepted cloudapi/actions/x.cc '#include "cloudapi/actions/disks/disks.h"'
expect refused cloudapi/actions/disks/x.cc '#include "cloudapi/actions/tasks/tasks.h"'
expect refused cloudapi/actions/disks/x_test.cc '#include "cloudapi/actions/tasks/tasks.h"'
expect refused cloudapi/actions/disks/x.cc '#include "cloudapi/gateway/dispatch.h"'
expect refused cloudapi/gateway/x.cc '#include "cloudapi/actions/disks/disks.h"'
judge

# Every pair of rooms in one tree: FROM/to_N.cc includes the room of line N of the table, its product and
# its fakes. Refused must be exactly the pairs that no row names.
mapfile -t table < <(grep -E '^[a-z_0-9/]+:' "$here/rooms")
pairs=$tree/pairs
expected=$tree/expected
for row in "${table[@]}"; do
  from=${row%%:*}
  mkdir -p "$pairs/$from"
  for n in "${!table[@]}"; do
    to=${table[$n]%%:*}
    arrow=
    [[ "$from " = "$to " || "${row#*:} " = *" $to "* ]] || arrow=none
    echo "#include \"$to/y.h\"" >"$pairs/$from/to_$n.cc"
    [ -z "$arrow" ] || echo "$from/to_$n.cc"
    [[ $from != */testing && $to != */testing ]] || continue
    echo "#include \"$to/y.h\"" >"$pairs/$from/to_${n}_test.cc"
    echo "#include \"$to/testing/y.h\"" >"$pairs/$from/fake_$n.cc"
    echo "#include \"$to/testing/y.h\"" >"$pairs/$from/fake_${n}_test.cc"
    echo "$from/fake_$n.cc"
    [ -z "$arrow" ] || printf '%s\n' "$from/to_${n}_test.cc" "$from/fake_${n}_test.cc"
  done
done | sort >"$expected"
CHECK_ROOT=$pairs "$here/layers.sh" 2>/dev/null | sed -n '/no row of/,/^$/s/^\([a-z_0-9/]*\.cc\):.*/\1/p' | sort -u >"$tree/found" || true
if ! diff "$expected" "$tree/found" >"$tree/diff" || [ "$(wc -l <"$expected")" -lt 500 ]; then
  echo "self_test: pairs of rooms that should be refused (<) and that are (>):"
  head -n 20 "$tree/diff"
  failures=$((failures + 1))
fi

[ "$failures" -eq 0 ] || exit 1
echo "self_test: every rule can fail"
