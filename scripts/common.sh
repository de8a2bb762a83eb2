# shellcheck shell=bash
# Sourced by try.sh and test.sh in the root of the tree: says each step, stops at the first failure with its reason,
# and installs on Debian and Ubuntu what is missing.

program=$(basename "$0")
root=$PWD
steps=0

say() {
    printf '%s\n' "$program: $*"
}

stop() {
    printf '%s\n' "$program: stopped: $*" >&2
    exit 1
}

# Prints a command so that it can be pasted into a shell.
show() {
    local word
    printf '   $'
    for word in "$@"; do
        case $word in *[!a-zA-Z0-9_./=:,+-]*) printf " '%s'" "${word//\'/\'\\\'\'}" ;; *) printf ' %s' "$word" ;; esac
    done
    printf '\n'
}

# step WORDS COMMAND...: says what comes and does it; a failure ends the script. A function shows its commands itself.
step() {
    steps=$((steps + 1))
    local words=$1
    shift
    printf '\n== %d. %s\n' "$steps" "$words"
    [ "$(type -t "$1")" = function ] || show "$@"
    "$@" || stop "step $steps ($words) failed with exit status $?; the reason stands above"
}

# Runs a command as root without asking for anything where nobody could answer.
as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif ! command -v sudo >/dev/null; then
        echo "there is no sudo"
        return 1
    elif [ -t 0 ]; then
        sudo "$@"
    else
        sudo -n "$@"
    fi
}

is_installed() {
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# Prints the packages of the kinds given (build, test) that are not installed.
missing_packages() {
    local kind package _
    while read -r kind package _; do
        case " $* " in *" $kind "*) ;; *) continue ;; esac
        is_installed "${package%%|*}" || is_installed "${package##*|}" || printf '%s\n' "${package%%|*}"
    done <"$root/scripts/packages.txt"
}

apt_get() {
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -o Acquire::Retries=3 -o DPkg::Lock::Timeout=120 \
        -o Dpkg::Use-Pty=0 -qq -y --no-install-recommends "$@" 2>&1
}

# Web servers, which the tests start by themselves and on ports of their own, are not to be started by their
# packages, neither now nor when the machine starts again: apt-get's own way (policy-rc.d) for the time of an
# installation, and off afterwards.
servers='apache2 nginx lighttpd fcgiwrap'
policy=/usr/sbin/policy-rc.d

without_services() (
    if [ ! -e $policy ]; then
        trap 'as_root rm -f $policy' EXIT
        printf '#!/bin/sh\nexit 101\n' | as_root sh -c "cat >$policy && chmod 755 $policy" || exit
    fi
    "$@"
)

switch_off() {
    local package unit
    command -v systemctl >/dev/null || return 0
    for package in "$@"; do
        package=${package%-light}
        case " $servers " in *" $package "*) ;; *) continue ;; esac
        for unit in "$package.service" "$package.socket"; do
            as_root systemctl disable --quiet "$unit" >/dev/null 2>&1
        done
        echo "   $package is installed and switched off; to have it start with the machine: systemctl enable $package"
    done
}

# Installs packages; what apt-get prints is shown if it fails.
install_packages() {
    local output reason
    if ! reason=$(as_root true 2>&1); then
        printf '   %s\n\n' "$reason"
        say "installing needs root; as root, run these, then $program again:"
        show apt-get update
        show apt-get install --no-install-recommends "$@"
        return 1
    fi
    echo "   installing them, and what they need, with apt-get; this takes a minute or a few"
    # One source that cannot be reached must not stop what the others have.
    output=$(apt_get update; without_services apt_get install "$@") && switch_off "$@" && return
    printf '%s\n' "$output"
    return 1
}

