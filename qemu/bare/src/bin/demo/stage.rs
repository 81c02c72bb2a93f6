// SPDX-License-Identifier: GPL-2.0-or-later
//! Numbered lines, each of them a check.

use bare_rt::println;

/// Counts the steps, and those that went otherwise.
#[derive(Default)]
pub struct Stage {
    passed: u32,
    failed: u32,
}

impl Stage {
    /// Tells a step: who does what, and what came of it. `ok` is whether that is right.
    pub fn step(&mut self, who: &str, what: &str, seen: &str, ok: bool) {
        let number = self.passed + self.failed + 1;
        let mark = if ok { "" } else { "   <-- WRONG" };
        println!("{number:3}  {who:8} {what:38} {seen}{mark}");
        if ok {
            self.passed += 1;
        } else {
            self.failed += 1;
        }
    }

    /// The play ends early.
    pub fn broken(&mut self, why: &str) {
        self.step("", "cannot go on", why, false);
    }

    /// The verdict, at which the runner ends the boot.
    pub fn finish(self) {
        println!("verdict: {} passed, {} failed", self.passed, self.failed);
    }
}
