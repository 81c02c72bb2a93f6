# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
# Sourced by the executables beside it: makes sure that the machine has what the
# beds need, or says which packages to install.

# Those, and what a script names in more_packages.
need_packages() {
    missing=
    for package in \
        e2fsprogs gcc grub-common grub-pc-bin libc6-dev libclang-dev make \
        mtools qemu-system-x86 xorriso xz-utils ${more_packages-}
    do
        case $(dpkg-query -W -f '${Status}' "$package" 2>/dev/null) in
            *' installed') ;;
            *) missing="$missing $package" ;;
        esac
    done
    [ -n "$missing" ] || return 0
    if [ "$(id -u)" -ne 0 ]; then
        echo "missing Debian packages; as root: apt-get install --no-install-recommends$missing" >&2
        exit 1
    fi
    echo "installing:$missing"
    # Another apt may hold the lock for a while.
    apt_get="apt-get -qq -o DPkg::Lock::Timeout=300"
    export DEBIAN_FRONTEND=noninteractive
    $apt_get update || true
    # shellcheck disable=SC2086
    $apt_get install -y --no-install-recommends $missing >/dev/null || exit 1
}

need_cargo() {
    command -v cargo >/dev/null || PATH="$HOME/.cargo/bin:$PATH"
    command -v cargo >/dev/null || { echo "cargo is not on PATH" >&2; exit 1; }
}

# bed COMMAND ARGUMENTS...: never returns.
bed() {
    need_packages
    need_cargo
    cd "$(dirname "$0")/.." || exit 1
    exec cargo run --quiet --package runner -- "$@"
}

# The same in the caller's directory, and, since cargo may be the caller, for the
# host whatever is being built.
bed_here() {
    need_packages >&2
    need_cargo
    manifest=$(dirname "$0")/../Cargo.toml
    (
        unset RUSTC_BOOTSTRAP RUSTFLAGS CARGO_ENCODED_RUSTFLAGS \
            CARGO_UNSTABLE_BUILD_STD CARGO_BUILD_TARGET
        cargo build --quiet --package runner --manifest-path "$manifest"
    ) || exit 125
    exec "${CARGO_TARGET_DIR:-$(dirname "$0")/../target}/debug/runner" "$@"
}