# What single tests need and are skipped without: what this system's packages do not have is left out.
provide_extras() {
    local package missing wanted=()
    command -v apt-get >/dev/null && command -v dpkg-query >/dev/null || return 0
    mapfile -t missing < <(missing_packages extra)
    if [ ${#missing[@]} -ne 0 ] && ! as_root true >/dev/null 2>&1; then
        echo "   missing, and only root can install them: ${missing[*]}; what needs them is skipped"
        return
    fi
    [ ${#missing[@]} -eq 0 ] || apt_get update >/dev/null
    for package in "${missing[@]}"; do
        if apt-cache policy "$package" 2>/dev/null | grep -q 'Candidate: [^(]'; then
            wanted+=("$package")
        else
            echo "   there is no package $package here: what needs it is skipped"
        fi
    done
    if [ ${#wanted[@]} -eq 0 ]; then
        echo "   there is nothing to install"
        return
    fi
    echo "   missing: ${wanted[*]}"
    install_packages "${wanted[@]}"
}

other_systems() {
    cat <<'END'
This script installs packages on Debian and Ubuntu only. Here, install these yourself and run it again:

  Fedora    gcc meson ninja-build pkgconf-pkg-config zlib-devel libstemmer-devel jansson-devel libxml2-devel
            cmark-devel uchardet-devel utf8proc-devel libunistring-devel libicu-devel libedit-devel
            fcgi-devel libseccomp-devel libmicrohttpd-devel libdeflate-devel
            tests: libcmocka-devel python3 clang compiler-rt clang-tools-extra mandoc strace httpd mod_fcgid
            nginx fcgiwrap spawn-fcgi lighttpd lighttpd-fastcgi chromium chromedriver
  Arch      gcc meson ninja pkgconf zlib snowball jansson libxml2 cmark uchardet libutf8proc libunistring
            icu libedit fcgi libseccomp libmicrohttpd libdeflate
            tests: cmocka python clang compiler-rt mandoc strace apache mod_fcgid nginx fcgiwrap spawn-fcgi
            lighttpd chromium
  Alpine    gcc musl-dev meson samurai pkgconf zlib-dev snowball-dev jansson-dev libxml2-dev cmark-dev
            uchardet-dev utf8proc-dev libunistring-dev icu-dev libedit-dev fcgi-dev libseccomp-dev
            libmicrohttpd-dev libdeflate-dev bash
            tests: cmocka-dev python3 clang compiler-rt clang-extra-tools mandoc strace apache2 nginx fcgiwrap
            spawn-fcgi lighttpd chromium chromium-chromedriver
  macOS     brew install meson ninja pkgconf snowball jansson libxml2 cmark uchardet utf8proc libunistring
            icu4c libedit fcgi libmicrohttpd libdeflate, and put what `brew --prefix icu4c` prints, with /lib/pkgconfig, in PKG_CONFIG_PATH
            tests: cmocka python mandoc
END
}

# For other systems: true when what the build asks for is there all the same.
has_everything() {
    local tool library
    for tool in cc meson ninja pkg-config; do
        command -v "$tool" >/dev/null || { say "not found: $tool"; return 1; }
    done
    for library in zlib jansson libxml-2.0 libcmark uchardet libutf8proc icu-i18n; do
        pkg-config --exists "$library" || { say "not found: the library $library"; return 1; }
    done
    case " $* " in
    *" test "*)
        pkg-config --exists cmocka || { say "not found: the library cmocka"; return 1; }
        for tool in clang python3; do
            command -v "$tool" >/dev/null || { say "not found: $tool"; return 1; }
        done
        ;;
    esac
}

# provide KIND...: makes sure that the packages of these kinds are there.
provide() {
    if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
        has_everything "$@" && return
        other_systems
        return 1
    fi
    local missing
    mapfile -t missing < <(missing_packages "$@")
    if [ ${#missing[@]} -eq 0 ]; then
        echo "   everything is there"
        return
    fi
    echo "   missing: ${missing[*]}"
    install_packages "${missing[@]}"
}

# The build needs Meson 1.0, which Debian 12 and Ubuntu 23.04 were the first to have.
check_meson() {
    local version
    version=$(meson --version) || return
    echo "   Meson $version"
    [ "${version%%.*}" -ge 1 ] && return
    say "CSA needs Meson 1.0 or newer, and this system's packages have $version;" \
        "install a newer one (https://mesonbuild.com/Getting-meson.html) and run this again"
    return 1
}

# Clang's sanitizers are in a package named after its version, on some systems.
provide_sanitizers() {
    local probe major
    probe=$(mktemp -d) || return
    echo 'int main(void) { return 0; }' >"$probe/main.c"
    if clang -fsanitize=address,undefined -o "$probe/main" "$probe/main.c" 2>"$probe/reason"; then
        echo "   clang has them"
    elif command -v apt-get >/dev/null; then
        major=$(clang -dumpversion | cut -d . -f 1)
        echo "   missing: libclang-rt-$major-dev"
        install_packages "libclang-rt-$major-dev" &&
            clang -fsanitize=address,undefined -o "$probe/main" "$probe/main.c"
    else
        cat "$probe/reason"
        false
    fi
    local result=$?
    rm -rf "$probe"
    return $result
}

# configure FOLDER OPTION...: a build folder with these options, made anew when the old one cannot be used.
configure() {
    local folder=$1
    shift
    [ "$(uname -s)" = Linux ] || set -- -Dsandbox=disabled "$@"
    if [ -f "$folder/build.ninja" ] && meson setup --reconfigure "$@" "$folder" >"$folder/configure.log" 2>&1; then
        echo "   $folder is set up again"
        return
    fi
    rm -rf "$folder"
    show ${CC:+CC="$CC"} meson setup "$@" "$folder"
    meson setup "$@" "$folder"
}
