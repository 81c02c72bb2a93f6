// SPDX-License-Identifier: GPL-2.0-or-later
//! Run time of programs that speak Mach messages, on the Hurd and on the bare kernel.
//!
//! | module | what |
//! |---|---|
//! | [`right`] | port rights that are released when they are dropped |
//! | [`serve`] | the receive loop of a server, with its replies |
//! | [`elastic`] | a pool of server threads that grows while its threads are blocked |
//! | [`message`] | what a stranger's message carries, and how to be rid of it |
//! | [`header`] | messages that are a header and no more |
//! | [`host`] | what the kernel says of the machine |
//! | [`sync`] | locks and events, with and without libc |
//! | [`error`] | kernel return codes as errors, with their names |
//! | [`trap`], [`sys`] | the kernel's own interfaces, raw |
//!
//! The crate needs neither std nor libc. Stubs and bindings of other interfaces come from the
//! crate `mig`, in a build script; [`include_bindings!`] takes them into a program.
//!
//! # Rights
//!
//! A right has a type of its own, and is released when it is dropped:
//!
//! ```no_run
//! use gnumach::error::Kern;
//! use gnumach::right::{PortSet, ReceiveRight};
//!
//! fn ports() -> Result<(), Kern> {
//!     let (set, port) = (PortSet::allocate()?, ReceiveRight::allocate()?);
//!     port.move_to(&set)?;
//!     let right = port.make_send()?;
//!     let second = right.try_clone()?;
//!     drop(right);
//!     assert!(port.status()?.has_senders);
//!     drop(second); // the last one: a notification is sent if `notify_no_senders` was called
//!     Ok(())
//! }
//! ```
//!
//! # A server
//!
//! MIG's server side takes a request apart and calls a function of the crate's. The
//! bindings hold the type of each as `<routine>_fn`; with the constant below, a
//! routine that does not fit the .defs does not compile. One that is missing does not link.
//!
//! ```ignore
//! gnumach::include_bindings! {
//!     mod wire = "clock";
//! }
//!
//! const _: wire::S_clock_get_fn = Some(S_clock_get);
//!
//! #[unsafe(no_mangle)]
//! extern "C" fn S_clock_get(clock: mach_port_t, time: *mut wire::clock_time_t) -> kern_return_t
//! ```
//!
//! `wire::clock_server(request, reply)` is the demultiplexer, for a receive loop; it
//! answers zero where the request's id is not the interface's. `wire::clock_server_lookup`
//! answers the id's stub or none.
#![no_std]

extern crate alloc;

pub mod elastic;
pub mod error;
pub mod header;
pub mod host;
pub mod message;
pub mod right;
pub mod serve;
pub mod sync;
pub mod sys;
pub mod trap;

/// Declares a module with the bindings that the crate `mig` wrote to `$OUT_DIR/<name>.rs`.
///
/// ```ignore
/// gnumach::include_bindings! {
///     /// The interface of `shm.defs`.
///     pub mod wire = "shm";
/// }
/// ```
///
/// The allowances that generated code needs are here and nowhere else.
#[macro_export]
macro_rules! include_bindings {
    ($(#[$attribute:meta])* $visibility:vis mod $module:ident = $name:literal;) => {
        $(#[$attribute])*
        #[allow(
            missing_docs,
            non_camel_case_types,
            non_snake_case,
            non_upper_case_globals,
            unused,
            unsafe_code,
            unpredictable_function_pointer_comparisons,
            unsafe_op_in_unsafe_fn,
            clippy::all,
            clippy::pedantic,
            clippy::undocumented_unsafe_blocks,
            clippy::missing_safety_doc,
            reason = "generated from C"
        )]
        $visibility mod $module {
            include!(concat!(env!("OUT_DIR"), "/", $name, ".rs"));
        }
    };
}
