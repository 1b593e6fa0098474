# shellcheck shell=bash
# Sourced: the same services from compose.yaml, where a Docker engine answers.

docker_compose() {
    OSTANKINO_POSTGRES_PORT=$(recall postgres.port) OSTANKINO_NATS_PORT=$(recall nats.port) \
        OSTANKINO_REDIS_PORT=$(recall redis.port) \
        docker compose --project-name "ostankino-$(checkout_id)" --file "$ROOT/compose.yaml" "$@" >&2 9>&-
}

# The client alone is not enough: the engine may be elsewhere, or away.
docker_answers() {
    have docker && timeout 10 docker info >/dev/null 2>&1 && docker compose version >/dev/null 2>&1
}

# docker_start NAME
docker_start() {
    local port
    port=$(choose_port "$1")
    docker_compose up --detach --wait "$1" ||
        die "docker compose could not start $1: see above, or install $1 on this machine"
    remember "$1.by" docker
    say "$1 listens on 127.0.0.1:$port (docker)"
}

docker_stop() { docker_compose stop "$1"; }

docker_purge() { docker_compose down --volumes; }
