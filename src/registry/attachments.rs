// SPDX-License-Identifier: GPL-2.0-or-later
//! Attachments on record: what was mapped where, for whom. A claim about the
//! kernel's address maps that gets checked, see `engine`.
#![forbid(unsafe_code)]

use crate::engine::ledger::Charge;
use crate::engine::world::Protection;
use crate::registry::id::{Id, Pid};
use alloc::collections::BTreeMap;
use alloc::vec::Vec;

/// Tells a record from any later one at the same place. Never reused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Serial(u64);

impl Serial {
    /// Of the first record ever.
    pub(crate) const FIRST: Self = Self(0);

    /// Of the record after this one.
    pub(crate) const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

/// Who an attachment is counted for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holder<T, K> {
    /// A task that has it mapped.
    Task(T),
    /// A child that a fork is making; not yet known by its task.
    Ticket(K),
}

/// A recorded attachment.
#[derive(Debug)]
pub struct Attachment<T, K> {
    /// Who has it.
    pub holder: Holder<T, K>,
    /// The segment.
    pub segment: Id,
    /// Address of its first byte; shmdt(2) wants it.
    pub base: u64,
    /// Bytes mapped, a multiple of the page size.
    pub size: u64,
    /// What the mapping allows.
    pub protection: Protection,
    /// The process, reported as `shm_lpid` when the attachment goes.
    pub pid: Pid,
    /// One attachment, of the user who attached it or forked.
    pub charge: Charge,
}

/// All records. Each is in `records` and, by its holder, in one of the others.
pub(crate) struct Attachments<T, K> {
    records: BTreeMap<(Id, Serial), Attachment<T, K>>,
    by_task: BTreeMap<(T, u64, Serial), Placed>,
    by_ticket: BTreeMap<(K, Serial), Id>,
    next: Serial,
}

/// A record as its task's list knows it.
#[derive(Clone, Copy)]
struct Placed {
    segment: Id,
    size: u64,
}

impl<T: Clone + Ord, K: Clone + Ord> Attachments<T, K> {
    pub fn new() -> Self {
        Self {
            records: BTreeMap::new(),
            by_task: BTreeMap::new(),
            by_ticket: BTreeMap::new(),
            next: Serial(0),
        }
    }

    pub fn len(&self) -> usize {
        self.records.len()
    }

    pub fn insert(&mut self, attachment: Attachment<T, K>) -> Serial {
        let serial = self.next;
        self.next = Serial(serial.0 + 1);
        let Attachment {
            segment,
            base,
            size,
            ..
        } = attachment;
        match &attachment.holder {
            Holder::Task(task) => {
                self.by_task
                    .insert((task.clone(), base, serial), Placed { segment, size });
            }
            Holder::Ticket(ticket) => {
                self.by_ticket.insert((ticket.clone(), serial), segment);
            }
        }
        self.records.insert((segment, serial), attachment);
        serial
    }

    /// Takes the record out, if it is still there. The holder in what is returned
    /// may be the last clone.
    pub fn remove(&mut self, segment: Id, serial: Serial) -> Option<Attachment<T, K>> {
        let attachment = self.records.remove(&(segment, serial))?;
        match &attachment.holder {
            Holder::Task(task) => {
                self.by_task
                    .remove(&(task.clone(), attachment.base, serial));
            }
            Holder::Ticket(ticket) => {
                self.by_ticket.remove(&(ticket.clone(), serial));
            }
        }
        Some(attachment)
    }

    pub fn get(&self, segment: Id, serial: Serial) -> Option<&Attachment<T, K>> {
        self.records.get(&(segment, serial))
    }

    /// Of one segment, oldest first.
    pub fn of_segment(&self, id: Id) -> impl Iterator<Item = (Serial, &Attachment<T, K>)> {
        let range = (id, Serial(0))..=(id, Serial(u64::MAX));
        self.records
            .range(range)
            .map(|((_, serial), attachment)| (*serial, attachment))
    }

    /// Of all segments from a place on, in the order of ids and ages.
    pub fn after(
        &self,
        id: Id,
        serial: Serial,
    ) -> impl Iterator<Item = (Serial, &Attachment<T, K>)> {
        self.records
            .range((id, serial)..)
            .map(|((_, serial), attachment)| (*serial, attachment))
    }

