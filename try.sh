#!/usr/bin/env bash
# Installs what is missing (Debian, Ubuntu), builds CSA, indexes the sample collection and searches it.
# Can be run again; asks nothing.
[ -n "${BASH_VERSION:-}" ] || exec bash "$0" "$@" # for `sh try.sh`
set -u
cd "$(dirname "$0")" || exit 1
. scripts/common.sh

# All optional parts, since their packages were just installed; the tests' tools are test.sh's concern.
set_up() {
    if [ -f build/build.ninja ] && meson setup --reconfigure build >/dev/null 2>&1; then
        echo "   build is set up"
    else
        configure build -Dauto_features=enabled -Dtests=false
    fi
}

step "install what is missing" provide build
step "look at Meson" check_meson
step "set up the build folder" set_up
step "build" ninja -C build indexer/csa-index searcher/csa-search searcher/csa.cgi
step "index the sample collection" build/indexer/csa-index -d build/sample.index corpus/articles
step "search it" build/searcher/csa-search -d build/sample.index "power of siberia"

printf '\n%s: done. The same in your browser, on this machine only:\n' "$program"
printf '  build/searcher/csa-search -d build/sample.index --serve\n'
printf 'Next, your own articles:\n'
printf '  build/indexer/csa-index -d my.index FOLDER\n'
printf '  build/searcher/csa-search -d my.index WORDS\n'
