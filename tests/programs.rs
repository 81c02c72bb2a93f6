// SPDX-License-Identifier: GPL-2.0-or-later
//! The C programs of `tests/programs` on Linux, the oracle. The suite `foreign` runs them inside
//! the Hurd.
#![cfg(target_os = "linux")]

use std::path::PathBuf;
use std::process::{Command, Output};

/// Compiles `tests/programs/NAME.c` and runs it.
fn run(name: &str, argument: &str) -> Output {
    let source = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("tests/programs/{name}.c"));
    // Tests run at once.
    let program = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{argument}"));
    let compiled = Command::new("cc")
        .args(["-Wall", "-Wextra", "-Werror", "-O2", "-pthread", "-o"])
        .arg(&program)
        .arg(&source)
        .status()
        .expect("cc");
    assert!(compiled.success(), "{}", source.display());
    Command::new(&program).arg(argument).output().expect(name)
}

fn holds(name: &str, argument: &str) {
    let output = run(name, argument);
    assert!(output.status.success(), "{output:?}");
}

#[test]
fn forkserver_finds_the_fault() {
    let output = run("forkserver", "100");
    assert!(output.status.success(), "{output:?}");
    assert!(
        output.stdout.starts_with(b"figure forkserver "),
        "{output:?}"
    );
}

#[test]
fn forkserver_tells_that_it_was_too_short() {
    assert!(!run("forkserver", "3").status.success());
}

#[test]
fn mutex_in_a_segment() {
    holds("locks", "mutex");
}

#[test]
fn spinlock_in_a_segment() {
    holds("locks", "spin");
}

#[test]
fn semaphores_in_a_segment() {
    holds("locks", "semaphore");
}

#[test]
fn robust_mutex_of_a_dead_process() {
    holds("locks", "robust_mutex");
}

#[test]
fn robust_mutex_of_a_process_that_dies_meanwhile() {
    holds("locks", "robust_mutex_of_waiter");
}

#[test]
fn condition_in_a_segment() {
    holds("locks", "condition");
}

#[test]
fn rwlock_in_a_segment() {
    holds("locks", "rwlock");
}

#[test]
fn barrier_in_a_segment() {
    holds("locks", "barrier");
}
