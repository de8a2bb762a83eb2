#!/usr/bin/env bash
# The man pages have no error that mandoc finds, and no quotation within a quotation: a second Ql on a line of Pq
# takes the first one in.
set -u
cd "$(dirname "$0")/../.." || exit 1

command -v mandoc >/dev/null || {
    echo "skipped: mandoc is not here"
    exit 77
}
mandoc -T lint -W warning docs/*.[1-9] || exit
open=$'\xe2\x80\x98' close=$'\xe2\x80\x99' # quotation marks in UTF-8
export LC_ALL=C.UTF-8
for page in docs/*.[1-9]; do
    if mandoc -T utf8 "$page" | sed 's/.\x08//g' | tr -s ' \t\n' ' ' |
        grep -o "${open}[^${close}]*${open}[^${close}]*${close}"; then
        echo "$page: quoted within quotes"
        exit 1
    fi
done
