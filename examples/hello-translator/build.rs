// SPDX-License-Identifier: GPL-2.0-or-later
//! Makes stubs and bindings of hello.defs.

use mig::{Build, Error, Interface};

fn main() -> Result<(), Error> {
    // Only a Hurd has the types that hello.defs includes.
    if std::env::var("CARGO_CFG_TARGET_OS").as_deref() != Ok("hurd") {
        return Ok(());
    }
    let interface = Interface::new("hello.defs").server(true);
    Build::new("hello")
        .interface(interface.define("SERVERPREFIX=S_"))
        .mach_types("::gnumach::sys")
        .compile()?;
    Ok(())
}
