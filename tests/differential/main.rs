// SPDX-License-Identifier: GPL-2.0-or-later
//! Random calls to Linux's System V shared memory and to the engine: the same
//! results, errors and states.
//!
//! Helper processes of several users make the calls in an IPC namespace of their own;
//! the engine gets the same calls for fake processes with the same ids. After each
//! call every segment and the totals are compared. Needs root. Runs on one thread, since it
//! forks; the random calls take [`BUDGET`] of wall time. `SHM_DIFF_SEED` repeats one sequence.
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

use libtest_mimic::{Arguments, Failed, Trial};
use random::Random;
use std::process::ExitCode;
use std::time::{Duration, Instant};

const BUDGET: Duration = Duration::from_secs(5);

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    // Then trials run on the main thread.
    arguments.test_threads = Some(1);
    let isolated = actor::isolate();
    let trial = |name: &str, run: fn() -> Result<(), Failed>| match &isolated {
        Ok(()) => Trial::test(name, run),
        Err(_) => Trial::test(name, run).with_ignored_flag(true),
    };
    if let Err(why) = &isolated {
        println!("no IPC namespace of its own: {why}");
    }
    let trials = vec![
        trial("times_change_as_on_linux", times_change_as_on_linux),
        trial(
            "random_calls_agree_with_linux",
            random_calls_agree_with_linux,
        ),
    ];
    libtest_mimic::run(&arguments, trials).exit_code()
}

fn times_change_as_on_linux() -> Result<(), Failed> {
    times::run();
    Ok(())
}

fn random_calls_agree_with_linux() -> Result<(), Failed> {
    if let Ok(text) = std::env::var("SHM_DIFF_SEED") {
        let seed = text
            .parse()
            .map_err(|_| format!("SHM_DIFF_SEED: '{text}' is not a number"))?;
        sequence::run(seed);
        return Ok(());
    }
    let (mut seeds, start) = (Random::from_clock(), Instant::now());
    let (mut sequences, mut calls) = (0, 0);
    while start.elapsed() < BUDGET {
        calls += sequence::run(seeds.next());
        sequences += 1;
    }
    // Between the name and the outcome.
    print!("{calls} calls in {sequences} sequences, ");
    Ok(())
}
