# shellcheck shell=bash
# Sourced: the PostgreSQL of the tests, a throw-away cluster beside the private one: $PG_HOME/scratch, scratch.log. It has no fsync,
# and takes its password as it is: SCRAM costs a debug build 50 ms of CPU for each login, and a test logs in ten times.

scratch_default_port() { echo 25433; }

scratch_find() { postgres_find; }

scratch_install() { postgres_install; }

scratch_is_up() {
    postgres_home
    cluster_is_up "$PG_HOME/scratch" scratch
}

# scratch_start PORT
scratch_start() {
    local options="-c listen_addresses=127.0.0.1 -c port=$1 -c unix_socket_directories= -c max_connections=400"
    options+=" -c shared_buffers=256MB -c max_wal_size=4GB -c checkpoint_timeout=15min -c log_line_prefix=%m\ [%p]\ %d\ "
    options+=" -c fsync=off -c full_page_writes=off"
    postgres_make_template
    postgres_home
    postgres_wait_for_orphans "$PG_HOME/scratch" || return 1
    # One that was not shut down may be broken, without fsync. Nothing in it is worth a look.
    if [ -e "$PG_HOME/scratch/postmaster.pid" ]; then rm -rf "$PG_HOME/scratch"; fi
    [ -d "$PG_HOME/scratch" ] || scratch_make "$PG_HOME/scratch" || return 1
    as_pg "$PG_BIN/pg_ctl" start -w -s -D "$PG_HOME/scratch" -l "$PG_HOME/scratch.log" -o "$options" >/dev/null 2>&1 9>&-
}

# scratch_make DIR: all or nothing.
scratch_make() {
    rm -rf "$1.new"
    as_pg cp -R --reflink=auto "$PG_HOME/template" "$1.new" &&
        as_pg "$PG_BIN/postgres" --single -F -D "$1.new" postgres \
            <<<"ALTER USER ostankino PASSWORD 'ostankino'" >>"$PG_HOME/initdb.log" 2>&1 9>&- &&
        echo 'host all all 127.0.0.1/32 password' | as_pg tee "$1.new/pg_hba.conf" >/dev/null &&
        mv "$1.new" "$1"
}

scratch_stop() {
    postgres_home
    cluster_stop "$PG_HOME/scratch"
}

scratch_log() { echo "$PG_HOME/scratch.log"; }

scratch_url() { echo "postgres://ostankino:ostankino@127.0.0.1:$(recall scratch.port)/ostankino"; }
