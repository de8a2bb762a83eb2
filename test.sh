#!/usr/bin/env bash
# Installs what is missing (Debian, Ubuntu), then builds and runs all tests twice: with gcc into build/, and with
# clang and its address and undefined-behaviour sanitizers into build-sanitizers/. Can be run again; asks
# nothing. The last line counts the tests of both runs. "./test.sh quick" runs the suite of that name only.
[ -n "${BASH_VERSION:-}" ] || exec bash "$0" "$@" # for `sh test.sh`
set -u
cd "$(dirname "$0")" || exit 1
. scripts/common.sh

suite=()
[ $# -eq 0 ] || suite=("--suite=$1")
logs=()
trap '[ ${#logs[@]} -eq 0 ] || python3 scripts/count_tests.py "${logs[@]}"' EXIT

# A leak or an overflow fails its test.
export ASAN_OPTIONS=detect_leaks=1:strict_string_checks=1
export UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1

# axe-core, which checks the pages' accessibility, is a package of npm: tests/cgi/package.json. Without npm, or without
# a network, the tests that use it are skipped.
provide_axe() {
    mkdir -p "$1/axe" && cp tests/cgi/package.json tests/cgi/package-lock.json "$1/axe" || return
    if ! command -v npm >/dev/null; then
        echo "   there is no npm here: what needs axe-core is skipped"
    elif ! npm ci --prefix "$1/axe" --no-audit --no-fund --ignore-scripts --silent; then
        echo "   axe-core could not be installed: what needs it is skipped"
    fi
}

run_tests() {
    rm -f "$1/meson-logs/testlog.json"
    logs+=("$1/meson-logs/testlog.json")
    local test=(meson test -C "$1" --no-rebuild --print-errorlogs "${suite[@]}" "${@:2}")
    show "${test[@]}"
    "${test[@]}"
}

with_gcc() {
    CC=gcc configure build -Dwerror=true -Dauto_features=enabled -Dtests=true
}

with_clang() {
    CC=clang CXX=clang++ configure build-sanitizers -Dwerror=true -Dauto_features=enabled -Dtests=true -Dsanitizers=both \
        -Dbuildtype=debugoptimized
}

step "install what is missing" provide build test
step "install the web servers and the browser that tests of the site start" provide_extras
step "look at Meson" check_meson
step "look for clang's sanitizers" provide_sanitizers
step "set up build/ (gcc)" with_gcc
step "build" ninja -C build
step "install axe-core for the tests in the browser" provide_axe build
step "test" run_tests build
step "set up build-sanitizers/ (clang, address and undefined-behaviour sanitizers)" with_clang
step "build" ninja -C build-sanitizers
step "test" run_tests build-sanitizers --timeout-multiplier=4
printf '\n%s: all tests passed\n' "$program"
