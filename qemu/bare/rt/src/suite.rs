// SPDX-License-Identifier: GPL-2.0-or-later
//! A suite of tests in one boot, in the words that the runner counts.
//!
//! The word `filter=TEXT` of the module line leaves out the tests whose names do not contain
//! TEXT. An underscore in TEXT or in a name stands for a blank too, since a blank ends a word.

use alloc::string::String;
use core::fmt::Display;

use crate::{args, println};

/// Counts tests, and prints a line for each.
#[derive(Debug, Default)]
pub struct Suite {
    passed: u32,
    failed: u32,
    filtered: u32,
    filter: Option<&'static str>,
}

/// What a test comes to: nothing, or why it failed.
pub type Outcome = Result<(), String>;

impl Suite {
    /// A suite without tests so far.
    #[must_use]
    pub fn new() -> Self {
        Self {
            filter: args::args().find_map(|word| word.strip_prefix("filter=")),
            ..Self::default()
        }
    }

    /// Whether the filter lets a test of this name run.
    #[must_use]
    pub fn wants(&self, name: &str) -> bool {
        let Some(filter) = self.filter else {
            return true;
        };
        let (name, filter) = (name.as_bytes(), filter.as_bytes());
        let same =
            |one: &u8, other: &u8| one == other || [*one, *other].iter().all(|c| b"_ ".contains(c));
        name.windows(filter.len().max(1))
            .any(|part| part.iter().zip(filter).all(|(one, other)| same(one, other)))
    }

    /// Runs one test, unless the filter leaves it out.
    pub fn test(&mut self, name: &str, body: impl FnOnce() -> Outcome) {
        if !self.wants(name) {
            self.filtered += 1;
            return;
        }
        match body() {
            Ok(()) => {
                self.passed += 1;
                println!("test {name} ... ok");
            }
            Err(why) => {
                self.failed += 1;
                println!("test {name} ... FAILED: {why}");
            }
        }
    }

    /// Notes a test that cannot run here.
    pub fn skip(&mut self, name: &str, why: impl Display) {
        if !self.wants(name) {
            self.filtered += 1;
            return;
        }
        println!("test {name} ... skipped: {why}");
    }

    /// Prints the verdict, at which the runner ends the boot.
    pub fn finish(self) {
        let Self {
            passed,
            failed,
            filtered,
            ..
        } = self;
        if self.filter.is_some() {
            println!("verdict: {passed} passed, {failed} failed, {filtered} filtered out");
        } else {
            println!("verdict: {passed} passed, {failed} failed");
        }
    }
}

/// In a test: fails it unless the condition holds, with the text given or the condition's own.
#[macro_export]
macro_rules! check {
    ($condition:expr $(,)?) => {
        $crate::check!($condition, "{}", stringify!($condition))
    };
    ($condition:expr, $($text:tt)+) => {
        if !$condition {
            return Err($crate::format_failure(format_args!($($text)+), line!()));
        }
    };
}

/// In a test: fails it unless both sides are equal, and shows them.
#[macro_export]
macro_rules! check_eq {
    ($left:expr, $right:expr $(,)?) => {
        match (&$left, &$right) {
            (left, right) => $crate::check!(
                left == right,
                "{} is {left:?}, not {right:?}",
                stringify!($left)
            ),
        }
    };
}

/// The text of a failed check.
#[doc(hidden)]
#[must_use]
pub fn format_failure(text: core::fmt::Arguments<'_>, line: u32) -> String {
    alloc::format!("line {line}: {text}")
}
