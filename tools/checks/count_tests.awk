# Reads what ctest --output-junit wrote; -v reports=FOLDER holds the reports of GoogleTest programs, each
# NAME.xml of the test NAME, whose cases are counted instead. Prints "passed N", and a line "failed NAME"
# or "skipped NAME: REASON" for each of those.
BEGIN { RS = "<testcase " }

function attribute(record, name,    part) {
  if (!match(record, "(^| )" name "=\"[^\"]*\"")) return ""
  part = substr(record, RSTART, RLENGTH)
  sub(/^[^"]*"/, "", part)
  return substr(part, 1, length(part) - 1)
}

# What the record says beside `words`, up to the end of that line; GoogleTest begins with FILE:LINE.
function after(record, words,    rest) {
  rest = index(record, words)
  if (!rest) return ""
  rest = substr(record, rest + length(words))
  sub(/^[^&"]*:[0-9]+&#x0A;/, "", rest)
  sub(/[\n&<"].*/, "", rest)
  return rest
}

# Counts the cases of a program's report; returns how many have failed, -1 without a report.
function count_cases(file,    record, cases, failures, name) {
  cases = -1
  while ((getline record < file) > 0) {
    if (++cases == 0) continue
    name = attribute(record, "classname") "." attribute(record, "name")
    if (record ~ /<failure/) {
      ++failures
      print "failed " name
    } else if (attribute(record, "result") == "skipped") {
      print "skipped " name ": " after(record, "<skipped message=\"")
    } else if (attribute(record, "status") == "run") {
      ++passed
    }
  }
  close(file)
  return cases < 1 ? -1 : failures + 0
}

NR > 1 {
  name = attribute($0, "name")
  status = attribute($0, "status")
  failures = count_cases(reports "/" name ".xml")
  # A program can also fail outside of its cases: at its end, by a signal, by its time limit.
  if (status == "fail" && failures < 1) print "failed " name
  else if (failures < 0 && status == "run") ++passed
  else if (failures < 0 && $0 ~ /<failure/) print "failed " name
  else if (failures < 0) print "skipped " name ": " after($0, "skipped: ")
}

END { print "passed " passed + 0 }
