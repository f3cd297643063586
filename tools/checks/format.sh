#!/usr/bin/env bash
# Every C++ source as .clang-format says. `--fix` rewrites them in place.
source "$(dirname "$0")/sources.sh"

mode=(--dry-run --Werror)
[ "${1:-}" = --fix ] && mode=(-i)
sources | xargs -r -d '\n' clang-format-14 "${mode[@]}"
echo "format: $(sources | wc -l) sources"
