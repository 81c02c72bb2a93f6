// SPDX-License-Identifier: GPL-2.0-or-later
//! The suite `postgres`: PostgreSQL, unmodified, with its main and its dynamic shared memory in
//! System V segments; crashes included.
//!
//! Some boots stand still for good, for ext2fs does. A signal interrupts a client's write; the thread
//! of ext2fs that cancels it (`ports_interrupt_rpcs`) holds the lock of libports and waits for the
//! thread that writes to stop; that one is in `vm_copy`, which libpager uses for 32 KiB and more, and
//! waits in the kernel for a page that ext2fs itself has to supply; and its pager waits for the lock
//! of libports. This was read from the stacks of all threads, and `qemu/guest/standstill.c` shows it
//! without us (the row ext2fs). A signal is how
//! PostgreSQL wakes a process, so the suite spares it some of them: no timers for deadlocks, and
//! pgbench's transactions do not wait for each other's rows. A boot in which the system stands still
//! is repeated, and the report counts the repeats. A step that takes too long in a system that still
//! answers has failed.

use std::path::PathBuf;
use std::time::Duration;

use super::options::{build_c, build_preload, build_translator};
use super::program;
use super::script::{self, Outcome, Step};
use super::session::{Libc, Session};
use super::source_package::{Built, Package, Part};
use super::{Ended, Root};
use crate::Result;
use crate::boot::Echo;
use crate::known::Known;
use crate::suites::Run;

pub(super) const PACKAGE: Package = Package {
    name: "postgresql-18",
    programs: &["postgresql.tar", "regress.tar"],
    parts: &[Part::source(
        "postgresql-18",
        "18.6-3",
        "555610c24d53e4316da5b7d3fc25c279d96856d5e0e23ee308c328c5fa881d9f",
    )],
};

/// Its section in doc/known-to-work.md.
const PROGRAM: &str = "PostgreSQL";

/// For the page: what a user may meet.
const STANDS_STILL: &str = "a signal during a write of 32 KiB or more may stop the root's ext2fs for \
     good, without us too (`qemu/test postgres ext2fs`); the suite repeats such a boot and counts \
     the repeats";

/// The longest that one step may take; initdb alone takes 50 s on an idle machine.
pub(super) const LIMIT: Duration = Duration::from_secs(240);

/// The same for the figures, which take 5 minutes, and for PostgreSQL's own tests.
const LONG: Duration = Duration::from_secs(700);

/// Boots of one configuration, at most.
const BOOTS: u32 = 4;

/// Memory of the machine: two servers' segments, and the root's file system in a ramdisk.
pub(super) const MEMORY_MIB: u32 = 1400;

/// libc's files of a server are larger than the bed's usual tmpfs. And ext2fs writes nothing back by
/// the clock; see above.
pub(super) const PREPARE: &str = "\
settrans -fg /dev/shm
settrans -ca /dev/shm /hurd/tmpfs --mode=1777 400M || echo 'bed: no tmpfs on /dev/shm'
fsysopts / --no-sync || echo 'bed: ext2fs still writes back by the clock'
";

/// The first step, without which there is no other.
const CLUSTER: (&str, &str) = ("initdb_makes_a_cluster", "cluster");

