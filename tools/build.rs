// SPDX-License-Identifier: GPL-2.0-or-later
//! Lets main.rs link the tools with libshm-hurd, in the directory that `SHM_HURD_LIBRARY` names, as
//! the package does: they then use the server on a stock libc too. Without the variable they call
//! libc alone.

use std::env;

fn main() {
    println!("cargo::rerun-if-env-changed=SHM_HURD_LIBRARY");
    println!("cargo::rustc-check-cfg=cfg(linked_with_shm_hurd)");
    if let Ok(directory) = env::var("SHM_HURD_LIBRARY") {
        println!("cargo::rustc-link-search=native={directory}");
        println!("cargo::rustc-cfg=linked_with_shm_hurd");
    }
}
