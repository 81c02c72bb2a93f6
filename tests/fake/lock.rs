// SPDX-License-Identifier: GPL-2.0-or-later
//! The engine's lock, which knows whether this thread holds it.

use std::cell::Cell;
use std::sync::{Condvar, Mutex, MutexGuard};
use std::time::Duration;

thread_local! {
    static HELD: Cell<bool> = const { Cell::new(false) };
    static SWITCH: Cell<Option<fn()>> = const { Cell::new(None) };
}

/// From now on this thread calls `switch` wherever another thread could come between two steps
/// of the engine: before the lock is taken, after it is given back, and within calls of the
/// world. It may run other tasks meanwhile.
pub fn switch_by(switch: fn()) {
    SWITCH.set(Some(switch));
}

/// Another thread may come in here.
pub fn switch() {
    if let Some(switch) = SWITCH.get() {
        switch();
    }
}

/// Whether this thread is a scheduler's.
pub fn switches() -> bool {
    SWITCH.get().is_some()
}

/// What threads sleep on. Under a scheduler nobody sleeps: others run, and then it returns.
#[derive(Default)]
pub struct FakeEvent {
    count: Mutex<u32>,
    moved: Condvar,
}

impl FakeEvent {
    fn count(&self) -> MutexGuard<'_, u32> {
        self.count.lock().expect("nothing panics with it held")
    }
}

impl shm::engine::world::Event for FakeEvent {
    fn read(&self) -> u32 {
        *self.count()
    }

    fn signal(&self) {
        assert_unlocked();
        *self.count() += 1;
        self.moved.notify_all();
        switch();
    }

    fn wait(&self, seen: u32, time: Duration) {
        assert_unlocked();
        if switches() {
            return switch();
        }
        let same = |count: &mut u32| *count == seen;
        drop(self.moved.wait_timeout_while(self.count(), time, same));
    }
}

/// A mutex that marks its holder.
pub struct WatchedMutex(parking_lot::RawMutex);

/// Panics if this thread holds the engine's lock.
pub fn assert_unlocked() {
    assert!(
        !HELD.get(),
        "the world was called with the registry lock held"
    );
}

// SAFETY: exclusion is that of the mutex inside; marking does not affect it.
unsafe impl lock_api::RawMutex for WatchedMutex {
    #[allow(clippy::declare_interior_mutable_const, reason = "the trait's shape")]
    const INIT: Self = Self(parking_lot::RawMutex::INIT);
    type GuardMarker = <parking_lot::RawMutex as lock_api::RawMutex>::GuardMarker;

    fn lock(&self) {
        assert_unlocked();
        switch();
        self.0.lock();
        HELD.set(true);
    }

    fn try_lock(&self) -> bool {
        let locked = self.0.try_lock();
        if locked {
            HELD.set(true);
        }
        locked
    }

    unsafe fn unlock(&self) {
        HELD.set(false);
        // SAFETY: the caller holds the lock, so this thread locked the one inside.
        unsafe { self.0.unlock() }
        switch();
    }
}
