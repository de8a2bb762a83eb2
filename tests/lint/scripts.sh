#!/usr/bin/env bash
# The shell scripts parse, and shellcheck (where it is) finds nothing in them.
set -u
cd "$(dirname "$0")/../.." || exit 1

mapfile -t scripts < <(find . -path './build*' -prune -o -path ./.git -prune -o \( -name '*.sh' -o -path ./.ci/run \) -print)
for script in "${scripts[@]}"; do
    bash -n "$script" || exit 1
done
if command -v shellcheck >/dev/null; then
    shellcheck -x -S warning "${scripts[@]}"
fi
