# Reads the table `rooms`, then sources; prints every include that no row allows, under its room.
function folder(path) { sub(/\/[^\/]*$/, "", path); return path }

# The room of a folder: itself when it has a row, else the nearest folder above that has one.
function room_of(path) {
  while (!(path in row) && path ~ /\//) path = folder(path)
  return path
}

# A family is a folder below its room: only it and the files of the room itself include it.
function allowed(path, from, to, is_test,    target) {
  if (to == path || to == from || index(row[from] " ", " " to " ")) return 1
  if (path == from && room_of(to) == from && to !~ /\/testing$/) return 1
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
  if (path ~ /\/testing$/) path = room  # fakes stand where the room itself does
}

match($0, /^[ \t]*#include[ \t]+"[a-z_0-9\/]+\//) {
  to = $0
  sub(/^[^"]*"/, "", to)
  to = folder(substr(to, 1, index(to, "\"") - 1))
  if (!(room in row)) broken["rooms: no row for " room] = broken["rooms: no row for " room] FILENAME ":" FNR ":" $0 "\n"
  else if (!allowed(path, room, to, is_test)) {
    rule = room " includes only:" row[room]
    broken[rule] = broken[rule] FILENAME ":" FNR ":" $0 "\n"
  }
}

END { for (rule in broken) printf "%s\n%s", rule, broken[rule] }
