# shellcheck shell=bash
# Sourced by the scripts beside this folder: places, words, ports, packages.

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
STATE=$ROOT/.services

say() { printf '%s: %s\n' "${0##*/}" "$*" >&2; }

die() {
    say "$*"
    exit 1
}

is_root() { [ "$(id -u)" = 0 ]; }

have() { command -v "$1" >/dev/null 2>&1; }

# remember NAME VALUE, recall NAME: small facts that outlive one call.
remember() { printf '%s\n' "$2" >"$STATE/$1"; }

recall() { if [ -f "$STATE/$1" ]; then cat "$STATE/$1"; fi; }

# A short name for this checkout, for what has to lie outside of it.
checkout_id() { printf '%s' "$ROOT" | cksum | cut -d ' ' -f 1; }

# at_least WANTED VERSION
at_least() { [ "$(printf '%s\n%s\n' "$1" "$2" | sort -V | head -n 1)" = "$1" ]; }

port_answers() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# first_free_port PORT: PORT, or the next one that nobody listens on.
first_free_port() {
    local port=$1
    while port_answers "$port"; do port=$((port + 1)); done
    printf '%s\n' "$port"
}

# choose_port NAME: the port of last time, or the service's default, or the next free one; remembered.
choose_port() {
    local port
    port=$(recall "$1.port")
    port=$(first_free_port "${port:-$("$1_default_port")}")
    remember "$1.port" "$port"
    printf '%s\n' "$port"
}

# One caller at a time. The file descriptor must not leak into a server: start those with 9>&-.
lock() {
    mkdir -p "$STATE" || die "cannot write to $ROOT: make it writable for $(id -un)"
    exec 9>"$STATE/lock"
    if have flock && ! flock -w 900 9; then
        die "another call has held $STATE/lock for 15 minutes: end it and try again"
    fi
}

# daemon LOG PROGRAM...: starts a server in a session of its own, out of reach of the terminal's Ctrl-C.
daemon() {
    local log=$1 setsid=(nohup)
    shift
    if have setsid; then setsid=(setsid); fi
    (cd / && exec "${setsid[@]}" "$@") </dev/null >>"$log" 2>&1 9>&- &
}

# end_daemon NAME HOME: ends the server whose process is in HOME/pid.
end_daemon() {
    local pid tries
    pid=$(cat "$2/pid" 2>/dev/null) || return 0
    kill -TERM "$pid" 2>/dev/null || return 0
    for ((tries = 0; tries < 200; tries++)); do
        kill -0 "$pid" 2>/dev/null || return 0
        sleep 0.05
    done
    die "$1 (process $pid) does not stop: see $2/log"
}

# apt_install WHAT PACKAGE...: WHAT is named in the message when there is no apt or no right to use it.
apt_install() {
    local what=$1
    shift
    if ! is_root || ! have apt-get; then
        die "$what is missing. Install it, or start a Docker engine, or run this as root on Debian or Ubuntu"
    fi
    say "installing $* (for $what)"
    if [ -z "${APT_UPDATED:-}" ]; then
        apt-get update -qq >&2 || say "apt-get update failed, trying with the old lists"
        APT_UPDATED=yes
    fi
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq -o DPkg::Lock::Timeout=300 --no-install-recommends "$@" >&2 </dev/null 9>&- ||
        die "apt-get could not install $*: see above, then try again"
}
