// SPDX-License-Identifier: GPL-2.0-or-later
//! fork(2): the child's attachments are counted before it exists.
#![forbid(unsafe_code)]

use super::Engine;
use crate::engine::ledger::Full;
use crate::engine::world::World;
use crate::registry::Of;
use crate::registry::id::Pid;
use crate::registry::permission::Caller;
use crate::{Error, Result};

impl<W: World> Engine<W> {
    /// Before a fork of `parent`, process `pid`: counts each of its attachments once
    /// more, under a ticket that `make_ticket` makes without the lock. `None`: it has
    /// none.
    ///
    /// # Errors
    /// `EAGAIN`: too many forks of the process or of the user are under way, or the user
    /// has too many attachments; and those of `make_ticket`.
    pub fn fork(
        &self,
        caller: &Caller<'_>,
        parent: &W::Task,
        pid: Pid,
        make_ticket: impl FnOnce() -> Result<W::Ticket>,
    ) -> Result<Option<W::Ticket>> {
        let account = self.ledger.account_of(caller);
        let refuse =
            |full: Full| self.refused(full.refuse(Error::EAGAIN), caller, || Some(pid), "fork");
        let counted = self.registry.lock().check_fork(parent, &account);
        if !counted.map_err(refuse)? {
            return Ok(None);
        }
        let ticket = make_ticket()?;
        let now = self.now();
        let any = self.locked(|registry| registry.inherit(parent, &ticket, &account, now));
        Ok(any.map_err(refuse)?.then_some(ticket))
    }

    /// In the child: what `ticket` stands for are attachments of `child`, process
    /// `pid`.
    ///
    /// # Errors
    /// `EINVAL`: it stands for nothing, or was handed in before.
    pub fn fork_child(&self, ticket: &W::Ticket, child: &W::Task, pid: Pid) -> Result<()> {
        let now = self.now();
        self.locked(|registry| registry.claim(ticket, child, pid, now))
    }

    /// A hint that nobody holds `ticket` any more: what was not handed in is
    /// uncounted, if the world says so too.
    pub fn ticket_dropped(&self, ticket: &W::Ticket) {
        self.survey_all(&Of::Ticket(ticket.clone()));
    }
}