/// What holds, and the script that shows it.
const STEPS: [(&str, &str); 15] = [
    (
        "server_starts_on_segments_of_its_own",
        "running
         sql 'select version()'
         segments | tee /tmp/segments
         test -s /tmp/segments
         sql 'show shared_memory_type' | grep -x sysv
         sql 'show dynamic_shared_memory_type' | grep -x sysv",
    ),
    (
        "parallel_workers_share_a_segment",
        "running
         sql \"$parallel explain (analyze, costs off, timing off, summary off) \
               select sum(a) from t\" | grep 'Workers Launched: [12]'
         segments >/tmp/before
         for round in 1 2 3 4 5; do parallel_sum; done
         # A worker may still be on its way out.
         as_before() { test $(segments | wc -l) = $(wc -l </tmp/before); }
         until_holds as_before",
    ),
    (
        "six_clients_run_parallel_queries_at_once",
        "running
         for client in 1 2 3 4 5 6; do parallel_sum & clients=\"${clients-} $!\"; done
         for client in $clients; do wait $client; done",
    ),
    (
        "pgbench_ends_without_a_failed_transaction",
        "running
         as 1000 pgbench -h /tmp -i -q -s 1 postgres
         as 1000 pgbench -h /tmp -N -c 4 -T 15 postgres | tee /tmp/pgbench
         grep 'number of failed transactions: 0 ' /tmp/pgbench
         as 1000 pgbench -h /tmp -S -c 4 -T 10 postgres | grep '^tps'",
    ),
    (
        "killed_backend_is_recovered_from",
        "running
         sql 'select pg_sleep(3000)' & sleeper=$!
         until_holds backend '%sleep(3000)%'
         kill -9 $(backend '%sleep(3000)%')
         ! wait $sleeper
         until_holds parallel_sum
         grep 'terminating any other active server processes' $data/log",
    ),
    // A loop asks nobody whether the postmaster lives; all others do, and leave.
    (
        "restart_is_refused_while_a_backend_lives",
        "running
         sql 'do $$ begin loop end loop; end $$' & orphan=$!
         until_holds backend '%loop end loop%'
         busy=$(backend '%loop end loop%')
         trap 'kill -9 $busy 2>/dev/null || true' EXIT
         kill -9 $(postmaster)
         until_holds one_attached
         refused
         rm $data/postmaster.pid
         refused
         kill -9 $busy
         ! wait $orphan
         gone() { ! kill -0 $busy; }
         until_holds gone
         start
         grep 'database system was not properly shut down' $data/log
         parallel_sum",
    ),
    (
        "crashed_server_restarts_without_help",
        "running
         kill -9 $(postmaster)
         sleep 3
         start
         grep 'database system was not properly shut down' $data/log
         parallel_sum",
    ),
    (
        "every_stop_leaves_nothing",
        "running
         for way in fast immediate smart; do
             stop $way
             none_left
             start
             parallel_sum
         done
         # With a client in the middle of a query.
         for way in fast immediate; do
             sql 'select pg_sleep(3000)' & sleeper=$!
             until_holds backend '%sleep(3000)%'
             stop $way
             none_left
             ! wait $sleeper
             start
         done
         stop fast
         none_left",
    ),
    (
        "ten_rounds_leave_nothing",
        "stopped
         none_left
         for round in 1 2 3 4 5 6 7 8 9 10; do
             start
             parallel_sum
             stop fast
             none_left
         done",
    ),
    (
        "regression_select_parallel",
        "running; regression_database; as_expected select_parallel",
    ),
    (
        "regression_write_parallel",
        "running; regression_database; as_expected write_parallel",
    ),
    (
        "regression_vacuum_parallel",
        "running; regression_database; as_expected vacuum_parallel",
    ),
    (
        "regression_join_hash",
        "running; regression_database; as_expected join_hash",
    ),
    (
        "regression_incremental_sort",
        "running; regression_database; as_expected incremental_sort",
    ),
    (
        "regression_partition_aggregate",
        "running; regression_database; as_expected partition_aggregate",
    ),
];

