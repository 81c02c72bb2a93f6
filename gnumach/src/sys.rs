// SPDX-License-Identifier: GPL-2.0-or-later
//! The kernel's interfaces as C has them: `mach/*.h`, `mach_debug/*.h`, and MIG's stubs.
//!
//! - `mig_k_<routine>` sends a request of `mach.defs`, `mach4.defs`, `mach_port.defs`,
//!   `mach_host.defs`, `gnumach.defs` or `mach_debug.defs`; `<routine>` is the name there.
//! - [`pager_memory_object_server`] takes a message of `memory_object.defs` apart and calls
//!   `pager_S_memory_object_init` and so on, [`notify_notify_server`] one of `notify.defs`
//!   and calls `notify_do_mach_notify_no_senders` and so on. A program that names them
//!   defines all routines of that interface, each with `#[unsafe(no_mangle)]` and of
//!   the type `<routine>_fn`, which a constant checks:
//!
//!   ```ignore
//!   const _: gnumach::sys::pager_S_memory_object_init_fn = Some(pager_S_memory_object_init);
//!   ```
//!
//!   The first argument of a notification's routine is the name of the receive right that got
//!   it. That of a pager's is the pager's own object, for which the program defines
//!   `pager_begin`, `pager_begin_payload` and `pager_end` (`pager_object.h`).

crate::include_bindings! {
    mod bindings = "sys";
}

pub use bindings::*;
