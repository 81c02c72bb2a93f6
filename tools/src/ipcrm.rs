// SPDX-License-Identifier: GPL-2.0-or-later
//! ipcrm(1): removes segments by id, by key, or all.

use sysvshm::client::{self, Errno};

use crate::getopt::{Argument, Opt, Options, opt};
use crate::holders;
use crate::number;
use crate::output::{Name, Out, Stop, Verdict, unparsed};
use crate::segments;
use crate::server;
use crate::version;

#[derive(Clone, Copy, PartialEq)]
enum Choice {
    ShmemId,
    ShmemKey,
    Queue,
    Semaphore,
    All,
    Verbose,
    Help,
    Version,
}

const OPTIONS: &[Opt<Choice>] = &[
    opt('m', "shmem-id", Argument::Required, Choice::ShmemId),
    opt('M', "shmem-key", Argument::Required, Choice::ShmemKey),
    opt('q', "queue-id", Argument::Required, Choice::Queue),
    opt('Q', "queue-key", Argument::Required, Choice::Queue),
    opt('s', "semaphore-id", Argument::Required, Choice::Semaphore),
    opt('S', "semaphore-key", Argument::Required, Choice::Semaphore),
    opt('a', "all", Argument::Optional, Choice::All),
    opt('v', "verbose", Argument::None, Choice::Verbose),
    opt('V', "version", Argument::None, Choice::Version),
    opt('h', "help", Argument::None, Choice::Help),
];

/// The letters and words of the options.
#[cfg(test)]
pub fn options() -> Vec<(Option<char>, &'static str)> {
    crate::getopt::names(OPTIONS)
}

const NO_QUEUES: &str = "message queues: GNU/Hurd has shared memory only";
const NO_SEMAPHORES: &str = "semaphores: GNU/Hurd has shared memory only";

/// Runs the tool on the words after its name; with none it does nothing.
pub fn run(name: &Name, words: Vec<String>, out: Out<'_>) -> Result<Verdict, Stop> {
    if let Some(kind @ ("shm" | "msg" | "sem")) = words.first().map(String::as_str) {
        return old_syntax(name, kind, &words[1..], out);
    }
    let mut remover = Remover {
        name,
        out,
        verbose: false,
        verdict: Verdict::Done,
    };
    let mut options = Options::new(OPTIONS, words);
    let mut all = false;
    // Each option acts as it is read: one that cannot be parsed stops the
    // program, not the removals before it.
    while let Some((choice, argument)) = options.next_option()? {
        match choice {
            Choice::ShmemId => remover.by_id(&argument.unwrap_or_default())?,
            Choice::ShmemKey => remover.by_key(&argument.unwrap_or_default())?,
            Choice::Queue => remover.complain(NO_QUEUES),
            Choice::Semaphore => remover.complain(NO_SEMAPHORES),
            Choice::All => match argument.as_deref() {
                None | Some("shm") => all = true,
                Some("msg") => remover.complain(NO_QUEUES),
                Some("sem") => remover.complain(NO_SEMAPHORES),
                Some(other) => return Err(Stop::Failed(format!("unknown argument: {other}"))),
            },
            Choice::Verbose => remover.verbose = true,
            Choice::Help => return help(name, remover.out),
            Choice::Version => return version(name, remover.out),
        }
    }
    if all {
        remover.all()?;
    }
    match options.operands() {
        [] => Ok(remover.finish()),
        [first, ..] => Err(Stop::Usage(format!("unknown argument: {first}"))),
    }
}

/// `ipcrm shm ID...`, as it was before util-linux 2.3.
fn old_syntax(name: &Name, kind: &str, ids: &[String], out: Out<'_>) -> Result<Verdict, Stop> {
    if ids.is_empty() {
        return Err(Stop::Usage("not enough arguments".to_owned()));
    }
    match kind {
        "msg" => return Err(Stop::Failed(NO_QUEUES.to_owned())),
        "sem" => return Err(Stop::Failed(NO_SEMAPHORES.to_owned())),
        _ => {}
    }
    let mut remover = Remover {
        name,
        out,
        verbose: false,
        verdict: Verdict::Done,
    };
    for word in ids {
        match number::id(word) {
            Ok(id) => remover.remove(id, By::Id)?,
            Err(_) => remover.complain(&format!("invalid id: {word}")),
        }
    }
    if remover.verdict == Verdict::Done {
        writeln!(remover.out, "resource(s) deleted")?;
    }
    Ok(remover.finish())
}

