// SPDX-License-Identifier: GPL-2.0-or-later
//! fork(2): the child's attachments are counted before it exists.
#![forbid(unsafe_code)]

use super::Engine;
use crate::Result;
use crate::engine::world::World;
use crate::registry::id::Pid;

impl<W: World> Engine<W> {
    /// Before a fork of `parent`: counts each of its attachments once more, under a
    /// ticket that `make_ticket` makes without the lock. `None`: it has none.
    ///
    /// # Errors
    /// Those of `make_ticket`.
    pub fn fork(
        &self,
        parent: &W::Task,
        make_ticket: impl FnOnce() -> Result<W::Ticket>,
    ) -> Result<Option<W::Ticket>> {
        if !self.registry.lock().has_attachments(parent) {
            return Ok(None);
        }
        let ticket = make_ticket()?;
        let now = self.now();
        let any = self.locked(|registry| registry.inherit(parent, &ticket, now));
        Ok(any.then_some(ticket))
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
        let suspects = self.registry.lock().suspects_of_ticket(ticket);
        self.drop_gone(&suspects);
    }
}
