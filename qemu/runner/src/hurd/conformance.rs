// SPDX-License-Identifier: GPL-2.0-or-later
//! The conformance suite inside the Hurd: with our client in libc, with it preloaded, and, for
//! comparison, against the libc that is there.

use std::fs::File;
use std::path::Path;

use super::options::{build_preload, build_translator, patched_root};
use super::session::{Libc, PRELOAD, shell_word};
use super::tests::{TEST_LIMIT, build, cargo_tests, run_tests, run_tests_to, test_programs};
use super::{Program, Root, Session, program};
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
    let log = crate::output()?.join("incumbent.log");
    match of_the_incumbent(root, run, &log) {
        Ok(counts) => run.note(format!(
            "the incumbent, libc's files in /dev/shm, on the same suite: {} passed, {} failed; its \
             output is in {}",
            counts.passed,
            counts.failures.len(),
            log.display()
        )),
        Err(error) => run.note(format!("the incumbent could not be tried: {error}")),
    }
    Ok(())
}

/// The output goes to a file: a reader of the run looks for failures of ours.
fn of_the_incumbent(root: &Root, run: &Run<'_>, log: &Path) -> Result<Counts> {
    let session = Session {
        programs: test_programs(root, &words(), run.filter())?,
        rerun: run.rerun(),
        ..Session::default()
    };
    run_tests_to(root, &session, &mut File::create(log)?)
}

/// The suite `own`: an ordinary user's own server, and programs that see it in place of the
/// system's. The system's has no segment in the end, and the user's has none left.
///
/// # Errors
/// A build fails, or the system does not come up.
pub fn own(root: &Root, run: &mut Run<'_>) -> Result<()> {
    let library = build_preload(root)?;
    let mut session = Session {
        translator: Some(build_translator(root)?),
        files: vec![(library, PRELOAD.to_owned()), program::run_as(root)?],
        rerun: run.rerun(),
        ..Session::default()
    };
    let filter = run.filter().map_or(String::new(), shell_word);
    for file in build(root, &words())? {
        let name = file.file_name().unwrap_or_default().display().to_string();
        let program = format!("/tmp/own/{name}");
        session.files.push((file, program.clone()));
        session.programs.push(Program {
            arguments: vec!["-euc".to_owned(), OWN.to_owned(), program, filter.clone()],
            timeout: TEST_LIMIT,
            ..Program::inside("/bin/sh")
        });
    }
    let counts = run_tests(root, &session)?;
    run.add(counts);
    Ok(())
}

/// Runs the program `$0` in a namespace of user 1000, with `$1` as the filter. The status of remap
/// is not its command's. Only root is above the bounds on users, so they are raised to those of all.
const OWN: &str = r#"
cd /tmp/own; chmod 755 $0; chown 1000:1000 .; rm -f status
as 1000 sh -euc 'settrans -ac own /hurd/shm --user-segments=32768 \
        --user-pages=4503599627370496 </dev/null >/dev/null 2>&1
    remap /servers/ipc/shm /tmp/own/own -- sh -c "
        LD_PRELOAD=libshm-hurd.so $0 $1; echo \$? >status" || true
    settrans -ag own; rm own' $0 "$1"
[ -z "$(sed 1d /servers/ipc/shm)" ]
exit $(cat status)"#;

fn ours(root: &Root, run: &mut Run<'_>, libc: Libc) -> Result<()> {
    let session = Session {
        translator: Some(build_translator(root)?),
        libc,
        rerun: run.rerun(),
        ..Session::default()
    };
    let counts = cargo_tests(root, &words(), session, run.filter())?;
    run.add(counts);
    Ok(())
}

/// For cargo test.
fn words() -> Vec<&'static str> {
    let mut words = vec!["--package", "shm"];
    for program in PROGRAMS {
        words.extend(["--test", program]);
    }
    words
}
