# shellcheck shell=bash
# Sourced: a browser for the tests of the emulator's page, and the driver that belongs to it.

# Sets CHROMIUM_BIN and CHROMEDRIVER_BIN; both must be there, and of one major version.
chromium_find() {
    local name path
    CHROMIUM_BIN='' CHROMEDRIVER_BIN=$(command -v "${OSTANKINO_TEST_CHROMEDRIVER:-chromedriver}" || true)
    for name in "${OSTANKINO_TEST_CHROMIUM:-chromium}" chromium-browser google-chrome google-chrome-stable \
        '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome' /Applications/Chromium.app/Contents/MacOS/Chromium; do
        path=$(command -v "$name" || true)
        if [ -n "$path" ]; then
            CHROMIUM_BIN=$path
            break
        fi
    done
    [ -n "$CHROMIUM_BIN" ] && [ -n "$CHROMEDRIVER_BIN" ] &&
        [ "$(major_version "$CHROMIUM_BIN")" = "$(major_version "$CHROMEDRIVER_BIN")" ]
}

# Of "Chromium 148.0.7778.167 built on …" the 148.
major_version() { "$1" --version 2>/dev/null | sed -n 's/^[^0-9]*\([0-9]*\)\..*/\1/p' | head -n 1; }

chromium_install() {
    if is_root && have apt-get; then
        apt_install 'the tests of the page' chromium chromium-driver fonts-dejavu-core fonts-noto-color-emoji
    else
        die "the tests of the page need Chromium or Chrome, and a chromedriver of the same version: install them (or run this as \
root on Debian), or set OSTANKINO_TEST_CHROMIUM and OSTANKINO_TEST_CHROMEDRIVER"
    fi
}
