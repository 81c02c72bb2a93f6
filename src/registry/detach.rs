// SPDX-License-Identifier: GPL-2.0-or-later
//! shmdt(2): find the record, then, when the pages have been removed without the
//! lock, drop it.
//!
//! If several calls detach one record, the first to remove pages succeeds. It succeeds even if a
//! survey has dropped the record meanwhile, for the survey only noticed that call's work.
#![forbid(unsafe_code)]

use super::{Registry, Serial, Suspect};
use crate::{Error, Result};

/// Detaches of one record between [`Registry::begin_detach`] and
/// [`Registry::finish_detach`].
pub(super) struct InFlight {
    calls: u64,
    /// One of them removed pages and got the record.
    won: bool,
}

/// What became of the pages of an attachment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Departure {
    /// This call removed some.
    Removed,
    /// There were none.
    Gone,
    /// The task did not answer.
    Unknown,
}

impl<M: Clone, T: Clone + Ord, K: Clone + Ord> Registry<M, T, K> {
    /// The newest record of `task` with this base. [`Registry::finish_detach`]
    /// must follow.
    ///
    /// # Errors
    /// `EINVAL`: there is none.
    pub fn begin_detach(&mut self, task: &T, base: u64) -> Result<Suspect<M, T, K>> {
        // shmdt(2), EINVAL: no segment attached at shmaddr; or it is not aligned on a
        // page boundary, where no attachment has its base.
        let newest = self
            .suspect(self.attachments.at_base(task, base).next_back().into_iter())
            .pop();
        let suspect = newest.ok_or(Error::EINVAL)?;
        let flight = self.detaching.entry(suspect.serial);
        flight
            .or_insert(InFlight {
                calls: 0,
                won: false,
            })
            .calls += 1;
        Ok(suspect)
    }

    /// Tells what became of it. Returns whether this call is the one that detached
    /// it; if not, and the departure is not unknown, it is no longer on record.
    pub fn finish_detach(
        &mut self,
        suspect: &Suspect<M, T, K>,
        departure: Departure,
        now: i64,
    ) -> bool {
        let won = self.land(suspect.serial, departure == Departure::Removed);
        if departure != Departure::Unknown {
            self.detach_record(suspect.segment, suspect.serial, now);
        }
        won
    }

    /// Ends a call in flight; true for the first that removed pages.
    fn land(&mut self, serial: Serial, removed: bool) -> bool {
        let Some(flight) = self.detaching.get_mut(&serial) else {
            return false;
        };
        let first = removed && !flight.won;
        flight.won |= removed;
        flight.calls -= 1;
        if flight.calls == 0 {
            self.detaching.remove(&serial);
        }
        first
    }
}
