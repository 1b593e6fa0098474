# shellcheck shell=bash
# Sourced: the PostgreSQL of the tests, a throw-away cluster without fsync. A database is 300 files, and each test makes one and drops
# it: the cluster lies in memory where there is room, else beside the private one in $PG_HOME/scratch.

# The password `ostankino` as the server keeps it, hashed once instead of 4,096 times: a test logs in ten times, and each time that
# costs the server more CPU than all else it does for a new connection.
SCRATCH_PASSWORD='SCRAM-SHA-256$1:b3N0YW5raW5vLXNjcmF0Yw==$NQ0B5m3kZ7iQ3TG9B7WnFbzPtagPkTaI26xMtIl3BLc=:hTUrcJQ7WRpdWVtaiJr0WXTAIkuhzvPXqU4+NvZ8NS4='

scratch_postgres_default_port() { echo 25433; }

scratch_postgres_find() { postgres_find; }

scratch_postgres_install() { postgres_install; }

# Sets SCRATCH: where it lies.
scratch_home() {
    postgres_home
    SCRATCH=$(recall scratch_postgres.dir)
    SCRATCH=${SCRATCH:-$PG_HOME/scratch}
}

# Chooses where it will lie, and forgets the one before: nothing in it is worth a look.
scratch_choose_home() {
    scratch_home
    rm -rf "$SCRATCH"
    SCRATCH=$PG_HOME/scratch
    if memory_make; then SCRATCH=$MEMORY/postgres; fi
    rm -rf "$SCRATCH"
    mkdir -m 700 "$SCRATCH"
    if is_root; then chown "$PG_USER:" "$SCRATCH"; fi
    remember scratch_postgres.dir "$SCRATCH"
}

scratch_postgres_is_up() {
    scratch_home
    cluster_is_up "$SCRATCH" scratch_postgres
}

# scratch_postgres_start PORT
scratch_postgres_start() {
    local options="-c listen_addresses=127.0.0.1 -c port=$1 -c unix_socket_directories= -c max_connections=400"
    options+=" -c shared_buffers=64MB -c max_wal_size=512MB -c checkpoint_timeout=15min -c log_line_prefix=%m\ [%p]\ %d\ "
    options+=" -c fsync=off -c full_page_writes=off"
    postgres_make_template
    scratch_home
    postgres_wait_for_orphans "$SCRATCH" || return 1
    scratch_choose_home
    scratch_make || return 1
    as_pg "$PG_BIN/pg_ctl" start -w -s -D "$SCRATCH" -l "$PG_HOME/scratch.log" -o "$options" >/dev/null 2>&1 9>&-
}

# It takes its password as it is: a debug build computes SCRAM's answer for 50 ms.
scratch_make() {
    as_pg cp -R --reflink=auto "$PG_HOME/template/." "$SCRATCH" &&
        as_pg "$PG_BIN/postgres" --single -F -D "$SCRATCH" postgres \
            <<<"ALTER USER ostankino PASSWORD '$SCRATCH_PASSWORD'" >>"$PG_HOME/initdb.log" 2>&1 9>&- &&
        echo 'host all all 127.0.0.1/32 password' | as_pg tee "$SCRATCH/pg_hba.conf" >/dev/null
}

# The memory is free again.
scratch_postgres_stop() {
    scratch_home
    cluster_stop "$SCRATCH"
    rm -rf "$SCRATCH"
}

scratch_postgres_log() { echo "$PG_HOME/scratch.log"; }

scratch_postgres_url() { echo "postgres://ostankino:ostankino@127.0.0.1:$(recall scratch_postgres.port)/ostankino"; }
