# shellcheck shell=bash
# Sourced: the private Redis, which keeps nothing on disk. Everything it owns lies in $STATE/redis: log, pid.

REDIS_WANTED=6.0
REDIS_HOME=$STATE/redis

redis_default_port() { echo 26379; }

# Sets REDIS_BIN: Redis, or Valkey, which is the same to us.
redis_find() {
    local path version
    for path in "$(command -v redis-server || true)" "$(command -v valkey-server || true)"; do
        [ -x "$path" ] || continue
        # "Redis server v=7.0.15 sha=…"
        version=$("$path" --version 2>/dev/null | sed -n 's/^.* v=\([0-9.]*\).*/\1/p') || continue
        if at_least "$REDIS_WANTED" "$version"; then
            REDIS_BIN=$path
            return 0
        fi
    done
    return 1
}

redis_install() {
    apt_install "Redis >= $REDIS_WANTED" redis-server
    # Debian's package would run one of its own.
    if have systemctl; then systemctl disable --now redis-server >/dev/null 2>&1 || true; fi
}

# Its answer tells a Redis from whatever else may listen there.
redis_is_up() {
    local answer port
    port=$(recall redis.port)
    [ -n "$port" ] || return 1
    if [ "$(recall redis.by)" != docker ]; then
        kill -0 "$(cat "$REDIS_HOME/pid" 2>/dev/null)" 2>/dev/null || return 1
    fi
    answer=$( (exec 3<>"/dev/tcp/127.0.0.1/$port" && printf 'PING\r\n' >&3 && read -r -t 2 line <&3 && echo "$line") \
        2>/dev/null) || return 1
    [[ $answer == +PONG* ]]
}

# redis_start PORT
redis_start() {
    local tries
    mkdir -p "$REDIS_HOME"
    daemon "$REDIS_HOME/log" "$REDIS_BIN" --bind 127.0.0.1 --port "$1" --save '' --appendonly no \
        --dir "$REDIS_HOME" --pidfile "$REDIS_HOME/pid" --daemonize no
    for ((tries = 0; tries < 100; tries++)); do
        if redis_is_up; then return 0; fi
        sleep 0.05
    done
    return 1
}

redis_stop() { end_daemon Redis "$REDIS_HOME"; }

redis_purge() { rm -rf "$REDIS_HOME"; }

redis_log() { echo "$REDIS_HOME/log"; }

redis_url() { echo "redis://127.0.0.1:$(recall redis.port)"; }
