// SPDX-License-Identifier: GPL-2.0-or-later
//! `qemu/bench`: the incumbent and the shm server by turns, in one boot.

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use lexopt::Arg::{Long, Short};

use super::options::{SHMFS, build_preload, build_shmfs, build_translator};
use super::session::PRELOAD;
use super::{Ended, Program, Root, Session, cargo};
use crate::bench::{Figures, Side, plot, table};
use crate::{Result, number, output, programs, unexpected, workspace};

const USAGE: &str = "\
usage: qemu/bench [OPTION]...
Measures the shared memory of HURD_ROOT's libc, over files, and that of the shm server, by turns
in one boot, prints tables and budgets, and draws a plot. SHM_TRANSLATOR and SHM_PRELOAD may name
what is built now otherwise.

  --bare         the server alone, on the kernel without a Hurd
  --files        in place of the calls: ls -l and cat of segments that shmfs shows and of files
                 on tmpfs, by turns in one boot (15 minutes)
  --rounds N     turns of each side (8)
  --quick        few samples, no large sizes: shows that it works
  --plot FILE    where to draw (bed/bench.svg in the target directory)
  --from FILE    no boot: the records of an earlier run (bed/bench.tsv)";

/// What the command line asks for.
#[derive(Debug)]
pub struct Options {
    /// The server alone, on the kernel without a Hurd.
    pub bare: bool,
    files: bool,
    rounds: usize,
    quick: bool,
    plot: PathBuf,
    from: Option<PathBuf>,
}

/// The tmpfs of the incumbent's files takes the largest segment, and the server enough of them.
const PREPARE: &str = "\
settrans -fg /dev/shm
settrans -ca /dev/shm /hurd/tmpfs --mode=1777 256M
fsysopts /servers/ipc/shm --shmmni=16384 || echo 'bed: no --shmmni'
";

/// Segments of the incumbent at most. It tries one name after the other until it finds a free
/// one: with a thousand that takes it a quarter of a second, and to make them took minutes.
const FILES: &str = "1000";

/// Of one program; the incumbent's growth takes minutes on a busy host.
const LIMIT: Duration = Duration::from_secs(600);

/// Where files of both sides are shown for `--files`.
const PREPARE_FILES: &str = "\
mkdir /bench-tmpfs
settrans -ca /bench-tmpfs /hurd/tmpfs 256M
settrans -ca /shm /hurd/shmfs
";
/// The program's words for these.
const PLACES: [&str; 5] = ["--tmpfs", "/bench-tmpfs", "--shmfs", "/shm", "files"];

/// `ls -l` of 10,000 files takes half a minute on a busy host, and each side lists five times.
const FILES_LIMIT: Duration = Duration::from_secs(1800);

/// Measures as `options` say; `--bare` is not for here.
///
/// # Errors
/// A build fails, the system does not come up, or a program of it fails.
pub fn main(root: &Root, options: &Options) -> Result<bool> {
    let kept = output()?.join(match options.files {
        true => "bench-files.tsv",
        false => "bench.tsv",
    });
    let mut figures = Figures::default();
    let records = match &options.from {
        Some(file) => {
            fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?
        }
        None => measure(root, options)?,
    };
    for line in records.lines() {
        let (side, record) = line.split_once('\t').ok_or("a record without its side")?;
        let side = Side::ALL.into_iter().find(|known| known.name() == side);
        figures.add(side.ok_or("a record of nobody's")?, record)?;
    }
    if options.from.is_none() {
        fs::write(&kept, &records)?;
        println!("records: {}", kept.display());
    }
    let (tables, budgets) = match options.files {
        true => (table::files(&figures), table::files_budgets(&figures)),
        false => (table::tables(&figures), table::budgets(&figures)),
    };
    println!("{tables}");
    println!(
        "{:52} {:>8} {:>8} {:>8}",
        "budget", "bound", "ratio", "of least"
    );
    for budget in budgets {
        println!("{budget}");
    }
    if options.files {
        return Ok(true);
    }
    plot::draw(&figures, &options.plot)?;
    println!("\nplot: {}", options.plot.display());
    Ok(true)
}

/// Reads the command line after `bench`; `None`: it asked for help, which is printed.
///
/// # Errors
/// An option that is none, or a value that is missing or no number.
pub fn parse(words: &[String]) -> Result<Option<Options>> {
    let mut options = Options {
        bare: false,
        files: false,
        rounds: 8,
        quick: false,
        plot: output()?.join("bench.svg"),
        from: None,
    };
    let mut parser = lexopt::Parser::from_args(words);
    while let Some(word) = parser.next()? {
        match word {
            Long("help") | Short('h') => {
                println!("{USAGE}");
                return Ok(None);
            }
            Long("bare") => options.bare = true,
            Long("files") => options.files = true,
            Long("quick") => options.quick = true,
            Long("rounds") => options.rounds = number(&mut parser, "--rounds")?,
            Long("plot") => options.plot = parser.value()?.into(),
            Long("from") => options.from = Some(parser.value()?.into()),
            other => {
                let known = "--bare --files --rounds --quick --plot --from --help";
                return Err(unexpected(other, known).into());
            }
        }
    }
    Ok(Some(options))
}

