// SPDX-License-Identifier: GPL-2.0-or-later
//! Random calls to Linux's System V shared memory and to the engine: the same
//! results, errors and states.
//!
//! Helper processes of several users make the calls in an IPC namespace of their own;
//! the engine gets the same calls for fake processes with the same ids. After each
//! call every segment and the totals are compared. Needs root; runs as one thread,
//! since it forks, for [`BUDGET`] of wall time. `SHM_DIFF_SEED` repeats one sequence.
//!
//! Left out, because the engine differs by choice: huge pages, page 0 for root, and
//! holes torn into the middle of an attachment, whose parts Linux counts.

mod actor;
mod compare;
#[path = "../fake/mod.rs"]
mod fake;
mod pair;
mod random;
mod sequence;
mod times;

use random::Random;
use std::time::{Duration, Instant};

const BUDGET: Duration = Duration::from_secs(5);

fn main() {
    if let Err(why) = actor::isolate() {
        println!("differential: skipped: no IPC namespace of its own: {why}");
        return;
    }
    let seed = std::env::var("SHM_DIFF_SEED")
        .ok()
        .and_then(|seed| seed.parse().ok());
    if let Some(seed) = seed {
        sequence::run(seed);
        return println!("differential: sequence {seed} agrees");
    }
    times::run();
    let (mut seeds, start) = (Random::from_clock(), Instant::now());
    let (mut sequences, mut calls) = (0, 0);
    while start.elapsed() < BUDGET {
        calls += sequence::run(seeds.next());
        sequences += 1;
    }
    println!("differential: Linux and the engine agree on {calls} calls in {sequences} sequences");
}
