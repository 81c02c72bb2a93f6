// SPDX-License-Identifier: GPL-2.0-or-later
//! What the clients of the bare bed have in common: shm.defs and bed.defs as calls.

#![no_std]

extern crate alloc;

pub mod client;

gnumach::include_bindings! {
    /// The bed's own requests.
    pub mod bed = "bed";
}
