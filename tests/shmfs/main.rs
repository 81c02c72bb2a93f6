// SPDX-License-Identifier: GPL-2.0-or-later
//! Segments as files, compared with the calls on segments themselves.
//!
//! `qemu/test shmfs`. Each test sets a server and a file system of its own below /tmp. The tests
//! are root; other users are children.

#[cfg(target_os = "hurd")]
extern crate alloc;

#[cfg(target_os = "hurd")]
#[path = "../translator/client.rs"]
#[allow(dead_code, reason = "the suite of the translator uses more of it")]
mod client;
#[cfg(target_os = "hurd")]
mod coherence;
#[cfg(target_os = "hurd")]
mod creation;
#[cfg(target_os = "hurd")]
mod directory;
#[cfg(target_os = "hurd")]
mod ground;
#[cfg(target_os = "hurd")]
mod hostile;
#[cfg(target_os = "hurd")]
mod kept;
#[cfg(target_os = "hurd")]
mod library;
#[cfg(target_os = "hurd")]
mod life;
#[cfg(target_os = "hurd")]
#[path = "../../qemu/bare/src/bin/shm_test/message.rs"]
#[allow(dead_code, reason = "the bare bed's hostile suite needs more of it")]
mod message;
#[cfg(target_os = "hurd")]
#[path = "../translator/node.rs"]
#[allow(dead_code, reason = "the suite of the translator uses more of it")]
mod node;
#[cfg(target_os = "hurd")]
mod permission;
#[cfg(target_os = "hurd")]
#[path = "../translator/process.rs"]
#[allow(dead_code, reason = "the suite of the translator uses more of it")]
mod process;
#[cfg(target_os = "hurd")]
mod ranges;
#[cfg(target_os = "hurd")]
mod saving;
#[cfg(target_os = "hurd")]
mod setting;
#[cfg(target_os = "hurd")]
#[path = "../translator/silent.rs"]
mod silent;
#[cfg(target_os = "hurd")]
mod stranger;

#[cfg(not(target_os = "hurd"))]
#[test]
fn files_are_tested_on_the_hurd() {
    println!("skipped: no Hurd; qemu/test shmfs");
}
