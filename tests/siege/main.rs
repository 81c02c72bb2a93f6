// SPDX-License-Identifier: GPL-2.0-or-later
//! The suite `siege`: three users attack the translator by every means that a message gives them,
//! while a fourth user works with a segment of their own.
//!
//! `qemu/test siege` runs a short siege, `qemu/test siege-whole` the whole one. These variables
//! change either:
//!
//! | variable | is |
//! |---|---|
//! | `SIEGE_SEED` | the seed of all that is drawn; each run prints its own |
//! | `SIEGE_MESSAGES` | how many hostile messages are sent |
//! | `SIEGE_KILLS` | how many processes are killed while they are attached |
//! | `SIEGE_SEGMENTS` | how many segments the attackers make and remove |
//! | `SIEGE_ROUTINES` | the ranges of ids that random messages draw from |
//!
//! What holds afterwards: each call of the ordinary user was answered within [`ordinary::BOUND`],
//! all data are what they were, the server is the same process, and its names, threads and
//! resident memory are where they were.

#[cfg(target_os = "hurd")]
extern crate alloc;

#[cfg(target_os = "hurd")]
mod attack;
#[cfg(target_os = "hurd")]
#[path = "../translator/client.rs"]
#[allow(dead_code, reason = "the suite translator needs more of it")]
mod client;
#[cfg(target_os = "hurd")]
#[path = "../../qemu/bare/src/bin/shm_test/hail.rs"]
mod hail;
#[cfg(target_os = "hurd")]
#[path = "../../qemu/bare/src/bin/shm_test/message.rs"]
#[allow(dead_code, reason = "the bare bed's hostile suite needs more of it")]
mod message;
#[cfg(target_os = "hurd")]
#[path = "../translator/node.rs"]
#[allow(dead_code, reason = "the suite translator needs more of it")]
mod node;
#[cfg(target_os = "hurd")]
mod ordinary;
#[cfg(target_os = "hurd")]
#[path = "../translator/process.rs"]
#[allow(dead_code, reason = "the suite translator needs more of it")]
mod process;
#[cfg(target_os = "hurd")]
mod siege;

#[cfg(not(target_os = "hurd"))]
#[test]
fn the_siege_is_on_the_hurd() {
    println!("skipped: no Hurd; qemu/test siege");
}
