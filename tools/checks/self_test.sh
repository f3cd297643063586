#!/usr/bin/env bash
# The layer check must be able to fail: every line below breaks one rule, and must be found.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT

failures=0
# expect OUTCOME PATH LINE: a tree with that one line in that file is refused / accepted.
expect() {
  local outcome=$1 path=$2 line=$3 got=accepted
  rm -rf "${tree:?}"/*
  mkdir -p "$tree/$(dirname "$path")"
  printf '%s\n' "$line" >"$tree/$path"
  CHECK_ROOT=$tree "$here/layers.sh" >/dev/null || got=refused
  if [ "$got" != "$outcome" ]; then
    echo "self_test: $path with '$line' is $got, expected $outcome"
    failures=$((failures + 1))
  fi
}

expect refused topology/choose.cc '#include <nlohmann/json.hpp>'
expect refused topology/choose.cc '#include "cloudapi/resources/model.h"'
expect accepted topology/choose.cc '#include <algorithm>'
expect accepted topology/choose.cc '#include "topology/catalogue.h"'
expect refused topology/choose.cc '#include "common/kube/api.h"'
expect refused common/kube/api.cc '#include "driver/kubernetes/cluster.h"'
expect refused common/kube/api.cc '#include "cloudapi/agent/agent.h"'
expect refused common/kube/api.cc '#include "topology/labels.h"'
expect accepted common/kube/api.cc '#include "common/kube/events.h"'
expect refused common/kube/http_api.cc '  auto t = std::chrono::steady_clock::now();'
expect accepted common/kube/system_env.cc '  auto t = std::chrono::steady_clock::now();'
expect refused cloudapi/jobs/x.cc '#include "common/kube/api.h"'
expect accepted cloudapi/agent/main.cc '#include "common/kube/api.h"'
expect refused driver/controller/volumes.cc '#include "common/kube/api.h"'
expect accepted driver/kubernetes/kube_cluster.cc '#include "common/kube/api.h"'
expect refused cloudapi/store/x.cc '#include "driver/cloud/cloud.h"'
expect refused cloudapi/admin/x.cc '#include <grpcpp/grpcpp.h>'
expect refused cloudapi/actions/x.cc '#include <SQLiteCpp/SQLiteCpp.h>'
expect accepted cloudapi/store/x.cc '#include <SQLiteCpp/SQLiteCpp.h>'
expect refused cloudapi/rules/x.cc '#include <nlohmann/json.hpp>'
expect refused cloudapi/http/x.h '#include "cloudapi/store/store.h"'
expect refused driver/controller/volumes.cc '#include "cloudapi/resources/model.h"'
expect refused driver/controller/volumes.cc '#include <httplib.h>'
expect accepted driver/cloud/http_cloud.cc '#include <httplib.h>'
expect refused e2e/local/x.cc '#include "cloudapi/resources/model.h"'
expect refused e2e/local/x.cc '#include "driver/controller/volumes.h"'
expect accepted e2e/local/x.cc '#include "driver/cloud/http_cloud.h"'
expect accepted e2e/local/x.cc '#include "driver/testing/cloud_contract.h"'
expect refused cloudapi/jobs/x.cc '  auto t = std::chrono::system_clock::now();'
expect accepted cloudapi/jobs/x.cc '  // never calls system_clock::now() itself'
expect accepted cloudapi/base/system_env.cc '  auto t = std::chrono::system_clock::now();'
expect refused driver/node/x.cc '  std::this_thread::sleep_for(delay);'
expect refused driver/node/x.cc '  const char* home = getenv("HOME");'
expect refused driver/node/x.cc '  throw std::runtime_error("x");'
expect refused driver/node/x.cc 'using namespace std;'
expect refused tools/cli/x.cc '  for (int i : std::views::iota(0, 3)) {}'
expect refused cloudapi/http/x.cc '#include "fmt/format.h"'
expect refused e2e/local/x.cc '#include "httplib.h"'
expect refused driver/cloud/x.cc '#include <common/base/text.h>'
expect accepted driver/csi/x.cc '#include "csi.pb.h"'
expect accepted cloudapi/http/x.cc '#include <fmt/format.h>'

[ "$failures" -eq 0 ] || exit 1
echo "self_test: every rule can fail"
