// SPDX-License-Identifier: GPL-2.0-or-later
//! The Hurd's C libraries as C has them: `hurd.h`, `hurd/trivfs.h`, `hurd/netfs.h`,
//! `hurd/ports.h`, `hurd/fshelp.h`, `hurd/iohelp.h`, `argp.h`, and the user stubs of
//! libhurduser and libmachuser (`proc_task2pid`, `fsys_goaway` and so on).
//!
//! Names are raw, so a search works from the headers and the manual to Rust and back. Functions
//! that are inline or macros in C have the prefix `hurd_sys_`: see `shim.c` and `shim_netfs.c`.
//!
//! ```ignore
//! use hurd_sys as sys;
//!
//! // SAFETY: takes nothing, and answers a send right that the caller owns (hurd.h).
//! let process_server = unsafe { sys::getproc() };
//! let mut pid = 0;
//! // SAFETY: `pid` is a valid out-pointer; the ports are send rights (hurd/process.h).
//! let error = unsafe { sys::proc_task2pid(process_server, sys::mach_task_self(), &mut pid) };
//! ```
//!
//! # Where the bindings come from
//!
//! - Built for the Hurd, the bindings are made from the headers of `HURD_ROOT`, or of
//!   the machine itself.
//! - Without headers, and for documentation on other systems, those in
//!   `src/bindings_x86_64.rs` serve, which a test compares with the headers.
//!
//! # Features: which library is linked
//!
//! | feature | library |
//! |---|---|
//! | `trivfs` (default) | libtrivfs, for a translator of one node |
//! | `netfs` | libnetfs, for a translator of a tree |
//!
//! All declarations are there under any features. A program of libnetfs takes
//! `default-features = false, features = ["netfs"]`.
//!
//! # Symbols that a program defines
//!
//! The functions and variables that a translator must define for libtrivfs (`trivfs_goaway`,
//! `trivfs_fstype` and so on) or libnetfs (`netfs_validate_stat` and so on) are declared here
//! too; a program defines its own with `#[unsafe(no_mangle)]`. The variables that a library
//! writes must be `static mut`. The crate `trivfs` defines those of libtrivfs.
#![no_std]
#![allow(
    missing_docs,
    unsafe_op_in_unsafe_fn,
    unnecessary_transmutes,
    non_camel_case_types,
    non_snake_case,
    non_upper_case_globals,
    clippy::all,
    clippy::pedantic,
    clippy::undocumented_unsafe_blocks,
    clippy::missing_safety_doc,
    reason = "generated from C"
)]

include!(concat!(env!("OUT_DIR"), "/bindings.rs"));
