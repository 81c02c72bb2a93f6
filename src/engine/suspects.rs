// SPDX-License-Identifier: GPL-2.0-or-later
//! Tasks that lost their token and may still have attachments: when to look at them again.
//!
//! exec clears a task's names first and its memory then, so the hint comes before the mappings
//! are gone. A process may also give its token away on purpose. So a task is looked at again
//! after a while, `LOOKS` times, with delays that double; then it is left to those who ask
//! about a segment that it has attached.
#![forbid(unsafe_code)]

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;
use core::time::Duration;

/// The first delay between two looks at a suspect.
const FIRST: Duration = Duration::from_millis(20);

/// The longest delay between two looks at a suspect.
const LONGEST: Duration = Duration::from_secs(10);

/// Looks at a suspect: over half a minute.
const LOOKS: u32 = 12;

/// Suspects by the names of their tokens, which are of type `T`.
///
/// Invariant: `by_due` has one pair for each entry of `by_token`.
pub struct Suspects<T> {
    by_token: BTreeMap<T, Appointment>,
    by_due: BTreeSet<(Duration, T)>,
}

impl<T> Default for Suspects<T> {
    fn default() -> Self {
        Self {
            by_token: BTreeMap::new(),
            by_due: BTreeSet::new(),
        }
    }
}

/// When to look at a task, and how often that was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Appointment {
    due: Duration,
    looks: u32,
}

impl<T: Copy + Ord> Suspects<T> {
    /// Notes that the task with this token is to be looked at, at once. One that is noted
    /// already is looked at when it is due.
    pub fn add(&mut self, token: T, now: Duration) {
        self.insert(token, now, 0);
    }

    /// Notes that the task with this token was looked at and still is suspect; `looks` as
    /// [`Suspects::due`] answered it.
    pub fn again(&mut self, token: T, looks: u32, now: Duration) {
        if looks >= LOOKS {
            return;
        }
        // `looks` is below LOOKS, so this never is more than the longest by far.
        let delay = FIRST.saturating_mul(1 << looks).min(LONGEST);
        self.insert(token, now.saturating_add(delay), looks + 1);
    }

    fn insert(&mut self, token: T, due: Duration, looks: u32) {
        if let alloc::collections::btree_map::Entry::Vacant(place) = self.by_token.entry(token) {
            place.insert(Appointment { due, looks });
            self.by_due.insert((due, token));
        }
    }

    /// Takes out those that are due, at most `most`: their tokens, and how often they were
    /// looked at.
    pub fn due(&mut self, now: Duration, most: usize) -> Vec<(T, u32)> {
        let mut due = Vec::new();
        while due.len() < most
            && let Some(&(when, token)) = self.by_due.first()
            && when <= now
        {
            self.by_due.pop_first();
            if let Some(suspect) = self.by_token.remove(&token) {
                due.push((token, suspect.looks));
            }
        }
        due
    }

    /// When the next one is due.
    pub fn next(&self) -> Option<Duration> {
        self.by_due.first().map(|(due, _)| *due)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(milliseconds: u64) -> Duration {
        Duration::from_millis(milliseconds)
    }

    /// A task that dropped its token and lives on is not looked at for ever.
    #[test]
    fn looks_get_rarer_and_end() {
        let mut suspects = Suspects::default();
        suspects.add(7, at(1000));
        let mut times = Vec::new();
        while let Some(now) = suspects.next() {
            assert_eq!(suspects.due(now - at(1), 9), []);
            let due = suspects.due(now, 9);
            assert_eq!(due.len(), 1);
            times.push((now - at(1000)).as_millis());
            suspects.again(7, due[0].1, now);
        }
        assert_eq!(times[..5], [0, 20, 60, 140, 300]);
        assert_eq!(times.len() as u32, LOOKS + 1);
        assert!((30_000..60_000).contains(times.last().unwrap()));
        assert!(suspects.by_token.is_empty());
    }

    #[test]
    fn a_task_is_noted_once_and_the_earliest_comes_first() {
        let mut suspects = Suspects::default();
        for token in (0..100_u32).chain(0..100) {
            suspects.add(token, at(200 - u64::from(token)));
        }
        assert_eq!(suspects.next(), Some(at(101)));
        assert_eq!(suspects.due(at(103), 9), [(99, 0), (98, 0), (97, 0)]);
        assert_eq!(suspects.due(at(1000), 9).len(), 9);
        assert_eq!(suspects.by_token.len(), suspects.by_due.len());
    }
}
