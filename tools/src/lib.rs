// SPDX-License-Identifier: GPL-2.0-or-later
//! System V shared memory as a program sees it: libc's four functions, with types.
//!
//! The tools `ipcs`, `ipcrm` and `ipcmk`, the conformance tests and the benchmarks call shared
//! memory through [`client`] only, so all of them run on Linux and on the Hurd alike.
#![no_std]

pub mod client;
