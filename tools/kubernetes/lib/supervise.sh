# Sourced by the first process of a machine: keeps its programs running.

# supervise LOG COMMAND…: starts the command again a second after it ended.
supervise() {
  local log=$1
  shift
  while :; do
    "$@" </dev/null >>"$log" 2>&1 || true
    echo "ended; started again in a second: $(basename "$1")" >>"$log"
    sleep 1
  done
}
