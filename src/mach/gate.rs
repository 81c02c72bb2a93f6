// SPDX-License-Identifier: GPL-2.0-or-later
//! Calls into client tasks: one at a time for a task, and none into one that hangs.
//!
//! A task can keep its own map locked for ever (it wires a page whose pager never answers),
//! and then `vm_map` and `vm_deallocate` on it never return. No server can prevent that; it
//! can only lose few threads to it. So every such call passes this gate:
//!
//! - at most one call is under way in a task; others wait for it, for up to [`PATIENCE`];
//! - a task that keeps a call longer is *stuck*: calls for it are refused until it moves;
//! - all tasks of one user together hold at most [`PER_USER`] threads.

use alloc::format;
use alloc::vec::Vec;

use gnumach::right::Name;
use gnumach::sync::{Event, Mutex};

use super::platform::Platform;
use crate::{Error, Result};

/// Milliseconds after which a call into a task counts as stuck.
pub const PATIENCE: u64 = 2_000;

/// Calls under way, stuck ones included, in tasks of one user.
pub const PER_USER: usize = 32;

struct Call {
    task: Name,
    /// When somebody first found it in the way, in milliseconds. Most calls are never in
    /// anybody's way, and then nobody asks for the time.
    since: Option<u64>,
    user: u32,
    stuck: bool,
}

#[derive(Default)]
struct State {
    /// No more than there are worker threads, most often one: looked through, not looked up.
    calls: Vec<Call>,
    waiting: usize,
}

impl State {
    /// Where the call into `task` is.
    fn position(&self, task: Name) -> Option<usize> {
        self.calls.iter().position(|call| call.task == task)
    }

    /// Whether so many calls are under way in tasks of `user` that no other may be.
    fn full(&self, user: u32) -> bool {
        self.calls.len() >= PER_USER
            && self.calls.iter().filter(|call| call.user == user).count() >= PER_USER
    }
}

/// The gate; see the module's text.
#[derive(Default)]
pub struct Gate {
    state: Mutex<State>,
    moved: Event,
}

/// The right to call into one task, until it is dropped.
pub struct Passage<'a, P: Platform> {
    gate: &'a Gate,
    platform: &'a P,
    task: Name,
}

impl Gate {
    /// A gate that nobody has passed.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether a call into `task` is under way that takes too long.
    #[must_use]
    pub fn is_stuck(&self, task: Name) -> bool {
        let state = self.state.lock();
        state
            .calls
            .iter()
            .any(|call| call.task == task && call.stuck)
    }

    /// Waits for the turn to call into `task`, which belongs to `user`.
    ///
    /// # Errors
    /// `EAGAIN` when the task, or too many tasks of that user, do not answer.
    pub fn enter<'a, P: Platform>(
        &'a self,
        platform: &'a P,
        task: Name,
        user: u32,
    ) -> Result<Passage<'a, P>> {
        let mut began = None;
        loop {
            let mut state = self.state.lock();
            let busy = state.position(task);
            if busy.is_none() && !state.full(user) {
                state.calls.push(Call {
                    task,
                    since: None,
                    user,
                    stuck: false,
                });
                return Ok(Passage {
                    gate: self,
                    platform,
                    task,
                });
            }
            let now = platform.milliseconds();
            let began = *began.get_or_insert(now);
            if let Some(call) = busy.and_then(|at| state.calls.get_mut(at))
                && now.saturating_sub(*call.since.get_or_insert(now)) >= PATIENCE
            {
                let news = !core::mem::replace(&mut call.stuck, true);
                drop(state);
                if news {
                    platform.log(&format!(
                        "task {task} of user {user} does not answer; it is no longer served"
                    ));
                }
                return Err(Error::EAGAIN);
            }
            if now.saturating_sub(began) >= PATIENCE {
                return Err(Error::EAGAIN);
            }
            let seen = self.moved.read();
            state.waiting += 1;
            drop(state);
            self.moved.wait(seen, 100);
            self.state.lock().waiting -= 1;
        }
    }
}

impl<P: Platform> Drop for Passage<'_, P> {
    fn drop(&mut self) {
        let mut state = self.gate.state.lock();
        let Some(at) = state.position(self.task) else {
            return;
        };
        let call = state.calls.swap_remove(at);
        let waiting = state.waiting != 0;
        drop(state);
        if waiting {
            self.gate.moved.signal();
        }
        if call.stuck {
            self.platform
                .log(&format!("task {} answers again", self.task));
        }
    }
}
