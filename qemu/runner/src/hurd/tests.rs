// SPDX-License-Identifier: GPL-2.0-or-later
//! Tests inside the Hurd, many programs in one boot.

use std::io::Write;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use super::frames::Frame;
use super::options::{SHMFS, build_shmfs, build_translator, target};
use super::{Ended, Finished, Program, Root, Session, cargo, reboot};
use crate::report::{Counts, Libtest};
use crate::suites::Run;
use crate::{Result, programs, workspace};

/// The longest that one test program may take; a busy host is slow.
pub(super) const TEST_LIMIT: Duration = Duration::from_secs(600);

/// The suite `hurd-unit`.
///
/// # Errors
/// As for [`cargo_tests`].
pub fn unit(root: &Root, run: &mut Run<'_>) -> Result<()> {
    let session = Session {
        rerun: "qemu/cargo test --lib".to_owned(),
        ..Session::default()
    };
    let words = [
        "--package",
        "shm",
        "--package",
        "hurd-ports",
        "--lib",
        "--bins",
    ];
    let counts = cargo_tests(root, &words, session, run.filter())?;
    run.add(counts);
    Ok(())
}

/// The suite `translator`.
///
/// # Errors
/// As for [`cargo_tests`], or the translator does not compile.
pub fn translator(root: &Root, run: &mut Run<'_>) -> Result<()> {
    let session = Session {
        translator: Some(build_translator(root)?),
        rerun: run.rerun(),
        ..Session::default()
    };
    let words = ["--package", "shm", "--test", "translator"];
    let counts = cargo_tests(root, &words, session, run.filter())?;
    run.add(counts);
    Ok(())
}

/// `/hurd/shmfs` and the commands beside it.
fn shmfs_files(root: &Root) -> Result<Vec<(PathBuf, String)>> {
    let command = |name| (workspace().join("tools").join(name), format!("/bin/{name}"));
    Ok(vec![
        (build_shmfs(root)?, SHMFS.to_owned()),
        command("shm-save"),
        command("shm-restore"),
    ])
}

/// The variables that tell tests/siege how much to do, and what the whole siege is.
const SIEGE: [(&str, &str); 3] = [
    ("SIEGE_MESSAGES", "1000000"),
    ("SIEGE_KILLS", "1000"),
    ("SIEGE_SEGMENTS", "10000"),
];

/// The suite `siege`: as short as tests/siege has it.
///
/// # Errors
/// As for [`cargo_tests`], or the translator does not compile.
pub fn siege(root: &Root, run: &mut Run<'_>) -> Result<()> {
    besiege(root, run, &[], TEST_LIMIT)
}

/// The suite `siege-whole`.
///
/// # Errors
/// As for [`siege`].
pub fn siege_whole(root: &Root, run: &mut Run<'_>) -> Result<()> {
    besiege(root, run, &SIEGE, 40 * TEST_LIMIT)
}

