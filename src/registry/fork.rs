// SPDX-License-Identifier: GPL-2.0-or-later
//! fork(2): a child's attachments are counted before it runs, under a ticket, and
//! become its task's when it hands the ticket in.
#![forbid(unsafe_code)]

use super::{Attachment, Holder, Registry};
use crate::registry::id::Pid;
use crate::{Error, Result};
use alloc::vec::Vec;

impl<M: Clone, T: Clone + Ord, K: Clone + Ord> Registry<M, T, K> {
    /// Whether `task` has attachments that a child would inherit.
    #[must_use]
    pub fn has_attachments(&self, task: &T) -> bool {
        self.attachments.of_task(task).next().is_some()
    }

    /// Counts every attachment of `parent` once more, pending under `ticket`.
    /// As on Linux, `shm_atime` and `shm_lpid` are of the parent's fork. False:
    /// there are none.
    pub fn inherit(&mut self, parent: &T, ticket: &K, now: i64) -> bool {
        let pending = |attachment: &Attachment<T, K>| {
            let Attachment {
                segment,
                base,
                size,
                protection,
                pid,
                ..
            } = *attachment;
            let holder = Holder::Ticket(ticket.clone());
            Attachment {
                holder,
                segment,
                base,
                size,
                protection,
                pid,
            }
        };
        let pending: Vec<_> = self
            .attachments
            .of_task(parent)
            .map(|(_, a)| pending(a))
            .collect();
        let any = !pending.is_empty();
        for attachment in pending {
            self.attach_record(attachment, now);
        }
        any
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
            let Attachment {
                holder,
                segment,
                base,
                size,
                protection,
                ..
            } = attachment;
            self.trash.holders.push(holder);
            let superseded = self.superseded_by(child, base, id);
            let holder = Holder::Task(child.clone());
            self.attachments.insert(Attachment {
                holder,
                segment,
                base,
                size,
                protection,
                pid,
            });
            for serial in superseded {
                self.detach_record(id, serial, now);
            }
        }
        Ok(())
    }
}
