// SPDX-License-Identifier: GPL-2.0-or-later
//! Programs that know nothing of us, unmodified from Debian's source packages, inside the Hurd:
//! util-linux's tools, perl's functions, PHP's, Apache's portable run time and OSSP mm, with our
//! client preloaded and patched into libc; and small programs of ours that use a segment as such
//! programs do.
//!
//! See `source_package` for how they are built.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use super::Root;
use super::options::{build_c, build_segment, build_translator, patched_root};
use super::program;
use super::script::{self, Outcome, Step};
use super::session::{Libc, Session};
use super::source_package::{Package, Part};
use crate::known::Known;
use crate::report::Counts;
use crate::suites::Run;
use crate::{Result, workspace};

/// The small perl, without modules.
pub(super) const PERL: Package = Package {
    name: "perl",
    programs: &["perl"],
    parts: &[Part::source(
        "perl",
        "5.42.3-1",
        "c9387e1473a1866935cb047ece7c2e0a80767a3acdecb79d4a375f8a95970ddc",
    )],
};

/// The tests of Apache's portable run time.
pub(super) const APR: Package = Package {
    name: "apr",
    programs: &["testall", "testshmproducer", "testshmconsumer"],
    parts: &[Part::source(
        "apr",
        "1.7.6-3",
        "49030d92d2575da735791b496dc322f3ce5cff9494779ba8cc28c7f46c5deb32",
    )],
};

/// A package, its section's title in doc/known-to-work.md, and what has to be set for segments.
const PACKAGES: [(Package, &str, &str); 5] = [
    (
        Package {
            name: "util-linux",
            programs: &["ipcs", "ipcrm", "ipcmk"],
            parts: &[Part::source(
                "util-linux",
                "2.42.4-1",
                "fbd62a100ab7bb8746ba0661255c3c48185b1e9021507c624da01fbc696330ec",
            )],
        },
        "util-linux: ipcs, ipcrm, ipcmk",
        "nothing",
    ),
    (PERL, "perl: shmget, shmread, shmwrite, shmctl", "nothing"),
    (
        APR,
        "Apache Portable Runtime: its tests of shared memory",
        "`configure --enable-sysv-shm`",
    ),
    (
        Package {
            name: "mm",
            programs: &["mm_test"],
            parts: &[Part::source(
                "mm",
                "1.4.2-7",
                "8caddd1ee8d8c7790e4b7fedc9be15d4d76ea23f25b17687fc27218648325885",
            )],
        },
        "OSSP mm: malloc in a segment, its test",
        "`configure --with-shm=IPCSHM --with-sem=FLOCK`",
    ),
    (
        Package {
            name: "php8.4",
            programs: &["php-cgi", "php-tests.tar"],
            parts: &[Part::source(
                "php8.4",
                "8.4.24-1~deb13u1",
                "e127be09a8506f4327c5cfa78a614b00d210714484ec215ce0011b4a03c00731",
            )],
        },
        "PHP: shmop and sysvshm, their tests",
        "`configure --enable-shmop --enable-sysvshm`",
    ),
];

/// Programs of ours in C, in `tests/programs`, which run on Linux too.
const OWN: [&str; 2] = ["forkserver", "locks"];

/// glibc's own test, where `glibc/build` leaves it in the patched tree.
const GLIBC_TEST: &str = "libexec/test-sysvshm";

