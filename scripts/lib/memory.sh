# shellcheck shell=bash
# Sourced: the folder of the tests' servers in memory, /dev/shm/ostankino-*. Nothing there is worth a disk, and each test makes and
# removes hundreds of files.

# Databases, logs of what was written, streams, and servers that tests start: several hundred MiB at the worst.
MEMORY_KIB=$((2 * 1024 * 1024))

# Sets MEMORY.
memory_home() { MEMORY=/dev/shm/ostankino-$(checkout_id); }

# Makes the folder; fails where there is no room. One of somebody else's, where all may write, is left alone.
memory_make() {
    local room
    memory_home
    if memory_is_ours; then return 0; fi
    room=$(df --output=avail -k /dev/shm 2>/dev/null | tail -n 1) || return 1
    [ "${room:-0}" -ge "$MEMORY_KIB" ] && mkdir -m 755 "$MEMORY" 2>/dev/null
}

memory_is_ours() { [ -d "$MEMORY" ] && [ ! -L "$MEMORY" ] && [ -O "$MEMORY" ]; }

memory_purge() {
    memory_home
    if memory_is_ours; then rm -rf "$MEMORY"; fi
}
