// SPDX-License-Identifier: GPL-2.0-or-later
//! shmget(2).
#![forbid(unsafe_code)]

use super::Registry;
use crate::engine::ledger::{Account, Bound, Charge, Kind, Refused};
use crate::registry::flags::GetFlags;
use crate::registry::id::{Id, Pid};
use crate::registry::key::Key;
use crate::registry::limits::{SEGMENTS_MAX, SHMMIN, mapped_size, pages};
use crate::registry::permission::{Access, Caller, Ownership};
use crate::registry::segment::{Naming, Segment};
use crate::{Error, Result};
use alloc::sync::Arc;

/// The arguments of shmget(2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Demand {
    /// 0: `IPC_PRIVATE`.
    pub key: i32,
    /// Bytes.
    pub size: u64,
    /// What to do, and the mode.
    pub flags: GetFlags,
}

/// What a key found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lookup {
    /// A segment that the caller may have.
    Found(Id),
    /// None, and one is to be created.
    Absent,
}

/// What a segment is created with.
#[derive(Debug)]
pub struct NewSegment<M> {
    /// Owner and mode.
    pub owner: Ownership,
    /// The creating process.
    pub creator: Pid,
    /// Its memory, whose pages are charged.
    pub memory: M,
    /// Of the creator, to be charged the segment.
    pub account: Arc<Account>,
    /// Seconds since 1970.
    pub now: i64,
}

impl<M: Clone, T: Clone + Ord, K: Clone + Ord> Registry<M, T, K> {
    /// Looks for the segment that `demand` names. Limits play no part: a full
    /// table hides nothing.
    ///
    /// # Errors
    /// `ENOENT`, `EEXIST`, `EINVAL` and `EACCES` of shmget(2) for a lookup.
    pub fn lookup(&self, caller: &Caller<'_>, demand: &Demand) -> Result<Lookup> {
        let Demand { key, size, flags } = *demand;
        let Some(segment) = self.find_key(key) else {
            let create = Key::new(key).is_none() || flags.contains(GetFlags::CREATE);
            // shmget(2), ENOENT: no segment exists for the key, and IPC_CREAT was
            // not specified.
            return if create {
                Ok(Lookup::Absent)
            } else {
                Err(Error::ENOENT)
            };
        };
        // shmget(2), EEXIST: IPC_CREAT and IPC_EXCL were specified, but the segment
        // exists already.
        if flags.contains(GetFlags::CREATE | GetFlags::EXCLUSIVE) {
            return Err(Error::EEXIST);
        }
        // shmget(2), EINVAL: size is greater than the size of the segment.
        if size > segment.segsz {
            return Err(Error::EINVAL);
        }
        // shmget(2), EACCES: the caller does not have permission to access it.
        if !segment.owner.grants(caller, Access::demanded(flags.mode())) {
            return Err(Error::EACCES);
        }
        Ok(Lookup::Found(segment.id))
    }

    /// Checks that `demand` may be created for the user of `account`, all but the number
    /// of segments, which [`Registry::create`] checks last. The machine has room for
    /// `machine` pages. Returns the size to map, in bytes, and the bound of the pages, which
    /// the caller has yet to charge.
    ///
    /// # Errors
    /// `EINVAL` and `ENOSPC` of shmget(2) for a creation.
    pub fn check_new(
        &self,
        demand: &Demand,
        account: &Account,
        machine: u64,
    ) -> Result<(u64, Bound), Refused> {
        let Demand { size, flags, .. } = *demand;
        // shmget(2), EINVAL: size is less than SHMMIN or greater than SHMMAX.
        if size < SHMMIN || size > self.limits.shmmax {
            return Err(Error::EINVAL.into());
        }
        let mapped = mapped_size(size).ok_or(Error::ENOSPC)?;
        // shmget(2), ENOSPC: it would exceed the system-wide limit SHMALL; here also what
        // one user may have.
        let bound = self.limits.pages(machine);
        account
            .would_fit(Kind::Pages, pages(size), bound)
            .map_err(|full| full.refuse(Error::ENOSPC))?;
        // shmget(2), EINVAL: there are no huge pages, and no file offset beyond
        // 63 bits.
        if flags.contains(GetFlags::HUGETLB) || i64::try_from(size).is_err() {
            return Err(Error::EINVAL.into());
        }
        Ok((mapped, bound))
    }

    /// Looks again and, if the key is still free, creates the segment.
    ///
    /// # Errors
    /// Those of [`Registry::lookup`], when another caller was faster; `ENOSPC`: SHMMNI, or
    /// the user has too many segments.
    pub fn create(
        &mut self,
        caller: &Caller<'_>,
        demand: &Demand,
        new: NewSegment<M>,
    ) -> Result<Id, Refused> {
        let charge = match self.vacancy(caller, demand, &new.account) {
            Ok(Vacancy::Free(charge)) => charge,
            Ok(Vacancy::Taken(id)) => {
                self.trash.memories.push(new.memory);
                return Ok(id);
            }
            Err(refused) => {
                self.trash.memories.push(new.memory);
                return Err(refused);
            }
        };
        let NewSegment {
            owner,
            creator,
            memory,
            now,
            ..
        } = new;
        let created = self.table.insert(|id| Segment {
            id,
            naming: Key::new(demand.key).map_or(Naming::Private, Naming::Keyed),
            owner,
            locked: false,
            segsz: demand.size,
            atime: 0,
            dtime: 0,
            ctime: now,
            cpid: creator,
            lpid: Pid::NOBODY,
            nattch: 0,
            pins: 0,
            memory,
            _charge: charge,
        });
        self.changes.note();
        Ok(created.ok_or(Error::ENOSPC)?)
    }

    /// Whether a segment may be created now.
    fn vacancy(
        &self,
        caller: &Caller<'_>,
        demand: &Demand,
        account: &Arc<Account>,
    ) -> Result<Vacancy, Refused> {
        if let Lookup::Found(id) = self.lookup(caller, demand)? {
            return Ok(Vacancy::Taken(id));
        }
        // shmget(2), ENOSPC: all possible shared memory ids have been taken. Linux
        // checks it last.
        if self.table.len() >= self.limits.shmmni.min(SEGMENTS_MAX) {
            return Err(Error::ENOSPC.into());
        }
        account
            .charge(Kind::Segments, 1, self.limits.segments())
            .map(Vacancy::Free)
            .map_err(|full| full.refuse(Error::ENOSPC))
    }
}

/// What a creation finds when it looks again.
enum Vacancy {
    /// A segment may be created, and is charged.
    Free(Charge),
    /// Another caller was faster.
    Taken(Id),
}
