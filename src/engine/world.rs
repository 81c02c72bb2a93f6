// SPDX-License-Identifier: GPL-2.0-or-later
//! What the engine needs of the world around it.
//!
//! The Mach side implements [`World`] for clients' address maps and memory
//! objects; the tests implement it with fakes. All policy stays in the core.
//!
//! No lock of the engine's is ever held across a call that may reach the kernel
//! or a client's task: [`World::map`], [`World::survey`], [`World::unmap`],
//! [`World::held`], [`World::wire`], [`World::unwire`], [`World::create_memory`], [`World::capacity`], [`World::spawn`],
//! [`World::log`], what an [`Event`] does but [`Event::read`], and the drop of the last
//! [`World::Memory`], [`World::Task`] or [`World::Ticket`]. [`World::now`],
//! [`World::usage`], [`World::total_usage`], and cloning and comparing tasks and
//! tickets may happen under it: they neither block nor call back.
#![forbid(unsafe_code)]

use crate::Result;
use crate::engine::desk::Claim;
use crate::engine::ledger::Charge;
use alloc::boxed::Box;
use alloc::vec::Vec;
use core::time::Duration;

/// Clients' tasks, segments' memory and the clock.
pub trait World: Send + Sync + Sized + 'static {
    /// Protects the registry, and what else the engine has.
    type RawMutex: lock_api::RawMutex + Send + Sync;
    /// What threads of the engine sleep on.
    type Event: Event;
    /// The memory of a segment. The engine shares it in an `Arc`; dropping it
    /// releases it, which may be slow.
    type Memory: Send + Sync;
    /// A reference to a client's task; two are equal if and only if they are the
    /// same kernel task. While a clone lives, so does the task's token port.
    /// The order is arbitrary but must not change while a clone lives.
    type Task: Clone + Ord + Send + Sync;
    /// Stands for the attachments that a fork is about to inherit.
    type Ticket: Clone + Ord + Send + Sync;

    /// Seconds since 1970.
    fn now(&self) -> i64;

    /// Time since some fixed moment; never less than before.
    fn uptime(&self) -> Duration;

    /// One line for the administrator.
    fn log(&self, line: &str);

    /// Runs `work` in a new thread, which may hang for ever.
    ///
    /// # Errors
    /// `EAGAIN`, `ENOMEM`: there is no room for another thread.
    fn spawn(&self, work: Box<dyn FnOnce() + Send>) -> Result<()>;

    /// Lets another thread run that is ready, if there is one. Cheap, and returns soon.
    fn pause(&self);

    /// Waits a moment, of 20 ms at most, for what was charged for segments that were just
    /// destroyed. `false`, at once, if nothing is to be expected.
    fn settle(&self) -> bool;

    /// Runs `body` once. Where a panic can be caught it ends here, with a line in the log that
    /// names `what`; the answer is whether there was none.
    fn guard(&self, what: &str, body: &mut dyn FnMut()) -> bool;

    /// Bytes that memory and paging space hold, now.
    fn capacity(&self) -> u64;

    /// Memory for a segment of `size` bytes, a multiple of the page size, that
    /// reads as zeros. `charge` is for the segment's pages: the memory keeps it until the
    /// pages are gone for good, which for memory that is still mapped somewhere is later
    /// than its drop.
    ///
    /// # Errors
    /// `ENOMEM`: no room for the books.
    fn create_memory(&self, size: u64, charge: Charge) -> Result<Self::Memory>;

    /// Maps the whole of `memory`, `size` bytes, into `task` and returns the base
    /// address. `protection` is the maximum as well as the initial protection of
    /// a read-only attachment; see shmat(2).
    ///
    /// # Errors
    /// Those of shmat(2) that the address space decides: `EINVAL` when a fixed
    /// range is occupied, `ENOMEM` when it lies outside user space or there is no
    /// room; `EAGAIN` when the task does not answer. Nothing is mapped then.
    fn map(
        &self,
        task: &Self::Task,
        memory: &Self::Memory,
        size: u64,
        place: Placement,
        protection: Protection,
    ) -> Result<u64>;

    /// For each claim, whether any page of `[base, base + size)` in `task` still maps its
    /// memory at the matching offset. The claims come by base, and are looked at in one walk
    /// over the task's regions, of at most `budget` regions: what is beyond is unknown. May
    /// hang for ever if the task wants it to.
    fn survey(&self, task: &Self::Task, claims: &[Claim<Self::Memory>], budget: u64)
    -> Vec<Survey>;

    /// Removes exactly the pages that [`World::survey`] would find in one claim. May hang.
    /// [`Survey::Mapped`]: something was removed; [`Survey::Gone`]: nothing was
    /// there.
    ///
    /// # Errors
    /// `EAGAIN`: the task does not answer.
    fn unmap(
        &self,
        task: &Self::Task,
        memory: &Self::Memory,
        base: u64,
        size: u64,
    ) -> Result<Survey>;

    /// Keeps all pages of `memory`, `size` bytes, in the machine's memory until
    /// [`World::unwire`] or its drop, and `charge` with them; does nothing if that is so
    /// already. `false`: this world cannot.
    ///
    /// # Errors
    /// `ENOMEM`: there is not enough memory that may be wired.
    fn wire(&self, memory: &Self::Memory, size: u64, charge: Charge) -> Result<bool>;

    /// Takes [`World::wire`] back, if it was done.
    fn unwire(&self, memory: &Self::Memory);

    /// Whether some process still holds the right that `ticket` is.
    fn held(&self, ticket: &Self::Ticket) -> bool;

    /// How much of `memory` exists. It may make one kernel call, which waits for nobody.
    fn usage(&self, memory: &Self::Memory) -> Usage;

    /// The sum of [`World::usage`] over all segments.
    fn total_usage(&self) -> Usage;

    /// Something changed that the list of segments tells, but for usage. Called without the
    /// lock, and before the call that made the change is answered.
    fn changed(&self) {}
}

/// A count that goes up at every signal: sleepers sleep until it moves on.
pub trait Event: Default + Send + Sync {
    /// The count now.
    fn read(&self) -> u32;
    /// Moves on and wakes every sleeper.
    fn signal(&self);
    /// Sleeps until the count differs from `seen`, or for about `time`. May return early.
    fn wait(&self, seen: u32, time: Duration);
}

/// Where an attachment goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Placement {
    /// Where there is room.
    Anywhere,
    /// At this address, a multiple of the page size, and only if every page of
    /// the range is free.
    Fixed(u64),
    /// At this address, in place of whatever is mapped there (`SHM_REMAP`).
    Replace(u64),
}

bitflags::bitflags! {
    /// What an attachment allows; also the maximum protection when `WRITE` is
    /// missing, so that mprotect(2) cannot add it.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct Protection: u8 {
        /// Always set: there is no write-only attachment.
        const READ = 1;
        /// Not `SHM_RDONLY`.
        const WRITE = 2;
        /// `SHM_EXEC`.
        const EXECUTE = 4;
    }
}

/// What an attachment's range in a task turned out to hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Survey {
    /// At least one page maps the segment at the matching offset.
    Mapped,
    /// No page does, or the task is dead.
    Gone,
    /// The task does not answer. Its attachments stay on record.
    Unknown,
}

/// How much of a segment's memory exists.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Bytes that the kernel has in memory (`shm_rss`, in pages there).
    pub resident: u64,
    /// Bytes the kernel gave back to the server (`shm_swp`, in pages there).
    pub stored: u64,
}