/// Start-up and transactions, incumbent and ours by turns in one boot.
const FIGURES: (&str, &str) = (
    "figures_by_turns",
    "stopped
     for round in 1 2 3; do
         for side in incumbent ours; do
             if [ $side = incumbent ]; then
                 run() { env -u LD_PRELOAD \"$@\"; }
             else
                 run() { \"$@\"; }
             fi
             began() { run as 1000 pg_ctl -D $data -l $data/log -w -t 100 start </dev/null; }
             started=$(milliseconds began)
             sql 'select 1' >/dev/null
             [ $round != 1 ] || as 1000 pgbench -h /tmp -i -q -s 1 postgres
             rate() { sed -n 's/^tps = \\([0-9.]*\\).*/\\1/p'; }
             reads=$(as 1000 pgbench -h /tmp -S -c 4 -T 8 postgres | rate)
             writes=$(as 1000 pgbench -h /tmp -N -c 4 -T 8 postgres | rate)
             query=$(for n in 1 2 3 4 5 6 7 8; do milliseconds parallel_sum; done | sort -n |
                 sed -n 4p)
             run as 1000 pg_ctl -D $data -m fast -w stop </dev/null >/dev/null
             echo \"figure $side $started $reads $writes $query\"
         done
     done",
);

/// The columns of a line of figures, and whether more is better.
const COLUMNS: [(&str, &str, bool); 4] = [
    ("start", "ms", false),
    ("pgbench, reads", "transactions/s", true),
    ("pgbench, simple updates", "transactions/s", true),
    ("parallel query", "ms", false),
];

/// The suite. A filter is a part of a row's name or of a step's.
///
/// # Errors
/// PostgreSQL, the translator or the library cannot be built.
pub fn suite(root: &Root, run: &mut Run<'_>) -> Result<()> {
    let Some(built) = PACKAGE.ready(root, run)? else {
        return Ok(());
    };
    let mut known = Known {
        program: PROGRAM.to_owned(),
        version: format!("{}, Debian's source", built.version),
        suite: "postgres".to_owned(),
        held: step_names(),
        set: "`shared_memory_type=sysv`, `dynamic_shared_memory_type=sysv`".to_owned(),
        notes: vec![STANDS_STILL.to_owned()],
        ..Known::default()
    };
    program::with_each_libc(root, run, |run, with, libc| {
        if ours(root, run, &built, with, libc, &STEPS)?.is_some() {
            known.with.push(with.to_owned());
        }
        Ok(())
    })?;
    // In one boot, where the client is preloaded for one server and not for the other.
    let preload = Libc::Preload(build_preload(root)?);
    if let Some(outcomes) = ours(root, run, &built, "figures", preload, &[FIGURES])? {
        let lines: Vec<String> = outcomes.iter().flat_map(|it| it.lines("figure ")).collect();
        known.gains = figures(&lines);
        for gain in &known.gains {
            run.note(format!("postgres: {gain}"));
        }
    }
    known.incumbent = incumbent(root, run, &built)?;
    run.known(known);
    file_system(root, run)?;
    Ok(())
}

/// The names of all steps that have to hold with every libc of ours.
#[must_use]
pub fn step_names() -> Vec<String> {
    let names = std::iter::once(&CLUSTER).chain(&STEPS);
    names.map(|(name, _)| (*name).to_owned()).collect()
}

/// A row whose steps have to hold. Answers what came of them if all ran and held.
fn ours(
    root: &Root,
    run: &mut Run<'_>,
    built: &Built,
    with: &str,
    libc: Libc,
    steps: &[(&str, &str)],
) -> Result<Option<Vec<Outcome>>> {
    let row = &format!("postgres, {with}");
    let (steps, left_out) = chosen(run, row, steps);
    if steps.is_empty() {
        return Ok(None);
    }
    let translator = Some(build_translator(root)?);
    let session = session(root, run, built, libc, translator)?;
    let (outcomes, repeats) = boots(root, &session, &steps)?;
    let mut counts = script::count(&outcomes);
    // Without a cluster the others did not run.
    counts.add_not_run(steps.len() - outcomes.len());
    counts.filtered += u32::try_from(left_out)?;
    for rate in outcomes.iter().flat_map(|it| it.lines("tps = ")) {
        run.note(format!("{row}: pgbench: {rate} transactions/s"));
    }
    run.note(format!("{row}: boots repeated: {repeats}"));
    let all_held = counts.failures.is_empty() && left_out == 0;
    run.add_row(row, counts);
    Ok(all_held.then_some(outcomes))
}

/// The root's libc alone: its failures are the reason for this project, not a fault of it. Answers
/// what came of all steps, if they ran.
fn incumbent(root: &Root, run: &mut Run<'_>, built: &Built) -> Result<Option<String>> {
    let row = "postgres, incumbent";
    let (steps, left_out) = chosen(run, row, &STEPS);
    if steps.is_empty() {
        return Ok(None);
    }
    let session = session(root, run, built, Libc::Incumbent, None)?;
    let (outcomes, repeats) = boots(root, &session, &steps)?;
    let summary = program::summary(&outcomes, steps.len());
    run.note(format!("{row}: {summary}; boots repeated: {repeats}"));
    Ok((left_out == 0).then_some(summary))
}

/// Whether the root's ext2fs stands still without us. The first two have to hold; the last one is for
/// the report, for that is the one in which it stands still.
const FILE_SYSTEM: [(&str, &str); 3] = [
    ("signals_during_writes_of_16_kib", "standstill 20 16"),
    ("writes_of_64_kib_without_signals", "standstill 20 64 quiet"),
    ("signals_during_writes_of_64_kib", "standstill 20 64"),
];

/// A row in which nothing of ours runs.
fn file_system(root: &Root, run: &mut Run<'_>) -> Result<()> {
    let row = "postgres, ext2fs";
    if !run.wants(row) {
        return Ok(());
    }
    let program = crate::output()?.join("standstill");
    build_c(root, "qemu/guest/standstill.c", &program, &[])?;
    let session = Session {
        files: vec![(program, "/bin/standstill".to_owned())],
        one_boot: true,
        disk_mib: 20,
        rerun: run.rerun(),
        ..Session::default()
    };
    let limit = Duration::from_secs(120);
    let steps = FILE_SYSTEM.map(|(name, script)| Step::new(name, script).within(limit));
    let outcomes = script::outcomes(root, session, &steps)?;
    let controls = FILE_SYSTEM.len() - 1;
    let mut counts = script::count(&outcomes[..outcomes.len().min(controls)]);
    counts.add_not_run(controls.saturating_sub(outcomes.len()));
    let summary = program::summary(&outcomes, steps.len());
    run.note(format!("{row}, nothing of ours: {summary}"));
    run.add_row(row, counts);
    Ok(())
}

/// The steps that the filter lets run, after the one that makes the cluster; and how many it
/// leaves out.
fn chosen(run: &Run<'_>, row: &str, steps: &[(&str, &str)]) -> (Vec<Step>, usize) {
    let wanted: Vec<_> = steps
        .iter()
        .filter(|(name, _)| run.wants(row) || run.wants(name))
        .collect();
    let left_out = steps.len() - wanted.len();
    if wanted.is_empty() && !run.wants(CLUSTER.0) {
        return (Vec::new(), left_out);
    }
    let steps = std::iter::once(&CLUSTER)
        .chain(wanted)
        .map(|(name, script)| {
            let long = *name == FIGURES.0 || name.starts_with("regression_");
            let limit = if long { LONG } else { LIMIT };
            Step::new(*name, &program::script("postgres", script)).within(limit)
        })
        .collect();
    (steps, left_out)
}

fn session(
    root: &Root,
    run: &Run<'_>,
    built: &Built,
    libc: Libc,
    translator: Option<PathBuf>,
) -> Result<Session> {
    Ok(Session {
        translator,
        libc,
        files: program::files(root, run, built)?,
        prepare: PREPARE.to_owned(),
        one_boot: true,
        memory_mib: MEMORY_MIB,
        disk_mib: 300,
        console: run.echo != Echo::Nothing,
        rerun: run.rerun(),
        ..Session::default()
    })
}

/// Runs the steps in one boot, and in another if the system stood still or did not come up. Answers
/// what came of them and how many boots were repeated.
pub(super) fn boots(root: &Root, session: &Session, steps: &[Step]) -> Result<(Vec<Outcome>, u32)> {
    repeated(steps.len(), || {
        script::outcomes(root, session.clone(), steps)
    })
}

/// The same of boots with so many steps.
fn repeated(
    steps: usize,
    mut boot: impl FnMut() -> Result<Vec<Outcome>>,
) -> Result<(Vec<Outcome>, u32)> {
    let mut repeats = 0;
    loop {
        let booted = boot();
        let last = repeats + 1 == BOOTS;
        let done = match booted {
            Ok(outcomes) if last || !stood_still(&outcomes, steps) => {
                return Ok((outcomes, repeats));
            }
            Err(error) if last => return Err(error),
            Ok(outcomes) => outcomes.len(),
            Err(error) => {
                println!("{error}");
                0
            }
        };
        repeats += 1;
        println!(
            "the system stood still after step {done} of {steps}: boot {} of {BOOTS} follows",
            repeats + 1
        );
    }
}

/// Whether the system stood still: initdb did not end, or nothing more was heard after a step.
fn stood_still(outcomes: &[Outcome], steps: usize) -> bool {
    let lost = |it: &Outcome| matches!(it.finished.ended, Ended::Lost(_));
    match outcomes {
        [] => true,
        [cluster] if cluster.held => steps > 1,
        [cluster] => lost(cluster) || cluster.finished.ended == Ended::Timeout,
        more => more.len() < steps || more.iter().any(lost),
    }
}

/// Lines `SIDE NUMBER...` as a line for each column: the medians and their ratio.
fn figures(lines: &[String]) -> Vec<String> {
    let side = |wanted: &str, column: usize| {
        let mut numbers: Vec<f64> = lines
            .iter()
            .filter_map(|line| line.strip_prefix(wanted))
            .filter_map(|rest| rest.split_whitespace().nth(column)?.parse().ok())
            .collect();
        numbers.sort_by(f64::total_cmp);
        let middle = numbers.len() / 2;
        match numbers.len() % 2 {
            _ if numbers.is_empty() => None,
            0 => Some(f64::midpoint(numbers[middle - 1], numbers[middle])),
            _ => Some(numbers[middle]),
        }
    };
    COLUMNS
        .iter()
        .enumerate()
        .filter_map(|(column, (what, unit, more_is_better))| {
            let (incumbent, ours) = (side("incumbent ", column)?, side("ours ", column)?);
            let (better, worse) = match more_is_better {
                true => (ours, incumbent),
                false => (incumbent, ours),
            };
            Some(format!(
                "{what}: {ours:.0} {unit}, incumbent {incumbent:.0} {unit}: {:.2} times as fast",
                better / worse
            ))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hurd::Finished;

    fn outcome(ended: Ended) -> Outcome {
        Outcome {
            name: String::new(),
            held: ended == Ended::Exit(0),
            finished: Finished {
                ended,
                output: Vec::new(),
                errors: Vec::new(),
                console: Vec::new(),
                took: Duration::ZERO,
            },
        }
    }

    #[test]
    fn boot_that_stands_still_or_does_not_come_up_is_repeated() {
        let whole = || Ok(vec![outcome(Ended::Exit(0)); 2]);
        let still = || Ok(vec![outcome(Ended::Exit(0))]);
        let none = || Err("no line".into());
        let run = |boots: Vec<Result<Vec<Outcome>>>| {
            let mut boots = boots.into_iter();
            let done = repeated(2, || boots.next().unwrap());
            done.map(|(outcomes, repeats)| (outcomes.len(), repeats))
        };
        assert_eq!(run(vec![whole()]).unwrap(), (2, 0));
        assert_eq!(run(vec![none(), still(), whole()]).unwrap(), (2, 2));
        assert_eq!(
            run(vec![still(), still(), still(), still()]).unwrap(),
            (1, 3)
        );
        assert!(run(vec![still(), none(), none(), none()]).is_err());
    }

    #[test]
    fn a_system_that_stands_still_is_told_from_a_step_that_fails() {
        let (held, failed) = (outcome(Ended::Exit(0)), outcome(Ended::Exit(1)));
        let (late, lost) = (outcome(Ended::Timeout), outcome(Ended::Lost(String::new())));
        let still = |outcomes: &[&Outcome]| {
            let outcomes: Vec<Outcome> = outcomes.iter().map(|it| (*it).clone()).collect();
            stood_still(&outcomes, 3)
        };
        assert!(still(&[]) && still(&[&late]) && still(&[&lost]));
        assert!(still(&[&held]) && still(&[&held, &late]) && still(&[&held, &held, &lost]));
        assert!(!still(&[&failed]));
        assert!(!still(&[&held, &late, &failed]) && !still(&[&held, &held, &held]));
    }

    #[test]
    fn figures_are_medians_and_their_ratio() {
        let lines = figures(&[
            "ours 10 40 9 50".to_owned(),
            "incumbent 20 10 9 100".to_owned(),
            "incumbent 30 10 9 100".to_owned(),
            "ours 10 60 9 50".to_owned(),
        ]);
        assert_eq!(lines.len(), COLUMNS.len());
        assert_eq!(
            lines[0],
            "start: 10 ms, incumbent 25 ms: 2.50 times as fast"
        );
        assert!(lines[1].ends_with("5.00 times as fast"), "{}", lines[1]);
        assert!(figures(&["ours 1 2 3 4".to_owned()]).is_empty());
    }
}
