// SPDX-License-Identifier: GPL-2.0-or-later
//! The registry: segments, attachments and what changes them.
//!
//! Pure: no clock, no lock, no call to the world. A function that needs the
//! time is given it; one that needs the world to be asked returns what to ask
//! ([`Suspect`]) and is told the answer. What it no longer needs is not dropped
//! but put aside for [`Registry::take_trash`], since the last clone of a memory, a
//! task or a ticket may call the kernel when dropped, and the registry is used
//! with a lock held.
//!
//! Invariants, which a debug build checks after a step of the engine's ([`Registry::end_step`]):
//! a segment's `nattch` is the number of its records; a segment that
//! is removed, without records and without pins is not in the table; no two
//! records have the same task, base and segment, for they could not be told
//! apart by looking at the task.
#![forbid(unsafe_code)]

mod address;
mod attach;
pub mod attachments;
mod bitmap;
mod control;
mod create;
mod detach;
mod files;
pub mod flags;
mod fork;
pub mod id;
mod ids;
pub mod key;
pub mod limits;
pub mod permission;
mod repair;
mod segment;
mod segments;
pub mod stat;

pub use self::attach::Pinned;
pub use self::create::{Demand, Lookup, NewSegment};
pub use self::detach::Departure;
pub use crate::registry::attachments::{Attachment, Holder, Serial};

use self::detach::InFlight;
use self::files::Changes;
use self::fork::Forks;
use crate::engine::world::Usage;
use crate::registry::attachments::Attachments;
use crate::registry::id::{Id, Pid};
use crate::registry::key::Key;
use crate::registry::limits::Limits;
use crate::registry::segment::Segment;
use crate::registry::segments::Table;
use crate::registry::stat::{Counts, Info, Stat};
use crate::{Error, Result};
use alloc::collections::BTreeMap;
use alloc::vec::Vec;

/// Segments with memory `M`, attached by tasks `T`, inherited by tickets `K`.
/// Clones of these are cheap references.
pub struct Registry<M, T, K> {
    table: Table<M>,
    attachments: Attachments<T, K>,
    limits: Limits,
    /// Detaches being unmapped.
    detaching: BTreeMap<Serial, InFlight>,
    forks: Forks<T, K>,
    /// A step began and did not end.
    in_step: bool,
    /// Steps since the invariants were last checked.
    #[cfg(debug_assertions)]
    unchecked: u64,
    trash: Trash<M, T, K>,
    changes: Changes,
}

/// What the registry let go of.
#[derive(Debug)]
pub struct Trash<M, T, K> {
    /// Of destroyed segments.
    pub memories: Vec<M>,
    /// Of dropped records.
    pub holders: Vec<Holder<T, K>>,
}

/// A record to be checked against the world.
#[derive(Clone, Debug)]
pub struct Suspect<M, T, K> {
    /// Which record.
    pub serial: Serial,
    /// The segment.
    pub segment: Id,
    /// Its memory.
    pub memory: M,
    /// Who is said to have it.
    pub holder: Holder<T, K>,
    /// First byte.
    pub base: u64,
    /// Bytes.
    pub size: u64,
    /// The user whose attachment it is: who attached it, or forked.
    pub user: u32,
    /// The process.
    pub pid: Pid,
}

/// Whose records.
#[derive(Clone, Debug)]
pub enum Of<T, K> {
    /// One segment's.
    Segment(Id),
    /// One task's.
    Task(T),
    /// One ticket's.
    Ticket(K),
    /// Those of removed segments.
    Removed,
    /// All.
    All,
}

/// Where to go on among records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    segment: Id,
    /// Among the records of a task, the base of the last one.
    base: u64,
    serial: Serial,
}

impl Cursor {
    /// Before the first record.
    pub const START: Self = Self {
        segment: Id::new(0, 0),
        base: 0,
        serial: Serial::FIRST,
    };
}

