//! `bed test|demo|bench|env|run|cargo`: what the executables of `qemu/` run.

use std::process::ExitCode;

use runner::boot::Echo;
use runner::packages::Packages;
use runner::report::Report;
use runner::{Result, bare, host, hurd, readme};

const USAGE: &str = "\
usage: qemu/test [--echo] [SUITE]...   all tests, or the named suites of:
                                       format lints unit runtime ends ...
       qemu/demo                       two tasks share a segment
       qemu/bench [--bare] [--help]    measurements
       eval \"$(cargo run -p bed -- env)\"  names generator and headers to this shell,
                                       for builds of mig, shm and bare by hand";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.split_first() {
        Some((command, words)) if command == "run" => return hurd::options::main(words),
        Some((command, words)) if command == "cargo" => return hurd::cargo::main(words),
        _ => {}
    }
    match run(&arguments) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("bed: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[String]) -> Result<bool> {
    let [command, options @ ..] = arguments else {
        return Err(USAGE.into());
    };
    match command.as_str() {
        "test" => test(options),
        "demo" => show("demo", bare::DEMO, options),
        "bench" => bench(options),
        "env" => {
            for (name, value) in Packages::prepare()?.variables() {
                println!("export {name}='{}'", value.display());
            }
            Ok(true)
        }
        _ => Err(USAGE.into()),
    }
}

/// Runs everything, or the suites named, and closes with the table.
fn test(options: &[String]) -> Result<bool> {
    let echo = match options.iter().any(|word| word == "--echo") {
        true => Echo::Everything,
        false => Echo::Nothing,
    };
    let named: Vec<&str> = options
        .iter()
        .map(String::as_str)
        .filter(|word| !word.starts_with("--"))
        .collect();
    let wanted = |name: &str| named.is_empty() || named.contains(&name);

    let packages = Packages::prepare()?;
    let mut report = Report::default();
    host::test(&packages, &mut report, wanted);
    bare::test(&packages, &mut report, echo, wanted);
    readme::test(&mut report, wanted);
    hurd::tests::test(&mut report, wanted);
    println!("\n{report}");
    Ok(report.holds())
}

/// Measures in the Hurd, or, asked for or for want of one, on the kernel alone.
fn bench(options: &[String]) -> Result<bool> {
    let bare = || show("bench", bare::BENCH, &["--bare".to_owned()]);
    if options.iter().any(|word| word == "--bare") {
        return bare();
    }
    match hurd::Root::find() {
        Ok(root) => hurd::bench::main(&root, options),
        Err(missing) => {
            println!("{missing}; measuring with --bare");
            bare()
        }
    }
}

/// Boots one thing and shows what its programs print.
fn show(what: &str, suite: Option<bare::Suite>, options: &[String]) -> Result<bool> {
    let suite = suite.ok_or_else(|| format!("there is no {what} of the bare bed yet"))?;
    let packages = Packages::prepare()?;
    let rerun = format!("qemu/{what} {}", options.join(" "));
    let outcome = suite.boot(&packages, Echo::Programs, rerun.trim_end().to_owned())?;
    Ok(outcome.verdict.ends_with(" 0 failed"))
}
