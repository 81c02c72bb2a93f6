// SPDX-License-Identifier: GPL-2.0-or-later
//! libnetfs's variables, and all that only the library refers to.

use std::ffi::{c_char, c_int};
use std::hint::black_box;
use std::ptr;

use super::{callbacks, io, lock, lookup, options, ports, shutdown};
use crate::FileSystem;

// SAFETY of all: libnetfs reads these names, with these types.

#[unsafe(no_mangle)]
static mut netfs_server_name: *const c_char = ptr::null();
#[unsafe(no_mangle)]
static mut netfs_server_version: *const c_char = ptr::null();
#[unsafe(no_mangle)]
static mut netfs_maxsymlinks: c_int = 16;

/// An address that is named here is linked, though nothing in Rust calls it: the library alone
/// does, and the linker looks into it last.
fn keep(addresses: &[*const ()]) {
    black_box(addresses);
}

macro_rules! keep {
    ($($module:ident::{$($name:ident),* $(,)?})*) => {
        keep(&[$($($module::$name as *const ()),*),*])
    };
}

/// Fills the variables in. No port of ours exists yet.
pub fn define<F: FileSystem>() {
    // SAFETY: nobody reads them yet.
    unsafe {
        netfs_server_name = F::NAME.as_ptr();
        netfs_server_version = F::VERSION.as_ptr();
        black_box((&raw mut netfs_maxsymlinks).cast_const());
    }
    keep! {
        callbacks::{
            netfs_validate_stat, netfs_attempt_lookup, netfs_attempt_create_file,
            netfs_attempt_mkfile, netfs_attempt_unlink, netfs_attempt_readlink,
            netfs_check_open_permissions, netfs_report_access, netfs_attempt_chmod,
            netfs_attempt_chown, netfs_attempt_set_size, netfs_attempt_statfs,
            netfs_attempt_sync, netfs_attempt_syncfs, netfs_attempt_utimes,
            netfs_attempt_chauthor, netfs_attempt_chflags, netfs_attempt_mksymlink,
            netfs_attempt_mkdev, netfs_attempt_rename, netfs_attempt_mkdir,
            netfs_attempt_rmdir, netfs_attempt_link, netfs_attempt_read,
            netfs_attempt_write, netfs_get_dirents, netfs_make_user,
            netfs_try_dropping_softrefs, netfs_node_norefs,
        }
        io::{
            netfs_S_io_read, netfs_S_io_write, netfs_S_io_map, netfs_S_dir_readdir,
            netfs_S_file_set_size, netfs_S_dir_unlink, netfs_S_dir_mkfile,
            netfs_S_io_duplicate, netfs_S_io_revoke, netfs_S_file_set_translator,
            netfs_S_io_reauthenticate, netfs_S_file_exec, netfs_S_file_exec_paths,
        }
        lock::{netfs_S_file_lock, netfs_S_file_record_lock}
        lookup::{netfs_S_dir_lookup, netfs_S_fsys_getroot, netfs_S_file_reparent}
        options::{netfs_set_options, netfs_append_args}
        ports::{netfs_make_protid}
        shutdown::{netfs_shutdown}
    }
}
