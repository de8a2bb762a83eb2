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

meson setup "$folder/build" "$root" -Dhtml=disabled -Dmarkdown=disabled -Duchardet=disabled -Dinteractive=disabled \
    -Dfastcgi=disabled -Dsandbox=disabled -Dpreview=disabled -Dlibdeflate=disabled -Dxapian=disabled -Dtests=false -Dwerror=true \
    -Doptimization=0 >"$folder/log" 2>&1 || { cat "$folder/log"; fail "meson setup"; }
ninja -C "$folder/build" >"$folder/log" 2>&1 || { cat "$folder/log"; fail "ninja"; }

index=$folder/build/indexer/csa-index
search=$folder/build/searcher/csa-search
without='HTML (libxml2), Markdown (cmark), encoding detection (uchardet), line editing (libedit), FastCGI (libfcgi)'
without="$without, sandbox (libseccomp), preview (libmicrohttpd), fast inflation (libdeflate), Xapian (libxapian)"
"$index" --version | grep -qx "without: $without" ||
    fail "--version does not say what is missing"

mkdir "$folder/articles"
echo 'Gas flows through a pipeline.' >"$folder/articles/a.txt"
echo '<!DOCTYPE html><html><body><p>Gas in HTML.</p></body></html>' >"$folder/articles/b.html"
"$index" -d "$folder/index" "$folder/articles" 2>"$folder/errors"
[ $? = 1 ] || fail "csa-index did not exit with 1"
grep -q 'b\.html' "$folder/errors" || fail "the HTML file was not named"
"$search" -d "$folder/index" gas | grep -q 'a\.txt' || fail "the text file was not found"

"$search" -d "$folder/index" --serve 0 2>"$folder/errors" && fail "--serve without a library"
grep -q 'libmicrohttpd' "$folder/errors" || fail "--serve does not say what is missing"
echo "index = index" >"$folder/csa.conf"
env -i CSA_CONFIG="$folder/csa.conf" GATEWAY_INTERFACE=CGI/1.1 REQUEST_METHOD=GET QUERY_STRING=q=gas SCRIPT_NAME=/search \
    "$folder/build/searcher/csa.cgi" >"$folder/page" || fail "csa.cgi"
grep -q '^Status: 200 ' "$folder/page" && grep -q 'a\.txt' "$folder/page" || fail "csa.cgi does not find the text file"
