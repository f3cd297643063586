#!/usr/bin/env bash
# Which folder may include what, and which calls may stand where. Prints every violation as
# path:line:text under the rule that it breaks; exits 1 if there is any.
checks=$(cd "$(dirname "$0")" && pwd)
source "$checks/sources.sh"

failures=0

# forbid RULE PATTERN IN [EXCEPT]: no line (comments stripped) of a source whose path matches IN and
# not EXCEPT may match PATTERN. All three are extended regular expressions.
forbid() {
  local rule=$1 pattern=$2 in=$3 except=${4:-^$} hits
  hits=$(sources | { grep -E "$in" || true; } | { grep -vE "$except" || true; } |
    xargs -r -d '\n' awk -v pattern="$pattern" '
      { line = $0; sub(/(^|[ \t;{}(),])\/\/.*$/, "", line) }
      line ~ pattern { print FILENAME ":" FNR ":" $0 }')
  if [ -n "$hits" ]; then
    printf 'layers: %s\n%s\n\n' "$rule" "$hits"
    failures=$((failures + 1))
  fi
}

# Which room includes which stands in the table `rooms`.
hits=$(sources | xargs -r -d '\n' awk -f "$checks/rooms.awk" "$checks/rooms")
if [ -n "$hits" ]; then
  printf 'layers: an include that no row of tools/checks/rooms allows\n%s\n\n' "$hits"
  failures=$((failures + 1))
fi

tests='(_test\.cc|/testing/[^/]*|/tests/[^/]*)$'
include='^[ \t]*#include[ \t]+'

forbid 'topology uses the standard library only' \
  "${include}(<[^>]*[./][^>]*>|\"([^t]|t[^o]))" '^topology/' "$tests"
forbid 'common knows no gRPC and no SQL' \
  "${include}[<\"](google/protobuf|grpc|csi\.|SQLiteCpp|sqlite3)" '^common/'
forbid 'cloudapi knows neither protobuf nor gRPC' \
  "${include}[<\"](google/protobuf|grpc|csi\.)" '^cloudapi/'
forbid 'SQL lives in cloudapi/store' \
  "${include}[<\"](SQLiteCpp|sqlite3)" '^cloudapi/' '^cloudapi/store/'
forbid 'cloudapi/rules is pure: no HTTP, JSON, SQL, files, threads or log' \
  "${include}[<\"](httplib|nlohmann|SQLiteCpp|sqlite3|openssl|spdlog|absl|thread|mutex|filesystem|fstream)" \
  '^cloudapi/rules/' "$tests"
forbid 'driver knows no SQL' "${include}[<\"](SQLiteCpp|sqlite3)" '^driver/'
forbid 'HTTP, JSON and OpenSSL in the driver stand where other programs are asked' \
  "${include}[<\"](httplib|nlohmann|openssl)" '^driver/' "(^driver/(cloud|node|server)/|$tests)"
forbid 'below driver/csi there are no CSI messages' \
  "${include}[<\"](csi\\.|google/protobuf)" '^driver/(base|cloud|kubernetes|host)/' "$tests"
forbid 'clock, randomness, sleep and environment come in through Env, Clock and Host' \
  '(::now\(|[^A-Za-z_]s?rand\(|random_device|sleep_for|sleep_until|[^A-Za-z_](u|nano)?sleep\(|getenv\()' \
  '^(topology|common|cloudapi|driver)/' "(/(system_env|linux_host|main|[a-z_]*_main|flags)\.cc|$tests)"
forbid 'our code does not throw' '(^|[^A-Za-z_])throw([ ;]|$)' '^(topology|common|cloudapi|driver)/' "$tests"
forbid 'files are read whole by base::ReadFile: the iterator throws where the file cannot be read' \
  'std::istreambuf_iterator' '.'
forbid 'no using namespace' 'using namespace' '.'
forbid 'no std::views and no std::format: clang 14 and g++ 12 lack them' \
  '(std::views|std::ranges::views|std::format|#include <format>)' '.'
forbid 'third-party headers stand in angle brackets, ours and generated ones in quotes' \
  "${include}(<(cloudapi|common|deploy|driver|e2e|tools|topology)/|\"((CLI|SQLiteCpp|absl|fmt|gmock|google|grpcpp|gtest|nlohmann|openssl|rapidcheck|spdlog|tl|yaml-cpp)/|[^\"/.]*\.h))" '.'
forbid 'httplib is a compiled library here: its macros come from pkg-config' 'define CPPHTTPLIB' '.'
forbid 'nothing is left open' '(TODO|FIXME)' '.'

if [ "$failures" -gt 0 ]; then
  echo "layers: $failures rules broken"
  exit 1
fi
echo "layers: $(sources | wc -l) sources keep every rule"