/// Variables of this process win over those of `size`.
fn besiege(root: &Root, run: &mut Run<'_>, size: &[(&str, &str)], timeout: Duration) -> Result<()> {
    let mut session = Session {
        translator: Some(build_translator(root)?),
        rerun: run.rerun(),
        ..Session::default()
    };
    let mut environment: Vec<(String, String)> = size
        .iter()
        .map(|&(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    for name in SIEGE
        .map(|(name, _)| name)
        .into_iter()
        .chain(["SIEGE_SEED", "SIEGE_ROUTINES"])
    {
        if let Ok(value) = std::env::var(name) {
            environment.retain(|(other, _)| other != name);
            environment.push((name.to_owned(), value));
        }
    }
    let words = ["--package", "shm", "--test", "siege"];
    let mut arguments: Vec<String> = run.filter().map(str::to_owned).into_iter().collect();
    // What its processes print is seen.
    arguments.push("--nocapture".to_owned());
    session.programs = build(root, &words)?
        .into_iter()
        .map(|file| Program {
            timeout,
            arguments: arguments.clone(),
            environment: environment.clone(),
            ..Program::new(file)
        })
        .collect();
    let counts = run_tests(root, &session)?;
    run.add(counts);
    Ok(())
}

/// The suite `shmfs`.
///
/// # Errors
/// As for [`cargo_tests`], or a translator does not compile.
pub fn shmfs(root: &Root, run: &mut Run<'_>) -> Result<()> {
    let session = Session {
        translator: Some(build_translator(root)?),
        files: shmfs_files(root)?,
        rerun: run.rerun(),
        ..Session::default()
    };
    let words = ["--package", "shm", "--test", "shmfs"];
    let counts = cargo_tests(root, &words, session.clone(), run.filter())?;
    run.add(counts);
    let counts = saved_over_a_reboot(root, session, run)?;
    run.add_row("shmfs, two boots", counts);
    Ok(())
}

/// The tests of tests/reboot, one for each boot, and the directory that lies between them.
const SAVED: [&str; 2] = [
    "saved::segments_are_saved_before_a_reboot",
    "saved::segments_come_back_after_a_reboot",
];
const KEPT: &str = "/var/saved";

/// Segments are saved in one boot and restored in the next.
fn saved_over_a_reboot(root: &Root, mut session: Session, run: &Run<'_>) -> Result<Counts> {
    if !SAVED.iter().any(|test| run.wants(test)) {
        return Ok(Counts {
            filtered: SAVED.len() as u32,
            ..Counts::default()
        });
    }
    let file = build(root, &["--package", "shm", "--test", "reboot"])?
        .pop()
        .ok_or("cargo built no tests/reboot")?;
    // As shmfs(8) and shm-save(8) have it.
    session.prepare = format!("mkdir -p /var\nsettrans -c /shm {SHMFS}\n");
    let boot = |number: usize| Session {
        programs: vec![Program {
            timeout: TEST_LIMIT,
            arguments: ["--exact", "--nocapture", SAVED[number]]
                .map(str::to_owned)
                .into(),
            environment: vec![("SHM_BOOT".to_owned(), (number + 1).to_string())],
            ..Program::new(&file)
        }],
        ..session.clone()
    };
    let boots = reboot::over_a_reboot(root, boot(0), boot(1), KEPT, |boot, _, frame| {
        if let Frame::Begin(_) = frame {
            println!("--- boot {} of 2", boot + 1);
        }
        if let Frame::Output(bytes) | Frame::Errors(bytes) = frame {
            print!("{}", String::from_utf8_lossy(bytes));
        }
    })?;
    let mut counts = Counts::default();
    for (test, finished) in SAVED.iter().zip(boots) {
        match finished.first() {
            Some(finished) => counts.join(count(test, finished)),
            None => {
                println!("{test}: did not run");
                counts.add(&format!("{test}: did not run"), false);
            }
        }
    }
    // Each boot leaves the other's test out.
    counts.filtered = 0;
    Ok(counts)
}

/// The suite `example`.
///
/// # Errors
/// As for [`cargo_tests`], or the example does not compile.
pub fn example(run: &mut Run<'_>) -> Result<()> {
    const PACKAGE: [&str; 2] = ["--package", "hello-translator"];
    let mut command = Command::new(cargo::program());
    command.current_dir(workspace());
    let root = match Root::find() {
        Ok(root) => root,
        Err(missing) => {
            let compiled = command
                .args(["check", "--quiet", "--all-targets"])
                .args(PACKAGE);
            let held = compiled.status()?.success();
            run.add(Counts::check("cargo check of the example", held));
            run.skip(format!(
                "the example was compiled for this machine only: {missing}"
            ));
            return Ok(());
        }
    };
    command.envs(cargo::environment(&root)?);
    let built = command.args(["build", "--quiet"]).args(PACKAGE).status()?;
    if !built.success() {
        return Err("cargo could not build the example for the Hurd".into());
    }
    let directory = target().join(cargo::TARGET).join("debug");
    let programs = ["hello-translator", "hello-client"];
    let session = Session {
        files: programs
            .map(|name| (directory.join(name), format!("/bin/{name}")))
            .into(),
        rerun: run.rerun(),
        ..Session::default()
    };
    let words = [PACKAGE[0], PACKAGE[1], "--test", "hello"];
    let counts = cargo_tests(&root, &words, session, run.filter())?;
    run.add(counts);
    Ok(())
}

/// Builds tests with `cargo test` and these words, and runs those whose names contain `filter` as
/// `session` says. Its programs are replaced.
///
/// # Errors
/// A test does not compile, or the system does not come up.
pub fn cargo_tests(
    root: &Root,
    words: &[&str],
    mut session: Session,
    filter: Option<&str>,
) -> Result<Counts> {
    session.programs = test_programs(root, words, filter)?;
    run_tests(root, &session)
}

/// Builds tests with `cargo test` and these words, for a run of those whose names contain `filter`.
///
/// # Errors
/// A test does not compile.
pub(super) fn test_programs(
    root: &Root,
    words: &[&str],
    filter: Option<&str>,
) -> Result<Vec<Program>> {
    let arguments: Vec<String> = filter.map(str::to_owned).into_iter().collect();
    let programs = build(root, words)?.into_iter().map(|file| Program {
        timeout: TEST_LIMIT,
        arguments: arguments.clone(),
        ..Program::new(file)
    });
    Ok(programs.collect())
}

/// Runs the session's programs, which are tests, and counts what they print.
pub(super) fn run_tests(root: &Root, session: &Session) -> Result<Counts> {
    run_tests_to(root, session, &mut std::io::stdout())
}

/// As [`run_tests`]; the programs' output goes to `log`.
pub(super) fn run_tests_to(root: &Root, session: &Session, log: &mut dyn Write) -> Result<Counts> {
    let mut finished = shown(root, session, log)?;
    for (program, finished) in session.programs.iter().zip(&mut finished) {
        if proc_died(finished) {
            println!("/hurd/proc died under {}: once more", program.command);
            let again = Session {
                programs: vec![program.clone()],
                ..session.clone()
            };
            *finished = shown(root, &again, log)?
                .pop()
                .ok_or("the repeated program is missing")?;
        }
    }
    let mut counts = Counts::default();
    for (program, finished) in session.programs.iter().zip(&finished) {
        counts.join(count(&program.command, finished));
    }
    Ok(counts)
}

/// Counts what a program of tests printed.
pub(super) fn count(name: &str, finished: &Finished) -> Counts {
    let mut libtest = Libtest::default();
    for line in String::from_utf8_lossy(&finished.output).lines() {
        libtest.line(line);
    }
    if finished.ended != Ended::Exit(0) {
        let how = format!("{name}: {:?}", finished.ended);
        println!("{how}");
        libtest.must_have_failed(&how);
    }
    libtest.finish()
}

/// Runs the programs of `session`. Their output goes to `log` as it comes.
fn shown(root: &Root, session: &Session, log: &mut dyn Write) -> Result<Vec<Finished>> {
    let (mut started, mut written) = (None, Ok(()));
    let finished = session.run(root, |index, frame| {
        let mut show = || -> std::io::Result<()> {
            if started.replace(index) != Some(index) {
                writeln!(log, "--- {}", session.programs[index].command)?;
            }
            if let Frame::Output(bytes) | Frame::Errors(bytes) = frame {
                write!(log, "{}", String::from_utf8_lossy(bytes))?;
            }
            Ok(())
        };
        if written.is_ok() {
            written = show();
        }
    })?;
    written?;
    Ok(finished)
}

/// Whether the boot was lost because the process server or the auth server died. Where a test
/// makes and ends thousands of tasks in quick order, or leaves many authentications unfinished,
/// that happens to this Hurd in some boots. Such a program is run again, once.
fn proc_died(finished: &Finished) -> bool {
    let sign = |line: &str| {
        ["proc", "auth"]
            .iter()
            .any(|name| line.contains(&format!("essential task {name} died")))
    };
    // A program may still see its calls fail, and end, before the system is down.
    match &finished.ended {
        Ended::Exit(0) => false,
        Ended::Lost(why) if sign(why) => true,
        _ => finished.console.iter().any(|line| sign(line)),
    }
}

/// The test programs that `cargo test` with these words would run.
pub(super) fn build(root: &Root, words: &[&str]) -> Result<Vec<PathBuf>> {
    let mut command = Command::new(cargo::program());
    command
        .current_dir(workspace())
        .envs(cargo::environment(root)?)
        .args(["test", "--no-run", "--quiet"])
        .args(words);
    // Programs that the tests only call are built too, and are no tests.
    let tests = programs::built(&mut command)?
        .into_iter()
        .filter(|it| it.test);
    Ok(tests.map(|it| it.file).collect())
}

/// The suite `ends`: the bed tells every way a program can end from the others.
///
/// # Errors
/// The system does not come up.
pub fn ends(root: &Root, run: &mut Run<'_>) -> Result<()> {
    let shell = |script: &str, seconds| Program {
        arguments: vec!["-c".to_owned(), script.to_owned()],
        timeout: Duration::from_secs(seconds),
        ..Program::inside("/bin/sh")
    };
    type Holds = fn(&Finished) -> bool;
    let all: [(&str, Program, Holds); 7] = [
        (
            "every_byte_comes_back",
            shell("printf 'a\\001\\\\ \\377 \\n\\tb'; echo c >&2", 30),
            |it| {
                it.ended == Ended::Exit(0)
                    && it.output == b"a\x01\\ \xff \n\tb"
                    && it.errors == b"c\n"
            },
        ),
        ("status_comes_back", shell("exit 3", 30), |it| {
            it.ended == Ended::Exit(3)
        }),
        ("signal_is_no_status", shell("kill -SEGV $$", 30), |it| {
            it.ended == Ended::Signal(11, "SEGV".to_owned())
        }),
        (
            "what_overstays_is_killed_with_its_children",
            shell("echo here; sleep 1000 & sleep 1000", 2),
            |it| it.ended == Ended::Timeout && it.output == b"here\n",
        ),
        (
            "what_takes_the_system_along_is_lost",
            shell("echo bye; sleep 1; reboot; sleep 100", 110),
            |it| matches!(it.ended, Ended::Lost(_)) && it.output == b"bye\n",
        ),
        (
            "death_of_the_process_server_is_known",
            shell("echo bye; sleep 1; kill -9 4; sleep 100", 110),
            |it| proc_died(it) && it.output == b"bye\n",
        ),
        (
            "the_next_runs_in_another_boot",
            shell("echo hi", 30),
            |it| it.ended == Ended::Exit(0) && it.output == b"hi\n",
        ),
    ];
    let (cases, left_out): (Vec<_>, Vec<_>) =
        all.into_iter().partition(|(name, ..)| run.wants(name));
    let session = Session {
        programs: cases
            .iter()
            .map(|(_, program, _)| program.clone())
            .collect(),
        rerun: run.rerun(),
        ..Session::default()
    };
    let finished = session.run(root, |_, _| {})?;
    let mut counts = Counts {
        filtered: u32::try_from(left_out.len())?,
        ..Counts::default()
    };
    for ((name, _, holds), it) in cases.iter().zip(&finished) {
        let held = holds(it);
        counts.add(name, held);
        match held {
            true => println!("test {name} ... ok"),
            false => println!("test {name} ... FAILED: {it:?}"),
        }
    }
    run.add(counts);
    Ok(())
}