impl<M: Clone, T: Clone + Ord, K: Clone + Ord> Registry<M, T, K> {
    /// Empty. `hash_seed` should be a secret.
    #[must_use]
    pub fn new(limits: Limits, hash_seed: u64) -> Self {
        Self {
            table: Table::new(hash_seed),
            attachments: Attachments::new(),
            limits,
            detaching: BTreeMap::new(),
            forks: Forks::new(),
            in_step: false,
            #[cfg(debug_assertions)]
            unchecked: 0,
            trash: Trash::new(),
            changes: Changes::default(),
        }
    }

    /// What was let go of since the last call, if anything, to be dropped without the lock.
    #[must_use]
    pub fn take_trash(&mut self) -> Option<Trash<M, T, K>> {
        let Trash { memories, holders } = &self.trash;
        let empty = memories.is_empty() && holders.is_empty();
        (!empty).then(|| core::mem::replace(&mut self.trash, Trash::new()))
    }

    /// The limits that creation is checked against.
    #[must_use]
    pub fn limits(&self) -> Limits {
        self.limits
    }

    /// Sets them. What exists already may exceed them.
    ///
    /// # Errors
    /// `EINVAL`: see [`Limits::validate`].
    pub fn set_limits(&mut self, limits: Limits) -> Result<()> {
        self.limits = limits.validate()?;
        Ok(())
    }

    /// `IPC_INFO` and `SHM_INFO`; `usage` is that of all memory.
    #[must_use]
    pub fn info(&self, usage: Usage) -> Info {
        Info {
            limits: self.limits,
            used_ids: self.table.len(),
            shm_tot: self.table.pages(),
            shm_rss: crate::registry::limits::pages(usage.resident),
            shm_swp: crate::registry::limits::pages(usage.stored),
            max_index: self.table.highest().map_or(0, i32::from),
        }
    }

    /// Every segment, by index, with its memory, as [`stat`](Self::stat).
    #[must_use]
    pub fn list(&self) -> Vec<(Stat, M)> {
        let segments = self.table.iter();
        segments
            .map(|segment| (segment.stat(), segment.memory.clone()))
            .collect()
    }

    /// Segments and attachments.
    #[must_use]
    pub fn counts(&self) -> Counts {
        Counts {
            segments: self.table.len().into(),
            attachments: self.attachments.len() as u64,
        }
    }

    /// The records of a segment, pending ones included.
    pub fn attachments(&self, id: Id) -> impl Iterator<Item = (Serial, &Attachment<T, K>)> {
        self.attachments.of_segment(id)
    }

    /// The clone of `task` on record with the process id of its latest
    /// attachment; `None` if it has none.
    #[must_use]
    pub fn known(&self, task: &T) -> Option<(T, Pid)> {
        let (_, latest) = self
            .attachments
            .of_task(task)
            .max_by_key(|(serial, _)| *serial)?;
        match &latest.holder {
            Holder::Task(task) => Some((task.clone(), latest.pid)),
            Holder::Ticket(_) => None,
        }
    }

    /// Records as suspects, from a place on: at most `most` are looked at, which bounds the
    /// time that this takes. Answers where to go on, if there may be more.
    #[must_use]
    pub fn suspects(
        &self,
        of: &Of<T, K>,
        from: Cursor,
        most: usize,
    ) -> (Vec<Suspect<M, T, K>>, Option<Cursor>) {
        let mut last = None;
        let mut looked = 0;
        let mut note = |record: &(Serial, &Attachment<T, K>)| {
            let (serial, attachment) = record;
            looked += 1;
            last = Some(Cursor {
                segment: attachment.segment,
                base: attachment.base,
                serial: serial.next(),
            });
        };
        let Cursor {
            segment,
            base,
            serial,
        } = from;
        let suspects = match of {
            Of::Segment(id) => {
                let records = self.attachments.after(*id, serial);
                let own = records.take_while(|(_, record)| record.segment == *id);
                self.suspect(own.take(most).inspect(&mut note))
            }
            Of::Task(task) => {
                let records = self.attachments.of_task_after(task, base, serial);
                self.suspect(records.take(most).inspect(&mut note))
            }
            Of::Ticket(ticket) => {
                let records = self.attachments.of_ticket_after(ticket, serial);
                self.suspect(records.take(most).inspect(&mut note))
            }
            Of::Removed => {
                let records = self.attachments.after(segment, serial);
                let looked_at = records.take(most).inspect(&mut note);
                self.suspect(looked_at.filter(|(_, record)| self.removed(record.segment)))
            }
            Of::All => {
                let records = self.attachments.after(segment, serial);
                self.suspect(records.take(most).inspect(&mut note))
            }
        };
        (suspects, last.filter(|_| looked >= most))
    }

