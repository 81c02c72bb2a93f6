// SPDX-License-Identifier: GPL-2.0-or-later
//! ipcs(1): the segments that exist, the limits, and what is in use.

mod absent;
mod details;
mod table;
mod totals;

use std::io;

use sysvshm::client::{self, ShmidDs};

use crate::getopt::{Argument, Opt, Options, long, opt};
use crate::output::{Name, OTHERS_ABSENT, Out, Stop, Verdict, unparsed};
use crate::{number, server, version};

#[derive(Clone, Copy, PartialEq)]
enum Choice {
    Id,
    Queues,
    Shmems,
    Semaphores,
    All,
    Show(View),
    Units(Units),
    Help,
    Version,
}

/// Which columns, or which summary.
#[derive(Clone, Copy, PartialEq)]
enum View {
    Segments,
    Time,
    Pid,
    Creator,
    Limits,
    Summary,
}

/// How sizes are shown.
#[derive(Clone, Copy, PartialEq)]
enum Units {
    /// Bytes, but the limits in units of 1024.
    Default,
    Bytes,
    Human,
}

const OPTIONS: &[Opt<Choice>] = &[
    opt('i', "id", Argument::Required, Choice::Id),
    opt('q', "queues", Argument::None, Choice::Queues),
    opt('m', "shmems", Argument::None, Choice::Shmems),
    opt('s', "semaphores", Argument::None, Choice::Semaphores),
    opt('a', "all", Argument::None, Choice::All),
    opt('t', "time", Argument::None, Choice::Show(View::Time)),
    opt('p', "pid", Argument::None, Choice::Show(View::Pid)),
    opt('c', "creator", Argument::None, Choice::Show(View::Creator)),
    opt('l', "limits", Argument::None, Choice::Show(View::Limits)),
    opt('u', "summary", Argument::None, Choice::Show(View::Summary)),
    long("human", Argument::None, Choice::Units(Units::Human)),
    opt('b', "bytes", Argument::None, Choice::Units(Units::Bytes)),
    opt('V', "version", Argument::None, Choice::Version),
    opt('h', "help", Argument::None, Choice::Help),
];

/// The letters and words of the options.
#[cfg(test)]
pub fn options() -> Vec<(Option<char>, &'static str)> {
    crate::getopt::names(OPTIONS)
}

const NOT_SET: &str = "Not set";

/// Runs the tool on the words after its name. Operands are ignored, as
/// util-linux ignores them.
pub fn run(name: &Name, words: Vec<String>, out: Out<'_>) -> Result<Verdict, Stop> {
    let mut options = Options::new(OPTIONS, words);
    let (mut queues, mut shmems, mut semaphores) = (false, false, false);
    let (mut id, mut view, mut units) = (None, View::Segments, Units::Default);
    while let Some((choice, argument)) = options.next_option()? {
        match choice {
            Choice::Id => {
                let word = argument.unwrap_or_default();
                let parsed = number::id(&word);
                let what = "failed to parse id argument";
                id = Some(parsed.map_err(|error| unparsed(what, &word, error))?);
            }
            Choice::Queues => queues = true,
            Choice::Shmems => shmems = true,
            Choice::Semaphores => semaphores = true,
            Choice::All => (queues, shmems, semaphores) = (true, true, true),
            Choice::Show(chosen) => view = chosen,
            Choice::Units(chosen) => units = chosen,
            Choice::Help => return help(name, out),
            Choice::Version => return version(name, out),
        }
    }
    if queues || semaphores {
        name.complain(OTHERS_ABSENT);
    }
    if let Some(id) = id {
        return match (queues, shmems, semaphores) {
            (false, true, false) => details::details(name, id, units, out),
            (true, false, false) | (false, false, true) => {
                name.complain(&format!("id {id} not found"));
                Ok(Verdict::Done)
            }
            _ => Err(Stop::Failed(
                "when using an ID, a single resource must be specified".to_owned(),
            )),
        };
    }
    shmems |= !queues && !semaphores;
    let mut verdict = Verdict::Done;
    writeln!(out)?;
    if queues {
        absent::queues(view, units, out)?;
        writeln!(out)?;
    }
    if shmems {
        verdict = shared_memory(name, view, units, out)?;
        writeln!(out)?;
    }
    if semaphores {
        absent::semaphores(view, out)?;
        writeln!(out)?;
    }
    Ok(verdict)
}

fn shared_memory(name: &Name, view: View, units: Units, out: Out<'_>) -> Result<Verdict, Stop> {
    let shown = match view {
        View::Limits => totals::limits(units, out),
        View::Summary => totals::summary(out),
        _ => table::table(view, units, out),
    };
    match shown? {
        Ok(()) => Ok(Verdict::Done),
        Err(error) => {
            name.complain(&format!("shared memory: {}", server::reason(error)));
            Ok(Verdict::Incomplete)
        }
    }
}

/// `Err` inside when the system did not answer; outside when the output failed.
type Shown = io::Result<client::Result<()>>;

/// Bytes asked for at creation.
fn bytes(ds: &ShmidDs) -> u64 {
    u64::try_from(ds.shm_segsz).unwrap_or(u64::MAX)
}

fn help(name: &Name, out: Out<'_>) -> Result<Verdict, Stop> {
    let name = &name.short;
    write!(
        out,
        "
Usage:
 {name} [resource-option...] [output-option]
 {name} -m -i <id>

Show information on shared memory segments.

Options:
 -i, --id <id>  print details on resource identified by <id>
 -h, --help     display this help
 -V, --version  display version

Resource options:
 -m, --shmems      shared memory segments (default)
 -q, --queues      message queues: always none
 -s, --semaphores  semaphores: always none
 -a, --all         all of these

Output options:
 -t, --time        show attach, detach and change times
 -p, --pid         show PIDs of creator and last operator
 -c, --creator     show creator and owner
 -l, --limits      show resource limits
 -u, --summary     show status summary
     --human       show sizes in human-readable format
 -b, --bytes       show sizes in bytes

GNU/Hurd has no System V message queues and semaphores: unlike util-linux's, this
program shows their empty sections only when asked to, with a note. It fails when
the system gives no answer about shared memory. A limit shown as 2147483647 there
is that or more.

For more details see ipcs(1).
"
    )?;
    Ok(Verdict::Done)
}
