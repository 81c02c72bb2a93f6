// SPDX-License-Identifier: GPL-2.0-or-later
//! The external pager: a memory object per segment.
//!
//! | module | |
//! |---|---|
//! | [`pages`] | the pages of one object, and the protocol that keeps their content (pure) |
//! | [`queue`] | messages of one object in their order, received by several threads (pure) |
//! | [`store`] | where the stored pages are, so that they share map entries (pure) |
//! | `object` | a memory object: its port, its pages, and the calls on the kernel's side of it |
//! | `memory` | a segment's memory: an object made at first use, and what becomes of it |
//! | `orphans` | objects whose segment is gone and that somebody still maps |
//! | `routines` | the routines of `memory_object.defs` |
//! | `threads` | the threads that serve the kernel, and those that tidy up |
//!
//! # Order
//! Several threads receive for all objects. The kernel numbers the messages of a port, and
//! each object's messages are served in that order, one at a time ([`queue`]). A thread that
//! waits for memory, or for a stored page that has to come from paging space, holds up its
//! own object; another thread serves the others.
//!
//! # Life of a memory object
//! A memory object serves one segment and no other: a client can keep a right to it in a proxy
//! (`vm_region_create_proxy`), and nobody can tell who has one. Its port serves a next segment only
//! after the kernel has ended its side of the old one and says that no send right to the port
//! exists: then there is no proxy, no mapping and no copy. The kernel makes a new object with new
//! names behind it. The object has a mapping in the server that
//! keeps the kernel's side alive while no client maps it (the *anchor*). A few objects are kept in
//! reserve: made before they are needed, off the way of any call, or behind the ports of destroyed
//! segments.
//!
//! When the segment is destroyed and nobody else maps the object, the pager gives up the anchor,
//! and the kernel ends its side. It is told before that the content is of no use any more
//! (`MEMORY_OBJECT_COPY_TEMPORARY`), so that it frees the pages and returns none. Many stored pages
//! are left to a thread.
//!
//! That is done up to 100 ms later, so that `IPC_RMID` and the last shmdt(2) do not wait until the
//! pages are free. (A thread that did it at once would come before the client, which has a lower
//! priority.) Objects with few pages are ended together, up to 16 at a time, or when they have 8 MiB
//! together: most of what it costs to end one is the first run of each step after another program
//! ran. None waits if a charge is missed, if somebody asks for the sum of what is resident, or if a
//! proxy was given out, nor if the pages of those that wait would be more than 128 MiB.
//!
//! A proxy may be mapped between the look and the end. The kernel then does not end its side, and
//! the pager anchors it again. (To have the kernel give up its side, by `memory_object_destroy`,
//! would leave the memory of such a mapping without a pager, and this kernel panics when it pages
//! that out. To flush the pages first would wait for as long as one of them is wired.)
//!
//! If somebody still maps it (through a proxy, or in a task made by `task_create` with
//! inheritance, which the server cannot know of), the object is an *orphan*: the pager goes on
//! answering for it, and looks whether it is still mapped (`orphans`). The anchor stays, so that
//! the kernel never gives up its side by itself, and with it the rights that are called.
//!
//! If nobody maps it but somebody has a right to it, in a proxy, its port lives until that right
//! is gone: a proxy whose object is dead makes this kernel panic, or leads to another
//! object. Whoever maps the proxy finds new pages. The segment's charge stays as long as the object.
//!
//! # Locks, in order
//! 1. a segment's `live` cell; 2. the tables of objects, the objects in reserve, the lists of
//!    what is to be ended, buried or retried: each to look at it only; 3. an object's queue, likewise;
//! 4. an object's `state`, while it is served; 5. its `rights`, to look at them.
//!
//! Whoever ends objects together holds the `state` of each. Nobody else holds two.
//!
//! No call on a client's task is made under any of them. What is done under `state` waits for the
//! kernel's memory at most.

pub mod pages;
pub mod queue;
pub mod store;

#[cfg(test)]
mod model;

#[cfg(any(target_os = "hurd", feature = "bare"))]
mod memory;
#[cfg(any(target_os = "hurd", feature = "bare"))]
mod object;
#[cfg(any(target_os = "hurd", feature = "bare"))]
mod orphans;
#[cfg(any(target_os = "hurd", feature = "bare"))]
mod routines;
#[cfg(any(target_os = "hurd", feature = "bare"))]
mod threads;

#[cfg(any(target_os = "hurd", feature = "bare"))]
pub use self::{
    memory::{Live, Memory},
    object::PAGE,
    threads::{CopyPage, Pager, RESERVE_MAX},
};
