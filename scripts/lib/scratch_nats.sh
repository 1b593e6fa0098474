# shellcheck shell=bash
# Sourced: the nats-server of the tests. Each test makes some ten streams and removes them: what is stored lies in memory where there
# is room, else in $STATE/scratch_nats, as log and pid do.

SCRATCH_NATS=$STATE/scratch_nats

scratch_nats_default_port() { echo 24223; }

scratch_nats_find() { nats_find; }

scratch_nats_install() { nats_install; }

scratch_nats_is_up() { nats_answers scratch_nats "$SCRATCH_NATS"; }

# scratch_nats_start PORT
scratch_nats_start() {
    local store
    scratch_nats_forget
    store=$SCRATCH_NATS/data
    if memory_make; then store=$MEMORY/nats; fi
    nats_begin scratch_nats "$SCRATCH_NATS" "$store" "$1"
}

scratch_nats_stop() {
    end_daemon nats-server "$SCRATCH_NATS"
    scratch_nats_forget
}

# What was stored, here or there; the memory is free again.
scratch_nats_forget() {
    rm -rf "$SCRATCH_NATS/data"
    memory_home
    if memory_is_ours; then rm -rf "$MEMORY/nats"; fi
}

scratch_nats_purge() { rm -rf "$SCRATCH_NATS"; }

scratch_nats_log() { echo "$SCRATCH_NATS/log"; }

scratch_nats_url() { echo "nats://127.0.0.1:$(recall scratch_nats.port)"; }
