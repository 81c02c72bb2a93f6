// SPDX-License-Identifier: GPL-2.0-or-later
//! Makes what `gnumach::sys` is: stubs of the kernel's own interfaces, and its headers' bindings.

use std::process::ExitCode;

use mig::{Build, Interface};

/// On the Hurd libmachuser and libc have these functions too, and their names are weak or
/// go through libc's signal code: ours are always plain messages.
const USER_PREFIX: &str = "mig_k_";

fn main() -> ExitCode {
    println!("cargo::rerun-if-changed=build.rs");
    sys().run()
}

fn sys() -> Build {
    let mut build = Build::new("sys");
    for header in [
        "mach/notify.h",
        "mach/vm_param.h",
        "mach/thread_switch.h",
        "mach/exception.h",
        "mach_debug/mach_debug_types.h",
    ] {
        build = build.header(header);
    }
    for defs in [
        "mach/mach.defs",
        "mach/mach4.defs",
        "mach/mach_port.defs",
        "mach/mach_host.defs",
        "mach/gnumach.defs",
        "mach_debug/mach_debug.defs",
    ] {
        build = build.interface(Interface::new(defs).prefix(USER_PREFIX));
    }
    // What the kernel asks of a pager, and what it notifies of. A program that never names
    // these demultiplexers does not link them, and need not define their routines.
    let server = |defs, prefix| Interface::new(defs).user(false).server(true).prefix(prefix);
    // A pager's routines get its own object, not the name of a port.
    let pager = server("mach/memory_object.defs", "pager_")
        .define("SERVERPREFIX=S_")
        .define("MEMORY_OBJECT_IMPORTS=import \"pager_object.h\";")
        .define("MEMORY_OBJECT_INTRAN=pager_object_t pager_begin (mach_port_t)")
        .define("MEMORY_OBJECT_INTRAN_PAYLOAD=pager_object_t pager_begin_payload")
        .define("MEMORY_OBJECT_DESTRUCTOR=pager_end (pager_object_t)");
    build
        .include("include")
        .interface(pager)
        .interface(server("mach/notify.defs", "notify_"))
}
