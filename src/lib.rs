// SPDX-License-Identifier: GPL-2.0-or-later
//! System V shared memory for GNU/Hurd: the core of the translator `/hurd/shm`, of the server on
//! bare GNU Mach, and of the host's tests.
//!
//! # Rooms
//!
//! | module | what it holds | it may use |
//! |---|---|---|
//! | [`registry`] | segments, keys, ids, attachments, permissions, limits: pure tables | nothing |
//! | [`engine`] | the four calls and fork, over one lock and the trait [`World`] | registry |
//! | [`mach`] | the `World` on GNU Mach: clients' tasks, their maps, the pager of the segments | engine |
//! | `wire` | the routines of shm.defs: who asks, decode, ask the engine, encode | engine, mach |
//!
//! The program itself, with its options and its log, is `src/translator`.
//!
//! # Way of a shmat(2)
//!
//! libc sends `sysvshm_attach` with its task port. MIG's server stub calls `S_sysvshm_attach`
//! (`wire/stubs.rs`), which finds the caller's ids by the port of the request. `Service::attach`
//! (`wire/mod.rs`) finds the client by its task port, or has the proc server vouch for it
//! (`mach/task.rs`). [`Engine::attach`] (`engine/attach.rs`) checks id, mode and limits in the
//! registry, passes the gate of the client's task, and maps by [`World::map`], which is `vm_map`
//! into the client (`mach/map.rs`). Then the registry gets the record.
//!
//! # Way of a page fault
//!
//! The kernel sends `memory_object_data_request` to the port of the segment's memory object. A
//! server thread of the pager receives it (`mach/pager/threads.rs`), waits for its turn at the
//! object (`queue.rs`), and MIG's stub calls the routine (`routines.rs`). The books of the object
//! (`pages.rs`) decide: a page that nobody has touched is zeros, and its untouched neighbours come
//! with it; a stored page is given back as it was; a lost one is an error. `object.rs` sends the
//! answer to the kernel.
//!
//! # Locks and invariants
//!
//! The registry's lock is never held across a call that may reach the kernel or a client. The
//! order of all locks, and the threads, stand in `wire`. A memory object never serves two
//! segments; a page that was written never reads as zeros; no call is made on a port before it was
//! verified to be a task's. ARCHITECTURE.md has the full list and the glossary.
//!
//! # Not here
//!
//! Semaphores and messages of System V, huge pages, and namespaces but by a server of one's own.
#![no_std]

extern crate alloc;
#[cfg(test)]
extern crate std;

pub mod engine;
pub mod error;
pub mod mach;
pub mod registry;
#[cfg(any(target_os = "hurd", feature = "bare"))]
pub mod wire;

pub use engine::world::{Placement, Protection, Survey, Usage, World};
pub use engine::{Attached, Engine};
pub use error::{Error, Result};
pub use registry::flags::{AttachFlags, GetFlags};
pub use registry::id::{Id, Pid};
pub use registry::limits::{Limits, UserLimits};
pub use registry::permission::Caller;
pub use registry::stat::{Counts, Info, Stat, Which};
