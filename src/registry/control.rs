// SPDX-License-Identifier: GPL-2.0-or-later
//! shmctl(2).
#![forbid(unsafe_code)]

use super::Registry;
use crate::registry::id::Id;
use crate::registry::permission::{Access, Caller, MODE_BITS, NOBODY};
use crate::registry::segment::Segment;
use crate::registry::stat::{Stat, Which};
use crate::{Error, Result};

impl<M: Clone, T: Clone + Ord, K: Clone + Ord> Registry<M, T, K> {
    /// `IPC_STAT`, `SHM_STAT`, `SHM_STAT_ANY`: the segment, if the caller may ask.
    ///
    /// # Errors
    /// `EINVAL`: no such segment; `EACCES`: no read permission.
    pub fn check_stat(&self, caller: &Caller<'_>, which: Which) -> Result<Id> {
        let segment = match which {
            Which::Id(id) => self.find(id)?,
            Which::Index(index) | Which::IndexAny(index) => self.find_index(index)?,
        };
        let anybody = matches!(which, Which::IndexAny(_));
        // shmctl(2), EACCES: IPC_STAT or SHM_STAT is requested and shm_perm.mode does
        // not allow read access.
        if !anybody && !segment.owner.grants(caller, Access::READ) {
            return Err(Error::EACCES);
        }
        Ok(segment.id)
    }

    /// The segment's state, and its memory, whose usage is not in it yet.
    ///
    /// # Errors
    /// `EINVAL`: no such segment.
    pub fn stat(&self, id: Id) -> Result<(Stat, M)> {
        let segment = self.table.get(id).ok_or(Error::EINVAL)?;
        Ok((segment.stat(), segment.memory.clone()))
    }

    /// The one ownership check, of `IPC_SET`, `IPC_RMID`, `SHM_LOCK` and
    /// `SHM_UNLOCK`.
    ///
    /// # Errors
    /// `EINVAL`: no such segment; `EPERM`: neither owner, creator nor privileged.
    pub fn check_control(&self, caller: &Caller<'_>, id: i32) -> Result<Id> {
        let segment = self.find(id)?;
        // shmctl(2), EPERM: the effective user id of the caller is neither the
        // creator's nor the owner's, and it is not privileged.
        if !segment.owner.controlled_by(caller) {
            return Err(Error::EPERM);
        }
        Ok(segment.id)
    }

    /// `IPC_SET`: owner, group and the nine permission bits, all or nothing.
    ///
    /// # Errors
    /// `EINVAL`: no such segment, or an id is -1.
    pub fn set(&mut self, id: Id, uid: u32, gid: u32, mode: u32, now: i64) -> Result<()> {
        let segment = self.table.get_mut(id).ok_or(Error::EINVAL)?;
        // -1 is no user and no group; as Linux, after the ownership check.
        if uid == NOBODY || gid == NOBODY {
            return Err(Error::EINVAL);
        }
        segment.owner.uid = uid;
        segment.owner.gid = gid;
        segment.owner.mode = mode & MODE_BITS;
        segment.ctime = now;
        self.changes.note();
        Ok(())
    }

    /// `IPC_RMID`: the key is free at once, the segment goes when unused. Times
    /// and `shm_lpid` stay, and doing it again succeeds.
    ///
    /// # Errors
    /// `EINVAL`: no such segment.
    pub fn remove(&mut self, id: Id) -> Result<()> {
        self.table.get(id).ok_or(Error::EINVAL)?;
        self.table.unname(id);
        self.changes.note();
        self.destroy_if_unused(id);
        Ok(())
    }

    /// `SHM_LOCK` and `SHM_UNLOCK`: the mark.
    ///
    /// # Errors
    /// `EINVAL`: no such segment.
    pub fn set_locked(&mut self, id: Id, locked: bool) -> Result<()> {
        self.table.get_mut(id).ok_or(Error::EINVAL)?.locked = locked;
        self.changes.note();
        Ok(())
    }

    /// Whether it is marked as locked.
    #[must_use]
    pub fn locked(&self, id: Id) -> bool {
        self.table.get(id).is_some_and(|segment| segment.locked)
    }

    /// Whether only its attachments keep the segment: then whether it exists at all
    /// depends on what a survey finds.
    #[must_use]
    pub fn removed(&self, id: Id) -> bool {
        self.table.get(id).is_some_and(Segment::removed)
    }

    /// How many segments [`removed`](Self::removed) is true of.
    #[must_use]
    pub fn removed_count(&self) -> u32 {
        self.table.removed()
    }

    fn find_index(&self, index: i32) -> Result<&Segment<M>> {
        // shmctl(2), EINVAL: for SHM_STAT, the index refers to an unused slot. Of an
        // index, Linux takes the low 15 bits.
        let index = Id::from_raw(index).ok_or(Error::EINVAL)?.index();
        self.table.at(index).ok_or(Error::EINVAL)
    }
}
