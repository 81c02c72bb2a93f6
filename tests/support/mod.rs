// SPDX-License-Identifier: GPL-2.0-or-later
//! What every conformance file needs: one test at a time, skips that say why, guards that leave
//! nothing behind, children that cannot outlive a test.
//!
//! The suite asks libc's four functions only, so the same source judges Linux's kernel (the oracle:
//! where it disagrees the test is wrong), ours, and the Hurd's own file-based implementation. A test
//! binary is also its own helper program: executed with [`ROLE`] as name, it plays a role and exits
//! before the test harness starts.
//!
//! Tests run one at a time, each in a forked process of its own ([`turn!`]), so that one that hangs
//! or faults is one failure, whatever is wrong with the system under test.
//! On Linux as root the process leaves for an IPC namespace of its own before it starts: limits can
//! be lowered, and no other program's segments are seen or disturbed.

#![allow(dead_code, unused_imports)] // Each test binary uses a part of it.

pub mod limits;
pub mod memory;
pub mod process;
pub mod segment;

pub use limits::{Limits, with_limits};
pub use memory::{Mapping, far, page};
pub use process::{Child, Ids, Link, Status, in_child, in_child_as};
pub use segment::{Attachment, Segment, attach, detach, exists, fresh_key, nattch};
pub use sysvshm::client::{self, Errno, ShmidDs};

use std::ffi::{CStr, c_char, c_int};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

/// `argv[0]` of a helper.
pub const ROLE: &str = "shm-test-role";

/// Rounds of a test that looks for a race. Under QEMU's emulation a fork takes 20 ms.
pub const ROUNDS: usize = if cfg!(target_os = "hurd") { 60 } else { 300 };

/// Whether a test may take a namespace and change limits; the Hurd's bed runs nothing else.
static ALONE: AtomicBool = AtomicBool::new(cfg!(target_os = "hurd"));

/// Runs before `main`: plays a role, or makes the process alone.
#[used]
#[unsafe(link_section = ".init_array")]
static BEFORE_MAIN: extern "C" fn(c_int, *const *const c_char) = before_main;

extern "C" fn before_main(argc: c_int, argv: *const *const c_char) {
    let argument = |index: usize| -> Option<&'static CStr> {
        if index >= usize::try_from(argc).unwrap_or(0) {
            return None;
        }
        // SAFETY: the dynamic linker passes main's argc and argv, which live as long as the process.
        Some(unsafe { CStr::from_ptr(*argv.add(index)) })
    };
    if argument(0).is_some_and(|name| name.to_bytes() == ROLE.as_bytes()) {
        process::play_role(argument);
    }
    #[cfg(target_os = "linux")]
    // SAFETY: the process has one thread yet, so all of it moves.
    if is_root() && unsafe { libc::unshare(libc::CLONE_NEWIPC) } == 0 {
        ALONE.store(true, Ordering::Relaxed);
    }
}

/// Whether nobody else makes or removes segments where this process looks.
pub fn is_alone() -> bool {
    ALONE.load(Ordering::Relaxed)
}

/// Whether this process may become anybody.
pub fn is_root() -> bool {
    effective_uid() == 0
}

/// geteuid(2).
pub fn effective_uid() -> u32 {
    // SAFETY: no arguments, never fails.
    unsafe { libc::geteuid() }
}

/// getegid(2).
pub fn effective_gid() -> u32 {
    // SAFETY: no arguments, never fails.
    unsafe { libc::getegid() }
}

/// getpid(2).
pub fn pid() -> i32 {
    // SAFETY: no arguments, never fails.
    unsafe { libc::getpid() }
}

/// Seconds since 1970, of the clock that stamps segments.
pub fn now() -> i64 {
    // SAFETY: a null pointer asks for the returned value only.
    unsafe { libc::time(std::ptr::null_mut()) }
}

/// Whether a stamp was made between `before` and now; a second either way is rounding.
pub fn is_recent(stamp: i64, before: i64) -> bool {
    (before - 1..=now() + 1).contains(&stamp)
}

/// Returns when the clock shows another second, so that a later stamp differs.
pub fn next_second() {
    let start = now();
    process::poll_until("the clock stands still", || now() > start);
}

static TURN: Mutex<()> = Mutex::new(());

/// A test's life in its own process, which ends with it: declared first, it is dropped last.
pub struct Turn(());

/// Waits for this test's turn and forks. In the child the test goes on, in the parent it is over:
/// a test that hangs, faults or panics hurts no other.
///
/// # Panics
/// In the parent, if the test failed in the child, with what it said; and if it left segments.
pub fn turn() -> Option<Turn> {
    process::report_panics_of_children();
    let lock = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let before = segment::all_ids();
    let Some((status, said)) = process::isolate() else {
        std::mem::forget(lock); // The parent's.
        return Some(Turn(()));
    };
    let left = segment::remove_all_but(&before);
    let (skips, complaints): (Vec<_>, Vec<_>) =
        said.lines().partition(|line| line.starts_with("skip: "));
    keep_skip_lines(&skips);
    let complaints = complaints.join("\n");
    assert!(
        status == Status::Exited(0) && complaints.is_empty(),
        "{complaints}\n{status:?}"
    );
    assert_eq!(left, 0, "segments left behind");
    None
}

impl Drop for Turn {
    fn drop(&mut self) {
        process::end(std::thread::panicking());
    }
}

/// Opens every test: its body runs in a process of its own, one test at a time.
#[macro_export]
macro_rules! turn {
    () => {
        let Some(_turn) = $crate::support::turn() else {
            return;
        };
    };
}

/// Ends the test with a printed line that says why it cannot run here.
#[macro_export]
macro_rules! skip {
    ($($why:tt)*) => {{
        fn here() {}
        $crate::support::note_skip(std::any::type_name_of_val(&here), &format!($($why)*));
        return;
    }};
}

/// Skips unless the process can change its identity.
#[macro_export]
macro_rules! needs_root {
    () => {
        if !$crate::support::is_root() {
            $crate::skip!("needs root, to become somebody else");
        }
    };
}

/// Skips unless no other program's segments are in the table.
#[macro_export]
macro_rules! needs_alone {
    () => {
        if !$crate::support::is_alone() {
            $crate::skip!("counts the whole table: needs root, for a namespace of its own");
        }
    };
}

/// Tells the parent why a test was skipped.
pub fn note_skip(here: &str, why: &str) {
    let name = here
        .trim_end_matches("::here")
        .trim_end_matches("::{{closure}}");
    process::say(&format!("skip: {name}: {why}\n"));
}

/// Keeps skip lines for the end of the run: in between they would split the harness's lines, which
/// scores are taken from.
fn keep_skip_lines(new: &[&str]) {
    static LINES: Mutex<Vec<String>> = Mutex::new(Vec::new());
    extern "C" fn print() {
        if !process::is_child() {
            let lines = LINES.lock().unwrap_or_else(PoisonError::into_inner);
            // To standard output, where the harness's own lines are counted.
            process::write_all(1, &lines.concat());
        }
    }
    let mut lines = LINES.lock().unwrap_or_else(PoisonError::into_inner);
    if lines.is_empty() && !new.is_empty() {
        // SAFETY: `print` may run at exit, when no test does.
        unsafe { libc::atexit(print) };
    }
    lines.extend(new.iter().map(|line| format!("{line}\n")));
}
