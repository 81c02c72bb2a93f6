// SPDX-License-Identifier: GPL-2.0-or-later
//! File systems of GNU/Hurd in safe Rust: a shell over libnetfs and libports.
//!
//! A program implements `FileSystem`, whose methods are the questions that libnetfs asks of a
//! file system, and names it in `main!`. All methods but a few have a default that answers an
//! honest error.
//!
//! | here | in the Hurd |
//! |---|---|
//! | `FileSystem` | the `netfs_*` functions that `hurd/netfs.h` says the user must define |
//! | `NodeRef` | a hard reference of `struct node` |
//! | `Nodes` | a table with light references |
//! | [`User`] | `struct iouser` |
//! | [`Entry`], [`encode`] | `struct dirent64`, as `dir_readdir` returns it |
//!
//! # What the shell does itself
//!
//! libnetfs trusts its clients in places where they may be hostile. These calls are served here
//! in place of the library's own:
//!
//! - Requests are received with a bound on their size, and by a bounded number of threads.
//! - `io_read` and `io_write` move the offset of an open first, under the node's lock, and then
//!   the bytes without it: memory that does not answer stops one thread, not the file.
//! - The data of `io_write` may never come. Three quarters of the threads may wait for such data,
//!   and for that of one user three eighths of these; one more gets `EAGAIN`. No other call of a
//!   user but root may bring memory out of line.
//! - `io_map` asks with the access of the open, and `file_set_size` wants it open for writing.
//! - `dir_readdir` asks for numbered entries.
//! - `dir_unlink`, `dir_mkfile` and `file_map` refuse a port that is no open file instead of
//!   ending the program.
//! - No translator is set on a node of the file system, and no file of it is a program: libnetfs
//!   would wait for servers that wait for the client's ports.
//! - The open ports of a user are bounded: each costs memory.
//! - `io_reauthenticate` keeps no thread: see the crate `hurd-ports`.
//! - `file_lock` and `file_record_lock` wait for a lock in a bounded number of threads, and the
//!   ranges that are locked are bounded for an open and for a file (`ENOLCK`).
//! - `dir_lookup` and `fsys_getroot` give back what they do not hand out.
//! - No part of a file system is the root of another (`file_reparent`).
//!
//! # Locks
//!
//! libnetfs calls with the node's lock held. Methods of `FileSystem` do not see that lock: what
//! a node's data changes has locks of its own, and these are taken below it.
#![cfg_attr(not(target_os = "hurd"), forbid(unsafe_code))]

mod dirent;
mod filesystem;
#[cfg(target_os = "hurd")]
mod hurd;
#[cfg_attr(
    not(any(target_os = "hurd", test)),
    expect(dead_code, reason = "the shell's")
)]
mod ports;
mod range;
#[cfg_attr(
    not(any(target_os = "hurd", test)),
    expect(dead_code, reason = "the shell's")
)]
mod ranges;

pub use dirent::{Entry, Kind, Page, encode};
pub use filesystem::{Access, Opening, Opt, Space, Stat, Time, User};
#[cfg(target_os = "hurd")]
pub use filesystem::{FileSystem, Started};
#[cfg(target_os = "hurd")]
pub use hurd::{Foreign, NodeRef, Nodes, copy_in, log, run};
pub use hurd_ports::{Error, Result};
pub use range::within;
pub use ranges::range_of;

/// Defines the program's `main`.
///
/// It is C's and not Rust's: before Rust's own, the run-time opens /dev/null where standard files
/// are missing, as they are for a passive translator, and aborts where there is none.
#[macro_export]
macro_rules! main {
    ($file_system:ty) => {
        /// # Safety
        /// As C's `main`.
        #[cfg_attr(not(test), unsafe(no_mangle))]
        unsafe extern "C" fn main(
            argc: ::core::ffi::c_int,
            argv: *mut *mut ::core::ffi::c_char,
        ) -> ::core::ffi::c_int {
            // SAFETY: handed through.
            unsafe { $crate::run::<$file_system>(argc, argv) }
        }
    };
}
