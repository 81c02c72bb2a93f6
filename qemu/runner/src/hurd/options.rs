// SPDX-License-Identifier: GPL-2.0-or-later
//! `qemu/run`: one program in a boot of its own, its output and status those of the command.

use std::collections::VecDeque;
use std::ffi::OsString;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Duration;

use lexopt::Arg::{Long, Short, Value};
use lexopt::ValueExt as _;

use super::frames::Frame;
use super::session::shell_word;
use super::{Ended, Libc, Program, Root, Session, cargo};
use crate::packages::{self, cache_directory};
use crate::{Result, number, unexpected, workspace};

const USAGE: &str = "\
usage: qemu/run [OPTION]... PROGRAM [ARGUMENT]...
Boots the Hurd in HURD_ROOT, runs PROGRAM in it as root in /tmp, and returns its output and
exit status: 128 + N for signal N of the Hurd, 124 for a timeout, 125 if the bed failed.

  --translator         set our translator on /servers/ipc/shm: the file SHM_TRANSLATOR, or built
                       now; implied by --libc preload and --libc patched. And put /hurd/shmfs there:
                       the file SHM_FILES, or built now
  --no-translator      not even then
  --libc incumbent     the root's libc as it is (default)
  --libc preload       with the library SHM_PRELOAD, or glibc/'s built now, loaded before it
  --libc patched       with lib/ of the tree SHM_PATCHED_ROOT (~/.cache/shm-bed/patched-root)
  --file SRC:DEST      put a file of the host's at DEST
  --env NAME=VALUE     add to the program's environment; RUST_BACKTRACE, RUST_MIN_STACK,
                       RUST_TEST_*, PROPTEST_* go along by themselves
  --prepare COMMANDS   for the shell in the Hurd, before PROGRAM
  --inside             PROGRAM is a file of the root's, such as /bin/sh
  --memory MIB         of the machine (1024)
  --disk MIB           free space of the root's file system beyond 8 MiB
  --swap MIB           paging space, in memory that the machine gets beside --memory (none)
  --timeout SECONDS    of the program (120)
  --console            show the whole console on standard error

QEMU_RUN may hold more options, for cargo test. The users user1000 to user1003 exist in this Hurd:
su user1000 COMMAND runs a command as one of them.";

/// The options, which the error of a mistyped one shows.
const KNOWN: &str = "--translator --no-translator --libc --file --env --prepare --inside --memory \
                     --disk --swap --timeout --console --help";

/// What the command line asks for.
#[derive(Debug)]
struct Options {
    translator: Option<bool>,
    libc: String,
    session: Session,
}

/// Runs the command line after `run`.
#[must_use]
pub fn main(words: &[String]) -> ExitCode {
    let status = run(words).unwrap_or_else(|error| {
        eprintln!("qemu/run: {error}");
        125
    });
    ExitCode::from(status)
}

fn run(words: &[String]) -> Result<u8> {
    let standing = std::env::var("QEMU_RUN").unwrap_or_default();
    let words = standing
        .split_whitespace()
        .map(str::to_owned)
        .chain(words.iter().cloned());
    let Some(options) = parse(words.collect())? else {
        println!("{USAGE}");
        return Ok(0);
    };
    let root = Root::find()?;
    let session = options.complete(&root)?;
    let finished = session.run(&root, |_, frame| {
        // A reader who has gone is no reason to stop the program.
        let _ = match frame {
            Frame::Output(bytes) => {
                let mut to = std::io::stdout().lock();
                to.write_all(bytes).and_then(|()| to.flush())
            }
            Frame::Errors(bytes) => std::io::stderr().lock().write_all(bytes),
            _ => Ok(()),
        };
    })?;
    let program = finished.first().ok_or("nothing was run")?;
    if program.ended != Ended::Exit(0) && !session.console {
        let tail: VecDeque<&String> = program.console.iter().rev().take(20).collect();
        for line in tail.iter().rev() {
            eprintln!("qemu/run: console: {line}");
        }
    }
    let command = &session.programs[0].command;
    let (status, reason) = match &program.ended {
        Ended::Exit(status) => return Ok(u8::try_from(*status).unwrap_or(u8::MAX)),
        Ended::Signal(number, name) => (
            u8::try_from(128 + number).unwrap_or(u8::MAX),
            format!("{command} was killed by signal {number} (SIG{name}) of the Hurd"),
        ),
        Ended::Timeout => (
            124,
            format!(
                "{command} did not end in {} s",
                session.programs[0].timeout.as_secs()
            ),
        ),
        // This one says itself how to run it again.
        Ended::Lost(why) => {
            eprintln!("qemu/run: {command}: {why}");
            return Ok(125);
        }
    };
    eprintln!(
        "qemu/run: {reason}\nqemu/run: run it again: {}",
        session.rerun
    );
    Ok(status)
}

