// SPDX-License-Identifier: GPL-2.0-or-later
//! Requests under way that end by an answer, by a deadline, or for the sake of others: the books.
#![forbid(unsafe_code)]

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// Requests under way by the number that their answer comes with.
///
/// When there are as many as the bound, the next one takes the place of the oldest of the user who
/// has most. So a user with one request loses it only if nobody has more.
pub struct Waiting<T> {
    bound: usize,
    time: Duration,
    requests: BTreeMap<usize, Request<T>>,
}

struct Request<T> {
    user: u32,
    deadline: Instant,
    /// What differs between two of one moment.
    order: u64,
    value: T,
}

impl<T> Waiting<T> {
    /// At most `bound` requests at once, each for at most `time`.
    pub const fn new(bound: usize, time: Duration) -> Self {
        Self {
            bound,
            time,
            requests: BTreeMap::new(),
        }
    }

    /// Adds a request of `user`, and answers the one that had to go.
    pub fn insert(&mut self, number: usize, user: u32, now: Instant, value: T) -> Option<T> {
        let gone = if self.requests.len() >= self.bound {
            self.victim().and_then(|victim| self.remove(victim))
        } else {
            None
        };
        let last = self.requests.values().map(|request| request.order).max();
        let request = Request {
            user,
            deadline: now + self.time,
            order: last.map_or(0, |last| last + 1),
            value,
        };
        self.requests.insert(number, request);
        gone
    }

    /// The oldest request of the user who has most.
    fn victim(&self) -> Option<usize> {
        let mut counts = BTreeMap::<u32, usize>::new();
        for request in self.requests.values() {
            *counts.entry(request.user).or_default() += 1;
        }
        let (&most, _) = counts.iter().max_by_key(|(_, count)| **count)?;
        let own = self.requests.iter().filter(|(_, one)| one.user == most);
        own.min_by_key(|(_, request)| request.order)
            .map(|(&number, _)| number)
    }

    /// Takes the request out that was answered.
    pub fn remove(&mut self, number: usize) -> Option<T> {
        self.requests.remove(&number).map(|request| request.value)
    }

    /// Takes all requests out that are over their time.
    pub fn overdue(&mut self, now: Instant) -> Vec<T> {
        self.requests
            .extract_if(.., |_, request| request.deadline <= now)
            .map(|(_, request)| request.value)
            .collect()
    }

    /// Time until the next deadline, if there is any.
    pub fn next(&self, now: Instant) -> Option<Duration> {
        let deadlines = self.requests.values().map(|request| request.deadline);
        deadlines
            .min()
            .map(|deadline| deadline.saturating_duration_since(now))
    }

    /// Whether there is one of which `test` holds.
    pub fn any(&self, test: impl Fn(&T) -> bool) -> bool {
        self.requests.values().any(|request| test(&request.value))
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.requests.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TIME: Duration = Duration::from_secs(30);

    #[test]
    fn a_user_with_one_request_keeps_it_while_another_floods() {
        let mut waiting = Waiting::new(4, TIME);
        let now = Instant::now();
        assert_eq!(waiting.insert(1, 1004, now, "ordinary"), None);
        for number in 10..1000 {
            let gone = waiting.insert(number, 1001, now, "hostile");
            assert_eq!(gone.is_some(), number >= 13, "{number}");
            assert_ne!(gone, Some("ordinary"));
        }
        assert_eq!(waiting.remove(1), Some("ordinary"));
        // The oldest went first.
        assert_eq!(waiting.remove(996), None);
        assert_eq!(waiting.remove(997), Some("hostile"));
    }

    #[test]
    fn a_request_ends_at_its_deadline_and_not_before() {
        let mut waiting = Waiting::new(4, TIME);
        let now = Instant::now();
        assert_eq!(waiting.next(now), None);
        waiting.insert(1, 0, now, 'a');
        waiting.insert(2, 0, now + TIME / 2, 'b');
        assert_eq!(waiting.next(now), Some(TIME));
        assert_eq!(waiting.overdue(now + TIME / 2), []);
        assert_eq!(waiting.overdue(now + TIME), ['a']);
        assert_eq!(waiting.next(now + TIME), Some(TIME / 2));
        assert!(!waiting.is_empty());
        assert!(waiting.any(|value| *value == 'b') && !waiting.any(|value| *value == 'a'));
        assert_eq!(waiting.overdue(now + 2 * TIME), ['b']);
        assert!(waiting.is_empty());
    }
}
