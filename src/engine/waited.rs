// SPDX-License-Identifier: GPL-2.0-or-later
//! How long somebody has waited, on a machine that may stand still meanwhile.
#![forbid(unsafe_code)]

use core::time::Duration;

/// Time between two looks at what is waited for, at most. A longer one counts as this.
pub const SLICE: Duration = Duration::from_millis(100);

/// The time that passed while somebody waited.
///
/// Whoever waits looks at least once in each [`SLICE`]. If more time passed between two looks, then
/// the machine stood still (a virtual one that was paused, say), and so did whatever is waited for:
/// no more than a slice is counted.
#[derive(Default)]
pub struct Waited {
    looked: Option<Duration>,
    total: Duration,
}

impl Waited {
    /// The time until `now`, since the first look.
    pub fn at(&mut self, now: Duration) -> Duration {
        let before = self.looked.replace(now).unwrap_or(now);
        self.total += now.saturating_sub(before).min(SLICE);
        self.total
    }

    /// Whether there was a look.
    #[must_use]
    pub fn has_begun(&self) -> bool {
        self.looked.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn ms(milliseconds: u64) -> Duration {
        Duration::from_millis(milliseconds)
    }

    #[test]
    fn time_between_two_looks_counts() {
        let mut waited = Waited::default();
        assert!(!waited.has_begun());
        assert_eq!(waited.at(ms(1000)), ms(0));
        assert!(waited.has_begun());
        assert_eq!(waited.at(ms(1070)), ms(70));
        assert_eq!(waited.at(ms(1170)), ms(170));
        assert_eq!(waited.at(ms(1160)), ms(170), "a clock that goes back");
    }

    #[test]
    fn a_pause_counts_as_one_slice() {
        let mut waited = Waited::default();
        waited.at(ms(0));
        assert_eq!(waited.at(ms(60_000)), SLICE);
        assert_eq!(waited.at(ms(60_010)), SLICE + ms(10));
    }
}
