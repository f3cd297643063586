#!/usr/bin/env bash
# The coverage check must be able to fail: a small tree of tables and logs, and what it says of each change.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
actions=$tree/cloudapi/actions
mkdir -p "$actions" "$tree/logs"

failures=0
# expect STATUS TEXT: the check ends like that, and says so.
expect() {
  local status=0
  CHECK_ROOT=$tree "$here/coverage.py" "$tree/logs" >"$tree/out" 2>&1 || status=$?
  if [ "$status" != "$1" ] || ! grep -qF -- "$2" "$tree/out"; then
    echo "coverage_test: expected $1 and '$2', got $status:"
    cat "$tree/out"
    failures=$((failures + 1))
  fi
}

printf 'action\tparameter\ttype\trequired\tform\tmin\tmax\tmissing\tinvalid\teffect\nMake\tSize\tInteger\tyes\nMake\tTag.1.Key\tString\tno\n' >"$actions/parameters.tsv"
printf 'action\tparameter\n' | tee "$actions/other_parameters.tsv" >"$actions/neighbours.tsv"
printf 'action\trefusal\thow\tmessage\n*\t400 MissingParameter\t\t\nMake\t403 Full\t\t\n' >"$actions/refusals.tsv"
printf 'action\tkind\tname\treason\n' >"$actions/unproven.tsv"
printf 'action\tkind\tname\tproof\n' >"$actions/coverage.tsv"
cat >"$tree/logs/unit" <<'TEXT'
Make	parameter	Size
Make	parameter	Tag
Make	parameter	Tag.N.Key
Make	refusal	403 Full
Stage	refusal	400 OfATestAlone
TEXT
printf 'Make\tparameter\tSize\nMake\trefusal\t400 MissingParameter\n' >"$tree/logs/e2e"

expect 0 '5 rows, 0 problems'
expect 0 '5 rows are better proven'
CHECK_ROOT=$tree "$here/coverage.py" --update "$tree/logs" >"$tree/out"
grep -q $'^Make\tparameter\tSize\tdriven$' "$actions/coverage.tsv"
grep -q $'^Make\tparameter\tTag.N.Key\tprobed$' "$actions/coverage.tsv"
grep -q '^| Make | 1 | 2 | 0 | 0 | 0 | 0 | 1 | 0 | 0 | 0 |$' "$tree/cloudapi/COVERAGE.md"
expect 0 '5 rows, 0 problems'

mv "$tree/logs/e2e" "$tree/e2e"
expect 1 'Make parameter Size fell back from driven to probed'
expect 1 '* refusal 400 MissingParameter fell back from driven to unproven'
mv "$tree/e2e" "$tree/logs/e2e"
printf 'Make\trefusal\t403 Strange\n' >>"$tree/logs/e2e"
expect 1 'Make answered 403 Strange, which refusals.tsv does not list'
printf 'Make\t403 Strange\t\t\nMake\t403 Never\t\t\n' >>"$actions/refusals.tsv"
expect 1 'Make refusal 403 Never is unproven, and unproven.tsv has no reason for it'
printf 'Make\trefusal\t403 Never\tbilling is not played\nMake\trefusal\t403 Full\twrong\nMake\trefusal\t403 Gone\told\n' >>"$actions/unproven.tsv"
expect 1 'Make refusal 403 Full is probed, but unproven.tsv says: wrong'
expect 1 'unproven.tsv has a row that does not exist: Make refusal 403 Gone'
sed -i '/wrong$/d; /old$/d' "$actions/unproven.tsv"
expect 0 '7 rows, 0 problems'

# Rules prove the rows that need one, and no other; a row answered as another one has its proof.
sed -i '/Never/d' "$actions/unproven.tsv" "$actions/refusals.tsv"
printf 'Make\t403 Billed\trule\tA bill is open.\nMake\t404 Full\tas 403 Full\t\nMake\t403 Owed\t\t\n' >>"$actions/refusals.tsv"
printf 'Make\tfault\t403 Owed\n' >>"$tree/logs/e2e"
expect 1 'Make refusal 403 Billed is unproven'
expect 1 'Make refusal 403 Owed is unproven'
printf 'Make\tfault\t403 Billed\n' >>"$tree/logs/e2e"
sed -i '/Owed/d' "$actions/refusals.tsv"
expect 0 '8 rows, 0 problems'
CHECK_ROOT=$tree "$here/coverage.py" --update "$tree/logs" >"$tree/out"
grep -q '^Answered as another code: 404 Full as 403 Full\.$' "$tree/cloudapi/COVERAGE.md"
grep -q '^By fault rule only: 403 Billed\.$' "$tree/cloudapi/COVERAGE.md"
printf 'Make\trefusal\t403 Billed\n' >>"$tree/logs/e2e"
expect 1 'Make answered 403 Billed, though refusals.tsv says: rule'
printf 'Make\t404 Lost\tas 403 Gone\t\n' >>"$actions/refusals.tsv"
expect 1 'Make 404 Lost is answered as a refusal that it does not have'

# Parameters that change nothing, or are refused, are proven like others and told apart.
sed -i '/Lost/d' "$actions/refusals.tsv"
sed -i '/403 Billed/d' "$tree/logs/e2e"
printf 'Make\tfault\t403 Billed\n' >>"$tree/logs/e2e"
printf 'Make\tIdle\tString\tno\t\t\t\t\t\tnone\nMake\tFar\tString\tno\t\t\t\t\t\trefused 403 Full\n' >>"$actions/parameters.tsv"
printf 'Make\tparameter\tIdle\n' >>"$tree/logs/e2e"
expect 1 'Make parameter Far is unproven, and unproven.tsv has no reason for it'
printf 'Make\tparameter\tFar\n' >>"$tree/logs/e2e"
CHECK_ROOT=$tree "$here/coverage.py" --update "$tree/logs" >"$tree/out"
grep -q '^Parameters without effect: Idle\.$' "$tree/cloudapi/COVERAGE.md"
grep -q '^Parameters refused: Far (403 Full)\.$' "$tree/cloudapi/COVERAGE.md"
grep -q '^| Make | 1 | 2 | 1 | 1 | 0 |' "$tree/cloudapi/COVERAGE.md"

[ "$failures" -eq 0 ] && echo 'coverage_test: the check says what is wrong'