/// The suite `foreign`. What it lacks is noted.
///
/// # Errors
/// The translator or the library cannot be built.
pub fn suite(root: &Root, run: &mut Run<'_>) -> Result<()> {
    let mut files = Vec::new();
    let mut versions = BTreeMap::new();
    for (package, title, set) in &PACKAGES {
        // A filter that wants no step of it does not have it built.
        if !STEPS
            .iter()
            .any(|step| package.programs.contains(&step.0) && run.wants(&name(step)))
        {
            continue;
        }
        match package.ready(root, run) {
            Ok(Some(built)) => {
                files.extend(built.files);
                versions.insert(*title, (package, built.version, *set));
            }
            Ok(None) => {}
            Err(error) => {
                println!("{error}");
                let counts = Counts::check(&error.to_string(), false);
                run.add_row(&format!("foreign, {}", package.name), counts);
            }
        }
    }
    for program in OWN {
        let file = crate::output()?.join(program);
        build_c(root, &format!("tests/programs/{program}.c"), &file, &[])?;
        files.push((file, format!("/bin/{program}")));
    }
    if let Ok(tree) = patched_root() {
        match tree.join(GLIBC_TEST) {
            test if test.exists() => files.push((test, "/bin/test-sysvshm".to_owned())),
            test => run.skip(format!(
                "foreign: no {}: glibc/build makes it",
                test.display()
            )),
        }
    }
    let mut seen = Vec::new();
    program::with_each_libc(root, run, |run, with, libc| {
        let row = format!("foreign, {with}");
        let figures: &[_] = if with == "preload" { &FIGURES } else { &[] };
        let (outcomes, filtered) = with_libc(root, run, libc, &files, figures)?;
        let counts = Counts {
            filtered,
            ..script::count(&outcomes)
        };
        for figure in outcomes.iter().flat_map(|it| it.lines("figure ")) {
            run.note(format!("{row}: {figure}"));
        }
        run.add_row(&row, counts);
        seen.push((with, outcomes));
        Ok(())
    })?;
    for (title, (package, version, set)) in versions {
        let (with, held) = known(package, &seen);
        run.known(Known {
            program: title.to_owned(),
            version: format!("{version}, Debian's source"),
            suite: "foreign".to_owned(),
            with,
            held,
            gains: gains(package, &seen),
            set: set.to_owned(),
            ..Known::default()
        });
    }
    Ok(())
}

/// The figures of a package's steps.
fn gains(package: &Package, seen: &[(&str, Vec<Outcome>)]) -> Vec<String> {
    let steps: Vec<String> = FIGURES
        .iter()
        .filter(|step| package.programs.contains(&step.0))
        .map(name)
        .collect();
    let outcomes = seen.iter().flat_map(|(_, outcomes)| outcomes);
    outcomes
        .filter(|it| steps.contains(&it.name))
        .flat_map(|it| it.lines("figure "))
        .collect()
}

/// The libcs with which every step of a package held, and the steps.
fn known(package: &Package, seen: &[(&str, Vec<Outcome>)]) -> (Vec<String>, Vec<String>) {
    let steps: Vec<String> = STEPS
        .iter()
        .filter(|step| package.programs.contains(&step.0))
        .map(name)
        .collect();
    let held = |outcomes: &Vec<Outcome>| {
        let held = |step: &String| outcomes.iter().any(|it| it.name == *step && it.held);
        steps.iter().all(held)
    };
    let with: Vec<String> = seen
        .iter()
        .filter(|(_, outcomes)| held(outcomes))
        .map(|(with, _)| (*with).to_owned())
        .collect();
    (with, steps)
}

/// The names of all steps.
#[must_use]
pub fn step_names() -> Vec<String> {
    STEPS.iter().map(name).collect()
}

fn name((program, name, _): &(&str, &str, &str)) -> String {
    format!("{program}_{name}")
}

fn with_libc(
    root: &Root,
    run: &Run<'_>,
    libc: Libc,
    files: &[(PathBuf, String)],
    figures: &[(&str, &str, &str)],
) -> Result<(Vec<Outcome>, u32)> {
    let segment = crate::output()?.join("segment");
    build_segment(root, &segment, &[])?;
    let mut session = Session {
        translator: Some(build_translator(root)?),
        libc,
        files: files.to_vec(),
        rerun: run.rerun(),
        ..Session::default()
    };
    for to in ["/tmp/shm.pl", "/tmp/shm.php", "/bin/php", "/bin/guest.sh"] {
        let name = to.rsplit('/').next().unwrap_or(to);
        let file = workspace().join("tests/foreign").join(name);
        session.files.push((file, to.to_owned()));
    }
    session.files.push((segment, "/bin/segment".to_owned()));
    let has = |program: &str| files.iter().any(|(_, to)| to.ends_with(program));
    let (steps, left_out): (Vec<Step>, Vec<Step>) = STEPS
        .iter()
        .chain(figures)
        .filter(|(program, ..)| has(program))
        .map(|step| Step::new(name(step), step.2).within(LIMIT))
        .partition(|step| run.wants(step.name()));
    let outcomes = script::outcomes(root, session, &steps)?;
    Ok((outcomes, u32::try_from(left_out.len())?))
}

