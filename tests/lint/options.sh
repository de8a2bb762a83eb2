#!/usr/bin/env bash
# Without its optional parts CSA still builds, without a warning, and says so; a file in a format that is not built
# in is named and skipped.
set -u
root=$(cd "$(dirname "$0")/../.." && pwd) || exit 1
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT

fail() {
    echo "failed: $*"
    exit 1
}

meson setup "$folder/build" "$root" -Dhtml=disabled -Dmarkdown=disabled -Duchardet=disabled -Dinteractive=disabled -Dtests=false \
    -Dwerror=true -Doptimization=0 >"$folder/log" 2>&1 || { cat "$folder/log"; fail "meson setup"; }
ninja -C "$folder/build" >"$folder/log" 2>&1 || { cat "$folder/log"; fail "ninja"; }

index=$folder/build/indexer/csa-index
search=$folder/build/searcher/csa-search
"$index" --version | grep -q '^without: HTML (libxml2), Markdown (cmark), encoding detection (uchardet), line editing (libedit)$' ||
    fail "--version does not say what is missing"

mkdir "$folder/articles"
echo 'Gas flows through a pipeline.' >"$folder/articles/a.txt"
echo '<!DOCTYPE html><html><body><p>Gas in HTML.</p></body></html>' >"$folder/articles/b.html"
"$index" -d "$folder/index" "$folder/articles" 2>"$folder/errors"
[ $? = 1 ] || fail "csa-index did not exit with 1"
grep -q 'b\.html' "$folder/errors" || fail "the HTML file was not named"
"$search" -d "$folder/index" gas | grep -q 'a\.txt' || fail "the text file was not found"
