// SPDX-License-Identifier: GPL-2.0-or-later
//! A time that threads share without a lock.
#![forbid(unsafe_code)]

use core::sync::atomic::{AtomicU64, Ordering};
use core::time::Duration;

/// The value of [`Moment`] that is no time.
const NEVER: u64 = u64::MAX;

/// A time of [`World::uptime`](super::world::World::uptime), exact to a millisecond, or none yet.
pub struct Moment(AtomicU64);

/// Whole milliseconds. No clock of this program reaches the end of 64 bits.
fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).map_or(NEVER - 1, |time| time.min(NEVER - 1))
}

impl Moment {
    /// No time yet.
    #[must_use]
    pub const fn never() -> Self {
        Self(AtomicU64::new(NEVER))
    }

    /// The time, once one is set. A thread that gets it sees all that was stored before
    /// [`set`](Self::set).
    #[must_use]
    pub fn get(&self) -> Option<Duration> {
        let time = self.0.load(Ordering::Acquire);
        (time != NEVER).then(|| Duration::from_millis(time))
    }

    /// Sets it.
    pub fn set(&self, time: Duration) {
        self.0.store(milliseconds(time), Ordering::Release);
    }

    /// If it is not after `now`, or no time yet, sets it to `next`. Of several threads that find
    /// it passed, one gets `true`.
    #[must_use]
    pub fn pass(&self, now: Duration, next: Duration) -> bool {
        let before = self.0.load(Ordering::Acquire);
        (before == NEVER || Duration::from_millis(before) <= now)
            && self
                .0
                .compare_exchange(
                    before,
                    milliseconds(next),
                    Ordering::AcqRel,
                    Ordering::Relaxed,
                )
                .is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(milliseconds: u64) -> Duration {
        Duration::from_millis(milliseconds)
    }

    #[test]
    fn a_moment_is_unset_until_it_is_set() {
        let moment = Moment::never();
        assert_eq!(moment.get(), None);
        moment.set(Duration::from_micros(1_900));
        assert_eq!(moment.get(), Some(at(1)));
        moment.set(Duration::MAX);
        assert!(moment.get().is_some());
    }

    #[test]
    fn a_moment_passes_once() {
        let moment = Moment::never();
        assert!(moment.pass(at(5), at(10)));
        assert!(!moment.pass(at(9), at(20)));
        assert!(moment.pass(at(10), at(20)));
        assert!(!moment.pass(at(10), at(20)));
    }
}
