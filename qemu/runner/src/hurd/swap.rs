// SPDX-License-Identifier: GPL-2.0-or-later
//! The suites `swap` and `swap-long`: segments larger than the memory, on a machine with paging
//! space. `qemu/guest/pages.c` fills and checks them.

use std::time::Duration;

use super::frames::Frame;
use super::options::{build_c, build_preload, build_translator};
use super::{Ended, Libc, Program, Root, Session};
use crate::report::Counts;
use crate::suites::Run;
use crate::{Result, output};

/// Memory of the machine, the kernel's and the root's file system included. Some 60 MiB are free to
/// programs, and the kernel begins to page out when a tenth of the machine is left: that is 45 MiB,
/// since the surplus that [`ballast`](super::paging) takes counts, and grows with [`SWAP_MIB`].
const MEMORY_MIB: u32 = 200;
/// Paging space. shmget grants three quarters of it; the tests but one use less.
const SWAP_MIB: u32 = 96;
/// The longest that one test may take; on a quiet host a minute does.
const LIMIT: Duration = Duration::from_secs(900);

/// A test: its name, the words for `pages`, and what its output must hold.
type Test = (&'static str, &'static str, &'static [&'static str]);

const SHORT: &[Test] = &[
    ("segment_of_four_times_the_memory", "alone 56", &[]),
    (
        "segments_of_several_processes_and_of_none",
        "several 4 14",
        &[],
    ),
    ("pages_survive_fork_exec_and_kill", "family 40", &[]),
    (
        "neighbouring_pages_are_written_read_and_synced",
        "crowd 20 48",
        &[],
    ),
    ("segments_in_turn_leave_nothing", "turns 4 32", &[]),
    ("server_that_is_paged_out_answers", "many 1000", &[]),
    (
        "everything_that_is_granted_can_be_written",
        "full 4",
        &["then ENOMEM", "every call works when memory is full"],
    ),
    ("sparse_segment_keeps_its_pages", "sparse 2 512", &[]),
];

const LONG: &[Test] = &[
    ("neighbouring_pages_for_minutes", "crowd 300 56", &[]),
    ("turns_of_3_gib", "turns 96 32", &[]),
    ("sparse_segments_of_6_gib", "sparse 3 6144", &[]),
];

/// The suite `swap`.
///
/// # Errors
/// A build fails, or the system does not come up.
pub fn short(root: &Root, run: &mut Run<'_>) -> Result<()> {
    suite(root, run, SHORT, LIMIT)
}

/// The suite `swap-long`.
///
/// # Errors
/// As for [`short`].
pub fn long(root: &Root, run: &mut Run<'_>) -> Result<()> {
    suite(root, run, LONG, 4 * LIMIT)
}

fn suite(root: &Root, run: &mut Run<'_>, all: &[Test], limit: Duration) -> Result<()> {
    let pages = output()?.join("pages");
    build_c(root, "qemu/guest/pages.c", &pages, &["-Wall".into()])?;
    let (tests, left_out): (Vec<&Test>, Vec<&Test>) =
        all.iter().partition(|(name, ..)| run.wants(name));
    let program = |(_, words, _): &&Test| Program {
        arguments: words.split(' ').map(str::to_owned).collect(),
        timeout: limit,
        ..Program::new(&pages)
    };
    let session = Session {
        translator: Some(build_translator(root)?),
        libc: Libc::Preload(build_preload(root)?),
        programs: tests.iter().map(program).collect(),
        memory_mib: MEMORY_MIB,
        swap_mib: SWAP_MIB,
        rerun: run.rerun(),
        ..Session::default()
    };
    let mut started = None;
    let finished = session.run(root, |index, frame| {
        if started.replace(index) != Some(index) {
            println!("--- {}", tests[index].0);
        }
        // A test of minutes says how far it is.
        if let Frame::Output(bytes) | Frame::Errors(bytes) = frame {
            print!("{}", String::from_utf8_lossy(bytes));
        }
    })?;
    let mut counts = Counts {
        filtered: u32::try_from(left_out.len())?,
        ..Counts::default()
    };
    for ((name, words, holds), it) in tests.iter().zip(&finished) {
        let said = String::from_utf8_lossy(&it.output);
        let missing = holds.iter().find(|text| !said.contains(**text));
        let seconds = it.took.as_secs_f64();
        let held = it.ended == Ended::Exit(0) && missing.is_none();
        counts.add(name, held);
        if held {
            println!("test {name} ... ok");
        } else {
            println!("test {name} ... FAILED: {:?}, pages {words}", it.ended);
            if let Some(missing) = missing {
                println!("its output lacks \"{missing}\"");
            }
        }
        println!("  {seconds:.0} s");
        for line in said
            .lines()
            .chain(String::from_utf8_lossy(&it.errors).lines())
        {
            println!("  {line}");
        }
        for line in &it.console {
            println!("  console: {line}");
        }
    }
    run.add(counts);
    Ok(())
}
