// SPDX-License-Identifier: GPL-2.0-or-later
//! ipcmk(1): makes a segment with a random key.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::SystemTime;

use sysvshm::client::{self, Errno, IPC_CREAT, IPC_EXCL, IPC_PRIVATE};

use crate::getopt::{Argument, Opt, Options, opt};
use crate::number::{self, NotANumber};
use crate::output::{Name, Out, Stop, Verdict, unparsed};
use crate::server;
use crate::size;
use crate::version;

#[derive(Clone, Copy, PartialEq)]
enum Choice {
    Shmem,
    Semaphore,
    Queue,
    Mode,
    Help,
    Version,
}

const OPTIONS: &[Opt<Choice>] = &[
    opt('M', "shmem", Argument::Required, Choice::Shmem),
    opt('S', "semaphore", Argument::Required, Choice::Semaphore),
    opt('Q', "queue", Argument::None, Choice::Queue),
    opt('p', "mode", Argument::Required, Choice::Mode),
    opt('V', "version", Argument::None, Choice::Version),
    opt('h', "help", Argument::None, Choice::Help),
];

/// The letters and words of the options.
#[cfg(test)]
pub fn options() -> Vec<(Option<char>, &'static str)> {
    crate::getopt::names(OPTIONS)
}

/// Runs the tool on the words after its name.
pub fn run(name: &Name, words: Vec<String>, out: Out<'_>) -> Result<Verdict, Stop> {
    let mut options = Options::new(OPTIONS, words);
    let (mut bytes, mut mode) = (None, 0o644);
    let (mut queue, mut semaphore) = (false, false);
    while let Some((choice, argument)) = options.next_option()? {
        let word = argument.unwrap_or_default();
        match choice {
            Choice::Shmem => bytes = Some(size_of(&word)?),
            Choice::Semaphore => semaphore = true,
            Choice::Queue => queue = true,
            Choice::Mode => mode = mode_of(&word)?,
            Choice::Help => return help(name, out),
            Choice::Version => return version(name, out),
        }
    }
    if let Some(bytes) = bytes {
        let id = create(bytes, mode).map_err(|error| {
            let why = server::words(error);
            Stop::Failed(format!("create share memory failed: {why}"))
        })?;
        if let Some(why) = server::unserved() {
            name.complain(&format!("the segment is a file of the C library's: {why}"));
        }
        writeln!(out, "Shared memory id: {id}")?;
    }
    let refuse = |what: &str| {
        Stop::Failed(format!(
            "create {what} failed: GNU/Hurd has shared memory only"
        ))
    };
    if queue {
        return Err(refuse("message queue"));
    }
    if semaphore {
        return Err(refuse("semaphore"));
    }
    if bytes.is_none() {
        return Err(Stop::Usage("bad usage".to_owned()));
    }
    Ok(Verdict::Done)
}

fn size_of(word: &str) -> Result<usize, Stop> {
    let bytes = size::parse(word)
        .and_then(|bytes| usize::try_from(bytes).map_err(|_| NotANumber::OutOfRange));
    bytes.map_err(|error| match error {
        NotANumber::Malformed => {
            Stop::Failed(format!("failed to parse size: '{word}': {}", Errno::EINVAL))
        }
        NotANumber::OutOfRange => unparsed("failed to parse size", word, error),
    })
}

fn mode_of(word: &str) -> Result<i32, Stop> {
    // The nine permission bits: the ones above are other flags of shmget(2).
    number::mode(word)
        .map(|mode| (mode & 0o777).cast_signed())
        .map_err(|error| unparsed("failed to parse mode", word, error))
}

/// Takes the first random key that nobody uses: a key already in use would
/// answer with its owner's segment.
fn create(bytes: usize, mode: i32) -> client::Result<i32> {
    let mut attempt = 0u64;
    loop {
        attempt += 1;
        let key = key(attempt);
        if key == IPC_PRIVATE {
            continue;
        }
        match client::get(key, bytes, mode | IPC_CREAT | IPC_EXCL) {
            Err(Errno::EEXIST) => {}
            made => return made,
        }
    }
}

/// A key that is unlike those before it. It is no secret, and a chroot need not have
/// /dev/urandom: the time and the process make it.
fn key(attempt: u64) -> i32 {
    let mut hasher = DefaultHasher::new();
    (SystemTime::now(), std::process::id(), attempt).hash(&mut hasher);
    let [a, b, c, d, ..] = hasher.finish().to_ne_bytes();
    i32::from_ne_bytes([a, b, c, d])
}

fn help(name: &Name, out: Out<'_>) -> Result<Verdict, Stop> {
    let name = &name.short;
    write!(
        out,
        "
Usage:
 {name} [options]

Create shared memory segments.

Options:
 -M, --shmem <size>       create shared memory segment of size <size>
 -S, --semaphore <number> refused: GNU/Hurd has no semaphore arrays
 -Q, --queue              refused: GNU/Hurd has no message queues
 -p, --mode <mode>        permission for the resource (default is 0644)

 -h, --help               display this help
 -V, --version            display version

Arguments:
 <size> arguments may be followed by the suffixes for
   KiB, MiB, GiB, TiB, PiB and EiB (the \"iB\" is optional), or by
   KB, MB, GB, TB, PB and EB for powers of 1000

The key is random and printed by ipcs. Unlike util-linux's, this program never
answers with a segment that was there before, takes fractions of a unit exactly,
and takes nothing but the nine permission bits from <mode>.

For more details see ipcmk(1).
"
    )?;
    Ok(Verdict::Done)
}
