// SPDX-License-Identifier: GPL-2.0-or-later
//! What a view of segments as files asks: access, the memory itself, and whether anything
//! changed.
#![forbid(unsafe_code)]

use super::Registry;
use crate::registry::id::Id;
use crate::registry::permission::{Access, Caller};
use crate::{Error, Result};

/// Counts the changes of what the list of segments tells.
#[derive(Debug, Default)]
pub(super) struct Changes(u64);

impl Changes {
    /// One more.
    pub(super) fn note(&mut self) {
        self.0 = self.0.wrapping_add(1);
    }
}

impl<M: Clone, T: Clone + Ord, K: Clone + Ord> Registry<M, T, K> {
    /// A number that grows with every change of what [`Registry::list`] tells, but for usage.
    #[must_use]
    pub fn changes(&self) -> u64 {
        self.changes.0
    }

    /// The segment with this id, whoever asks.
    ///
    /// # Errors
    /// `EINVAL`: there is none.
    pub fn exists(&self, id: i32) -> Result<Id> {
        self.find(id).map(|segment| segment.id)
    }

    /// What the mode of a segment grants.
    ///
    /// # Errors
    /// `EINVAL`: no such segment.
    pub fn granted(&self, caller: &Caller<'_>, id: Id) -> Result<Access> {
        let segment = self.table.get(id).ok_or(Error::EINVAL)?;
        let grants = |access: &Access| segment.owner.grants(caller, *access);
        Ok(Access::all().iter().filter(grants).collect())
    }

    /// Checks that `caller` may use the memory of a segment as `access` says.
    ///
    /// # Errors
    /// `EINVAL`: no such segment; `EACCES`: the mode bits.
    pub fn check_access(&self, caller: &Caller<'_>, id: i32, access: Access) -> Result<Id> {
        let segment = self.find(id)?;
        // As shmat(2), EACCES.
        if !segment.owner.grants(caller, access) {
            return Err(Error::EACCES);
        }
        Ok(segment.id)
    }

    /// A segment's memory and its size in bytes, as asked for.
    ///
    /// # Errors
    /// `EINVAL`: no such segment.
    pub fn memory(&self, id: Id) -> Result<(M, u64)> {
        let segment = self.table.get(id).ok_or(Error::EINVAL)?;
        Ok((segment.memory.clone(), segment.segsz))
    }
}
