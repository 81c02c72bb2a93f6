// SPDX-License-Identifier: GPL-2.0-or-later
//! Lines for the administrator about users who hit a bound: few, whatever users do.
//!
//! Each user and topic gets a line every [`PAUSE`] at most, and all together [`LINES`] in that
//! time. What was left out is counted, and the next line says how much it was.
#![forbid(unsafe_code)]

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::time::Duration;

/// Time between two lines about the same.
pub const PAUSE: Duration = Duration::from_secs(10);

/// Lines within [`PAUSE`], about anything.
pub const LINES: usize = 16;

/// What a line is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Topic {
    /// The user who is the cause.
    pub user: u32,
    /// What was done or hit; the same text is the same topic.
    pub what: &'static str,
}

/// The lines of the last [`PAUSE`].
#[derive(Default)]
pub struct Complaints {
    /// Topic and time, the oldest first; at most [`LINES`].
    recent: Vec<(Topic, Duration)>,
    left_out: u64,
}

impl Complaints {
    /// No lines yet.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            recent: Vec::new(),
            left_out: 0,
        }
    }

    /// Whether a line about `topic` is to be written at `now`, and then how many lines were
    /// left out before it. `None`: not now.
    pub fn admit(&mut self, topic: Topic, now: Duration) -> Option<u64> {
        self.recent
            .retain(|(_, then)| now.saturating_sub(*then) < PAUSE);
        let fresh = !self.recent.iter().any(|(recent, _)| *recent == topic);
        if fresh && self.recent.len() < LINES {
            self.recent.push((topic, now));
            Some(core::mem::take(&mut self.left_out))
        } else {
            self.left_out = self.left_out.saturating_add(1);
            None
        }
    }
}

/// `line`, and how many lines were left out before it.
#[must_use]
pub fn with_left_out(line: String, left_out: u64) -> String {
    match left_out {
        0 => line,
        1 => format!("{line} (and 1 line before it was left out)"),
        _ => format!("{line} (and {left_out} lines before it were left out)"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(milliseconds: u64) -> Duration {
        Duration::from_millis(milliseconds)
    }

    const fn topic(user: u32) -> Topic {
        Topic {
            user,
            what: "segments",
        }
    }

    #[test]
    fn the_same_is_said_once_in_a_while() {
        let mut complaints = Complaints::new();
        assert_eq!(complaints.admit(topic(1), at(5)), Some(0));
        for now in 6..100 {
            assert_eq!(complaints.admit(topic(1), at(now)), None);
        }
        assert_eq!(complaints.admit(topic(2), at(100)), Some(94));
        assert_eq!(complaints.admit(topic(1), at(5) + PAUSE), Some(0));
    }

    #[test]
    fn many_users_get_few_lines() {
        let mut complaints = Complaints::new();
        let said = (0..1000).filter(|&user| complaints.admit(topic(user), at(7)).is_some());
        assert_eq!(said.count(), LINES);
        assert_eq!(
            complaints.admit(topic(1), at(7) + PAUSE),
            Some(1000 - LINES as u64)
        );
    }

    #[test]
    fn left_out_lines_are_counted_in_words() {
        assert_eq!(with_left_out("a".into(), 0), "a");
        assert_eq!(
            with_left_out("a".into(), 1),
            "a (and 1 line before it was left out)"
        );
        assert_eq!(
            with_left_out("a".into(), 2),
            "a (and 2 lines before it were left out)"
        );
    }
}
