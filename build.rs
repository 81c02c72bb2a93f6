// SPDX-License-Identifier: GPL-2.0-or-later
//! Makes the stubs of shm.defs and their bindings for the programs that speak it.

use std::process::ExitCode;

use mig::{Build, Interface};

fn main() -> ExitCode {
    println!("cargo::rerun-if-changed=build.rs");
    let target = std::env::var("CARGO_CFG_TARGET_OS").unwrap_or_default();
    // The host's tests of the pure core need no Mach headers and no MIG.
    if target != "hurd" && std::env::var_os("CARGO_FEATURE_BARE").is_none() {
        return ExitCode::SUCCESS;
    }
    let interface = Interface::new("defs/shm.defs")
        .server(true)
        .define("SERVERPREFIX=S_")
        .define("SYSVSHM_IMPORTS=import \"shm_client.h\";")
        .define("SYSVSHM_INTRAN=sysvshm_client_t sysvshm_begin (mach_port_t)")
        .define("SYSVSHM_INTRAN_PAYLOAD=sysvshm_client_t sysvshm_begin_payload")
        .define("SYSVSHM_DESTRUCTOR=sysvshm_end (sysvshm_client_t)");
    Build::new("shm")
        .interface(interface)
        .include("defs")
        .mach_types("::gnumach::sys")
        .run()
}
