// SPDX-License-Identifier: GPL-2.0-or-later
//! Locks over the kernel's `gsync` calls, for programs with and without libc.

use core::sync::atomic::{AtomicU32, Ordering};
use core::time::Duration;

use lock_api::GuardSend;

use crate::sys;
use crate::trap;

const FREE: u32 = 0;
const HELD: u32 = 1;
const CONTENDED: u32 = 2;

// `gsync.h` is not among the kernel's installed headers.
const GSYNC_TIMED: i32 = 4;
const GSYNC_BROADCAST: i32 = 8;

/// A mutex that blocks in the kernel only when another thread holds it.
pub type Mutex<T> = lock_api::Mutex<RawMutex, T>;

/// What a [`Mutex`] gives to who holds it.
pub type MutexGuard<'a, T> = lock_api::MutexGuard<'a, RawMutex, T>;

/// The word behind [`Mutex`]: free, held, or held and waited for.
pub struct RawMutex(AtomicU32);

fn wait(word: &AtomicU32, value: u32, milliseconds: Option<u32>) {
    // SAFETY: the kernel reads the word at an address that the borrow keeps alive, and
    // blocks this thread if it has that value. Spurious returns are allowed for.
    unsafe {
        sys::mig_k_gsync_wait(
            trap::mach_task_self(),
            word.as_ptr() as usize as _,
            value,
            0,
            milliseconds.unwrap_or(0),
            if milliseconds.is_some() {
                GSYNC_TIMED
            } else {
                0
            },
        )
    };
}

fn wake(word: &AtomicU32, flags: i32) {
    // SAFETY: the address only names a wait queue; the kernel writes nothing.
    unsafe {
        sys::mig_k_gsync_wake(
            trap::mach_task_self(),
            word.as_ptr() as usize as _,
            0,
            flags,
        )
    };
}

// SAFETY: `lock` returns only after this thread moved the word from FREE to HELD or
// CONTENDED, and no thread can do so again before `unlock` stores FREE.
unsafe impl lock_api::RawMutex for RawMutex {
    #[allow(clippy::declare_interior_mutable_const)]
    const INIT: Self = Self(AtomicU32::new(FREE));
    type GuardMarker = GuardSend;

    fn lock(&self) {
        if self.try_lock() {
            return;
        }
        // From here on the word says CONTENDED while we hold it, since somebody else may wait too.
        while self.0.swap(CONTENDED, Ordering::Acquire) != FREE {
            wait(&self.0, CONTENDED, None);
        }
    }

    fn try_lock(&self) -> bool {
        self.0
            .compare_exchange(FREE, HELD, Ordering::Acquire, Ordering::Relaxed)
            .is_ok()
    }

    unsafe fn unlock(&self) {
        if self.0.swap(FREE, Ordering::Release) == CONTENDED {
            wake(&self.0, 0);
        }
    }
}

/// A count that goes up at every [`signal`](Self::signal): waiters sleep until it moves on.
#[derive(Default)]
pub struct Event(AtomicU32);

impl Event {
    /// A new event.
    #[must_use]
    pub const fn new() -> Self {
        Self(AtomicU32::new(0))
    }

    /// The count now; read it under the lock that guards the condition.
    #[must_use]
    pub fn read(&self) -> u32 {
        self.0.load(Ordering::Acquire)
    }

    /// Moves on and wakes every waiter.
    pub fn signal(&self) {
        self.0.fetch_add(1, Ordering::Release);
        wake(&self.0, GSYNC_BROADCAST);
    }

    /// Sleeps until the count differs from `seen`, or for about `time`, which the kernel counts in
    /// milliseconds. May return early.
    pub fn wait(&self, seen: u32, time: Duration) {
        if self.read() == seen {
            let milliseconds = u32::try_from(time.as_millis()).unwrap_or(u32::MAX);
            wait(&self.0, seen, Some(milliseconds));
        }
    }
}
