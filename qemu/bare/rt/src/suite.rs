//! A suite of tests in one boot, in the words that the runner counts.

use alloc::string::String;
use core::fmt::Display;

use crate::println;

/// Counts tests, and prints a line for each.
#[derive(Debug, Default)]
pub struct Suite {
    passed: u32,
    failed: u32,
    skipped: u32,
}

/// What a test comes to: nothing, or why it failed.
pub type Outcome = Result<(), String>;

impl Suite {
    /// A suite without tests so far.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Runs one test.
    pub fn test(&mut self, name: &str, body: impl FnOnce() -> Outcome) {
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
        self.skipped += 1;
        println!("test {name} ... skipped: {why}");
    }

    /// Prints the verdict, at which the runner ends the boot.
    pub fn finish(self) {
        println!("verdict: {} passed, {} failed", self.passed, self.failed);
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
