// SPDX-License-Identifier: GPL-2.0-or-later
//! Measures System V shared memory through libc's four functions, so that one program compares
//! whatever stands behind them: Linux's kernel, the Hurd's libc over files, or the shm server.
//!
//! `shm-bench [MODE]...` prints one record a line, fields separated by tabs:
//! name, parameter (bytes, segments, attachments or clients), unit, median, least, most, and
//! every sample. A line that begins with `#` is a remark.

mod calls;
mod clock;
mod files;
mod fork;
mod growth;
mod memory;
#[cfg(target_os = "hurd")]
mod raw;
mod record;
mod throughput;

use std::process::ExitCode;

use clock::Clock;
use record::Book;

const USAGE: &str = "\
usage: shm-bench [--quick] [--most SEGMENTS] [--tmpfs DIR] [--shmfs DIR] [MODE]...
  calls        each call, first touch and whole life by size, and the limits beside them
  fork         fork of a process that never used shared memory, and of one with an attachment
  growth       the calls with many segments (at most SEGMENTS), and with many attachments
  throughput   calls per second of 1, 2 and 8 processes
  raw          the server's RPCs without libc, on the Hurd
  files        ls -l and cat of files in the empty --tmpfs DIR, and of segments that shmfs shows
               in --shmfs DIR
Without a mode: all but raw and files.";

/// How much to measure.
#[derive(Clone, Copy)]
struct Effort {
    /// A tenth of the samples, and no large sizes.
    quick: bool,
    /// Segments at most.
    most: usize,
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("shm-bench: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), String> {
    let mut effort = Effort {
        quick: false,
        most: 10_000,
    };
    let mut modes = Vec::new();
    let (mut tmpfs, mut shmfs) = (None, None);
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        match word.as_str() {
            "--quick" => effort.quick = true,
            "--most" => {
                let number = words.next().and_then(|text| text.parse().ok());
                effort.most = number.ok_or("--most: not a number")?;
            }
            "--tmpfs" => tmpfs = words.next(),
            "--shmfs" => shmfs = words.next(),
            // From `cargo bench`.
            "--bench" => {}
            "--help" => {
                println!("{USAGE}");
                return Ok(());
            }
            _ if word.starts_with('-') => return Err(format!("{word}: no such option")),
            _ => modes.push(word),
        }
    }
    if modes.is_empty() {
        // fork comes first: the process has not used shared memory yet.
        modes = ["fork", "calls", "growth", "throughput"]
            .map(str::to_owned)
            .into();
    }
    let clock = Clock::start();
    let mut book = Book::default();
    for mode in &modes {
        match mode.as_str() {
            "calls" => calls::run(&mut book, effort)?,
            "fork" => fork::run(&mut book, effort)?,
            "growth" => growth::run(&mut book, effort)?,
            "throughput" => throughput::run(&mut book, effort)?,
            #[cfg(target_os = "hurd")]
            "raw" => raw::run(&mut book, effort)?,
            "files" => {
                let (Some(tmpfs), Some(shmfs)) = (&tmpfs, &shmfs) else {
                    return Err("files: --tmpfs and --shmfs are needed".to_owned());
                };
                let (tmpfs, shmfs) = (tmpfs.into(), shmfs.into());
                files::run(&mut book, effort, &files::Places { tmpfs, shmfs })?;
            }
            _ => return Err(format!("{mode}: no such mode")),
        }
    }
    // Printed at the end: the program that reads it runs on the same processor.
    print!("{}", book.print(clock.ticks_per_microsecond()));
    Ok(())
}
