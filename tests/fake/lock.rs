// SPDX-License-Identifier: GPL-2.0-or-later
//! The engine's lock, which knows whether this thread holds it.

use std::cell::Cell;

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
