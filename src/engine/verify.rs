// SPDX-License-Identifier: GPL-2.0-or-later
//! Checks recorded attachments against the kernel's maps, and drops those that are gone.
//!
//! Records are looked at [`CHUNK`] at a time: so much is copied with the lock held, sorted by
//! task, and asked at the [desk](super::desk), one question for each task. Records that are gone
//! are dropped before the next chunk. A request that asked in vain for as long as it may goes
//! on to its answer: what it does not know about stays on record, as attached.
#![forbid(unsafe_code)]

use super::desk::{Claim, Deadline, Question};
use super::{Book, Engine};
use crate::Result;
use crate::engine::world::{Survey, World};
use crate::registry::id::Id;
use crate::registry::{Cursor, Holder, Of, Serial, Suspect};
use alloc::sync::Arc;
use alloc::vec::Vec;

/// Records that are copied with the lock held, at most.
pub(super) const CHUNK: usize = 1024;

/// A record to check, in this engine's types.
pub(super) type Record<W> =
    Suspect<Arc<<W as World>::Memory>, <W as World>::Task, <W as World>::Ticket>;

/// When an answer depends on which records are true.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Depends {
    /// Always: the answer reports nattch, or depends on it.
    Always,
    /// Only for a removed segment: the answer depends on whether it still exists.
    IfRemoved,
}

/// How far one step came.
enum Step<R, S> {
    Answer(R),
    Survey(Id, Vec<S>, Option<Cursor>),
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
                let (suspects, next) = registry.suspects(&Of::Segment(id), Cursor::START, CHUNK);
                if !suspects.is_empty() {
                    return Ok(Step::Survey(id, suspects, next));
                }
            }
            answer(registry, id).map(Step::Answer)
        });
        match first? {
            Step::Answer(answer) => Ok(answer),
            Step::Survey(id, suspects, next) => {
                let mut deadline = Deadline::default();
                self.drop_gone(suspects, &mut deadline);
                if let Some(next) = next {
                    self.survey_from(&Of::Segment(id), next, &mut deadline);
                }
                self.locked(|registry| {
                    let id = check(registry)?;
                    answer(registry, id)
                })
            }
        }
    }

    /// Surveys all records of something, and drops those that are gone.
    pub(super) fn survey_all(&self, of: &Of<W::Task, W::Ticket>) {
        self.survey_from(of, Cursor::START, &mut Deadline::default());
    }

    pub(super) fn survey_from(
        &self,
        of: &Of<W::Task, W::Ticket>,
        from: Cursor,
        deadline: &mut Deadline,
    ) {
        let mut next = Some(from);
        while let Some(from) = next.take()
            && !deadline.is_over(|| self.world.uptime())
        {
            let (suspects, after) = self.registry.lock().suspects(of, from, CHUNK);
            self.drop_gone(suspects, deadline);
            next = after;
        }
    }

    /// Surveys the records and drops those that are gone. A task that does not answer keeps
    /// what is on record.
    pub(super) fn drop_gone(&self, suspects: Vec<Record<W>>, deadline: &mut Deadline) {
        let gone = self.gone(suspects, deadline);
        if gone.is_empty() {
            return;
        }
        let now = self.now();
        self.locked(|registry| {
            for (segment, serial) in gone {
                registry.drop_gone(segment, serial, now);
            }
        });
    }

    /// Whether a call into the task is known to hang.
    pub(super) fn hangs(&self, task: &W::Task) -> bool {
        self.gate.hangs(task) || self.desk.hangs(task)
    }

    /// Those of the records that no task has mapped, and no fork is about to.
    fn gone(&self, suspects: Vec<Record<W>>, deadline: &mut Deadline) -> Vec<(Id, Serial)> {
        let mut gone = Vec::new();
        let (mut of_tasks, mut of_tickets) = (Vec::new(), Vec::new());
        for suspect in suspects {
            let Suspect {
                serial,
                segment,
                memory,
                holder,
                base,
                size,
                user,
                pid,
            } = suspect;
            match holder {
                Holder::Task(task) => {
                    let memory = Arc::downgrade(&memory);
                    let claim = Claim { memory, base, size };
                    of_tasks.push((task, claim, (segment, serial), user, pid));
                }
                Holder::Ticket(ticket) => of_tickets.push((ticket, (segment, serial))),
            }
        }
        // Stable, so that of equal tickets the records stay together.
        of_tickets.sort_by(|one, other| one.0.cmp(&other.0));
        for same in of_tickets.chunk_by(|one, other| one.0 == other.0) {
            // One look for each ticket, however many records it stands for.
            if same
                .first()
                .is_some_and(|(ticket, _)| !self.world.held(ticket))
            {
                gone.extend(same.iter().map(|(_, record)| *record));
            }
        }
        drop(of_tickets);
        of_tasks.sort_by(|one, other| (&one.0, one.1.base).cmp(&(&other.0, other.1.base)));
        let mut questions: Vec<Question<W>> = Vec::new();
        let mut records: Vec<Vec<(Id, Serial)>> = Vec::new();
        for (task, claim, record, user, pid) in of_tasks {
            match (questions.last_mut(), records.last_mut()) {
                (Some(question), Some(records)) if question.task == task => {
                    question.claims.push(claim);
                    // The latest attach says who it is now.
                    (question.user, question.pid) = (user, pid);
                    records.push(record);
                }
                _ => {
                    questions.push(Question {
                        task,
                        user,
                        pid,
                        claims: [claim].into(),
                    });
                    records.push([record].into());
                }
            }
        }
        // A call that hangs in a task holds its map: a look would hang behind it.
        let (questions, records): (Vec<_>, Vec<_>) = questions
            .into_iter()
            .zip(records)
            .filter(|(question, _)| !self.gate.hangs(&question.task))
            .unzip();
        if questions.is_empty() {
            return gone;
        }
        let found = self.desk.ask(questions, deadline, |line| self.tell(line));
        for (records, found) in records.iter().zip(&found) {
            let pairs = records.iter().zip(found);
            gone.extend(
                pairs
                    .filter(|(_, found)| **found == Survey::Gone)
                    .map(|(record, _)| *record),
            );
        }
        gone
    }
}
