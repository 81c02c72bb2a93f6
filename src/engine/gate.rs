// SPDX-License-Identifier: GPL-2.0-or-later
//! The gate: calls that change a client's task, made by the thread that serves the client.
//!
//! A task can keep its own map locked for ever (it wires a page whose pager never answers),
//! and then `vm_map` and `vm_deallocate` on it never return. No server can prevent that; it
//! can only lose few threads to it. An attach and a detach are made by the worker that
//! received the request, since a hand-over to another thread would cost as much as the call.
//! The worker is expendable: the pool of workers makes another one when its last idle one gets
//! a request. Whoever hangs then is the client itself, which named the task. So every such call
//! passes this gate:
//!
//! | what | bound |
//! |---|---|
//! | calls under way in one task | 1; others wait |
//! | calls under way in tasks, for one user | `Limits::user.stuck`; for root half of all |
//! | calls under way for all users but root | [`STUCK_MAX`] |
//! | requests of one user that wait here | [`WAITING`] |
//! | of all users but root | twice that; then the user who has most loses the last one |
//! | how long a request waits here | [`PATIENCE`] |
//!
//! A request beyond a bound is refused at once if the calls in its way are stuck, and else when
//! its patience ends. The user is the one who makes the request. So all that users other than
//! root can keep busy is [`KEPT`] workers, and a pool must have more.
#![forbid(unsafe_code)]

use alloc::format;
use alloc::vec::Vec;
use core::sync::atomic::{AtomicU64, Ordering};
use core::time::Duration;

use lock_api::Mutex;

use crate::engine::complaints::Topic;
use crate::engine::desk::Line;
use crate::engine::ledger::ROOT;
use crate::engine::turns::{self, Room};
use crate::engine::waited::{SLICE, Waited};
use crate::engine::world::{Event as _, World};
use crate::registry::id::Pid;
use crate::registry::limits::STUCK_MAX;
use crate::{Error, Result};

/// How long a request waits for its turn, and after which time a call counts as stuck, without
/// [pauses](Waited) of the machine.
pub const PATIENCE: Duration = Duration::from_secs(1);

/// Requests of one user that wait for their turn at once. Twice as many of all users but root may: a
/// user who has fewer takes the place of one who has more.
pub const WAITING: usize = 32;

/// Workers that users other than root can keep busy at once, here and where they
/// [take turns](crate::engine::turns). A pool must have more.
pub const KEPT: usize = STUCK_MAX as usize + 2 * WAITING + 2 * turns::WAITING;

struct Call<T> {
    task: T,
    /// How long it has been in somebody's way. Most calls never are, and then nobody asks for
    /// the time.
    waited: Waited,
    user: u32,
    pid: Pid,
    stuck: bool,
}

struct State<T> {
    /// As many as there are workers at most, most often one: looked through, not looked up.
    calls: Vec<Call<T>>,
    /// The user of each request that waits, and its number.
    waiting: Vec<(u32, u64)>,
    /// The number of the next one.
    next: u64,
}

impl<T: Ord> State<T> {
    /// The places of the calls that keep one into `task` for `user` from being made, if any do.
    fn obstacle(&self, task: &T, user: u32, bound: u64) -> Option<Vec<usize>> {
        let places = |hit: &dyn Fn(&Call<T>) -> bool| -> Vec<usize> {
            let calls = self.calls.iter().enumerate();
            calls
                .filter(|(_, call)| hit(call))
                .map(|(at, _)| at)
                .collect()
        };
        let full = |limit: u64, hit: &dyn Fn(&Call<T>) -> bool| {
            // Nearly always there are fewer calls than any bound.
            (self.calls.len() as u64 >= limit)
                .then(|| places(hit))
                .filter(|places| places.len() as u64 >= limit)
        };
        let same = self.calls.iter().position(|call| call.task == *task);
        if let Some(place) = same {
            return Some([place].into());
        }
        let own = if user == ROOT { STUCK_MAX / 2 } else { bound };
        if let Some(calls) = full(own, &|call| call.user == user) {
            return Some(calls);
        }
        if user == ROOT {
            return None;
        }
        full(STUCK_MAX, &|call| call.user != ROOT)
    }

    /// Notes that another request of `user` waits. Answers its number, and whether a request of
    /// somebody else had to go, which does not know yet.
    ///
    /// # Errors
    /// `EAGAIN`: too many wait.
    fn wait(&mut self, user: u32) -> Result<(u64, bool)> {
        let users = self.waiting.iter().map(|(user, _)| *user);
        let room = turns::room(users, user, WAITING);
        match room {
            Room::Free => {}
            Room::InPlaceOf(place) => drop(self.waiting.remove(place)),
            Room::None => return Err(Error::EAGAIN),
        }
        self.next += 1;
        self.waiting.push((user, self.next));
        Ok((self.next, room != Room::Free))
    }

