// SPDX-License-Identifier: GPL-2.0-or-later
//! The suite `postgres`: PostgreSQL, unmodified, with its main and its dynamic shared memory in
//! System V segments; crashes included.
//!
//! Some boots stand still inside initdb for good, with any libc: ext2fs then waits for a page of
//! its own. So the first step of a boot has a bound, and a boot that reaches it is repeated. The
//! report counts the repeats.

use std::time::Duration;

use super::options::{build_guest, build_preload, build_translator, patched_root};
use super::script::{self, Outcome, Step};
use super::session::{Libc, Session};
use super::source_package::{Built, Package};
use super::{Ended, Root};
use crate::report::Counts;
use crate::suites::Run;
use crate::{Result, workspace};

const PACKAGE: Package = Package {
    name: "postgresql-18",
    programs: &["postgresql.tar"],
    parts: &[],
};

/// The longest that one step may take; initdb alone takes 50 s on an idle machine.
const LIMIT: Duration = Duration::from_secs(400);

/// Boots of one configuration, at most.
const BOOTS: u32 = 4;

/// What holds, and the script that shows it. The steps build on each other.
const STEPS: [(&str, &str); 10] = [
    ("initdb_makes_a_cluster", "cluster"),
    (
        "server_starts_on_segments_of_its_own",
        "start
         sql 'select version()'
         segments | tee /tmp/segments
         test -s /tmp/segments
         sql 'show shared_memory_type' | grep -x sysv
         sql 'show dynamic_shared_memory_type' | grep -x sysv",
    ),
    (
        "parallel_workers_share_a_segment",
        "sql 'create table t as select g a from generate_series(1, 200000) g'
         sql 'analyze t'
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
        "for client in 1 2 3 4 5 6; do parallel_sum & clients=\"${clients-} $!\"; done
         for client in $clients; do wait $client; done",
    ),
    (
        "pgbench_ends_without_a_failed_transaction",
        "as 1000 pgbench -h /tmp -i -q -s 1 postgres
         as 1000 pgbench -h /tmp -c 4 -T 15 postgres | tee /tmp/pgbench
         grep 'number of failed transactions: 0 ' /tmp/pgbench
         as 1000 pgbench -h /tmp -S -c 4 -T 10 postgres | grep '^tps'",
    ),
    (
        "killed_backend_is_recovered_from",
        "sql 'select pg_sleep(300)' & sleeper=$!
         busy() { sql \"select pid from pg_stat_activity where query like '%sleep(300)%' \
                        and pid <> pg_backend_pid()\" | grep .; }
         until_holds busy
         kill -9 $(busy)
         ! wait $sleeper
         until_holds parallel_sum",
    ),
    (
        "restart_is_refused_while_a_backend_lives",
        "sql 'select count(*) from generate_series(1, 2000000000)' & orphan=$!
         busy() { sql \"select pid from pg_stat_activity where query like '%2000000000%' \
                        and pid <> pg_backend_pid()\" | grep .; }
         until_holds busy
         backend=$(busy)
         old=$(postmaster)
         kill -9 $old
         sleep 3
         rm -f $data/postmaster.pid
         if start; then
             echo 'the server started beside a living backend' >&2
             exit 1
         fi
         grep 'pre-existing shared memory block' $data/log
         kill -9 $backend
         ! wait $orphan
         gone() { ! kill -0 $backend; }
         until_holds gone
         until_holds start
         grep 'database system was not properly shut down' $data/log
         parallel_sum",
    ),
    (
        "every_stop_leaves_nothing",
        "for way in fast immediate smart; do
             stop $way
             none_left
             start
             parallel_sum
         done
         stop fast
         none_left",
    ),
    (
        "crashed_server_restarts_without_help",
        "start
         kill -9 $(postmaster)
         sleep 3
         until_holds start
         parallel_sum
         stop fast
         none_left",
    ),
    (
        "ten_rounds_leave_nothing",
        "for round in 1 2 3 4 5 6 7 8 9 10; do
             start
             parallel_sum
             stop fast
         done
         none_left",
    ),
];

/// Start-up and transactions, incumbent and ours by turns in one boot.
const FIGURES: (&str, &str) = (
    "figures_by_turns",
    "for round in 1 2 3; do
         for side in incumbent ours; do
             if [ $side = incumbent ]; then
                 run() { env -u LD_PRELOAD \"$@\"; }
             else
                 run() { \"$@\"; }
             fi
             began() { run as 1000 pg_ctl -D $data -l $data/log -w -t 100 start </dev/null; }
             took=$(milliseconds began)
             sql 'select 1' >/dev/null
             tps=$(as 1000 pgbench -h /tmp -S -c 4 -T 8 postgres | sed -n 's/^tps = \\([0-9.]*\\).*/\\1/p')
             queries=$(for n in 1 2 3 4 5 6 7 8; do milliseconds parallel_sum; done | sort -n | sed -n 4p)
             echo \"figure: $side: start $took ms, read-only $tps tps, parallel query $queries ms\"
             run as 1000 pg_ctl -D $data -m fast -w stop </dev/null >/dev/null
         done
     done",
);

/// The suite.
///
/// # Errors
/// PostgreSQL, the translator or the library cannot be built.
pub fn suite(root: &Root, run: &mut Run<'_>) -> Result<()> {
    let built = match PACKAGE.built(root)? {
        Ok(built) => built,
        Err(missing) => {
            run.skip(missing);
            return Ok(());
        }
    };
    run.note(format!("postgres: {} {}", PACKAGE.name, built.version));
    let preload = Libc::Preload(build_preload(root)?);
    ours(root, run, &built, "postgres, preload", preload, true)?;
    match patched_root() {
        Ok(tree) => ours(
            root,
            run,
            &built,
            "postgres, patched",
            Libc::Patched(tree),
            false,
        )?,
        Err(missing) => run.skip(format!("postgres, patched: {missing}")),
    }
    // Its failures are the reason for this project, not a fault of it.
    let session = session(root, run, &built, Libc::Incumbent, None)?;
    let (outcomes, repeats) = boots(root, &session, &steps(false))?;
    let failed: Vec<&str> = outcomes
        .iter()
        .filter(|it| !it.held)
        .map(|it| it.name.as_str())
        .collect();
    run.note(format!(
        "postgres, the incumbent: {} steps held; these did not: {}; boots repeated: {repeats}",
        outcomes.len() - failed.len(),
        failed.join(" ")
    ));
    Ok(())
}

fn ours(
    root: &Root,
    run: &mut Run<'_>,
    built: &Built,
    row: &str,
    libc: Libc,
    figures: bool,
) -> Result<()> {
    let translator = Some(build_translator(root)?);
    let session = session(root, run, built, libc, translator)?;
    let (outcomes, repeats) = boots(root, &session, &steps(figures))?;
    let mut counts = Counts::default();
    for outcome in &outcomes {
        if outcome.held {
            counts.passed += 1;
        } else {
            counts.failed += 1;
        }
        for line in String::from_utf8_lossy(&outcome.finished.output).lines() {
            if let Some(figure) = line.strip_prefix("figure: ") {
                run.note(format!("{row}: {figure}"));
            } else if line.starts_with("tps") {
                run.note(format!("{row}: {}: {line}", outcome.name));
            }
        }
    }
    run.note(format!("{row}: boots repeated: {repeats}"));
    run.add_row(row, counts);
    Ok(())
}

fn steps(figures: bool) -> Vec<Step> {
    STEPS
        .iter()
        .copied()
        .chain(figures.then_some(FIGURES))
        .map(|(name, script)| {
            Step::new(name, &format!(". /bin/postgres-guest.sh\n{script}")).within(LIMIT)
        })
        .collect()
}

fn session(
    root: &Root,
    run: &Run<'_>,
    built: &Built,
    libc: Libc,
    translator: Option<std::path::PathBuf>,
) -> Result<Session> {
    let mut files = built.files.clone();
    let guest = workspace().join("tests/foreign/postgres-guest.sh");
    files.push((guest, "/bin/postgres-guest.sh".to_owned()));
    let run_as = crate::output()?.join("as");
    build_guest(root, "as.c", &run_as, &[])?;
    files.push((run_as, "/bin/as".to_owned()));
    Ok(Session {
        translator,
        libc,
        files,
        memory_mib: 1400,
        disk_mib: 300,
        rerun: run.rerun(),
        ..Session::default()
    })
}

/// Runs the steps in one boot, and in another if initdb stood still. Answers what came of them and
/// how many boots were repeated.
fn boots(root: &Root, session: &Session, steps: &[Step]) -> Result<(Vec<Outcome>, u32)> {
    let mut repeats = 0;
    loop {
        let outcomes = script::outcomes(root, session.clone(), steps)?;
        let still = outcomes
            .first()
            .is_some_and(|it| matches!(it.finished.ended, Ended::Timeout | Ended::Lost(_)));
        if !still || repeats + 1 == BOOTS {
            return Ok((outcomes, repeats));
        }
        repeats += 1;
        println!(
            "initdb stood still: boot {} of {BOOTS} follows",
            repeats + 1
        );
    }
}
