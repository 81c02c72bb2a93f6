// SPDX-License-Identifier: GPL-2.0-or-later
//! The program behind the executables of `qemu/`: `runner test|demo|bench|env|run|cargo`.

use std::path::PathBuf;
use std::process::ExitCode;

use lexopt::Arg::{Long, Short, Value};
use lexopt::ValueExt as _;
use runner::boot::Echo;
use runner::packages::Packages;
use runner::suites::{self, Choice};
use runner::{Result, Usage, bare, hurd, known, unexpected};

const USAGE: &str = "\
usage: runner test|demo|bench|run|cargo ...   as qemu/test, qemu/demo, and so on
       runner env                             prints MIG and MACH_INCLUDE for the shell's eval,
                                              for builds of mig, shm and bare by hand";

const TEST_USAGE: &str = "\
usage: qemu/test [OPTION]... [SUITE]...
       qemu/test [OPTION]... SUITE FILTER
Runs the tests of all default suites, or of the suites named. With FILTER it runs those tests of
SUITE whose names contain FILTER.

  --list         every suite: what it shows, what it needs, whether it runs by default
  --filter TEXT  as FILTER, for several suites, or for a text that is a suite's name
  --known FILE   writes what was seen of programs that are not ours to FILE,
                 doc/known-to-work.md
  --echo         shows the console of each boot of the bare bed, and of PostgreSQL's
  --help         this text";

const DEMO_USAGE: &str = "\
usage: qemu/demo
Boots GNU Mach in QEMU and shows two tasks that share a segment, step by step.";

fn main() -> ExitCode {
    let arguments: Vec<String> = match std::env::args_os()
        .skip(1)
        .map(|it| it.into_string())
        .collect()
    {
        Ok(arguments) => arguments,
        Err(word) => {
            eprintln!("runner: an argument is not UTF-8: {}", word.display());
            return ExitCode::from(2);
        }
    };
    let (command, words) = match arguments.split_first() {
        Some((command, words)) => (command.as_str(), words),
        None => ("", &[][..]),
    };
    let done = match command {
        "run" => return hurd::options::main(words),
        "cargo" => return hurd::cargo::main(words),
        "test" => test(words),
        "demo" => demo(words),
        "bench" => bench(words),
        "env" => env(words),
        _ => Err(Usage(USAGE.to_owned()).into()),
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) if error.is::<Usage>() || error.is::<lexopt::Error>() => {
            eprintln!("qemu/{command}: {error}");
            if command != "env" {
                eprintln!("qemu/{command}: --help shows the options");
            }
            ExitCode::from(2)
        }
        Err(error) => {
            eprintln!("qemu/{command}: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Runs the suites asked for, and closes with the table.
fn test(words: &[String]) -> Result<bool> {
    let mut echo = Echo::Nothing;
    let (mut names, mut filter, mut page) = (Vec::new(), None, None);
    let mut parser = lexopt::Parser::from_args(words);
    while let Some(word) = parser.next()? {
        match word {
            Long("help") | Short('h') => {
                println!("{TEST_USAGE}\n");
                print!("{}", suites::list());
                return Ok(true);
            }
            Long("list") => {
                print!("{}", suites::list());
                return Ok(true);
            }
            Long("echo") => echo = Echo::Everything,
            Long("known") => page = Some(PathBuf::from(parser.value()?)),
            Long("filter") => filter = Some(parser.value()?.string()?),
            Value(name) => names.push(name.string()?),
            other => return Err(unexpected(other, "--list --filter --known --echo --help").into()),
        }
    }
    let choice = Choice::parse(&names, filter).map_err(Usage)?;
    let packages = Packages::prepare()?;
    let report = suites::run(&choice, &packages, echo);
    println!("\n{report}");
    if let Some(page) = page {
        known::update(&page, report.programs())?;
    }
    Ok(report.holds())
}

fn demo(words: &[String]) -> Result<bool> {
    if let Some(word) = lexopt::Parser::from_args(words).next()? {
        if word == Long("help") {
            println!("{DEMO_USAGE}");
            return Ok(true);
        }
        return Err(unexpected(word, "--help").into());
    }
    show(&bare::DEMO, "qemu/demo")
}

/// Measures in the Hurd, or, if asked to or for want of one, on the kernel alone.
fn bench(words: &[String]) -> Result<bool> {
    let Some(options) = hurd::bench::parse(words)? else {
        return Ok(true);
    };
    let bare = || show(&bare::BENCH, "qemu/bench --bare");
    if options.bare {
        return bare();
    }
    match hurd::Root::find() {
        Ok(root) => hurd::bench::main(&root, &options),
        Err(missing) => {
            println!("{missing}; measuring with --bare");
            bare()
        }
    }
}

fn env(words: &[String]) -> Result<bool> {
    if !words.is_empty() {
        return Err(Usage(USAGE.to_owned()).into());
    }
    for (name, value) in Packages::prepare()?.variables() {
        println!("export {name}='{}'", value.display());
    }
    Ok(true)
}

/// Boots one thing and shows what its programs print.
fn show(boot: &bare::Suite, rerun: &str) -> Result<bool> {
    let packages = Packages::prepare()?;
    let outcome = boot.boot(&packages, Echo::Programs, None, rerun.to_owned())?;
    Ok(outcome.verdict.ends_with(" 0 failed"))
}
