// SPDX-License-Identifier: GPL-2.0-or-later
//! shmat(2), in two phases: the checks and a pin, then, when the memory has been
//! mapped without the lock, the record.
#![forbid(unsafe_code)]

use super::{Attachment, Holder, Registry, Serial, Suspect};
use crate::engine::ledger::{Account, Charge, Kind, Refused};
use crate::engine::world::Placement;
use crate::registry::address::Target;
use crate::registry::flags::AttachFlags;
use crate::registry::id::{Id, Pid};
use crate::registry::limits::mapped_size;
use crate::registry::permission::Caller;
use crate::registry::segment::Segment;
use crate::{Error, Result};
use alloc::sync::Arc;
use alloc::vec::Vec;

/// An attach under way. Its segment stays until [`Registry::commit_attach`] or
/// [`Registry::abort_attach`], one of which must follow.
#[derive(Debug)]
#[must_use]
pub struct Pinned<M> {
    /// The segment.
    pub segment: Id,
    /// What to map.
    pub memory: M,
    /// Bytes to map.
    pub size: u64,
    /// Where.
    pub place: Placement,
    /// How.
    pub flags: AttachFlags,
}

impl<M: Clone, T: Clone + Ord, K: Clone + Ord> Registry<M, T, K> {
    /// The checks of shmat(2) up to those that the address space decides, in its
    /// order. Changes nothing.
    ///
    /// # Errors
    /// `EINVAL`: id or address; `EACCES`: the mode bits.
    pub fn check_attach(
        &self,
        caller: &Caller<'_>,
        id: i32,
        address: u64,
        flags: AttachFlags,
    ) -> Result<Id> {
        self.attachable(caller, id, address, flags)
            .map(|(segment, _)| segment.id)
    }

    /// First phase of an attach: a segment removed from now on is destroyed only
    /// after the attach, as if it had happened first. Answers the charge for the
    /// attachment too, which the record keeps.
    ///
    /// # Errors
    /// Those of [`Registry::check_attach`]; `EPERM`: page 0; `EINVAL`, `ENOMEM`: the
    /// range wraps; `EMFILE`: the user of `account` has too many attachments; `ENOMEM`:
    /// there are too many.
    pub fn begin_attach(
        &mut self,
        caller: &Caller<'_>,
        account: &Arc<Account>,
        id: i32,
        address: u64,
        flags: AttachFlags,
    ) -> Result<(Pinned<M>, Charge), Refused> {
        let (segment, target) = self.attachable(caller, id, address, flags)?;
        let place = target.place(segment.segsz)?;
        // Creation saw to it that the rounded size exists.
        let size = mapped_size(segment.segsz).ok_or(Error::ENOMEM)?;
        let id = segment.id;
        let bound = self.limits.attachments();
        // shmat(2) of POSIX, EMFILE: the number of attachments would exceed the limit.
        let charge = account
            .charge(Kind::Attachments, 1, bound)
            .map_err(|full| {
                full.refuse(if full.own {
                    Error::EMFILE
                } else {
                    Error::ENOMEM
                })
            })?;
        let segment = self.table.get_mut(id).ok_or(Error::EINVAL)?;
        let pinned = Pinned {
            segment: id,
            memory: segment.memory.clone(),
            size,
            place,
            flags,
        };
        segment.pins += 1;
        Ok((pinned, charge))
    }

    /// Second phase: `task`, process `pid`, has it mapped at `base`, for which there is
    /// a `charge`. Returns the records of that task that the mapping may have replaced.
    pub fn commit_attach(
        &mut self,
        pinned: &Pinned<M>,
        charge: Charge,
        task: T,
        pid: Pid,
        base: u64,
        now: i64,
    ) -> Vec<Suspect<M, T, K>> {
        let Pinned {
            segment: id,
            size,
            place,
            flags,
            ..
        } = *pinned;
        let protection = flags.protection();
        let replacing = matches!(place, Placement::Replace(_)).then(|| task.clone());
        let holder = Holder::Task(task);
        self.attach_record(
            Attachment {
                holder,
                segment: id,
                base,
                size,
                protection,
                pid,
                charge,
            },
            now,
        );
        self.unpin(id);
        let Some(task) = replacing else {
            return Vec::new();
        };
        let replaced = self.suspects_overlapping(&task, base, size, id);
        self.trash.holders.push(Holder::Task(task));
        replaced
    }

    /// Second phase, when mapping failed: nothing changed.
    pub fn abort_attach(&mut self, pinned: &Pinned<M>) {
        self.unpin(pinned.segment);
    }

    /// Puts an attachment on record, in the segment's times too.
    pub(super) fn attach_record(&mut self, attachment: Attachment<T, K>, now: i64) {
        let Attachment {
            segment: id,
            base,
            pid,
            ..
        } = attachment;
        let superseded = match &attachment.holder {
            Holder::Task(task) => self.superseded_by(task, base, id),
            Holder::Ticket(_) => Vec::new(),
        };
        let Some(segment) = self.table.get_mut(id) else {
            return;
        };
        segment.nattch += 1;
        self.changes.note();
        self.attachments.insert(attachment);
        for serial in superseded {
            self.detach_record(id, serial, now);
        }
        if let Some(segment) = self.table.get_mut(id) {
            segment.atime = now;
            segment.lpid = pid;
        }
    }

    /// The records that a new attachment of `task` shows to be gone: it is where
    /// they were, and no survey could tell them from it.
    pub(super) fn superseded_by(&self, task: &T, base: u64, id: Id) -> Vec<Serial> {
        let same = self
            .attachments
            .at_base(task, base)
            .filter(|(_, old)| old.segment == id);
        same.map(|(serial, _)| serial).collect()
    }

    fn attachable(
        &self,
        caller: &Caller<'_>,
        id: i32,
        address: u64,
        flags: AttachFlags,
    ) -> Result<(&Segment<M>, Target)> {
        let target = Target::new(address, flags)?;
        let segment = self.find(id)?;
        // shmat(2), EACCES: the caller does not have the required permissions for the
        // requested attach type.
        if !segment.owner.grants(caller, flags.access()) {
            return Err(Error::EACCES);
        }
        Ok((segment, target))
    }

    fn unpin(&mut self, id: Id) {
        if let Some(segment) = self.table.get_mut(id) {
            segment.pins = segment.pins.saturating_sub(1);
        }
        self.destroy_if_unused(id);
    }

    /// The records of `task` with a byte in the range that a new attachment of
    /// `id` at `base` replaced, all but that one.
    fn suspects_overlapping(
        &self,
        task: &T,
        base: u64,
        size: u64,
        id: Id,
    ) -> Vec<Suspect<M, T, K>> {
        let others = self
            .attachments
            .overlapping(task, base, size)
            .filter(|(_, other)| (other.segment, other.base) != (id, base));
        self.suspect(others)
    }
}