/// Boots and runs all turns; the records, each line after its side.
fn measure(root: &Root, options: &Options) -> Result<String> {
    let program = build_program(root)?;
    let (translator, preload) = (build_translator(root)?, build_preload(root)?);
    let inside = "/bin/shm-bench";
    let turns = turns(options);
    let programs = turns.iter().map(|(side, words)| Program {
        arguments: words.clone(),
        environment: match side {
            Side::Incumbent => Vec::new(),
            Side::Ours => vec![("LD_PRELOAD".to_owned(), PRELOAD.to_owned())],
        },
        timeout: if options.files { FILES_LIMIT } else { LIMIT },
        ..Program::inside(inside)
    });
    let mut files = vec![(program, inside.to_owned()), (preload, PRELOAD.to_owned())];
    let mut prepare = PREPARE.to_owned();
    if options.files {
        files.push((build_shmfs(root)?, SHMFS.to_owned()));
        prepare += PREPARE_FILES;
    }
    let session = Session {
        translator: Some(translator),
        files,
        prepare,
        programs: programs.collect(),
        memory_mib: 2048,
        rerun: "qemu/bench".to_owned(),
        ..Session::default()
    };
    let mut records = String::new();
    let finished = session.run(root, |_, _| ())?;
    for ((side, words), finished) in turns.iter().zip(finished) {
        let errors = String::from_utf8_lossy(&finished.errors);
        if finished.ended != Ended::Exit(0) {
            let what = format!("{}: {}: {:?}", side.name(), words.join(" "), finished.ended);
            return Err(format!("{what}\n{errors}{}", finished.console.join("\n")).into());
        }
        for line in String::from_utf8_lossy(&finished.output).lines() {
            records += &format!("{}\t{line}\n", side.name());
        }
    }
    Ok(records)
}

/// Who measures what, in this order.
fn turns(options: &Options) -> Vec<(Side, Vec<String>)> {
    let mut turns = Vec::new();
    let mut turn = |side, words: &[&str]| {
        let quick = options.quick.then_some("--quick");
        let words = quick.into_iter().chain(words.iter().copied());
        turns.push((side, words.map(str::to_owned).collect()));
    };
    if options.files {
        turn(Side::Ours, &PLACES);
        return turns;
    }
    for round in 0..options.rounds {
        // Each mode is a process of its own: the first must not have used shared memory.
        for mode in ["fork", "calls", "throughput"] {
            for side in Side::ALL {
                turn(side, &[mode]);
            }
        }
        turn(Side::Ours, &["raw"]);
        if round == 0 {
            turn(Side::Incumbent, &["--most", FILES, "growth"]);
            turn(Side::Ours, &["growth"]);
        }
    }
    turns
}

/// Builds `bench/` for the Hurd, and says where it is.
fn build_program(root: &Root) -> Result<PathBuf> {
    let mut command = Command::new(cargo::program());
    command
        .current_dir(workspace())
        .envs(cargo::environment(root)?)
        .args(["build", "--release", "--quiet", "--package", "shm"])
        .args(["--bench", "shm-bench"]);
    // cargo builds the package's other programs with it.
    let mut found = programs::built(&mut command)?.into_iter();
    let program = found.find(|it| it.name == "shm-bench");
    Ok(program.ok_or("cargo built no shm-bench")?.file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sides_take_turns() {
        let options = parse(&["--rounds", "3", "--quick"].map(str::to_owned))
            .unwrap()
            .unwrap();
        let turns = turns(&options);
        let forks = turns
            .iter()
            .filter(|(_, words)| words.ends_with(&["fork".to_owned()]));
        let sides: Vec<Side> = forks.map(|(side, _)| *side).collect();
        assert_eq!(sides, [Side::ALL, Side::ALL, Side::ALL].concat());
        assert!(turns.iter().all(|(_, words)| words[0] == "--quick"));
        assert_eq!(turns.len(), 3 * 7 + 2);
    }

    #[test]
    fn files_are_measured_by_one_program() {
        let options = parse(&["--files".to_owned()]).unwrap().unwrap();
        assert_eq!(
            turns(&options),
            [(Side::Ours, PLACES.map(str::to_owned).into())]
        );
    }

    #[test]
    fn unknown_options_are_refused() {
        for line in ["--rounds", "--rounds x", "--slow"] {
            let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
            assert!(parse(&words).is_err(), "{line}");
        }
    }
}
