// SPDX-License-Identifier: GPL-2.0-or-later
//! Turns: calls on a server that serves one after the other, made one at a time.
//!
//! The process server has one lock for all of its calls, and a thread that waits for it can be
//! overtaken without end: with three users' clients asking all the time, a call was seen to take
//! 1.5 s. So this server asks it for one task at a time, and the users who wait take turns: whoever
//! waits, waits for one call of each other user.
//!
//! | what | bound |
//! |---|---|
//! | requests of one user that wait | [`WAITING`]; of all users but root twice that |
//! | how long a request waits | [`PATIENCE`] |
#![forbid(unsafe_code)]

use alloc::sync::Arc;
use alloc::vec::Vec;
use core::time::Duration;

use lock_api::{Mutex, RawMutex};

use crate::engine::ledger::ROOT;
use crate::engine::waited::{SLICE, Waited};
use crate::engine::world::Event;
use crate::{Error, Result};

/// How long a request waits for its turn, without [pauses](Waited) of the machine.
pub const PATIENCE: Duration = Duration::from_millis(500);

/// Requests of one user that wait at once. Twice as many of all users but root may.
pub const WAITING: usize = 40;

/// The order of those who wait.
struct Queue<T> {
    /// Somebody has the turn.
    taken: bool,
    /// The round that the last turn was of. A user has one turn in each.
    round: u64,
    /// In the order of their arrival.
    waiting: Vec<Waiter<T>>,
}

struct Waiter<T> {
    user: u32,
    round: u64,
    value: T,
}

impl<T> Queue<T> {
    const fn new() -> Self {
        Self {
            taken: false,
            round: 0,
            waiting: Vec::new(),
        }
    }

    /// Takes the turn if it is free. Else waits for it, as what `value` makes.
    ///
    /// # Errors
    /// `EAGAIN`: too many wait.
    fn arrive(&mut self, user: u32, value: impl FnOnce() -> T) -> Result<bool> {
        if !self.taken {
            self.taken = true;
            return Ok(true);
        }
        let own = self.waiting.iter().filter(|waiter| waiter.user == user);
        let round = own.clone().map(|waiter| waiter.round).max();
        if own.count() >= WAITING || user != ROOT && self.waiting.len() >= 2 * WAITING {
            return Err(Error::EAGAIN);
        }
        self.waiting.push(Waiter {
            user,
            round: round.unwrap_or(self.round).saturating_add(1),
            value: value(),
        });
        Ok(false)
    }

    /// Who has the turn next. Nobody: it is free.
    fn next(&mut self) -> Option<T> {
        let order = self.waiting.iter().enumerate();
        let first = order.min_by_key(|(_, waiter)| waiter.round);
        let Some((place, _)) = first else {
            self.taken = false;
            return None;
        };
        let waiter = self.waiting.remove(place);
        self.round = waiter.round;
        Some(waiter.value)
    }

    /// Waits no more; `false`: the turn came before that.
    fn give_up(&mut self, is: impl Fn(&T) -> bool) -> bool {
        let place = self.waiting.iter().position(|waiter| is(&waiter.value));
        place.map(|place| self.waiting.remove(place)).is_some()
    }
}

/// Turns that threads take; see the module's text.
pub struct Turns<R, E>(Mutex<R, Queue<Arc<E>>>);

/// A turn, until it is dropped.
pub struct Turn<'a, R: RawMutex, E: Event>(&'a Turns<R, E>);

impl<R: RawMutex, E: Event> Turns<R, E> {
    /// Nobody's turn.
    #[must_use]
    pub const fn new() -> Self {
        Self(Mutex::new(Queue::new()))
    }

    /// Waits for a turn of `user`. `uptime` is a clock.
    ///
    /// # Errors
    /// `EAGAIN`: too many wait, or the turn did not come.
    pub fn take(&self, user: u32, uptime: impl Fn() -> Duration) -> Result<Turn<'_, R, E>> {
        // Most often nobody has it, and nothing is allocated.
        let mut event = None;
        let free = self.0.lock().arrive(user, || {
            let new = Arc::new(E::default());
            event = Some(Arc::clone(&new));
            new
        })?;
        let Some(event) = event.filter(|_| !free) else {
            return Ok(Turn(self));
        };
        let mut waited = Waited::default();
        // The count goes up when the turn comes.
        while event.read() == 0 {
            let left = PATIENCE.saturating_sub(waited.at(uptime()));
            if left.is_zero() && self.0.lock().give_up(|other| Arc::ptr_eq(other, &event)) {
                return Err(Error::EAGAIN);
            }
            event.wait(0, left.min(SLICE));
        }
        Ok(Turn(self))
    }
}

impl<R: RawMutex, E: Event> Default for Turns<R, E> {
    fn default() -> Self {
        Self::new()
    }
}

impl<R: RawMutex, E: Event> Drop for Turn<'_, R, E> {
    fn drop(&mut self) {
        let next = self.0.0.lock().next();
        if let Some(event) = next {
            event.signal();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OTHER: u32 = 1004;

    #[test]
    fn who_waits_waits_for_one_call_of_each_other_user() {
        let mut queue = Queue::new();
        assert_eq!(queue.arrive(1001, || 0), Ok(true));
        for number in 0..30 {
            assert_eq!(queue.arrive(1001, || 100 + number), Ok(false));
            assert_eq!(queue.arrive(1002, || 200 + number), Ok(false));
        }
        for _ in 0..5 {
            queue.next().unwrap();
        }
        assert_eq!(queue.arrive(OTHER, || 1), Ok(false));
        let before: Vec<i32> = core::iter::from_fn(|| queue.next())
            .take_while(|value| *value != 1)
            .collect();
        assert!(before.len() <= 3, "{before:?}");
    }

    #[test]
    fn a_user_s_own_requests_keep_their_order() {
        let mut queue = Queue::new();
        assert_eq!(queue.arrive(OTHER, || 0), Ok(true));
        for number in 1..10 {
            assert_eq!(queue.arrive(OTHER, || number), Ok(false));
        }
        let order: Vec<i32> = core::iter::from_fn(|| queue.next()).collect();
        assert!(order.is_sorted());
        assert_eq!(order.len(), 9);
        assert_eq!(queue.arrive(OTHER, || 0), Ok(true), "it is free again");
    }

    #[test]
    fn those_who_wait_are_bounded_for_a_user_and_in_all() {
        let mut queue = Queue::new();
        assert_eq!(queue.arrive(ROOT, || ()), Ok(true));
        let mut fill = |user| {
            (0..)
                .take_while(|_| queue.arrive(user, || ()).is_ok())
                .count()
        };
        assert_eq!(fill(1001), WAITING);
        assert_eq!(fill(1002), WAITING);
        assert_eq!(fill(OTHER), 0);
        assert_eq!(fill(ROOT), WAITING);
    }

    #[test]
    fn who_gives_up_has_no_turn() {
        let mut queue = Queue::new();
        assert_eq!(queue.arrive(ROOT, || 0), Ok(true));
        assert_eq!(queue.arrive(1001, || 1), Ok(false));
        assert_eq!(queue.arrive(1002, || 2), Ok(false));
        assert!(queue.give_up(|value| *value == 1));
        assert_eq!(queue.next(), Some(2));
        assert!(!queue.give_up(|value| *value == 2), "it has the turn");
        assert_eq!(queue.next(), None);
    }
}
