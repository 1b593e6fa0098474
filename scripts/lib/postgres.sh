# shellcheck shell=bash
# Sourced: the private PostgreSQL. Everything it owns lies in $PG_HOME: data/, template/, log; and the tests' own, see scratch.sh.

PG_WANTED=15
PG_NO_CLUSTER=/etc/postgresql-common/createcluster.d/ostankino.conf

postgres_default_port() { echo 25432; }

# PostgreSQL refuses to run as root.
if is_root; then PG_USER=postgres; else PG_USER=$(id -un); fi

as_pg() {
    (
        cd / || exit
        is_root || exec "$@"
        exec setpriv --reuid="$PG_USER" --regid="$(id -g "$PG_USER")" --clear-groups -- "$@"
    )
}

# Sets PG_HOME: beside the other services, or where that user can reach it (a checkout in /root is closed to it).
postgres_home() {
    PG_HOME=$STATE/postgres
    if is_root && id "$PG_USER" >/dev/null 2>&1 && ! as_pg test -x "$STATE"; then
        PG_HOME=/var/tmp/ostankino-$(checkout_id)
    fi
}

# postgres_bin_ok DIR: a complete server, new enough, that PG_USER may execute.
postgres_bin_ok() {
    local version
    [ -x "$1/initdb" ] && [ -x "$1/pg_ctl" ] && [ -x "$1/postgres" ] || return 1
    version=$(as_pg "$1/postgres" --version 2>/dev/null) || return 1
    version=${version#*) }
    at_least "$PG_WANTED" "${version%%[!0-9]*}"
}

# Sets PG_BIN to the machine's newest fitting server.
postgres_find() {
    local dir
    if is_root && ! id "$PG_USER" >/dev/null 2>&1; then return 1; fi
    while read -r dir; do
        if postgres_bin_ok "$dir"; then
            PG_BIN=$dir
            return 0
        fi
    done < <(postgres_candidates)
    return 1
}

postgres_candidates() {
    local path
    path=$(command -v postgres || true)
    if [ -n "$path" ]; then dirname "$(readlink -f "$path")"; fi
    printf '%s\n' /usr/lib/postgresql/*/bin /usr/pgsql-*/bin | sort -rV
}

# Debian's package would create and start a cluster of its own: it is told not to, for the time of the installation.
postgres_install() {
    if is_root && have apt-get; then
        mkdir -p "${PG_NO_CLUSTER%/*}"
        trap 'rm -f "$PG_NO_CLUSTER"' EXIT
        echo 'create_main_cluster = false' >"$PG_NO_CLUSTER"
    fi
    apt_install "PostgreSQL >= $PG_WANTED" postgresql
    postgres_find || die "the system's PostgreSQL is older than $PG_WANTED. Add the packages of the PostgreSQL project" \
        "(postgresql-common brings a script for it in its folder pgdg), start a Docker engine, or set OSTANKINO__DATABASE__URL"
}

postgres_make_home() {
    postgres_home
    if [ ! -d "$PG_HOME" ]; then
        mkdir -m 700 "$PG_HOME"
        if is_root; then chown "$PG_USER:" "$PG_HOME"; fi
    fi
    if [ -L "$PG_HOME" ] || ! as_pg test -O "$PG_HOME"; then
        die "$PG_HOME does not belong to $PG_USER: remove it and try again"
    fi
}

# postgres_initdb DIR OPTION...: a cluster owned by the superuser and database "ostankino"; all or nothing.
postgres_initdb() {
    local dir=$1 log=$PG_HOME/initdb.log
    shift
    rm -rf "$dir.new"
    {
        as_pg "$PG_BIN/initdb" -D "$dir.new" -U ostankino -E UTF8 --no-locale "$@" &&
            as_pg "$PG_BIN/postgres" --single -D "$dir.new" postgres <<<'CREATE DATABASE ostankino'
    } >>"$log" 2>&1 9>&- || die "initdb failed, see $log"
    mv "$dir.new" "$dir"
}

# A cluster without fsync and password, copied by scripts/throwaway-postgres: quicker than an initdb for each test.
postgres_make_template() {
    postgres_make_home
    if [ ! -d "$PG_HOME/template" ]; then
        postgres_initdb "$PG_HOME/template" -N --auth=trust --wal-segsize=1
    fi
}

postgres_make_data() {
    postgres_make_home
    [ ! -d "$PG_HOME/data" ] || return 0
    say "creating a PostgreSQL cluster in $PG_HOME"
    (umask 077 && echo ostankino >"$PG_HOME/password")
    if is_root; then chown "$PG_USER:" "$PG_HOME/password"; fi
    postgres_initdb "$PG_HOME/data" --auth=scram-sha-256 --pwfile="$PG_HOME/password"
    rm "$PG_HOME/password"
}

postgres_is_up() {
    if [ "$(recall postgres.by)" = docker ]; then
        port_answers "$(recall postgres.port)"
        return
    fi
    postgres_home
    cluster_is_up "$PG_HOME/data" postgres
}

# cluster_is_up DIR NAME: the server in DIR answers on the port that NAME has.
# What it wrote about itself: pid, folder, start time, port, socket folder, address, memory key, state.
cluster_is_up() {
    local pid port phase _
    [ -r "$1/postmaster.pid" ] || return 1
    {
        read -r pid && read -r _ && read -r _ && read -r port && read -r _ && read -r _ && read -r _ && read -r phase
    } <"$1/postmaster.pid" || return 1
    kill -0 "$pid" 2>/dev/null && [ "$phase" = ready ] && [ "$port" = "$(recall "$2.port")" ] && port_answers "$port"
}

# A killed server needs a moment to be buried, and its children to notice; until then its data folder is not free.
postgres_wait_for_orphans() {
    local pid tries
    pid=$(head -n 1 "$1/postmaster.pid" 2>/dev/null) || return 0
    for ((tries = 0; tries < 200; tries++)); do
        if [ -z "$(find /proc -maxdepth 2 -name cwd -lname "$1" 2>/dev/null)" ] &&
            [ "$(cat "/proc/$pid/comm" 2>/dev/null)" != postgres ]; then
            return 0
        fi
        sleep 0.05
    done
    return 1
}

# postgres_start PORT
postgres_start() {
    local options="-c listen_addresses=127.0.0.1 -c port=$1 -c unix_socket_directories= -c max_connections=400"
    options+=" -c shared_buffers=256MB -c max_wal_size=4GB -c checkpoint_timeout=15min -c log_line_prefix=%m\ [%p]\ %d\ "
    postgres_make_data
    postgres_make_template
    postgres_wait_for_orphans "$PG_HOME/data" || return 1
    as_pg "$PG_BIN/pg_ctl" start -w -s -D "$PG_HOME/data" -l "$PG_HOME/log" -o "$options" >/dev/null 2>&1 9>&-
}

postgres_stop() {
    postgres_home
    cluster_stop "$PG_HOME/data"
}

# cluster_stop DIR
cluster_stop() {
    [ -f "$1/postmaster.pid" ] || return 0
    postgres_find || die "the PostgreSQL binaries are gone: end the process in $1/postmaster.pid by hand"
    as_pg "$PG_BIN/pg_ctl" stop -w -s -m fast -D "$1" || say "PostgreSQL was not running"
}

postgres_purge() {
    postgres_home
    rm -rf "$PG_HOME"
}

postgres_log() { echo "$PG_HOME/log"; }

postgres_url() { echo "postgres://ostankino:ostankino@127.0.0.1:$(recall postgres.port)/ostankino"; }