    /// A request waits no more; `false`: it had to go.
    fn wait_no_more(&mut self, number: u64) -> bool {
        let place = self.waiting.iter().position(|(_, other)| *other == number);
        place.map(|place| self.waiting.remove(place)).is_some()
    }
}

/// The gate; see the module's text.
pub(super) struct Gate<W: World> {
    state: Mutex<W::RawMutex, State<W::Task>>,
    moved: W::Event,
    bound: AtomicU64,
}

/// The right to call into one task, until it is dropped.
pub(super) struct Passage<'a, W: World> {
    gate: &'a Gate<W>,
    world: &'a W,
    task: &'a W::Task,
}

impl<W: World> Gate<W> {
    /// A gate that nobody has passed.
    pub fn new(bound: u64) -> Self {
        Self {
            state: Mutex::new(State {
                calls: Vec::new(),
                waiting: Vec::new(),
                next: 0,
            }),
            moved: W::Event::default(),
            bound: AtomicU64::new(bound),
        }
    }

    /// From now on one user may have so many calls under way.
    pub fn set_bound(&self, bound: u64) {
        self.bound.store(bound, Ordering::Relaxed);
    }

    /// Waits for the turn to call into `task`, process `pid`, for `user`. `tell` is called with
    /// a line about a task that does not answer.
    ///
    /// # Errors
    /// `EAGAIN` when the task, or too many tasks, do not answer.
    pub fn enter<'a>(
        &'a self,
        world: &'a W,
        task: &'a W::Task,
        user: u32,
        pid: Pid,
        tell: impl Fn(Line),
    ) -> Result<Passage<'a, W>> {
        let mut waited = Waited::default();
        loop {
            let bound = self.bound.load(Ordering::Relaxed);
            // Read before the look, so that a call which ends in between is not missed.
            let seen = self.moved.read();
            let obstacle = {
                let mut state = self.state.lock();
                let obstacle = state.obstacle(task, user, bound);
                if obstacle.is_none() {
                    state.calls.push(Call {
                        task: task.clone(),
                        waited: Waited::default(),
                        user,
                        pid,
                        stuck: false,
                    });
                }
                // In the same step as the look: who moves out of the way sees it.
                obstacle.map(|obstacle| (obstacle, state.wait(user)))
            };
            let Some((obstacle, number)) = obstacle else {
                return Ok(Passage {
                    gate: self,
                    world,
                    task,
                });
            };
            let (number, displaced) = number?;
            if displaced {
                self.moved.signal();
            }
            let now = world.uptime();
            let stuck = self.is_stuck(&obstacle, now, &tell);
            let refused = waited.at(now) >= PATIENCE || stuck;
            if !refused {
                self.moved.wait(seen, SLICE);
            }
            let kept = self.state.lock().wait_no_more(number);
            if refused || !kept {
                return Err(Error::EAGAIN);
            }
        }
    }

    /// Whether the calls in the way have all been there for long.
    fn is_stuck(&self, places: &[usize], now: Duration, tell: &impl Fn(Line)) -> bool {
        let mut lines = Vec::new();
        let mut stuck = true;
        {
            let mut state = self.state.lock();
            for &place in places {
                // Calls may have moved meanwhile; then this looks at others, and the next look
                // finds out.
                let Some(call) = state.calls.get_mut(place) else {
                    stuck = false;
                    continue;
                };
                if !call.stuck && call.waited.at(now) < PATIENCE {
                    stuck = false;
                } else if !core::mem::replace(&mut call.stuck, true) {
                    let (user, Pid(pid)) = (call.user, call.pid);
                    let topic = Topic {
                        user,
                        what: "is not served",
                    };
                    let line =
                        format!("process {pid} of user {user} does not answer: it is not served");
                    lines.push((topic, line));
                }
            }
        }
        lines.into_iter().for_each(tell);
        stuck
    }

    /// Whether a call into `task` is under way that is known to be stuck.
    pub fn hangs(&self, task: &W::Task) -> bool {
        let state = self.state.lock();
        state
            .calls
            .iter()
            .any(|call| call.stuck && call.task == *task)
    }
}

impl<W: World> Drop for Passage<'_, W> {
    fn drop(&mut self) {
        let (call, waiting) = {
            let mut state = self.gate.state.lock();
            let place = state.calls.iter().position(|call| call.task == *self.task);
            let call = place.map(|place| state.calls.swap_remove(place));
            (call, !state.waiting.is_empty())
        };
        if waiting {
            self.gate.moved.signal();
        }
        // The task in it is a clone of one that its caller has.
        if let Some(call) = call
            && call.stuck
        {
            let Pid(pid) = call.pid;
            self.world.log(&format!("process {pid} answers again"));
        }
    }
}
