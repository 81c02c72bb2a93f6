//! The Hurd's C libraries as C has them: `hurd.h`, `hurd/trivfs.h`, `hurd/ports.h`,
//! `hurd/fshelp.h`, `hurd/iohelp.h`, `argp.h`, and the user stubs of libhurduser and
//! libmachuser (`proc_task2pid`, `fsys_goaway` and so on).
//!
//! Names are raw, so a search works from the headers and the manual to Rust and back.
//! Functions that are inline or macros in C have the prefix `hurd_sys_`: see `shim.c`.
//!
//! - Built for the Hurd, the bindings are made from the headers of `HURD_ROOT`, or of
//!   the machine itself.
//! - Without headers, and for documentation on other systems, those in
//!   `src/bindings_x86_64.rs` serve, which a test compares with the headers.
//!
//! What a translator defines for libtrivfs (`trivfs_goaway`, `trivfs_fstype` and so on) is
//! declared here too; a program defines its own with `#[unsafe(no_mangle)]`. The
//! variables that the library writes must be `static mut`.
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
