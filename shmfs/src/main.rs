// SPDX-License-Identifier: GPL-2.0-or-later
//! `/hurd/shmfs`: the segments of `/servers/ipc/shm` as files, see shmfs(8).
//!
//! `settrans -c /shm /hurd/shmfs [--server=NODE]`
//!
//! It is a client of the protocol that libc speaks (`defs/shm.defs`) and holds no segment, so it
//! can be restarted, set by any user, and set several times. It decides nothing about permission:
//! each open, change and removal is asked of the server through a port that has the ids of the
//! user, or of those the ids that this program has itself.
//!
//! | module | |
//! |---|---|
//! | `names` | ids and keys as file names, inode numbers |
//! | `snapshot` | the table of segments as it was at one moment, and the directories made of it |
//! | `server` | the connection to the server, lost and found again |
//! | `table` | the snapshot that is kept as long as it is true |
//! | `window` | copies out of and into a segment's memory |
//! | `files` | the file system: [`netfs::FileSystem`] |
#![cfg_attr(all(target_os = "hurd", not(test)), no_main)]

#[cfg(target_os = "hurd")]
mod files;
#[cfg(any(target_os = "hurd", test))]
mod names;
#[cfg(target_os = "hurd")]
mod server;
#[cfg(any(target_os = "hurd", test))]
mod snapshot;
#[cfg(target_os = "hurd")]
mod table;
#[cfg(target_os = "hurd")]
mod window;

#[cfg(target_os = "hurd")]
gnumach::include_bindings! {
    /// shm.defs as MIG and bindgen make it: structures, constants and the client's stubs.
    mod defs = "shm";
}

#[cfg(all(target_os = "hurd", not(test)))]
netfs::main!(files::Files);

#[cfg(not(target_os = "hurd"))]
fn main() -> std::process::ExitCode {
    eprintln!("shmfs: this is a translator of GNU/Hurd: it runs nowhere else");
    std::process::ExitCode::FAILURE
}

#[cfg(all(target_os = "hurd", test))]
fn main() {}
