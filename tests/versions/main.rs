// SPDX-License-Identifier: GPL-2.0-or-later
//! Clients and servers of different versions of shm.defs.
//!
//! `qemu/test versions`. [`frozen`] has the messages of version 1 as numbers, so that neither
//! today's headers nor today's MIG can change them. [`old`] is a client that knows no others, in
//! front of today's server; [`stubs`] holds today's stubs against them. `old-server.c` is the
//! server of version 1 for the suite's scripts.

#[cfg(target_os = "hurd")]
extern crate alloc;

#[cfg(target_os = "hurd")]
#[path = "../translator/client.rs"]
#[allow(dead_code, reason = "the suite of the translator uses more of it")]
mod client;
#[cfg(target_os = "hurd")]
mod frozen;
#[cfg(target_os = "hurd")]
#[path = "../../qemu/bare/src/bin/shm_test/message.rs"]
#[allow(dead_code, reason = "the bare bed's hostile suite needs more of it")]
mod message;
#[cfg(target_os = "hurd")]
#[path = "../translator/node.rs"]
#[allow(dead_code, reason = "the suite of the translator uses more of it")]
mod node;
#[cfg(target_os = "hurd")]
mod old;
#[cfg(target_os = "hurd")]
mod stubs;

#[cfg(not(target_os = "hurd"))]
#[test]
fn versions_are_tested_on_the_hurd() {
    println!("skipped: no Hurd; qemu/test versions");
}
