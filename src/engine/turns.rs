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
//! | requests of one user that wait | [`WAITING`] |
//! | of all users but root | twice that; then the user who has most loses the last one |
//! | how long a request waits | [`PATIENCE`] |
#![forbid(unsafe_code)]

use alloc::sync::Arc;
use alloc::vec::Vec;
use core::sync::atomic::{AtomicBool, Ordering};
use core::time::Duration;

use lock_api::{Mutex, RawMutex};

use crate::engine::ledger::ROOT;
use crate::engine::waited::{SLICE, Waited};
use crate::engine::world::Event;
use crate::{Error, Result};

/// How long a request waits for its turn, without [pauses](Waited) of the machine.
pub const PATIENCE: Duration = Duration::from_millis(500);

/// Requests of one user that wait at once. Twice as many of all users but root may: a user who has
/// fewer takes the place of one who has more.
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

/// What somebody finds who wants the turn.
#[derive(Debug, PartialEq, Eq)]
enum Arrival<T> {
    /// It is free, and taken now.
    Turn,
    /// Others are first. One of them may have had to go.
    Waits { displaced: Option<T> },
}

/// Whether another request of a user may wait.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Room {
    Free,
    /// If the one at this place goes.
    InPlaceOf(usize),
    None,
}

/// Whether a request of `user` may wait beside those of `users`, where one user may have `bound`, and
/// all but root twice that: no two users can keep a third one out.
pub(super) fn room(users: impl Iterator<Item = u32> + Clone, user: u32, bound: usize) -> Room {
    let count = |user| users.clone().filter(|&other| other == user).count();
    let own = count(user);
    if own >= bound {
        return Room::None;
    }
    let others = || users.clone().filter(|&other| other != ROOT);
    if user == ROOT || others().count() < 2 * bound {
        return Room::Free;
    }
    let most = others().map(|other| (count(other), other)).max();
    let last = |(has, most): (usize, u32)| {
        let places = users.clone().enumerate();
        let last = places.filter(|(_, other)| *other == most).last();
        last.filter(|_| has > own + 1)
    };
    match most.and_then(last) {
        Some((place, _)) => Room::InPlaceOf(place),
        None => Room::None,
    }
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
    fn arrive(&mut self, user: u32, value: impl FnOnce() -> T) -> Result<Arrival<T>> {
        if !self.taken {
            self.taken = true;
            return Ok(Arrival::Turn);
        }
        let users = self.waiting.iter().map(|waiter| waiter.user);
        let displaced = match room(users, user, WAITING) {
            Room::Free => None,
            Room::InPlaceOf(place) => Some(self.waiting.remove(place).value),
            Room::None => return Err(Error::EAGAIN),
        };
        let own = self.waiting.iter().filter(|waiter| waiter.user == user);
        let round = own.map(|waiter| waiter.round).max();
        self.waiting.push(Waiter {
            user,
            round: round.unwrap_or(self.round).saturating_add(1),
            value: value(),
        });
        Ok(Arrival::Waits { displaced })
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

/// Where a thread waits.
#[derive(Default)]
struct Place<E> {
    /// Goes up when the turn comes, or the place goes.
    moved: E,
    /// The place went.
    refused: AtomicBool,
}

/// Turns that threads take; see the module's text.
pub struct Turns<R, E>(Mutex<R, Queue<Arc<Place<E>>>>);

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
    /// `EAGAIN`: too many wait, or the turn did not come, or the user had most of those who waited
    /// when another one came.
    pub fn take(&self, user: u32, uptime: impl Fn() -> Duration) -> Result<Turn<'_, R, E>> {
        // Most often nobody has it, and nothing is allocated.
        let mut place = None;
        let arrival = self.0.lock().arrive(user, || {
            let new = Arc::new(Place::default());
            place = Some(Arc::clone(&new));
            new
        })?;
        if let Arrival::Waits {
            displaced: Some(other),
        } = arrival
        {
            other.refused.store(true, Ordering::Relaxed);
            other.moved.signal();
        }
        let Some(place) = place else {
            return Ok(Turn(self));
        };
        let mut waited = Waited::default();
        while place.moved.read() == 0 {
            let left = PATIENCE.saturating_sub(waited.at(uptime()));
            if left.is_zero() && self.0.lock().give_up(|other| Arc::ptr_eq(other, &place)) {
                return Err(Error::EAGAIN);
            }
            place.moved.wait(0, left.min(SLICE));
        }
        if place.refused.load(Ordering::Relaxed) {
            return Err(Error::EAGAIN);
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
        if let Some(place) = next {
            place.moved.signal();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OTHER: u32 = 1004;
    const WAITS: Arrival<i32> = Arrival::Waits { displaced: None };

    #[test]
    fn who_waits_waits_for_one_call_of_each_other_user() {
        let mut queue = Queue::new();
        assert_eq!(queue.arrive(1001, || 0), Ok(Arrival::Turn));
        for number in 0..30 {
            assert_eq!(queue.arrive(1001, || 100 + number), Ok(WAITS));
            assert_eq!(queue.arrive(1002, || 200 + number), Ok(WAITS));
        }
        for _ in 0..5 {
            queue.next().unwrap();
        }
        assert_eq!(queue.arrive(OTHER, || 1), Ok(WAITS));
        let before: Vec<i32> = core::iter::from_fn(|| queue.next())
            .take_while(|value| *value != 1)
            .collect();
        assert!(before.len() <= 3, "{before:?}");
    }

    #[test]
    fn a_user_s_own_requests_keep_their_order() {
        let mut queue = Queue::new();
        assert_eq!(queue.arrive(OTHER, || 0), Ok(Arrival::Turn));
        for number in 1..10 {
            assert_eq!(queue.arrive(OTHER, || number), Ok(WAITS));
        }
        let order: Vec<i32> = core::iter::from_fn(|| queue.next()).collect();
        assert!(order.is_sorted());
        assert_eq!(order.len(), 9);
        assert_eq!(
            queue.arrive(OTHER, || 0),
            Ok(Arrival::Turn),
            "it is free again"
        );
    }

    #[test]
    fn those_who_wait_are_bounded_for_a_user() {
        let mut queue = Queue::new();
        assert_eq!(queue.arrive(ROOT, || 0), Ok(Arrival::Turn));
        let mut fill = |user| {
            (0..)
                .take_while(|_| queue.arrive(user, || 0) == Ok(WAITS))
                .count()
        };
        assert_eq!(fill(1001), WAITING);
        assert_eq!(fill(1002), WAITING);
        assert_eq!(fill(ROOT), WAITING);
        assert_eq!(queue.arrive(1001, || 0), Err(Error::EAGAIN));
    }

    #[test]
    fn two_users_who_fill_the_queue_make_room_for_a_third() {
        let mut queue = Queue::new();
        assert_eq!(queue.arrive(ROOT, || 0), Ok(Arrival::Turn));
        for number in 0..WAITING as i32 {
            assert_eq!(queue.arrive(1001, || 1000 + number), Ok(WAITS));
            assert_eq!(queue.arrive(1002, || 2000 + number), Ok(WAITS));
        }
        let mut waiting = 0;
        while let Ok(arrival) = queue.arrive(OTHER, || 1) {
            let Arrival::Waits { displaced: Some(_) } = arrival else {
                panic!("{arrival:?}: the queue was full");
            };
            waiting += 1;
            assert_eq!(queue.waiting.len(), 2 * WAITING);
        }
        // An equal part.
        assert_eq!(waiting, 2 * WAITING / 3);
        assert_eq!(queue.arrive(1001, || 0), Err(Error::EAGAIN));
        // The others lost those that came last.
        let first: Vec<i32> = core::iter::from_fn(|| queue.next())
            .filter(|value| *value >= 1000)
            .collect();
        assert!(first.contains(&1000) && first.contains(&2000));
        assert!(!first.contains(&(1000 + WAITING as i32 - 1)));
    }

    #[test]
    fn who_gives_up_has_no_turn() {
        let mut queue = Queue::new();
        assert_eq!(queue.arrive(ROOT, || 0), Ok(Arrival::Turn));
        assert_eq!(queue.arrive(1001, || 1), Ok(WAITS));
        assert_eq!(queue.arrive(1002, || 2), Ok(WAITS));
        assert!(queue.give_up(|value| *value == 1));
        assert_eq!(queue.next(), Some(2));
        assert!(!queue.give_up(|value| *value == 2), "it has the turn");
        assert_eq!(queue.next(), None);
    }
}
