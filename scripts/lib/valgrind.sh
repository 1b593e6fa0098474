# shellcheck shell=bash
# Sourced: what counts instructions. valgrind comes from apt; gungraun's runner, which starts it, is built once into
# $STATE/gungraun and must be of the version that bench/micro/Cargo.toml pins.

valgrind_find() { have valgrind; }

valgrind_install() {
    if is_root && have apt-get; then
        # The symbols of the C library: without them valgrind refuses some systems.
        apt_install 'counting instructions' valgrind libc6-dbg
    else
        die "valgrind is missing, which counts instructions: install it, or run this as root on Debian or Ubuntu"
    fi
}

gungraun_wanted() { sed -n 's/^gungraun = "=\([0-9.]*\)".*/\1/p' "$ROOT/bench/micro/Cargo.toml"; }

gungraun_find() {
    [ -x "$STATE/gungraun/bin/gungraun-runner" ] &&
        [ "$("$STATE/gungraun/bin/gungraun-runner" --version 2>/dev/null)" = "gungraun-runner $(gungraun_wanted)" ]
}

gungraun_install() {
    say 'building gungraun-runner, which takes some minutes'
    cargo install --quiet --locked --root "$STATE/gungraun" --version "$(gungraun_wanted)" gungraun-runner >&2 9>&- ||
        die 'gungraun-runner could not be built: see above, then try again'
}
