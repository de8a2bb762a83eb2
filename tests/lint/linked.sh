#!/usr/bin/env bash
# csa-search and csa.cgi need few libraries at run time, since each costs every search a piece of its start.
# libdeflate is one of them only where its archive is not there to be linked (common/index/inflate.c).
#   linked.sh PROGRAM...
set -u
allowed='^(libz|libdeflate|libstemmer|libm|libc|ld-linux[-a-z0-9_]*)\.so'

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
