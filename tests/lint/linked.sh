#!/usr/bin/env bash
# csa-search and csa.cgi need few libraries at run time, since each costs every search a piece of its start.
#   linked.sh PROGRAM...
set -u
allowed='^(libz|libstemmer|libm|libc|ld-linux[-a-z0-9_]*)\.so'

command -v readelf >/dev/null || {
    echo "skipped: readelf is not here"
    exit 77
}
for program in "$@"; do
    [ -f "$program" ] || exit 1
    libraries=$(readelf -d "$program" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p') || exit 1
    echo "${program##*/}:" $libraries
    ! grep -Ev "$allowed" <<<"$libraries" || exit 1
done
