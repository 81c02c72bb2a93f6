//! The checks that need no kernel of ours: format, lints, and the tests of the workspace.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use crate::packages::Packages;
use crate::programs::{TARGET, cargo};
use crate::report::{Counts, Report};

/// Packages that have no std, so that their lints run for their own profile.
const BARE: [&str; 2] = ["bare", "bare-rt"];

/// Runs cargo with `words`, shows its output, and hands each line of it to `see`.
fn cargo_run(packages: &Packages, words: &[&str], mut see: impl FnMut(&str)) -> bool {
    println!("==> cargo {}", words.join(" "));
    let mut attempt = |command: &mut Command| -> std::io::Result<bool> {
        let mut child = command.args(words).stdout(Stdio::piped()).spawn()?;
        if let Some(output) = child.stdout.take() {
            for line in BufReader::new(output).lines() {
                let line = line?;
                println!("{line}");
                see(&line);
            }
        }
        Ok(child.wait()?.success())
    };
    attempt(&mut cargo(packages)).unwrap_or_else(|error| {
        println!("cargo: {error}");
        false
    })
}

/// Runs the checks whose names are wanted.
pub fn test(packages: &Packages, report: &mut Report, wanted: impl Fn(&str) -> bool) {
    if wanted("format") {
        let held = cargo_run(packages, &["fmt", "--all", "--check"], |_| {});
        report.add("format", "host", Counts::check(held));
    }
    if wanted("lints") {
        let [bare, rt] = BARE;
        let deny = ["--", "-D", "warnings"];
        let mut hosted = vec!["clippy", "--workspace", "--all-targets"];
        hosted.extend(["--exclude", bare, "--exclude", rt]);
        hosted.extend(deny);
        report.add(
            "lints",
            "host",
            Counts::check(cargo_run(packages, &hosted, |_| {})),
        );
        let mut own = vec!["clippy", "-p", bare, "-p", rt, "--profile", "bare"];
        own.extend(["--target", TARGET]);
        own.extend(deny);
        report.add(
            "lints of bare",
            "host",
            Counts::check(cargo_run(packages, &own, |_| {})),
        );
    }
    if wanted("unit") {
        let mut words = vec!["test", "--workspace", "--no-fail-fast"];
        for name in BARE {
            words.extend(["--exclude", name]);
        }
        let mut counts = Counts::default();
        let held = cargo_run(packages, &words, |line| counts.add_libtest(line));
        if !held && counts.failed == 0 {
            // It did not compile, or a test took its whole process with it.
            counts.failed = 1;
        }
        report.add("unit", "host", counts);
    }
}
