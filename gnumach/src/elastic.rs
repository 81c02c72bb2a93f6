// SPDX-License-Identifier: GPL-2.0-or-later
//! A pool of server threads that grows while its threads are blocked, and shrinks when they idle.

use alloc::boxed::Box;
use core::sync::atomic::{AtomicUsize, Ordering};

use crate::right::Name;
use crate::serve::{Demux, Next, serve_with};

/// Milliseconds without a message after which a thread ends if another one is idle.
const IDLE: u32 = 5_000;

/// Threads that serve one port set. Whenever the last idle one gets a message and the
/// bound allows, another is made first, so a thread that blocks in a request holds up
/// nobody else's. That a thread was only preempted looks the same, so a flood of requests
/// makes more of them than it needs; all but one of the idle ones end after a while.
pub struct Pool {
    port: Name,
    demux: Demux,
    bound: usize,
    threads: AtomicUsize,
    idle: AtomicUsize,
}

impl Pool {
    /// A pool of at most `bound` threads for `port`, none of them started.
    #[must_use]
    pub const fn new(port: Name, demux: Demux, bound: usize) -> Self {
        Self {
            port,
            demux,
            bound,
            threads: AtomicUsize::new(0),
            idle: AtomicUsize::new(0),
        }
    }

    /// Starts the first thread. `spawn` runs a closure in a new thread; `between` is as in
    /// [`serve`](crate::serve::serve), and runs in whichever thread was served last, in each
    /// that idles, and first of all in each new one: should the thread that was to look
    /// after something hang, the one made in its place does.
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
            let mut new = true;
            // SAFETY: `new` took a demultiplexer that is fit for `serve`.
            unsafe {
                serve_with(
                    self.port,
                    self.demux,
                    || {
                        if self.idle.fetch_sub(1, Ordering::Relaxed) == 1
                            && self.threads.load(Ordering::Relaxed) < self.bound
                        {
                            let _ = self.add(spawn, between);
                        }
                    },
                    |received| {
                        let next = between(received);
                        if received {
                            self.idle.fetch_add(1, Ordering::Relaxed);
                        }
                        let waited = !received && !core::mem::take(&mut new);
                        match next {
                            Next::Wait if waited && self.leave() => Next::Stop,
                            Next::Wait if self.idle.load(Ordering::Relaxed) > 1 => {
                                Next::WaitFor(IDLE)
                            }
                            next => next,
                        }
                    },
                );
            }
            self.threads.fetch_sub(1, Ordering::Relaxed);
        }));
        if result.is_err() {
            self.threads.fetch_sub(1, Ordering::Relaxed);
            self.idle.fetch_sub(1, Ordering::Relaxed);
        }
        result
    }

    /// Takes the calling thread out of the idle ones, unless it is the last.
    fn leave(&self) -> bool {
        let fewer = |idle: usize| (idle > 1).then(|| idle - 1);
        self.idle
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, fewer)
            .is_ok()
    }
}
