// SPDX-License-Identifier: GPL-2.0-or-later
//! shmdt(2), and the hints that tasks have detached without it.
#![forbid(unsafe_code)]

use super::desk::Deadline;
use super::verify::CHUNK;
use super::{Engine, Undo};
use crate::engine::world::{Survey, World};
use crate::registry::id::Pid;
use crate::registry::permission::Caller;
use crate::registry::{Cursor, Departure, Of};
use crate::{Error, Result};
use alloc::vec::Vec;

impl<W: World> Engine<W> {
    /// shmdt(2): unmaps what is left of the attachment of `task`, process `pid`, with base
    /// `address`, of several the newest that has anything left. Those that have
    /// nothing left are dropped on the way.
    ///
    /// # Errors
    /// `EINVAL`: there is none; `EAGAIN`: the task does not answer, and the
    /// attachment stays.
    pub fn detach(
        &self,
        caller: &Caller<'_>,
        task: &W::Task,
        pid: Pid,
        address: u64,
    ) -> Result<()> {
        // Two attachments can share a base. If this call removed pages, but another call had already
        // claimed the record that this one started from, then the pages were those of a later
        // attachment at the same base. This is its segment: the loop goes on with that record.
        let mut uncredited = None;
        loop {
            let suspect = self.locked(|registry| registry.begin_detach(task, address))?;
            let undo = Undo::by(|| {
                let unknown = Departure::Unknown;
                self.locked(|registry| registry.finish_detach(&suspect, unknown, 0));
            });
            let unmapped = self
                .gate
                .enter(&self.world, task, caller.user(), pid, |line| {
                    self.tell(line)
                })
                .and_then(|_passage| {
                    self.world
                        .unmap(task, &suspect.memory, suspect.base, suspect.size)
                });
            undo.keep();
            let departure = match unmapped {
                Ok(Survey::Mapped) => Departure::Removed,
                Ok(Survey::Gone) if uncredited == Some(suspect.segment) => Departure::Removed,
                Ok(Survey::Gone) => Departure::Gone,
                Ok(Survey::Unknown) | Err(_) => Departure::Unknown,
            };
            let now = self.now();
            let detached = self.locked(|registry| registry.finish_detach(&suspect, departure, now));
            match departure {
                Departure::Removed if detached => return Ok(()),
                Departure::Removed => uncredited = Some(suspect.segment),
                Departure::Gone => {}
                Departure::Unknown => return Err(unmapped.err().unwrap_or(Error::EAGAIN)),
            }
        }
    }

    /// [`Engine::check_task`] of several tasks at once, with one deadline for all.
    pub fn check_tasks<'a>(&self, tasks: impl Iterator<Item = &'a W::Task>) {
        let mut deadline = Deadline::default();
        let (mut suspects, mut more) = (Vec::new(), Vec::new());
        for task in tasks {
            let of = Of::Task(task.clone());
            let (some, next) = self.registry.lock().suspects(&of, Cursor::START, CHUNK);
            suspects.extend(some);
            more.extend(next.map(|next| (of, next)));
        }
        self.drop_gone(suspects, &mut deadline);
        for (of, next) in more {
            self.survey_from(&of, next, &mut deadline);
        }
    }

    /// Whether anything is on record for `task`.
    pub fn has_attachments(&self, task: &W::Task) -> bool {
        self.registry.lock().has_attachments(task)
    }

    /// A hint that `task` has died, called exec, or unmapped something: its records
    /// are surveyed, and those that are gone dropped.
    pub fn check_task(&self, task: &W::Task) {
        self.survey_all(&Of::Task(task.clone()));
    }
}
