// SPDX-License-Identifier: GPL-2.0-or-later
//! What the node is: libtrivfs's variables, and what stat(2) shows.
//!
//! Who may open it for reading, the mode of the underlying node says, which chmod(1) and
//! chown(1) change. The calls of shm.defs need an open without any mode, which everybody
//! who reaches the node gets: each segment has a mode of its own.

use std::ffi::{c_char, c_int};

use hurd_sys as sys;

use super::options::VERSION;

/// Bits of `st_mode` that remain of the underlying node: nobody writes or executes it, and
/// the kind of file is our own.
const KEPT_MODE: u32 = !(libc::S_IFMT | 0o7333);

// SAFETY of all: libtrivfs reads these names, with these types, and writes the second.

#[unsafe(no_mangle)]
static mut trivfs_fstype: c_int = sys::FSTYPE_MISC as c_int;
/// libtrivfs replaces zero by the process id.
#[unsafe(no_mangle)]
static mut trivfs_fsid: c_int = 0;
#[unsafe(no_mangle)]
static mut trivfs_support_read: c_int = 1;
#[unsafe(no_mangle)]
static mut trivfs_support_write: c_int = 0;
#[unsafe(no_mangle)]
static mut trivfs_support_exec: c_int = 0;
#[unsafe(no_mangle)]
static mut trivfs_allow_open: c_int = libc::O_RDONLY;
#[unsafe(no_mangle)]
static mut trivfs_server_name: *const c_char = c"shm".as_ptr();
#[unsafe(no_mangle)]
static mut trivfs_server_version: *const c_char = VERSION.as_ptr();

/// A character device of no size: its contents are made when it is read.
#[unsafe(no_mangle)]
unsafe extern "C" fn trivfs_modify_stat(
    _protid: *mut sys::trivfs_protid,
    stat: *mut sys::io_statbuf_t,
) {
    // SAFETY: libtrivfs hands in its own structure, filled.
    let Some(stat) = (unsafe { stat.as_mut() }) else {
        return;
    };
    stat.st_mode = (stat.st_mode & KEPT_MODE) | libc::S_IFCHR;
    stat.st_size = 0;
    stat.st_blocks = 0;
}

const _: () = {
    let _: [unsafe extern "C" fn(_, _); 2] = [trivfs_modify_stat, sys::trivfs_modify_stat];
};
