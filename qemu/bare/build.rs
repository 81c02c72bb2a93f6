// SPDX-License-Identifier: GPL-2.0-or-later
//! Links the programs as the kernel wants its boot modules: static, at a fixed
//! address, without a libc, and with no two segments in one page; and makes the stubs of
//! the bed's own requests.

use std::process::ExitCode;

use mig::{Build, Interface};

fn main() -> ExitCode {
    for argument in [
        "-nostartfiles",
        "-nostdlib",
        "-static",
        "-no-pie",
        "-Wl,-z,norelro",
        "-Wl,-z,separate-code",
        "-Wl,-z,max-page-size=4096",
        "-Wl,--build-id=none",
    ] {
        println!("cargo:rustc-link-arg-bins={argument}");
    }
    println!("cargo:rerun-if-changed=build.rs");
    let bed = Interface::new("defs/bed.defs")
        .server(true)
        .define("SERVERPREFIX=S_");
    Build::new("bed")
        .interface(bed)
        .include("defs")
        .mach_types("::gnumach::sys")
        .run()
}