    /// Drops a record whose mapping turned out to be gone, if it is still there.
    pub fn drop_gone(&mut self, segment: Id, serial: Serial, now: i64) {
        let _ = self.detach_record(segment, serial, now);
    }

    fn suspect<'a>(
        &'a self,
        records: impl Iterator<Item = (Serial, &'a Attachment<T, K>)>,
    ) -> Vec<Suspect<M, T, K>>
    where
        T: 'a,
        K: 'a,
    {
        records
            .filter_map(|(serial, attachment)| {
                let Attachment {
                    ref holder,
                    segment,
                    base,
                    size,
                    ref charge,
                    pid,
                    ..
                } = *attachment;
                let user = charge.user();
                let memory = self.table.get(segment)?.memory.clone();
                Some(Suspect {
                    serial,
                    segment,
                    memory,
                    holder: holder.clone(),
                    base,
                    size,
                    user,
                    pid,
                })
            })
            .collect()
    }

    /// The invariants at the top, and those of the parts, walked.
    ///
    /// # Panics
    /// If one does not hold.
    #[cfg(any(test, debug_assertions))]
    pub fn assert_consistent(&self) {
        self.table.assert_consistent();
        self.attachments.assert_consistent();
        let under = |ticket: &K| self.attachments.of_ticket(ticket).count() as u64;
        self.forks.assert_consistent(under);
        let mut records = 0;
        for segment in self.table.iter() {
            assert_eq!(
                segment.nattch,
                self.attachments.of_segment(segment.id).count() as u64
            );
            assert!(!segment.removed() || !segment.unused());
            records += segment.nattch;
        }
        assert_eq!(records, self.attachments.len() as u64);
    }

    /// The segment with this id, as a client wrote it.
    fn find(&self, id: i32) -> Result<&Segment<M>> {
        // shmat(2), shmctl(2), EINVAL: bad id, or one whose segment is gone.
        Id::from_raw(id)
            .and_then(|id| self.table.get(id))
            .ok_or(Error::EINVAL)
    }

    fn find_key(&self, key: i32) -> Option<&Segment<M>> {
        self.table.find(Key::new(key)?)
    }

    /// shmdt(2) and every other detach: the count, the time and the process.
    /// False: it was not on record.
    fn detach_record(&mut self, id: Id, serial: Serial, now: i64) -> bool {
        let Some(attachment) = self.attachments.remove(id, serial) else {
            return false;
        };
        if let Some(segment) = self.table.get_mut(id) {
            segment.nattch = segment.nattch.saturating_sub(1);
            segment.dtime = now;
            segment.lpid = attachment.pid;
        }
        self.changes.note();
        self.let_go(attachment.holder);
        self.destroy_if_unused(id);
        true
    }

    /// Puts the holder of a record that is no more aside, and with a ticket's last record the
    /// fork.
    fn let_go(&mut self, holder: Holder<T, K>) {
        if let Holder::Ticket(ticket) = &holder
            && let Some((parent, ticket)) = self.forks.uncount(ticket)
        {
            self.trash.holders.push(Holder::Task(parent));
            self.trash.holders.push(Holder::Ticket(ticket));
        }
        self.trash.holders.push(holder);
    }

    /// shmctl(2), IPC_RMID: a removed segment is destroyed after its last detach.
    fn destroy_if_unused(&mut self, id: Id) {
        if self
            .table
            .get(id)
            .is_some_and(|segment| segment.removed() && segment.unused())
        {
            self.destroy(id);
        }
    }

    fn destroy(&mut self, id: Id) {
        if let Some(segment) = self.table.remove(id) {
            self.changes.note();
            self.trash.memories.push(segment.memory);
        }
    }
}

impl<M, T, K> Trash<M, T, K> {
    const fn new() -> Self {
        Self {
            memories: Vec::new(),
            holders: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests;
