// SPDX-License-Identifier: GPL-2.0-or-later
//! shm-save(8) and shm-restore(8) over a reboot: one test for each of two boots.
//!
//! `qemu/test shmfs reboot`, which says in `SHM_BOOT` which boot it is, and gives the second one the
//! directory that the first one saved. The node and the files have their usual names here.

#[cfg(target_os = "hurd")]
extern crate alloc;

#[cfg(target_os = "hurd")]
#[path = "../translator/client.rs"]
#[allow(dead_code, reason = "the suite of the translator uses more of it")]
mod client;
#[cfg(target_os = "hurd")]
#[path = "../translator/node.rs"]
#[allow(dead_code, reason = "the suite of the translator uses more of it")]
mod node;
#[cfg(target_os = "hurd")]
mod saved;

#[cfg(not(target_os = "hurd"))]
#[test]
fn reboots_are_tested_on_the_hurd() {
    println!("skipped: no Hurd; qemu/test shmfs reboot");
}
