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
            file: None,
            command: "/bin/sh".to_owned(),
            arguments: vec!["-euc".to_owned(), script.to_owned()],
            timeout: LIMIT,
            ..Program::new("")
        };
        Self {
            name: name.into(),
            program,
        }
    }

    /// What its run proves, as a test's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}

/// Runs the scripts in the system of `session`, whose programs are replaced, and prints a line
/// for each.
///
/// # Errors
/// The system does not come up.
pub fn run(
    root: &Root,
    mut session: Session,
    steps: &[Step],
    holds: impl Fn(&Finished) -> bool,
) -> Result<Counts> {
    session.programs = steps.iter().map(|step| step.program.clone()).collect();
    let finished = session.run(root, |_, _| {})?;
    let mut counts = Counts::default();
    for (step, it) in steps.iter().zip(&finished) {
        if it.ended == Ended::Exit(0) && holds(it) {
            counts.passed += 1;
            println!("test {} ... ok", step.name);
        } else {
            counts.failed += 1;
            println!("test {} ... FAILED: {:?}", step.name, it.ended);
            for bytes in [&it.output, &it.errors] {
                print!("{}", String::from_utf8_lossy(bytes));
            }
        }
    }
    Ok(counts)
}
