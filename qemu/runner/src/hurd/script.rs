// SPDX-License-Identifier: GPL-2.0-or-later
//! Suites that are a row of scripts for the guest's shell, all in one boot.

use std::time::Duration;

use super::{Ended, Finished, Program, Root, Session};
use crate::Result;
use crate::report::Counts;

/// The longest that one script may take; a busy host is slow.
const LIMIT: Duration = Duration::from_secs(60);

/// A script and what its run proves.
#[derive(Debug, Clone)]
pub struct Step {
    name: String,
    program: Program,
}

impl Step {
    /// Holds if every command of `script` succeeds.
    pub fn new(name: impl Into<String>, script: &str) -> Self {
        let program = Program {
            arguments: vec!["-euc".to_owned(), script.to_owned()],
            timeout: LIMIT,
            ..Program::inside("/bin/sh")
        };
        Self {
            name: name.into(),
            program,
        }
    }

    /// As it is, with another limit than a minute.
    #[must_use]
    pub fn within(mut self, limit: Duration) -> Self {
        self.program.timeout = limit;
        self
    }

    /// What its run proves, as a test's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}

/// What came of a step.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The step's name.
    pub name: String,
    /// Whether the script ended with status 0.
    pub held: bool,
    /// Its output and status.
    pub finished: Finished,
}

impl Outcome {
    /// What follows `prefix` in the lines of the output that begin with it.
    #[must_use]
    pub fn lines(&self, prefix: &str) -> Vec<String> {
        let output = String::from_utf8_lossy(&self.finished.output);
        let lines = output.lines().filter_map(|line| line.strip_prefix(prefix));
        lines.map(str::to_owned).collect()
    }
}

/// How many held, and how many did not.
#[must_use]
pub fn count(outcomes: &[Outcome]) -> Counts {
    let mut counts = Counts::default();
    for outcome in outcomes {
        counts.add(&outcome.name, outcome.held);
    }
    counts
}

/// Runs the scripts in the system of `session`, whose programs are replaced, and prints a line
/// for each.
///
/// # Errors
/// The system does not come up.
pub fn outcomes(root: &Root, session: Session, steps: &[Step]) -> Result<Vec<Outcome>> {
    judged(root, session, steps, |_| true)
}

/// As [`outcomes`], counted. A step also has to satisfy `holds`.
///
/// # Errors
/// The system does not come up.
pub fn run(
    root: &Root,
    session: Session,
    steps: &[Step],
    holds: impl Fn(&Finished) -> bool,
) -> Result<Counts> {
    Ok(count(&judged(root, session, steps, holds)?))
}

fn judged(
    root: &Root,
    mut session: Session,
    steps: &[Step],
    holds: impl Fn(&Finished) -> bool,
) -> Result<Vec<Outcome>> {
    session.programs = steps.iter().map(|step| step.program.clone()).collect();
    let finished = session.run(root, |_, _| {})?;
    let mut outcomes = Vec::new();
    for (step, finished) in steps.iter().zip(finished) {
        let held = finished.ended == Ended::Exit(0) && holds(&finished);
        let took = finished.took.as_secs();
        if held {
            println!("test {} ... ok ({took} s)", step.name);
        } else {
            println!(
                "test {} ... FAILED: {:?} ({took} s)",
                step.name, finished.ended
            );
            for bytes in [&finished.output, &finished.errors] {
                print!("{}", String::from_utf8_lossy(bytes));
            }
        }
        outcomes.push(Outcome {
            name: step.name.clone(),
            held,
            finished,
        });
    }
    Ok(outcomes)
}
