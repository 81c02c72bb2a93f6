// SPDX-License-Identifier: GPL-2.0-or-later
//! The suites that need no kernel of ours: format, lints, and the tests of the workspace.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use crate::hurd::{self, Root};
use crate::packages::Packages;
use crate::programs::{TARGET, cargo};
use crate::report::{Counts, Libtest};
use crate::suites::Run;
use crate::{Result, licences};

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

/// The suite `format`.
///
/// # Errors
/// git does not list the source files.
pub fn format(run: &mut Run<'_>) -> Result<()> {
    let held = cargo_run(run.packages, &["fmt", "--all", "--check"], |_| {});
    run.add(Counts::check("rustfmt would change a file", held));
    let complaints = licences::unnamed()?;
    for complaint in &complaints {
        println!("{complaint}");
    }
    run.add_row(
        "licences",
        Counts::check("a file names no licence", complaints.is_empty()),
    );
    Ok(())
}

/// The suite `lints`.
///
/// # Errors
/// None: a check that cannot run is one that failed.
pub fn lints(run: &mut Run<'_>) -> Result<()> {
    let [bare, rt] = BARE;
    let deny = ["--", "-D", "warnings"];
    let mut hosted = vec!["clippy", "--workspace", "--all-targets"];
    hosted.extend(["--exclude", bare, "--exclude", rt]);
    hosted.extend(deny);
    let held = cargo_run(run.packages, &hosted, |_| {});
    run.add(Counts::check("clippy has a complaint", held));
    let mut own = vec!["clippy", "-p", bare, "-p", rt, "--profile", "bare"];
    own.extend(["--target", TARGET]);
    own.extend(deny);
    let held = cargo_run(run.packages, &own, |_| {});
    run.add_row(
        "lints of bare",
        Counts::check("clippy has a complaint", held),
    );
    match Root::find() {
        Ok(root) => {
            let held = lints_of_the_hurd(&root)?;
            let counts = Counts::check("clippy has a complaint", held);
            run.add_row("lints of the Hurd", counts);
        }
        Err(missing) => run.skip(format!(
            "the Hurd's part of the code was not linted: {missing}"
        )),
    }
    Ok(())
}

/// What is compiled for the Hurd only.
fn lints_of_the_hurd(root: &Root) -> Result<bool> {
    let environment = hurd::cargo::environment(root)?;
    let clippy = |words: &[&str]| -> Result<bool> {
        println!("==> cargo clippy {} for the Hurd", words.join(" "));
        let mut command = Command::new(hurd::cargo::program());
        command
            .envs(environment.clone())
            .arg("clippy")
            .args(words)
            .args(["--", "-D", "warnings"]);
        Ok(command.status()?.success())
    };
    let [bare, rt] = BARE;
    let programs = ["--workspace", "--exclude", bare, "--exclude", rt];
    // Of a package whose `main` is C's a test has no use for most.
    let tests = ["translator", "siege", "shmfs", "versions", "reboot"].map(|test| ["--test", test]);
    Ok(
        clippy(&[&programs[..], &["--lib", "--bins", "--examples"]].concat())?
            && clippy(&[&["--package", "shm"], tests.as_flattened()].concat())?,
    )
}

/// The suite `unit`.
///
/// # Errors
/// None: a program that cannot run is a test that failed.
pub fn unit(run: &mut Run<'_>) -> Result<()> {
    let mut words = vec!["test", "--workspace", "--no-fail-fast"];
    for name in BARE {
        words.extend(["--exclude", name]);
    }
    cargo_tests(run, &words);
    Ok(())
}

/// The suite `model`: the pager against a model of the kernel. It is part of `unit` too.
///
/// # Errors
/// None: a program that cannot run is a test that failed.
pub fn model(run: &mut Run<'_>) -> Result<()> {
    cargo_tests(run, &["test", "--lib", "mach::pager::model"]);
    Ok(())
}

/// Runs tests by cargo with `words` and the suite's filter.
fn cargo_tests(run: &mut Run<'_>, words: &[&str]) {
    let mut words = words.to_vec();
    words.extend(run.filter());
    let mut libtest = Libtest::default();
    let held = cargo_run(run.packages, &words, |line| libtest.line(line));
    if !held {
        // It did not compile, or a test took its whole process with it.
        libtest.must_have_failed("cargo test ended with an error");
    }
    run.add(libtest.finish());
}
