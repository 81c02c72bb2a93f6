// SPDX-License-Identifier: GPL-2.0-or-later
//! Makes stubs and bindings of hello.defs.

use std::process::ExitCode;

use mig::{Build, Interface};

fn main() -> ExitCode {
    // Only a Hurd has the types that hello.defs includes.
    if std::env::var("CARGO_CFG_TARGET_OS").as_deref() != Ok("hurd") {
        return ExitCode::SUCCESS;
    }
    let interface = Interface::new("hello.defs").server(true);
    Build::new("hello")
        .interface(interface.define("SERVERPREFIX=S_"))
        .mach_types("::gnumach::sys")
        .run()
}
