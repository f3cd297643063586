#!/usr/bin/env bash
# What tools/test counts: cases of reports, programs that fail beside their cases, skips with the reason;
# and what it shows of a failed test.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

cat >"$folder/ctest.xml" <<'XML'
<testsuite name="all" tests="6">
	<testcase name="good_test" classname="good_test" time="0.1" status="run">
	</testcase>
	<testcase name="bad_test" classname="bad_test" time="0.1" status="fail">
		<failure message=""/>
	</testcase>
	<testcase name="killed_test" classname="killed_test" time="0.1" status="fail">
		<failure message="SEGFAULT"/>
	</testcase>
	<testcase name="leaking_test" classname="leaking_test" time="0.1" status="fail">
		<failure message="Failed"/>
	</testcase>
	<testcase name="go-client" classname="go-client" time="0.1" status="notrun">
		<skipped message="SKIP_RETURN_CODE=77"/>
		<system-out>skipped: needs Go 1.25
</system-out>
	</testcase>
	<testcase name="script" classname="script" time="0.1" status="run">
	</testcase>
	<testcase name="unbuilt_test" classname="unbuilt_test" time="0" status="notrun">
		<failure message="Required Files Missing"/>
	</testcase>
</testsuite>
XML
cat >"$folder/good_test.xml" <<'XML'
<testsuites tests="2">
  <testcase name="One" status="run" result="completed" classname="Good" />
  <testcase name="Two" status="run" result="skipped" classname="Good">
    <skipped message="../../x.cc:12&#x0A;needs a device&#x0A;"><![CDATA[../../x.cc:12]]></skipped>
  </testcase>
</testsuites>
XML
cat >"$folder/bad_test.xml" <<'XML'
<testsuites tests="2">
  <testcase name="One" status="run" result="completed" classname="Bad" />
  <testcase name="Two" status="run" result="completed" classname="Bad">
    <failure message="x" type=""></failure>
  </testcase>
</testsuites>
XML
sed 's/Bad/Leaking/; /<failure/d' "$folder/bad_test.xml" >"$folder/leaking_test.xml"

diff <(awk -v reports="$folder" -f "$here/count_tests.awk" "$folder/ctest.xml") - <<'TEXT'
skipped Good.Two: needs a device
failed Bad.Two
failed killed_test
failed leaking_test
skipped go-client: needs Go 1.25
failed unbuilt_test
passed 5
TEXT
echo "count_tests: all counted"

cat >"$folder/ctest.log" <<'TEXT'
      Start 1: good_test
1/3 Test #1: good_test ...................   Passed    1.00 sec
      Start 2: bad_test
      Start 3: script
2/3 Test #2: bad_test ....................***Failed    0.10 sec
x.cc:12: Failure
1 is not 2

3/3 Test #3: script ......................***Skipped   0.10 sec
needs a device
66% tests passed, 1 tests failed out of 3
TEXT
diff <(awk -f "$here/failed_output.awk" "$folder/ctest.log") - <<'TEXT'
2/3 Test #2: bad_test ....................***Failed    0.10 sec
x.cc:12: Failure
1 is not 2

TEXT
echo "failed_output: what the failed test said"
