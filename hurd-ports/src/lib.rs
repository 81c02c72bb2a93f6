// SPDX-License-Identifier: GPL-2.0-or-later
//! What translators of GNU/Hurd share, whichever file system library they are written on.
//!
//! | module | what |
//! |---|---|
//! | [`Error`] | errors as errno(3) numbers them |
//! | `guard` | functions that C calls: no panic crosses; the log |
//! | `serve` | libports's receive loop, with bounds for clients that mean harm |
//! | `reauth` | `io_reauthenticate`, for which no thread waits |
//! | `priority` | threads of a server, before those of its clients |
//! | `shares` | calls that may wait for somebody for ever, counted by user |
//! | `space` | as much address space as there is |
//! | `holders` | opens that somebody holds a right to |
//! | [`user`] | whom to count what a client takes for |
//!
//! The crates `trivfs` and `netfs` are shells over libtrivfs and libnetfs that stand on this one;
//! a program uses one of them. Only [`Error`] and [`user`] are there on other systems.
//!
//! # Which calls wait for a port that the caller names
//!
//! | call | in libtrivfs and libnetfs | here |
//! |---|---|---|
//! | `io_reauthenticate` | the thread waits until the caller has called the auth server, or the rendezvous port dies | `reauth`: no thread waits |
//! | the reply to any call | libports's loop waits for room in the queue of a reply port | `serve`: it is sent at once or dropped |
//! | `file_exec` | libnetfs waits for the exec server, which waits for the caller's ports | refused by `netfs` |
//! | `file_lock`, `file_record_lock` | libnetfs waits until another open gives its lock back | bounded by `netfs` |
//! | any call with memory out of line (`io_write`, `io_restrict_auth`) | whoever looks at it waits for the caller's pager, and gets a signal when that dies | refused, but for the data of `io_write` in `netfs`, for which few threads wait |
//! | `fsys_getroot`, `dir_lookup` | ports of parent directories are stored and handed out | nothing is sent to them |
#![cfg_attr(not(target_os = "hurd"), forbid(unsafe_code))]

mod error;
#[cfg(target_os = "hurd")]
pub mod guard;
#[cfg(target_os = "hurd")]
pub mod holders;
#[cfg(target_os = "hurd")]
pub mod priority;
#[cfg(target_os = "hurd")]
pub mod reauth;
#[cfg(target_os = "hurd")]
pub mod serve;
#[cfg(any(test, target_os = "hurd"))]
pub mod shares;
#[cfg(target_os = "hurd")]
pub mod space;
pub mod user;
#[cfg(any(test, target_os = "hurd"))]
mod waiting;

pub use error::{Error, Result};