/// Reads the command line; `None`: it asks for help.
fn parse(words: Vec<String>) -> Result<Option<Options>> {
    let mut options = Options {
        translator: None,
        libc: "incumbent".to_owned(),
        session: Session {
            rerun: std::iter::once("qemu/run".to_owned())
                .chain(words.iter().map(|word| shell_word(word)))
                .collect::<Vec<_>>()
                .join(" "),
            ..Session::default()
        },
    };
    let mut environment = Vec::new();
    let mut inside = false;
    let mut timeout = Duration::from_secs(120);
    let mut parser = lexopt::Parser::from_args(words);
    let session = &mut options.session;
    let program = loop {
        let Some(word) = parser.next()? else {
            return Err("no PROGRAM is named; --help shows the options".into());
        };
        match word {
            Long("help") | Short('h') => return Ok(None),
            Long("translator") => options.translator = Some(true),
            Long("no-translator") => options.translator = Some(false),
            Long("libc") => options.libc = parser.value()?.string()?,
            Long("file") => {
                let (from, to) = pair(&mut parser, ':', "--file", "SRC:DEST")?;
                session.files.push((from.into(), to));
            }
            Long("env") => environment.push(pair(&mut parser, '=', "--env", "NAME=VALUE")?),
            Long("prepare") => session.prepare = parser.value()?.string()? + "\n",
            Long("inside") => inside = true,
            Long("console") => session.console = true,
            Long("memory") => session.memory_mib = number(&mut parser, "--memory")?,
            Long("disk") => session.disk_mib = number(&mut parser, "--disk")?,
            Long("swap") => session.swap_mib = number(&mut parser, "--swap")?,
            Long("timeout") => timeout = Duration::from_secs(number(&mut parser, "--timeout")?),
            Value(program) => break program.string()?,
            other => return Err(unexpected(other, KNOWN).into()),
        }
    };
    // What follows is the program's, options too.
    let arguments: Vec<String> = parser
        .raw_args()?
        .map(|word| word.string())
        .collect::<Result<_, _>>()?;
    for (name, value) in std::env::vars() {
        let passed = ["RUST_BACKTRACE", "RUST_MIN_STACK"].contains(&name.as_str())
            || name.starts_with("RUST_TEST_")
            || name.starts_with("PROPTEST_");
        if passed {
            environment.push((name, value));
        }
    }
    let mut program = match inside {
        true => Program::inside(program),
        false => Program::new(program),
    };
    program.arguments = arguments;
    program.environment = environment;
    program.timeout = timeout;
    options.session.programs.push(program);
    Ok(Some(options))
}

/// The value of an option in two parts.
fn pair(
    parser: &mut lexopt::Parser,
    between: char,
    option: &str,
    form: &str,
) -> Result<(String, String)> {
    let value = parser.value()?.string()?;
    match value.split_once(between) {
        Some((one, other)) => Ok((one.to_owned(), other.to_owned())),
        None => Err(format!("{option} {value}: not {form}").into()),
    }
}

impl Options {
    /// Finds or builds what the options name.
    fn complete(self, root: &Root) -> Result<Session> {
        let mut session = self.session;
        session.libc = match self.libc.as_str() {
            "incumbent" => Libc::Incumbent,
            "preload" => Libc::Preload(build_preload(root)?),
            "patched" => Libc::Patched(patched_root()?),
            other => return Err(format!("--libc {other}: no such libc").into()),
        };
        let wanted = self.translator.unwrap_or(session.libc != Libc::Incumbent);
        if wanted {
            session.translator = Some(build_translator(root)?);
        }
        if self.translator == Some(true) {
            session.files.push((build_shmfs(root)?, SHMFS.to_owned()));
        }
        Ok(session)
    }
}

