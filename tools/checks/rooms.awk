# Reads the table `rooms`, then sources; prints every include that no row allows, under its room.
function folder(path) { sub(/\/[^\/]*$/, "", path); return path }

# The room of a folder: x/testing belongs to x, unless it has a row of its own (the fakes of a side).
function room_of(path) {
  if (path in row) return path
  sub(/\/testing$/, "", path)
  return path
}

function allowed(from, to, is_test,    target) {
  if (to == from || index(row[from] " ", " " to " ")) return 1
  if (!is_test || to !~ /\/testing$/) return 0
  target = folder(to)
  return target == from || target == side(from) || index(row[from] " ", " " target " ")
}

function side(room) { sub(/\/.*/, "", room); return room }

FNR == NR {
  if (match($0, /^[a-z_0-9\/]+:/)) row[substr($0, 1, RLENGTH - 1)] = substr($0, RLENGTH + 1)
  next
}

FNR == 1 {
  path = folder(FILENAME)
  room = room_of(path)
  is_test = FILENAME ~ /_test\.cc$/ || path ~ /\/testing$/
}

match($0, /^[ \t]*#include[ \t]+"[a-z_0-9\/]+\//) {
  to = $0
  sub(/^[^"]*"/, "", to)
  to = folder(substr(to, 1, index(to, "\"") - 1))
  if (!(room in row)) broken["rooms: no row for " room] = broken["rooms: no row for " room] FILENAME ":" FNR ":" $0 "\n"
  else if (!allowed(room, to, is_test)) {
    rule = room " includes only:" row[room]
    broken[rule] = broken[rule] FILENAME ":" FNR ":" $0 "\n"
  }
}

END { for (rule in broken) printf "%s\n%s", rule, broken[rule] }
