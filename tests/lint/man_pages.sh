#!/usr/bin/env bash
# The man pages have no error that mandoc finds.
set -u
cd "$(dirname "$0")/../.." || exit 1

command -v mandoc >/dev/null || {
    echo "skipped: mandoc is not here"
    exit 77
}
mandoc -T lint -W warning docs/*.[1-9]
