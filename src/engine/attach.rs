// SPDX-License-Identifier: GPL-2.0-or-later
//! shmat(2).
#![forbid(unsafe_code)]

use super::desk::Deadline;
use super::verify::Depends;
use super::{Engine, Undo};
use crate::Result;
use crate::engine::world::World;
use crate::registry::flags::AttachFlags;
use crate::registry::id::Pid;
use crate::registry::permission::Caller;

/// A new attachment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attached {
    /// Its base.
    pub address: u64,
    /// Bytes mapped: the segment's size rounded up to pages.
    pub size: u64,
}

impl<W: World> Engine<W> {
    /// shmat(2) for `task`, process `pid`; `address` 0 is null.
    ///
    /// # Errors
    /// `EINVAL`: no such segment, or the address is unaligned, occupied or wraps;
    /// `EACCES`: the mode bits; `EPERM`: page 0; `EMFILE`: the user has too many
    /// attachments; `ENOMEM`: there are too many; and those of [`World::map`]. On any
    /// error nothing has changed.
    pub fn attach(
        &self,
        caller: &Caller<'_>,
        task: &W::Task,
        pid: Pid,
        id: i32,
        address: u64,
        flags: AttachFlags,
    ) -> Result<Attached> {
        let account = self.ledger.account_of(caller);
        let begun = self.verified(
            |registry| registry.check_attach(caller, id, address, flags),
            Depends::IfRemoved,
            |registry, _| Ok(registry.begin_attach(caller, &account, id, address, flags)),
        )?;
        let (pinned, charge) =
            begun.map_err(|refused| self.refused(refused, caller, || Some(pid), "shmat"))?;
        let protection = flags.protection();
        let undo = Undo::by(|| self.locked(|registry| registry.abort_attach(&pinned)));
        let mapped = self
            .gate
            .enter(&self.world, task, caller.user(), pid, |line| {
                self.tell(line)
            })
            .and_then(|_passage| {
                self.world
                    .map(task, &pinned.memory, pinned.size, pinned.place, protection)
            });
        // On an error `undo` undoes the pin.
        let address = mapped?;
        undo.keep();
        let now = self.now();
        let replaced = self.locked(|registry| {
            registry.commit_attach(&pinned, charge, task.clone(), pid, address, now)
        });
        if !replaced.is_empty() {
            self.drop_gone(replaced, &mut Deadline::default());
        }
        Ok(Attached {
            address,
            size: pinned.size,
        })
    }
}