/// The longest that one step may take; a busy host is slow.
const LIMIT: Duration = Duration::from_secs(180);

/// Times of ours and of the incumbent by turns in one boot, as [`STEPS`].
const FIGURES: [(&str, &str, &str); 2] = [
    (
        "mm_test",
        "takes",
        ". /bin/guest.sh; rounds=1; by_turns mm_test sh -c 'mm_test 2>/dev/null'",
    ),
    (
        "php-cgi",
        "makes_300_segments",
        ". /bin/guest.sh
         by_turns '300 segments made, written, read and removed' \
             env DO=rounds php-cgi -q /tmp/shm.php",
    ),
];

/// Needed program, what holds, and the script that shows it.
const STEPS: [(&str, &str, &str); 27] = [
    (
        "ipcmk",
        "makes_what_ipcs_lists",
        "id=$(ipcmk -M 5000 -p 0640 | sed -n 's/^Shared memory id: //p')
         ipcs -m | grep -E \"^0x[0-9a-f]+ +$id +root +640 +5000 +0 *$\"",
    ),
    (
        "ipcs",
        "shows_one_segment",
        "id=$(ipcmk -M 4096 | sed 's/.*: //')
         ipcs -m -i $id | grep 'bytes=4096'
         ipcs -m -i $id | grep 'nattch=0'",
    ),
    (
        "ipcs",
        "shows_limits",
        "ipcs -m -l | grep 'max number of segments = 4096'",
    ),
    (
        "ipcs",
        "shows_usage",
        "ipcmk -M 4096
         ipcs -m -u | grep 'segments allocated [1-9]'",
    ),
    (
        "ipcs",
        "shows_creators",
        "id=$(ipcmk -M 4096 | sed 's/.*: //')
         ipcs -m -c | grep -E \"^$id +644 +root +root +root +root *$\"",
    ),
    (
        "ipcs",
        "shows_times",
        "id=$(ipcmk -M 4096 | sed 's/.*: //')
         ipcs -m -t | grep -E \"^$id +root +Not set +Not set +[A-Z][a-z]+ +[0-9]\"",
    ),
    (
        "ipcs",
        "shows_processes",
        "id=$(ipcmk -M 4096 | sed 's/.*: //')
         ipcs -m -p | grep -E \"^$id +root +[1-9][0-9]* +0 *$\"",
    ),
    (
        "ipcrm",
        "removes_by_id",
        "id=$(ipcmk -M 4096 | sed 's/.*: //')
         ipcs -m -i $id | grep 'bytes=4096'
         ipcrm -m $id
         ipcs -m -i $id 2>&1 | grep \"id $id not found\"",
    ),
    // ipcmk's keys are random: two spaces keep a key's last digits from being taken for the id.
    (
        "ipcrm",
        "removes_by_key",
        "id=$(ipcmk -M 4096 | sed 's/.*: //')
         key=$(ipcs -m | sed -n \"s/^\\(0x[0-9a-f]*\\)  *$id .*/\\1/p\")
         ipcrm -M $key
         ipcs -m -i $id 2>&1 | grep \"id $id not found\"",
    ),
    // The removed segment loses its key, so it is known by its id.
    (
        "ipcrm",
        "leaves_a_segment_to_who_is_attached",
        "segment 7 held sh -euc '
             id=$(ipcs -m | sed -n \"s/^0x00000007  *\\([0-9]*\\) .*/\\1/p\")
             echo $id >/tmp/held
             ipcs -m | grep -E \"^0x00000007 +$id +root +600 +4096 +1 *$\"
             ipcrm -m $id
             ipcs -m | grep -E \"^0x00000000 +$id +root +600 +4096 +1 +dest *$\"'
         id=$(cat /tmp/held)
         ipcs -m -i $id 2>&1 | grep \"id $id not found\"",
    ),
    (
        "ipcrm",
        "removes_all",
        "ipcmk -M 4096; ipcmk -M 8192
         ipcrm --all=shm
         ipcs -m -u | grep 'segments allocated 0'",
    ),
    (
        "ipcrm",
        "of_what_is_not_there_is_an_error",
        "if ipcrm -m 32700 2>/tmp/errors; then exit 1; fi
         grep 'invalid id (32700)' /tmp/errors
         if ipcrm -M 0x7ffe 2>/tmp/errors; then exit 1; fi
         grep 'invalid key (0x7ffe)' /tmp/errors",
    ),
    ("perl", "reads_what_it_wrote", "perl /tmp/shm.pl"),
    // Memory by name and without, shared by fork and by name, and gone afterwards.
    (
        "testall",
        "testshm",
        "mkdir -p /tmp/apr/data
         cd /tmp/apr
         cp /bin/testshmproducer /bin/testshmconsumer .
         testall -v testshm
         test -z \"$(sed 1d /servers/ipc/shm)\"",
    ),
    // It counts with a child of its, and allocates and frees as malloc does, in a segment.
    (
        "mm_test",
        "of_mm_passes",
        "mm_test 2>&1 | tail -c 100 | grep 'OK - ALL TESTS SUCCESSFULLY PASSED'
         test -z \"$(sed 1d /servers/ipc/shm)\"",
    ),
    (
        "forkserver",
        "finds_the_fault_by_the_map_of_edges",
        "forkserver 200
         test -z \"$(sed 1d /servers/ipc/shm)\"",
    ),
    ("locks", "mutex", "locks mutex"),
    ("locks", "spinlock", "locks spin"),
    ("locks", "semaphores", "locks semaphore"),
    (
        "locks",
        "robust_mutex_of_a_dead_process",
        "locks robust_mutex",
    ),
    (
        "locks",
        "robust_mutex_of_a_process_that_dies_meanwhile",
        "locks robust_mutex_of_waiter",
    ),
    // This libc does not have them between processes, and says so.
    (
        "locks",
        "condition_is_refused",
        "status=0; locks condition || status=$?; test $status = 77",
    ),
    (
        "locks",
        "rwlock_is_refused",
        "status=0; locks rwlock || status=$?; test $status = 77",
    ),
    (
        "locks",
        "barrier_is_refused",
        "status=0; locks barrier || status=$?; test $status = 77",
    ),
    ("test-sysvshm", "of_glibc_passes", "test-sysvshm"),
    (
        "php-cgi",
        "reads_what_another_process_wrote",
        "DO=put php-cgi -q /tmp/shm.php
         DO=get php-cgi -q /tmp/shm.php
         ! DO=get php-cgi -q /tmp/shm.php
         DO=rounds php-cgi -q /tmp/shm.php
         test -z \"$(sed 1d /servers/ipc/shm)\"",
    ),
    // By its own runner's verdict. Of 16 tests three are for Windows, and one needs FFI. One leaves a
    // segment.
    (
        "php-cgi",
        "passes_the_tests_of_shmop_and_sysvshm",
        "mkdir -p /tmp/php
         cd /tmp/php
         tar -xf /bin/php-tests.tar
         status=0
         TEST_PHP_EXECUTABLE=/bin/php NO_INTERACTION=1 php -d max_execution_time=0 \
             -d register_argc_argv=1 run-tests.php -q ext/shmop ext/sysvshm >out || status=$?
         tail -n 30 out
         cat ext/*/tests/*.diff 2>/dev/null || true
         test $status = 0
         grep -E '^Tests passed +: +12 ' out
         grep -E '^Tests failed +: +0 ' out",
    ),
];
