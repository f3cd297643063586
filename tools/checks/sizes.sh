#!/usr/bin/env bash
# No source over 500 lines: whoever needs more has two ideas in one file.
source "$(dirname "$0")/sources.sh"

limit=500
long=$(sources | xargs -r -d '\n' wc -l | awk -v limit="$limit" '$2 != "total" && $1 > limit')
if [ -n "$long" ]; then
  printf 'sizes: over %s lines\n%s\n' "$limit" "$long"
  exit 1
fi
echo "sizes: no source over $limit lines"