/// What the caller named the segment by; complaints name it so.
#[derive(Clone, Copy)]
enum By {
    Id,
    Key,
}

impl By {
    fn name(self) -> &'static str {
        match self {
            By::Id => "id",
            By::Key => "key",
        }
    }
}

struct Remover<'a> {
    name: &'a Name,
    out: Out<'a>,
    verbose: bool,
    verdict: Verdict,
}

impl Remover<'_> {
    fn complain(&mut self, complaint: &str) {
        self.name.complain(complaint);
        self.verdict = Verdict::Incomplete;
    }

    /// Says last what may be the reason for all complaints.
    fn finish(&self) -> Verdict {
        if self.verdict == Verdict::Incomplete
            && let Some(why) = server::unserved()
        {
            self.name.complain(&why);
        }
        self.verdict
    }

    fn by_id(&mut self, word: &str) -> Result<(), Stop> {
        let id =
            number::id(word).map_err(|error| unparsed("failed to parse argument", word, error))?;
        self.remove(id, By::Id)
    }

    fn by_key(&mut self, word: &str) -> Result<(), Stop> {
        let key =
            number::key(word).map_err(|error| unparsed("failed to parse argument", word, error))?;
        if key == client::IPC_PRIVATE {
            self.complain(&format!("illegal key ({word})"));
            return Ok(());
        }
        let complaint = match client::get(key, 0, 0) {
            Ok(id) => return self.remove(id, By::Key),
            Err(Errno::EACCES) => "permission denied for key",
            Err(Errno::EIDRM) => "already removed key",
            Err(Errno::ENOENT) => "invalid key",
            Err(error) => {
                return Err(Stop::Failed(format!(
                    "key failed: {}",
                    server::words(error)
                )));
            }
        };
        self.complain(&format!("{complaint} ({word})"));
        Ok(())
    }

    fn all(&mut self) -> Result<(), Stop> {
        let segments = segments::readable()
            .map_err(|error| Stop::Failed(format!("shared memory: {}", server::reason(error))))?;
        segments
            .iter()
            .try_for_each(|segment| self.remove(segment.id, By::Id))
    }

    /// Removes it, or says why not; stops only on an error that removing does not have.
    fn remove(&mut self, id: i32, by: By) -> Result<(), Stop> {
        if self.verbose {
            writeln!(self.out, "removing shared memory segment id `{id}'")?;
        }
        let by = by.name();
        let complaint = match client::remove(id) {
            Ok(()) => {
                holders::report_kept(self.name, id);
                return Ok(());
            }
            Err(Errno::EACCES | Errno::EPERM) => "permission denied for",
            Err(Errno::EINVAL) => "invalid",
            Err(Errno::EIDRM) => "already removed",
            Err(error) => {
                return Err(Stop::Failed(format!(
                    "{by} failed: {}",
                    server::words(error)
                )));
            }
        };
        self.complain(&format!("{complaint} {by} ({id})"));
        Ok(())
    }
}

fn help(name: &Name, out: Out<'_>) -> Result<Verdict, Stop> {
    let name = &name.short;
    write!(
        out,
        "
Usage:
 {name} [options]
 {name} shm <id>...

Remove shared memory segments.

Options:
 -m, --shmem-id <id>        remove shared memory segment by id
 -M, --shmem-key <key>      remove shared memory segment by key
 -q, --queue-id <id>        refused: GNU/Hurd has no message queues
 -Q, --queue-key <key>      refused likewise
 -s, --semaphore-id <id>    refused: GNU/Hurd has no semaphore arrays
 -S, --semaphore-key <key>  refused likewise
 -a, --all[=shm]            remove all segments you may read and remove
 -v, --verbose              explain what is being done

 -h, --help                 display this help
 -V, --version              display version

A <key> is decimal, octal after 0, or hexadecimal after 0x. Unlike util-linux's,
this program refuses keys and ids that are longer than 32 bits instead of removing
what their low 32 bits name.

For more details see ipcrm(1).
"
    )?;
    Ok(Verdict::Done)
}
