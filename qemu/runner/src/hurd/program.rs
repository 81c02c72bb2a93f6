// SPDX-License-Identifier: GPL-2.0-or-later
//! What the suites about programs of others have in common: the files they need in the guest, the
//! libcs they run with, and what the page says of the incumbent.

use std::path::PathBuf;

use super::Root;
use super::options::{build_c, build_preload, patched_root};
use super::script::Outcome;
use super::session::Libc;
use super::source_package::Built;
use crate::report::Counts;
use crate::suites::Run;
use crate::{Result, workspace};

/// The programs, `as`, which runs a program as another user, and two files for the guest's shell:
/// the functions of all these suites, and those of this one.
///
/// # Errors
/// `as` cannot be built.
pub(super) fn files(root: &Root, run: &Run<'_>, built: &Built) -> Result<Vec<(PathBuf, String)>> {
    let mut files = built.files.clone();
    files.push(run_as(root)?);
    for name in ["guest.sh", &format!("{}-guest.sh", run.name)] {
        let file = workspace().join("tests/foreign").join(name);
        files.push((file, format!("/bin/{name}")));
    }
    Ok(files)
}

/// `as`, and where it goes in the guest.
///
/// # Errors
/// It cannot be built.
pub(super) fn run_as(root: &Root) -> Result<(PathBuf, String)> {
    let file = crate::output()?.join("as");
    build_c(root, "qemu/guest/as.c", &file, &[])?;
    Ok((file, "/bin/as".to_owned()))
}

/// The script of a step, after the functions that it calls.
pub(super) fn script(suite: &str, step: &str) -> String {
    format!(". /bin/guest.sh\n. /bin/{suite}-guest.sh\n{step}")
}

/// Calls `row` with each libc of ours and its name: our client preloaded, and the patched libc, if
/// there is one. An error in one row fails this row and leaves the other alone.
///
/// # Errors
/// The client cannot be built.
pub(super) fn with_each_libc(
    root: &Root,
    run: &mut Run<'_>,
    mut row: impl FnMut(&mut Run<'_>, &'static str, Libc) -> Result<()>,
) -> Result<()> {
    let preload = Libc::Preload(build_preload(root)?);
    let mut each = |run: &mut Run<'_>, with, libc| {
        if let Err(error) = row(run, with, libc) {
            println!("{error}");
            let counts = Counts::check(&error.to_string(), false);
            run.add_row(&format!("{}, {with}", run.name), counts);
        }
    };
    each(run, "preload", preload);
    match patched_root() {
        Ok(tree) => each(run, "patched", Libc::Patched(tree)),
        Err(missing) => run.skip(format!("{}, patched: {missing}", run.name)),
    }
    Ok(())
}

/// How many of `steps` steps held, and the names of those that did not.
pub(super) fn summary(outcomes: &[Outcome], steps: usize) -> String {
    let (held, failed): (Vec<_>, Vec<_>) = outcomes.iter().partition(|it| it.held);
    let failed: Vec<String> = failed.iter().map(|it| format!("`{}`", it.name)).collect();
    let mut text = format!("{} of {steps} steps held", held.len());
    if !failed.is_empty() {
        text += &format!("; these failed: {}", failed.join(", "));
    }
    let missing = steps.saturating_sub(outcomes.len());
    if missing > 0 {
        text += &format!("; {missing} did not run");
    }
    text
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::hurd::{Ended, Finished};

    #[test]
    fn summary_counts_what_held_failed_and_did_not_run() {
        let outcome = |name: &str, held| Outcome {
            name: name.to_owned(),
            held,
            finished: Finished {
                ended: Ended::Exit(i32::from(!held)),
                output: Vec::new(),
                errors: Vec::new(),
                console: Vec::new(),
                took: Duration::ZERO,
            },
        };
        let outcomes = [outcome("a", true), outcome("b", false)];
        assert_eq!(summary(&outcomes[..1], 1), "1 of 1 steps held");
        assert_eq!(
            summary(&outcomes, 2),
            "1 of 2 steps held; these failed: `b`"
        );
        assert_eq!(
            summary(&outcomes, 4),
            "1 of 4 steps held; these failed: `b`; 2 did not run"
        );
    }
}
