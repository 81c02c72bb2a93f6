// SPDX-License-Identifier: GPL-2.0-or-later
//! Segments as files beside files on tmpfs: `ls -l` of many, and `cat` of large ones, by turns.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::ptr;

use sysvshm::client::{self, Errno, IPC_CREAT, IPC_PRIVATE};

use crate::Effort;
use crate::clock::timed;
use crate::memory::touch;
use crate::record::Book;

/// How many files a directory has when it is listed.
const NUMBERS: [usize; 4] = [100, 1_000, 4_000, 10_000];
/// Bytes of a file that is listed.
const SMALL: usize = 4096;
/// Bytes of a file that is read.
const SIZES: [usize; 2] = [1 << 20, 64 << 20];

const TIMES: usize = 5;

/// Where the two sides show their files.
pub struct Places {
    pub tmpfs: PathBuf,
    pub shmfs: PathBuf,
}

pub fn run(book: &mut Book, effort: Effort, places: &Places) -> Result<(), String> {
    let mut ids = Vec::new();
    let done = listed(book, &mut ids, effort, places).and_then(|()| read(book, effort, places));
    let emptied = ids.drain(..).try_for_each(client::remove);
    done?;
    emptied.map_err(|error| format!("IPC_RMID: {error}"))
}

/// Runs a program that reads `path`, and discards its output. It is measured without the library
/// that this program may have.
fn reads(program: &str, words: &[&str], path: &Path) -> Result<u64, String> {
    let mut command = Command::new(program);
    command.args(words).arg(path);
    command.env_remove("LD_PRELOAD").stdout(Stdio::null());
    let (took, ended) = timed(|| command.status());
    match ended {
        Ok(status) if status.success() => Ok(took),
        other => Err(format!("{program} {}: {other:?}", path.display())),
    }
}

fn failed(path: &Path) -> impl Fn(std::io::Error) -> String {
    move |error| format!("{}: {error}", path.display())
}

/// Makes more and more of both, the segments kept in `ids`, and lists both directories.
fn listed(
    book: &mut Book,
    ids: &mut Vec<i32>,
    effort: Effort,
    places: &Places,
) -> Result<(), String> {
    let times = if effort.quick { 2 } else { TIMES };
    let most = if effort.quick {
        NUMBERS[1]
    } else {
        effort.most
    };
    for number in NUMBERS.into_iter().filter(|number| *number <= most) {
        while ids.len() < number {
            let path = places.tmpfs.join((ids.len() + 1).to_string());
            let file = File::create_new(&path).map_err(failed(&path))?;
            file.set_len(SMALL as u64).map_err(failed(&path))?;
            let made = client::get(IPC_PRIVATE, SMALL, IPC_CREAT | 0o644);
            ids.push(made.map_err(|error| format!("segment {}: {error}", ids.len() + 1))?);
        }
        for (path, more) in [(&places.tmpfs, 0), (&places.shmfs, 1)] {
            let names = fs::read_dir(path).map_err(failed(path))?.count();
            // The directory of keys is there too.
            if names != number + more {
                return Err(format!("{}: {names} names", path.display()));
            }
        }
        for _ in 0..times {
            for (name, path) in [
                ("files: ls -l, tmpfs", &places.tmpfs),
                ("files: ls -l, shmfs", &places.shmfs),
            ] {
                book.add(name, number, reads("/bin/ls", &["-l"], path)?);
            }
        }
    }
    Ok(())
}

/// A segment that is removed at the end.
struct Segment(i32);

impl Segment {
    /// New, with something in each page.
    fn touched(size: usize) -> Result<Self, Errno> {
        let segment = Self(client::get(IPC_PRIVATE, size, IPC_CREAT | 0o600)?);
        // SAFETY: attached where there is room, and nobody else's until the detach.
        unsafe {
            let base = client::attach(segment.0, ptr::null(), 0)?;
            touch(base, size);
            client::detach(base)?;
        }
        Ok(segment)
    }
}

impl Drop for Segment {
    fn drop(&mut self) {
        let _ = client::remove(self.0);
    }
}

/// Reads a touched file of each side.
fn read(book: &mut Book, effort: Effort, places: &Places) -> Result<(), String> {
    let (times, sizes) = if effort.quick {
        (2, &SIZES[..1])
    } else {
        (2 * TIMES, &SIZES[..])
    };
    for &size in sizes {
        let file = places.tmpfs.join("large");
        let mut large = File::create_new(&file).map_err(failed(&file))?;
        large.write_all(&vec![1; size]).map_err(failed(&file))?;
        drop(large);
        let segment = Segment::touched(size).map_err(|error| format!("a segment: {error}"))?;
        let path = places.shmfs.join(segment.0.to_string());
        for _ in 0..times {
            for (name, path) in [("files: cat, tmpfs", &file), ("files: cat, shmfs", &path)] {
                book.add(name, size, reads("/bin/cat", &[], path)?);
            }
        }
        fs::remove_file(&file).map_err(failed(&file))?;
    }
    Ok(())
}
