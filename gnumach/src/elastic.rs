// SPDX-License-Identifier: GPL-2.0-or-later
//! A pool of server threads that grows while its threads are blocked, and shrinks when they idle.

use alloc::boxed::Box;
use core::sync::atomic::{AtomicUsize, Ordering};
use core::time::Duration;

use crate::message::THREADS;
use crate::right::Name;
use crate::serve::{Bounds, Demux, Next, serve_with};

/// Time without a message after which a thread ends if enough others are idle.
const IDLE: Duration = Duration::from_secs(5);

/// Idle threads that stay. There are two when requests come one after the other: the thread that got
/// one, and the one that was made in its place. Neither waits with a time-out: the kernel switches
/// from a reply to its client at once only if the receive that goes with the reply has none
/// (`mach_msg_trap` of GNU Mach).
const STAY: usize = 2;

/// Threads that serve one port set. Whenever the last idle one gets a message and the
/// bound allows, another is made first, so a thread that blocks in a request holds up
/// nobody else's. That a thread was only preempted looks the same, so a flood of requests
/// makes more of them than it needs; all but two of the idle ones end after a while.
pub struct Pool {
    port: Name,
    demux: Demux,
    bounds: Bounds,
    bound: usize,
    threads: AtomicUsize,
    idle: AtomicUsize,
}

impl Pool {
    /// A pool of at most `bound` threads for `port`, none of them started. It takes requests
    /// within [`Bounds::MIG`].
    ///
    /// # Panics
    /// Where `bound` is more than [`THREADS`], which is for all pools of a program together.
    #[must_use]
    pub const fn new(port: Name, demux: Demux, bound: usize) -> Self {
        assert!(bound <= THREADS, "more threads than message::THREADS");
        Self {
            port,
            demux,
            bounds: Bounds::MIG,
            bound,
            threads: AtomicUsize::new(0),
            idle: AtomicUsize::new(0),
        }
    }

    /// The same pool, with other bounds for a request.
    #[must_use]
    pub const fn within(mut self, bounds: Bounds) -> Self {
        self.bounds = bounds;
        self
    }

    /// Starts the first thread. `spawn` runs a closure in a new thread. `between` is as in
    /// [`serve`](crate::serve::serve): it runs when a thread starts, after each message, and after
    /// each time-out. If a thread hangs that does periodic work in it, its replacement does that
    /// work.
    ///
    /// # Errors
    /// What `spawn` answers for the first thread. A later failure leaves the pool smaller.
    pub fn start<E>(
        &'static self,
        spawn: impl Fn(Box<dyn FnOnce() + Send>) -> Result<(), E> + Send + Sync + 'static,
        between: impl Fn(bool) -> Next + Send + Sync + 'static,
    ) -> Result<(), E> {
        let spawn: &'static _ = Box::leak(Box::new(spawn));
        let between: &'static _ = Box::leak(Box::new(between));
        self.add(spawn, between)
    }

    fn add<E>(
        &'static self,
        spawn: &'static (impl Fn(Box<dyn FnOnce() + Send>) -> Result<(), E> + Send + Sync),
        between: &'static (impl Fn(bool) -> Next + Send + Sync),
    ) -> Result<(), E> {
        self.threads.fetch_add(1, Ordering::Relaxed);
        self.idle.fetch_add(1, Ordering::Relaxed);
        let result = spawn(Box::new(move || {
            let mut leaving = Leaving {
                pool: self,
                idle: true,
                unwound: true,
                replace: &|| {
                    let _ = self.add(spawn, between);
                },
            };
            self.work(&mut leaving.idle, leaving.replace, between);
            leaving.unwound = false;
        }));
        if result.is_err() {
            self.threads.fetch_sub(1, Ordering::Relaxed);
            self.idle.fetch_sub(1, Ordering::Relaxed);
        }
        result
    }

    /// Serves in the calling thread, until it is not needed any more. `idle` says whether the
    /// thread counts as an idle one.
    fn work(
        &self,
        idle: &mut bool,
        replace: &dyn Fn(),
        between: &(impl Fn(bool) -> Next + ?Sized),
    ) {
        let idle = core::cell::Cell::from_mut(idle);
        let mut new = true;
        // SAFETY: `new` took a demultiplexer that is fit for `serve`.
        unsafe {
            serve_with(
                self.port,
                self.bounds,
                self.demux,
                || {
                    idle.set(false);
                    if self.idle.fetch_sub(1, Ordering::Relaxed) == 1
                        && self.threads.load(Ordering::Relaxed) < self.bound
                    {
                        replace();
                    }
                },
                |received| {
                    let next = between(received);
                    if received {
                        self.idle.fetch_add(1, Ordering::Relaxed);
                        idle.set(true);
                    }
                    let waited = !received && !core::mem::take(&mut new);
                    match next {
                        Next::Wait if waited && self.leave() => {
                            idle.set(false);
                            Next::Stop
                        }
                        Next::Wait if self.idle.load(Ordering::Relaxed) > STAY => {
                            Next::WaitFor(IDLE)
                        }
                        next => next,
                    }
                },
            );
        }
    }

    /// Takes the calling thread out of the idle ones, unless it is one of the last.
    fn leave(&self) -> bool {
        let fewer = |idle: usize| (idle > STAY).then(|| idle - 1);
        self.idle
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, fewer)
            .is_ok()
    }
}

/// Takes a thread out of its pool when it ends. A thread that a panic ends is replaced: a panic
/// costs the message in work, and no thread.
struct Leaving<'a> {
    pool: &'static Pool,
    idle: bool,
    unwound: bool,
    replace: &'a dyn Fn(),
}

impl Drop for Leaving<'_> {
    fn drop(&mut self) {
        self.pool.threads.fetch_sub(1, Ordering::Relaxed);
        if self.idle {
            self.pool.idle.fetch_sub(1, Ordering::Relaxed);
        }
        let pool = self.pool;
        if self.unwound
            && pool.idle.load(Ordering::Relaxed) == 0
            && pool.threads.load(Ordering::Relaxed) < pool.bound
        {
            (self.replace)();
        }
    }
}
