// SPDX-License-Identifier: GPL-2.0-or-later
//! Makes the client's stubs of shm.defs and their bindings.

use std::process::ExitCode;

use mig::{Build, Interface};

fn main() -> ExitCode {
    println!("cargo::rerun-if-changed=build.rs");
    // The host's tests of the pure parts need no Mach headers and no MIG.
    if std::env::var("CARGO_CFG_TARGET_OS").as_deref() != Ok("hurd") {
        return ExitCode::SUCCESS;
    }
    Build::new("shm")
        .interface(Interface::new("../defs/shm.defs"))
        .include("../defs")
        .mach_types("::gnumach::sys")
        .run()
}