fn setting(name: &str) -> Option<PathBuf> {
    std::env::var_os(name)
        .filter(|value| !value.is_empty())
        .map(PathBuf::from)
}

/// The tree of the patched libc, which glibc/build makes.
pub(super) fn patched_root() -> Result<PathBuf, String> {
    let tree = match setting("SHM_PATCHED_ROOT") {
        Some(tree) => tree,
        None => cache_directory()
            .map_err(|error| error.to_string())?
            .join("patched-root"),
    };
    match tree.join("lib").is_dir() {
        true => Ok(tree),
        false => Err(format!(
            "no patched libc in {}: glibc/build makes one",
            tree.display()
        )),
    }
}

/// Where segments as files have their program.
pub(super) const SHMFS: &str = "/hurd/shmfs";

/// Builds the translator unless one is named, and says where it is.
pub(super) fn build_translator(root: &Root) -> Result<PathBuf> {
    build_server(root, "shm", "SHM_TRANSLATOR")
}

/// The same for `/hurd/shmfs`.
pub(super) fn build_shmfs(root: &Root) -> Result<PathBuf> {
    build_server(root, "shmfs", "SHM_FILES")
}

/// A program of a package of the same name, alone: libtrivfs and libnetfs are features of one
/// crate, and would both be linked into programs that are built together.
pub(super) fn build_server(root: &Root, name: &str, variable: &str) -> Result<PathBuf> {
    if let Some(file) = setting(variable) {
        return Ok(file);
    }
    let mut command = Command::new(cargo::program());
    command.current_dir(workspace());
    command.envs(cargo::environment(root)?);
    command.args([
        "build",
        "--quiet",
        "--release",
        "--package",
        name,
        "--bin",
        name,
    ]);
    if !command.status()?.success() {
        return Err(format!("cargo could not build {name}; {variable} may name it").into());
    }
    Ok(target().join(cargo::TARGET).join("release").join(name))
}

/// Builds the library for `LD_PRELOAD` unless one is named, and says where it is.
pub(super) fn build_preload(root: &Root) -> Result<PathBuf> {
    if let Some(library) = setting("SHM_PRELOAD") {
        return Ok(library);
    }
    let out = target().join("glibc");
    // Messages of a build are not the program's output.
    let built = Command::new("make")
        .args(["-s", "-C"])
        .arg(workspace().join("glibc"))
        .arg(format!("OUT={}", out.display()))
        .envs(cargo::environment(root)?)
        .stdout(std::io::stderr())
        .status();
    match built.map_err(|error| format!("make: {error}"))?.success() {
        true => Ok(out.join("libshm-hurd.so")),
        false => Err("make could not build glibc/; SHM_PRELOAD may name a library".into()),
    }
}

/// Builds qemu/guest's `segment` at `program`, linked with `words` too.
pub(super) fn build_segment(root: &Root, program: &Path, words: &[OsString]) -> Result<()> {
    build_c(root, "qemu/guest/segment.c", program, words)
}

/// Builds a C file at `program`, linked with `words` too.
pub(super) fn build_c(root: &Root, source: &str, program: &Path, words: &[OsString]) -> Result<()> {
    packages::run(
        Command::new(workspace().join("qemu/cc"))
            .env("HURD_ROOT", root.path())
            .args(["-O2", "-o"])
            .arg(program)
            .arg(workspace().join(source))
            .args(words),
    )
}

/// cargo's target directory, as [`crate::output`] has it.
pub(super) fn target() -> PathBuf {
    workspace().join(setting("CARGO_TARGET_DIR").unwrap_or_else(|| "target".into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        text.split(' ').map(str::to_owned).collect()
    }

    #[test]
    fn options_end_at_the_program() {
        let options = parse(words("--libc preload --file a:/b prog --libc x"))
            .unwrap()
            .unwrap();
        assert_eq!(options.libc, "preload");
        assert_eq!(options.session.files, [("a".into(), "/b".to_owned())]);
        let program = &options.session.programs[0];
        assert_eq!(program.arguments, ["--libc", "x"]);
        assert_eq!(
            options.session.rerun,
            "qemu/run --libc preload --file a:/b prog --libc x"
        );
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        for line in [
            "--libc",
            "--no-such prog",
            "--memory much prog",
            "--file a prog",
            "--env a prog",
            "--console",
        ] {
            assert!(parse(words(line)).is_err(), "{line}");
        }
    }
}
