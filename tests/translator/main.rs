// SPDX-License-Identifier: GPL-2.0-or-later
//! The translator as a citizen of the Hurd, through commands and through shm.defs.
//!
//! `qemu/cargo test --test translator`, with `--translator` or `--file PROGRAM:/hurd/shm` in
//! `QEMU_RUN`. Each test sets a translator of its own on a node below /tmp; SHM_PROGRAM names
//! another program than /hurd/shm. The tests are root.
//!
//! What calls cost is not tested here: see `qemu/bench`.

#[cfg(target_os = "hurd")]
extern crate alloc;

#[cfg(target_os = "hurd")]
mod auth;
#[cfg(target_os = "hurd")]
mod client;
#[cfg(target_os = "hurd")]
mod crowd;
#[cfg(target_os = "hurd")]
mod hostile;
#[cfg(target_os = "hurd")]
mod hung;
#[cfg(target_os = "hurd")]
mod identity;
#[cfg(target_os = "hurd")]
mod leaving;
#[cfg(target_os = "hurd")]
mod life;
#[cfg(target_os = "hurd")]
#[path = "../../qemu/bare/src/bin/shm_test/message.rs"]
#[allow(dead_code, reason = "the bare bed's hostile suite needs more of it")]
mod message;
#[cfg(target_os = "hurd")]
mod node;
#[cfg(target_os = "hurd")]
mod orphans;
#[cfg(target_os = "hurd")]
mod process;
#[cfg(target_os = "hurd")]
mod reading;
#[cfg(target_os = "hurd")]
mod reauth;
#[cfg(target_os = "hurd")]
mod setting;
#[cfg(target_os = "hurd")]
mod silent;
#[cfg(target_os = "hurd")]
mod strangers;
#[cfg(target_os = "hurd")]
mod waiting;

#[cfg(not(target_os = "hurd"))]
#[test]
fn translators_are_tested_on_the_hurd() {
    println!("skipped: no Hurd; qemu/cargo test --test translator");
}
