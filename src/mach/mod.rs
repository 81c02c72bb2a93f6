// SPDX-License-Identifier: GPL-2.0-or-later
//! Segment memory on GNU Mach: the server is the external pager of its segments.
//!
//! A segment's memory is a memory object whose receive right is ours. The server maps it
//! straight into client tasks, and supplies pages as they are touched:
//!
//! - [`pager`]: the memory objects, and the threads that answer the kernel;
//! - `task`: client tasks, the tokens they hold, and the tickets of forks;
//! - `map`: mapping and unmapping in a client's task;
//! - `wired`: what `SHM_LOCK` keeps in memory;
//! - `names`: names of ports by kind;
//! - `region`: looking at a task's address map;
//! - `world`: all of that as the [`World`](crate::engine::world::World) of the engine.

pub mod pager;

#[cfg(any(target_os = "hurd", feature = "bare"))]
pub mod map;
#[cfg(any(target_os = "hurd", feature = "bare"))]
pub mod names;
#[cfg(any(target_os = "hurd", feature = "bare"))]
pub mod platform;
#[cfg(any(target_os = "hurd", feature = "bare"))]
pub mod region;
#[cfg(any(target_os = "hurd", feature = "bare"))]
pub mod task;
#[cfg(any(target_os = "hurd", feature = "bare"))]
pub mod watch;
#[cfg(any(target_os = "hurd", feature = "bare"))]
pub mod wired;
#[cfg(any(target_os = "hurd", feature = "bare"))]
pub mod world;
