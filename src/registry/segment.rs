// SPDX-License-Identifier: GPL-2.0-or-later
//! One segment: everything of `struct shmid_ds`, and its memory.
#![forbid(unsafe_code)]

use crate::engine::ledger::Charge;
use crate::registry::id::{Id, Pid};
use crate::registry::key::Key;
use crate::registry::limits::pages;
use crate::registry::permission::Ownership;
use crate::registry::stat::{MODE_DEST, MODE_LOCKED, Stat};

/// What finds a segment besides its id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Naming {
    /// Its key, which finds no other segment.
    Keyed(Key),
    /// Created with `IPC_PRIVATE`.
    Private,
    /// `SHM_DEST`: no key finds it; destroyed when unused.
    Removed,
}

/// A segment in the table.
pub(crate) struct Segment<M> {
    pub id: Id,
    pub naming: Naming,
    pub owner: Ownership,
    /// `SHM_LOCK` was asked for.
    pub locked: bool,
    /// Bytes asked for at creation; what is mapped is this rounded up to pages,
    /// which fits 64 bits.
    pub segsz: u64,
    /// Seconds since 1970, as the next two.
    pub atime: i64,
    pub dtime: i64,
    pub ctime: i64,
    pub cpid: Pid,
    pub lpid: Pid,
    /// Attachments on record, those of forks under way included.
    pub nattch: u64,
    /// Attaches being mapped, not yet on record.
    pub pins: u64,
    pub memory: M,
    /// One segment, of its creator.
    pub _charge: Charge,
}

impl<M> Segment<M> {
    /// Pages it takes of SHMALL.
    pub fn pages(&self) -> u64 {
        pages(self.segsz)
    }

    pub fn removed(&self) -> bool {
        self.naming == Naming::Removed
    }

    /// Whether nothing maps it nor is about to.
    pub fn unused(&self) -> bool {
        self.nattch == 0 && self.pins == 0
    }

    /// What is known without its memory.
    pub fn stat(&self) -> Stat {
        let key = if let Naming::Keyed(key) = self.naming {
            key.raw()
        } else {
            0
        };
        let dest = if self.removed() { MODE_DEST } else { 0 };
        let locked = if self.locked { MODE_LOCKED } else { 0 };
        Stat {
            id: self.id.raw(),
            key,
            uid: self.owner.uid,
            gid: self.owner.gid,
            cuid: self.owner.cuid,
            cgid: self.owner.cgid,
            mode: self.owner.mode | dest | locked,
            seq: self.id.sequence().into(),
            segsz: self.segsz,
            atime: self.atime,
            dtime: self.dtime,
            ctime: self.ctime,
            cpid: self.cpid.0,
            lpid: self.lpid.0,
            nattch: self.nattch,
            rss: 0,
            swap: 0,
        }
    }
}
