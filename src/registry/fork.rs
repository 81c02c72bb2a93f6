// SPDX-License-Identifier: GPL-2.0-or-later
//! fork(2): a child's attachments are counted before it runs, under a ticket, and
//! become its task's when it hands the ticket in.
#![forbid(unsafe_code)]

use super::{Attachment, Holder, Registry};
use crate::engine::ledger::{Account, Charge, Full, Kind};
use crate::registry::id::Pid;
use crate::registry::limits::PROCESS_TICKETS;
use crate::{Error, Result};
use alloc::collections::BTreeMap;
use alloc::sync::Arc;
use alloc::vec::Vec;

/// Forks under way: each ticket under which records are pending.
///
/// Invariants: `records` of a fork is the number of records under its ticket, and not 0;
/// `by_parent` is the number of forks of each parent, and not 0.
pub(super) struct Forks<T, K> {
    by_ticket: BTreeMap<K, Fork<T>>,
    by_parent: BTreeMap<T, u64>,
}

struct Fork<T> {
    parent: T,
    records: u64,
    _charge: Charge,
}

impl<T: Clone + Ord, K: Clone + Ord> Forks<T, K> {
    pub const fn new() -> Self {
        Self {
            by_ticket: BTreeMap::new(),
            by_parent: BTreeMap::new(),
        }
    }

    fn of_parent(&self, parent: &T) -> u64 {
        self.by_parent.get(parent).copied().unwrap_or(0)
    }

    fn insert(&mut self, parent: &T, ticket: &K, records: u64, charge: Charge) {
        *self.by_parent.entry(parent.clone()).or_insert(0) += 1;
        let fork = Fork {
            parent: parent.clone(),
            records,
            _charge: charge,
        };
        self.by_ticket.insert(ticket.clone(), fork);
    }

    /// A record under `ticket` is no more. With the last one the fork ends; the answer is
    /// what may be dropped only without the lock.
    pub fn uncount(&mut self, ticket: &K) -> Option<(T, K)> {
        let fork = self.by_ticket.get_mut(ticket)?;
        fork.records = fork.records.saturating_sub(1);
        if fork.records != 0 {
            return None;
        }
        let (ticket, fork) = self.by_ticket.remove_entry(ticket)?;
        if let Some(forks) = self.by_parent.get_mut(&fork.parent) {
            *forks = forks.saturating_sub(1);
            if *forks == 0 {
                // The key may be another clone of the parent than the one answered, which
                // keeps what both stand for.
                self.by_parent.remove(&fork.parent);
            }
        }
        Some((fork.parent, ticket))
    }

    /// Makes the counts what the records say, given their number under each ticket. Answers what
    /// may be dropped only without the lock.
    pub fn recount(&mut self, records: impl Fn(&K) -> u64) -> Vec<Holder<T, K>> {
        let by_parent = core::mem::take(&mut self.by_parent);
        let mut dropped: Vec<_> = by_parent.into_keys().map(Holder::Task).collect();
        for (ticket, mut fork) in core::mem::take(&mut self.by_ticket) {
            fork.records = records(&ticket);
            if fork.records == 0 {
                dropped.push(Holder::Task(fork.parent));
                dropped.push(Holder::Ticket(ticket));
            } else {
                *self.by_parent.entry(fork.parent.clone()).or_insert(0) += 1;
                self.by_ticket.insert(ticket, fork);
            }
        }
        dropped
    }

    /// The invariants at the top, given the number of records under each ticket.
    #[cfg(any(test, debug_assertions))]
    pub fn assert_consistent(&self, records: impl Fn(&K) -> u64) {
        for (ticket, fork) in &self.by_ticket {
            assert!(fork.records != 0);
            assert_eq!(fork.records, records(ticket));
        }
        for (parent, forks) in &self.by_parent {
            let of_parent = self
                .by_ticket
                .values()
                .filter(|fork| fork.parent == *parent);
            assert_eq!(*forks, of_parent.count() as u64);
        }
    }
}

impl<M: Clone, T: Clone + Ord, K: Clone + Ord> Registry<M, T, K> {
    /// Whether `task` has attachments that a child would inherit.
    #[must_use]
    pub fn has_attachments(&self, task: &T) -> bool {
        self.attachments.of_task(task).next().is_some()
    }

    /// Whether a fork of `task` is to be counted: it has attachments that a child would
    /// inherit.
    ///
    /// # Errors
    /// Too many forks are under way, of the process, or of the user of `account`.
    pub fn check_fork(&self, task: &T, account: &Account) -> Result<bool, Full> {
        if !self.has_attachments(task) {
            return Ok(false);
        }
        self.check_parent(task)?;
        account.would_fit(Kind::Tickets, 1, self.limits.tickets())?;
        Ok(true)
    }

    fn check_parent(&self, parent: &T) -> Result<(), Full> {
        let used = self.forks.of_parent(parent);
        if used < PROCESS_TICKETS {
            return Ok(());
        }
        Err(Full {
            kind: Kind::Tickets,
            own: true,
            asked: 1,
            used,
            limit: PROCESS_TICKETS,
        })
    }

    /// Counts every attachment of `parent` once more, pending under `ticket`, for the user
    /// of `account`. As on Linux, `shm_atime` and `shm_lpid` are of the parent's fork.
    /// False: there are none.
    ///
    /// # Errors
    /// Too many forks are under way, or the user has too many attachments. Nothing has
    /// changed.
    pub fn inherit(
        &mut self,
        parent: &T,
        ticket: &K,
        account: &Arc<Account>,
        now: i64,
    ) -> Result<bool, Full> {
        self.check_parent(parent)?;
        let fork = account.charge(Kind::Tickets, 1, self.limits.tickets())?;
        let bound = self.limits.attachments();
        let pending = |attachment: &Attachment<T, K>| {
            Ok(Attachment {
                holder: Holder::Ticket(ticket.clone()),
                segment: attachment.segment,
                base: attachment.base,
                size: attachment.size,
                protection: attachment.protection,
                pid: attachment.pid,
                charge: account.charge(Kind::Attachments, 1, bound)?,
            })
        };
        let pending: Vec<_> = self
            .attachments
            .of_task(parent)
            .map(|(_, attachment)| pending(attachment))
            .collect::<Result<_, Full>>()?;
        if pending.is_empty() {
            return Ok(false);
        }
        self.forks
            .insert(parent, ticket, pending.len() as u64, fork);
        for attachment in pending {
            self.attach_record(attachment, now);
        }
        Ok(true)
    }

    /// The attachments pending under `ticket` become those of `child`, process
    /// `pid`, under new serials: a survey that is still looking at the pending
    /// ones does not touch these. Counts and times stay.
    ///
    /// # Errors
    /// `EINVAL`: none are pending.
    pub fn claim(&mut self, ticket: &K, child: &T, pid: Pid, now: i64) -> Result<()> {
        let pending = self.attachments.of_ticket(ticket);
        let pending: Vec<_> = pending.map(|(serial, a)| (a.segment, serial)).collect();
        if pending.is_empty() {
            return Err(Error::EINVAL);
        }
        for (id, serial) in pending {
            let Some(attachment) = self.attachments.remove(id, serial) else {
                continue;
            };
            let Attachment { holder, base, .. } = attachment;
            self.let_go(holder);
            let superseded = self.superseded_by(child, base, id);
            self.attachments.insert(Attachment {
                holder: Holder::Task(child.clone()),
                pid,
                ..attachment
            });
            for serial in superseded {
                self.detach_record(id, serial, now);
            }
        }
        Ok(())
    }
}
