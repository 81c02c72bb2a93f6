//! The conformance suite inside the Hurd: with our client in libc, with it preloaded, and, for
//! comparison, against the libc that is there.

use super::options::{build_preload, build_translator, patched_root};
use super::session::Libc;
use super::tests::cargo_tests;
use super::{Root, Session};
use crate::Result;
use crate::report::{Counts, Report};

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

/// Runs the suites whose names are wanted.
pub fn test(root: &Root, report: &mut Report, wanted: impl Fn(&str) -> bool) {
    if wanted("preload") {
        let counts = build_preload(root).and_then(|library| ours(root, Libc::Preload(library)));
        report.add("preload", "hurd", settle(counts));
    }
    if wanted("patched") {
        match patched_root() {
            Ok(tree) => {
                let counts = ours(root, Libc::Patched(tree));
                report.add("patched", "hurd", settle(counts));
            }
            Err(missing) => report.skip(missing),
        }
    }
    if wanted("incumbent") {
        match suite(root, Session::default(), "incumbent") {
            // Its failures are the reason for this project, not a fault of it.
            Ok(counts) => report.note(format!(
                "the incumbent, libc's files in /dev/shm, on the same suite: {} passed, {} failed",
                counts.passed, counts.failed
            )),
            Err(error) => report.note(format!("the incumbent could not be tried: {error}")),
        }
    }
}

fn settle(counts: Result<Counts>) -> Counts {
    counts.unwrap_or_else(|error| {
        println!("{error}");
        Counts::check(false)
    })
}

fn ours(root: &Root, libc: Libc) -> Result<Counts> {
    let name = match libc {
        Libc::Patched(_) => "patched",
        _ => "preload",
    };
    let session = Session {
        translator: Some(build_translator(root)?),
        libc,
        ..Session::default()
    };
    suite(root, session, name)
}

fn suite(root: &Root, mut session: Session, name: &str) -> Result<Counts> {
    println!("==> Hurd bed: conformance, {name}");
    let mut words = vec!["--package", "shm"];
    for program in PROGRAMS {
        words.extend(["--test", program]);
    }
    session.rerun = format!("qemu/test {name}");
    cargo_tests(root, &words, session)
}
