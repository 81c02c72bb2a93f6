// SPDX-License-Identifier: GPL-2.0-or-later
//! The conformance suite inside the Hurd: with our client in libc, with it preloaded, and, for
//! comparison, against the libc that is there.

use super::options::{build_preload, build_translator, patched_root};
use super::session::Libc;
use super::tests::cargo_tests;
use super::{Root, Session};
use crate::Result;
use crate::report::Counts;
use crate::suites::Run;

/// The test programs; all of them call libc's four functions and nothing of ours.
const PROGRAMS: [&str; 7] = [
    "shmget",
    "shmat",
    "shmdt",
    "shmctl",
    "permissions",
    "limits",
    "lifecycle",
];

/// The suite `preload`.
///
/// # Errors
/// A build fails, or the system does not come up.
pub fn preload(root: &Root, run: &mut Run<'_>) -> Result<()> {
    let library = build_preload(root)?;
    ours(root, run, Libc::Preload(library))
}

/// The suite `patched`; without a patched libc it is skipped.
///
/// # Errors
/// A build fails, or the system does not come up.
pub fn patched(root: &Root, run: &mut Run<'_>) -> Result<()> {
    match patched_root() {
        Ok(tree) => ours(root, run, Libc::Patched(tree)),
        Err(missing) => {
            run.skip(format!("patched: {missing}"));
            Ok(())
        }
    }
}

/// The suite `incumbent`, which counts for nothing: its failures are the reason for this project,
/// not a fault of it.
///
/// # Errors
/// None: a system that does not come up is noted too.
pub fn incumbent(root: &Root, run: &mut Run<'_>) -> Result<()> {
    match suite(root, run, Session::default()) {
        Ok(counts) => run.note(format!(
            "the incumbent, libc's files in /dev/shm, on the same suite: {} passed, {} failed",
            counts.passed, counts.failed
        )),
        Err(error) => run.note(format!("the incumbent could not be tried: {error}")),
    }
    Ok(())
}

fn ours(root: &Root, run: &mut Run<'_>, libc: Libc) -> Result<()> {
    let session = Session {
        translator: Some(build_translator(root)?),
        libc,
        ..Session::default()
    };
    let counts = suite(root, run, session)?;
    run.add(counts);
    Ok(())
}

fn suite(root: &Root, run: &Run<'_>, mut session: Session) -> Result<Counts> {
    let mut words = vec!["--package", "shm"];
    for program in PROGRAMS {
        words.extend(["--test", program]);
    }
    session.rerun = run.rerun();
    cargo_tests(root, &words, session, run.filter())
}