    /// Of one task from a place on, by base.
    pub fn of_task_after<'a>(
        &'a self,
        task: &T,
        base: u64,
        serial: Serial,
    ) -> impl Iterator<Item = (Serial, &'a Attachment<T, K>)> + use<'a, T, K> {
        let low = (task.clone(), base, serial);
        let high = (task.clone(), u64::MAX, Serial(u64::MAX));
        self.by_task
            .range(low..=high)
            .filter_map(|((_, _, serial), placed)| self.found(placed.segment, *serial))
    }

    /// Of one ticket from a place on, oldest first.
    pub fn of_ticket_after<'a>(
        &'a self,
        ticket: &K,
        serial: Serial,
    ) -> impl Iterator<Item = (Serial, &'a Attachment<T, K>)> + use<'a, T, K> {
        let low = (ticket.clone(), serial);
        let high = (ticket.clone(), Serial(u64::MAX));
        self.by_ticket
            .range(low..=high)
            .filter_map(|((_, serial), segment)| self.found(*segment, *serial))
    }

    /// Of one task, by base.
    pub fn of_task<'a>(
        &'a self,
        task: &T,
    ) -> impl Iterator<Item = (Serial, &'a Attachment<T, K>)> + use<'a, T, K> {
        self.of_task_after(task, 0, Serial::FIRST)
    }

    /// Of one task with exactly this base, oldest first.
    pub fn at_base<'a>(
        &'a self,
        task: &T,
        base: u64,
    ) -> impl DoubleEndedIterator<Item = (Serial, &'a Attachment<T, K>)> + use<'a, T, K> {
        let low = (task.clone(), base, Serial(0));
        let high = (task.clone(), base, Serial(u64::MAX));
        self.by_task
            .range(low..=high)
            .filter_map(|((_, _, serial), placed)| self.found(placed.segment, *serial))
    }

    /// Of one task with a byte in `[base, base + size)`, by base.
    pub fn overlapping<'a>(
        &'a self,
        task: &T,
        base: u64,
        size: u64,
    ) -> impl Iterator<Item = (Serial, &'a Attachment<T, K>)> + use<'a, T, K> {
        let low = (task.clone(), 0, Serial(0));
        let high = (task.clone(), base.saturating_add(size), Serial(0));
        self.by_task
            .range(low..high)
            .filter(move |((_, start, _), placed)| start.saturating_add(placed.size) > base)
            .filter_map(|((_, _, serial), placed)| self.found(placed.segment, *serial))
    }

    /// Of one ticket, oldest first.
    pub fn of_ticket<'a>(
        &'a self,
        ticket: &K,
    ) -> impl Iterator<Item = (Serial, &'a Attachment<T, K>)> + use<'a, T, K> {
        self.of_ticket_after(ticket, Serial::FIRST)
    }

    fn found(&self, segment: Id, serial: Serial) -> Option<(Serial, &Attachment<T, K>)> {
        self.get(segment, serial)
            .map(|attachment| (serial, attachment))
    }

    /// Makes the lists what the records say, which hold the truth. Answers the holders that the
    /// lists knew, to be dropped without the lock.
    pub fn recount(&mut self) -> Vec<Holder<T, K>> {
        let by_task = core::mem::take(&mut self.by_task);
        let by_ticket = core::mem::take(&mut self.by_ticket);
        for ((_, serial), attachment) in &self.records {
            let Attachment {
                segment,
                base,
                size,
                ..
            } = *attachment;
            match &attachment.holder {
                Holder::Task(task) => {
                    let placed = Placed { segment, size };
                    self.by_task.insert((task.clone(), base, *serial), placed);
                }
                Holder::Ticket(ticket) => {
                    self.by_ticket.insert((ticket.clone(), *serial), segment);
                }
            }
        }
        let tasks = by_task.into_keys().map(|(task, ..)| Holder::Task(task));
        let tickets = by_ticket
            .into_keys()
            .map(|(ticket, _)| Holder::Ticket(ticket));
        tasks.chain(tickets).collect()
    }

    /// The segments of all records.
    pub fn segments(&self) -> impl Iterator<Item = (Id, Serial)> {
        self.records.keys().copied()
    }

    /// That each record is in exactly one list.
    #[cfg(any(test, debug_assertions))]
    pub fn assert_consistent(&self) {
        assert_eq!(
            self.by_task.len() + self.by_ticket.len(),
            self.records.len()
        );
        for ((_, base, serial), placed) in &self.by_task {
            let attachment = self
                .get(placed.segment, *serial)
                .expect("listed but not on record");
            assert_eq!((*base, placed.size), (attachment.base, attachment.size));
        }
    }
}
