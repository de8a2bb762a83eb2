#!/usr/bin/env bash
# csa-search needs few libraries at run time, since each costs every search a piece of its start.
#   linked.sh CSA-SEARCH
set -u
program=$1
allowed='^(libz|libstemmer|libm|libc|ld-linux[-a-z0-9_]*)\.so'

command -v readelf >/dev/null || {
    echo "skipped: readelf is not here"
    exit 77
}
libraries=$(readelf -d "$program" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p') || exit 1
echo "$libraries"
! grep -Ev "$allowed" <<<"$libraries"
