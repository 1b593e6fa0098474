# shellcheck shell=bash
# Sourced: pgbouncer, of which tests start their own.

# Sets PGBOUNCER_BIN. Debian keeps it where only root looks.
pgbouncer_find() {
    PGBOUNCER_BIN=$(PATH=$PATH:/usr/sbin:/sbin command -v pgbouncer)
}

pgbouncer_install() {
    apt_install 'pgbouncer, which tests start,' pgbouncer
    # Debian's package would run one of its own.
    if have systemctl; then systemctl disable --now pgbouncer >/dev/null 2>&1 || true; fi
}
