// SPDX-License-Identifier: GPL-2.0-or-later
//! Holding records against the world.
#![forbid(unsafe_code)]

use super::{Book, Engine};
use crate::Result;
use crate::engine::world::{Survey, World};
use crate::registry::id::Id;
use crate::registry::{Holder, Suspect};
use alloc::sync::Arc;
use alloc::vec::Vec;

/// A record to check, in this engine's types.
pub(super) type Record<W> =
    Suspect<Arc<<W as World>::Memory>, <W as World>::Task, <W as World>::Ticket>;

/// When an answer depends on which records are true.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Depends {
    /// It tells nattch, or is decided by it.
    Always,
    /// Only on whether a removed segment still exists.
    IfRemoved,
}

/// How far one step came.
enum Step<R, S> {
    Answer(R),
    Survey(Vec<S>),
}

impl<W: World> Engine<W> {
    /// `check` finds the segment and tells whether the caller may ask at all, so that
    /// a stranger causes no work; then the segment's records are surveyed if the
    /// answer depends on them; then `check` again, and `answer` in the same step.
    /// A segment without records costs one step and no survey.
    pub(super) fn verified<R>(
        &self,
        check: impl Fn(&Book<W>) -> Result<Id>,
        depends: Depends,
        answer: impl Fn(&mut Book<W>, Id) -> Result<R>,
    ) -> Result<R> {
        let first = self.locked(|registry| {
            let id = check(registry)?;
            if depends == Depends::Always || registry.removed(id) {
                let suspects = registry.suspects(id);
                if !suspects.is_empty() {
                    return Ok(Step::Survey(suspects));
                }
            }
            answer(registry, id).map(Step::Answer)
        });
        match first? {
            Step::Answer(answer) => Ok(answer),
            Step::Survey(suspects) => {
                self.drop_gone(&suspects);
                self.locked(|registry| {
                    let id = check(registry)?;
                    answer(registry, id)
                })
            }
        }
    }

    /// Surveys the records and drops those that are gone.
    pub(super) fn drop_gone(&self, suspects: &[Record<W>]) {
        let gone: Vec<_> = suspects
            .iter()
            .filter(|suspect| self.gone(suspect))
            .collect();
        if gone.is_empty() {
            return;
        }
        let now = self.now();
        self.locked(|registry| {
            for suspect in gone {
                registry.drop_gone(suspect.segment, suspect.serial, now);
            }
        });
    }

    /// Whether no task has it mapped and no fork is about to. A task that does not
    /// answer keeps what is on record.
    fn gone(&self, suspect: &Record<W>) -> bool {
        let Suspect {
            memory, base, size, ..
        } = suspect;
        match &suspect.holder {
            Holder::Task(task) => self.world.survey(task, memory, *base, *size) == Survey::Gone,
            Holder::Ticket(ticket) => !self.world.held(ticket),
        }
    }
}
