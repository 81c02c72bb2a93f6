// SPDX-License-Identifier: GPL-2.0-or-later
//! lsipc(1): segments and limits in columns of the caller's choice, for people and for programs.

mod columns;
mod form;
mod rows;

use std::io::IsTerminal;

use columns::{CREATOR, Column, Field, LIMITS, SEGMENT, Scope, TIME};
pub use form::json_value;
use form::{Form, Style};

use crate::getopt::{Argument, Opt, Options, long, opt};
use crate::holders;
use crate::names::Names;
use crate::output::{Name, OTHERS_ABSENT, Out, Stop, Verdict, unparsed};
use crate::segments::{self, Segment};
use crate::{clock, number, server, version};

#[derive(Clone, Copy, PartialEq)]
enum Choice {
    Bytes,
    Creator,
    Form(Form),
    List,
    Global,
    Id,
    NoHeadings,
    NoTruncate,
    NumericPerms,
    Output,
    Queues,
    Semaphores,
    Shell,
    Shmems,
    Time,
    TimeFormat,
    Help,
    Version,
}

/// In the order in which util-linux names candidates for an ambiguous word.
const OPTIONS: &[Opt<Choice>] = &[
    opt('b', "bytes", Argument::None, Choice::Bytes),
    opt('c', "creator", Argument::None, Choice::Creator),
    opt('e', "export", Argument::None, Choice::Form(Form::Export)),
    opt('g', "global", Argument::None, Choice::Global),
    opt('h', "help", Argument::None, Choice::Help),
    opt('i', "id", Argument::Required, Choice::Id),
    opt('J', "json", Argument::None, Choice::Form(Form::Json)),
    opt('l', "list", Argument::None, Choice::List),
    opt('n', "newline", Argument::None, Choice::Form(Form::Newline)),
    long("noheadings", Argument::None, Choice::NoHeadings),
    long("notruncate", Argument::None, Choice::NoTruncate),
    opt('P', "numeric-perms", Argument::None, Choice::NumericPerms),
    opt('o', "output", Argument::Required, Choice::Output),
    opt('q', "queues", Argument::None, Choice::Queues),
    opt('r', "raw", Argument::None, Choice::Form(Form::Raw)),
    opt('s', "semaphores", Argument::None, Choice::Semaphores),
    opt('m', "shmems", Argument::None, Choice::Shmems),
    opt('y', "shell", Argument::None, Choice::Shell),
    opt('t', "time", Argument::None, Choice::Time),
    long("time-format", Argument::Required, Choice::TimeFormat),
    opt('V', "version", Argument::None, Choice::Version),
];

/// The letters and words of the options.
#[cfg(test)]
pub fn options() -> Vec<(Option<char>, &'static str)> {
    crate::getopt::names(OPTIONS)
}

/// Options of which one excludes the others. `--list` is one of the first kind.
const EXCLUSIVE: [(&[Choice], &str); 4] = [
    (
        &[
            Choice::Form(Form::Json),
            Choice::Form(Form::Export),
            Choice::List,
            Choice::Form(Form::Newline),
            Choice::Form(Form::Raw),
        ],
        "--json --export --list --newline --raw",
    ),
    (&[Choice::Global, Choice::Id], "--global --id"),
    // util-linux 2.38 lets --creator go with either, and 2.41 does not.
    (&[Choice::Output, Choice::Time], "--creator --output --time"),
    (
        &[Choice::Shmems, Choice::Queues, Choice::Semaphores],
        "--shmems --queues --semaphores",
    ),
];

/// What the command line asks for.
#[derive(Default)]
struct Wanted {
    shmems: bool,
    others: bool,
    global: bool,
    id: Option<i32>,
    form: Option<Form>,
    bytes: bool,
    creator: bool,
    time: bool,
    numeric: bool,
    shell: bool,
    no_headings: bool,
    no_truncate: bool,
    output: Option<String>,
    times: Option<Times>,
}

/// How times are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Times {
    Short,
    Full,
    Iso,
}

/// Runs the tool on the words after its name. Operands are ignored, as util-linux ignores them.
pub fn run(name: &Name, words: Vec<String>, out: Out<'_>) -> Result<Verdict, Stop> {
    let mut options = Options::new(OPTIONS, words);
    let mut wanted = Wanted::default();
    let mut seen: Vec<Choice> = Vec::new();
    while let Some((choice, argument)) = options.next_option()? {
        exclude(choice, &mut seen)?;
        let word = argument.unwrap_or_default();
        match choice {
            Choice::Bytes => wanted.bytes = true,
            Choice::Creator => wanted.creator = true,
            Choice::Form(form) => wanted.form = Some(form),
            Choice::List => wanted.form = Some(Form::Table),
            Choice::Global => wanted.global = true,
            Choice::Id => {
                let what = "failed to parse IPC identifier";
                let id = number::id(&word).map_err(|error| unparsed(what, &word, error))?;
                wanted.id = Some(id);
            }
            Choice::NoHeadings => wanted.no_headings = true,
            Choice::NoTruncate => wanted.no_truncate = true,
            Choice::NumericPerms => wanted.numeric = true,
            Choice::Output => wanted.output = Some(word),
            Choice::Queues | Choice::Semaphores => wanted.others = true,
            Choice::Shell => wanted.shell = true,
            Choice::Shmems => wanted.shmems = true,
            Choice::Time => wanted.time = true,
            Choice::TimeFormat => wanted.times = Some(times(&word)?),
            Choice::Help => return help(name, out),
            Choice::Version => return version(name, out),
        }
    }
    if !wanted.shmems && !wanted.others {
        if wanted.creator || wanted.id.is_some() || wanted.time {
            let complaint = "--global is mutually exclusive with --creator, --id and --time";
            return Err(Stop::Failed(complaint.to_owned()));
        }
        wanted.global = true;
    }
    let columns = wanted.columns()?;
    if wanted.others {
        name.complain(OTHERS_ABSENT);
        return absent(name, &wanted, &columns, out);
    }
    if wanted.global {
        return limits(&wanted, &columns, out);
    }
    match wanted.id {
        Some(id) => one(name, id, &wanted, &columns, out),
        None => all(&wanted, &columns, out),
    }
}

fn exclude(choice: Choice, seen: &mut Vec<Choice>) -> Result<(), Stop> {
    for (choices, words) in EXCLUSIVE {
        let other = |it: &Choice| choices.contains(it) && *it != choice;
        if choices.contains(&choice) && seen.iter().any(other) {
            return Err(Stop::Failed(format!(
                "mutually exclusive arguments: {words}"
            )));
        }
    }
    seen.push(choice);
    Ok(())
}

fn times(word: &str) -> Result<Times, Stop> {
    match word {
        "short" => Ok(Times::Short),
        "full" => Ok(Times::Full),
        "iso" => Ok(Times::Iso),
        _ => Err(Stop::Failed(format!("unknown time format: {word}"))),
    }
}

impl Wanted {
    /// Whether one segment is shown as a list.
    fn is_list(&self) -> bool {
        self.id.is_some() && self.form.is_none()
    }

    fn columns(&self) -> Result<Vec<&'static Column>, Stop> {
        let (keep, words) = match self.output.as_deref() {
            None => (true, None),
            Some(words) => match words.strip_prefix('+') {
                Some(words) => (true, Some(words)),
                None => (false, Some(words)),
            },
        };
        let mut columns: Vec<&Column> = Vec::new();
        if keep {
            columns.extend(self.default_fields().into_iter().filter_map(columns::of));
        }
        for word in words.into_iter().flat_map(|words| words.split(',')) {
            let Some(column) = columns::named(word) else {
                return Err(Stop::Failed(format!("unknown column: {word}")));
            };
            let applies = match column.scope {
                Scope::Generic => true,
                Scope::Segment => !self.others,
                Scope::Limits => self.global,
                Scope::Other => self.others,
            };
            if !applies {
                return Err(Stop::Failed(format!(
                    "column {} does not apply to the specified IPC",
                    column.name
                )));
            }
            columns.push(column);
        }
        Ok(columns)
    }

    fn default_fields(&self) -> Vec<Field> {
        let mut fields = Vec::new();
        if self.is_list() && !self.creator && !self.time {
            let ours = |column: &&Column| matches!(column.scope, Scope::Generic | Scope::Segment);
            return columns::COLUMNS
                .iter()
                .filter(ours)
                .map(|column| column.field)
                .collect();
        }
        if self.shmems {
            fields.extend(SEGMENT);
        }
        if self.global {
            fields.extend(LIMITS);
        }
        if self.creator {
            fields.extend(CREATOR);
        }
        if self.time {
            // The command is last, unless more comes behind it.
            let last = fields.last() == Some(&Field::Command);
            let at = fields.len() - usize::from(last);
            fields.splice(at..at, TIME);
        }
        fields
    }

    fn style(&self, list: &'static str) -> Style {
        let form = self.form.unwrap_or(Form::Table);
        let cut = form == Form::Table && !self.no_truncate;
        Style {
            form,
            headings: !self.no_headings,
            shell: self.shell,
            list,
            width: cut.then(terminal_width).flatten(),
            utf8: utf8(),
        }
    }

    fn row(&self, columns: &[&Column], segment: &Segment, names: &mut Names) -> Vec<form::Cell> {
        let default = if self.is_list() {
            Times::Full
        } else {
            Times::Short
        };
        let times = self.times.unwrap_or(default);
        let time = |seconds| match times {
            Times::Short => clock::brief(seconds, clock::now()),
            Times::Full => clock::long(seconds),
            Times::Iso => clock::iso(seconds),
        };
        columns
            .iter()
            .map(|column| rows::segment(column.field, segment, self, &time, names))
            .collect()
    }
}

const SEGMENTS: &str = "sharedmemory";

fn all(wanted: &Wanted, columns: &[&Column], out: Out<'_>) -> Result<Verdict, Stop> {
    let segments = segments::all().map_err(unanswered)?;
    let mut names = Names::default();
    let rows: Vec<_> = segments
        .iter()
        .map(|segment| wanted.row(columns, segment, &mut names))
        .collect();
    form::write(columns, &rows, wanted.style(SEGMENTS), out)?;
    Ok(Verdict::Done)
}

/// That no segment has the id is said, and is no failure.
fn one(
    name: &Name,
    id: i32,
    wanted: &Wanted,
    columns: &[&Column],
    out: Out<'_>,
) -> Result<Verdict, Stop> {
    let style = wanted.style(SEGMENTS);
    let Some(ds) = segments::by_id(id).map_err(unanswered)? else {
        name.complain(&format!("id {id} not found"));
        if style.form == Form::Json {
            form::write(columns, &[], style, out)?;
        }
        return Ok(Verdict::Done);
    };
    let mut names = Names::default();
    let row = wanted.row(columns, &Segment { id, ds }, &mut names);
    if wanted.is_list() {
        form::list(columns, &row, style.utf8, out)?;
        if let Some(holders) = holders::of(id) {
            writeln!(out)?;
            holders::section("Attached by:", &holders, &mut names, out)?;
        }
    } else if style.form == Form::Json {
        let more = holders::of(id).map_or_else(Vec::new, |held| holders::json(&held, &mut names));
        form::json(columns, &[row], style, &more, out)?;
    } else {
        form::write(columns, &[row], style, out)?;
    }
    Ok(Verdict::Done)
}

fn limits(wanted: &Wanted, columns: &[&Column], out: Out<'_>) -> Result<Verdict, Stop> {
    let rows: Vec<Vec<_>> = rows::limits(wanted.bytes)
        .map_err(unanswered)?
        .iter()
        .map(|limit| {
            columns
                .iter()
                .map(|column| limit.cell(column.field))
                .collect()
        })
        .collect();
    form::write(columns, &rows, wanted.style("ipclimits"), out)?;
    Ok(Verdict::Done)
}

/// Queues and semaphores, of which there are none.
fn absent(
    name: &Name,
    wanted: &Wanted,
    columns: &[&Column],
    out: Out<'_>,
) -> Result<Verdict, Stop> {
    if let Some(id) = wanted.id {
        name.complain(&format!("id {id} not found"));
    }
    form::write(columns, &[], wanted.style("ipc"), out)?;
    Ok(Verdict::Done)
}

fn unanswered(error: sysvshm::client::Errno) -> Stop {
    Stop::Failed(format!("shared memory: {}", server::reason(error)))
}

/// Whether the locale's characters are UTF-8.
fn utf8() -> bool {
    let set = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
    ["LC_ALL", "LC_CTYPE", "LANG"]
        .into_iter()
        .find_map(set)
        .is_some_and(|locale| {
            let locale = locale.to_ascii_lowercase();
            locale.ends_with("utf-8") || locale.ends_with("utf8")
        })
}

/// The columns of the terminal that standard output is; `None` if it is none.
fn terminal_width() -> Option<usize> {
    if !std::io::stdout().is_terminal() {
        return None;
    }
    let mut size = libc::winsize {
        ws_row: 0,
        ws_col: 0,
        ws_xpixel: 0,
        ws_ypixel: 0,
    };
    // SAFETY: TIOCGWINSZ fills in a struct winsize, which `size` is.
    let answer = unsafe { libc::ioctl(libc::STDOUT_FILENO, libc::TIOCGWINSZ, &raw mut size) };
    let columns = if answer == 0 { size.ws_col } else { 0 };
    Some(if columns == 0 {
        80
    } else {
        usize::from(columns)
    })
}

fn help(name: &Name, out: Out<'_>) -> Result<Verdict, Stop> {
    let name = &name.short;
    write!(
        out,
        "
Usage:
 {name} [options]

Show information on shared memory segments.

Resource options:
 -m, --shmems      shared memory segments
 -q, --queues      message queues: always none
 -s, --semaphores  semaphores: always none
 -g, --global      info about system-wide usage (default; may be used with -m)
 -i, --id <id>     print details on the segment identified by <id>

Options:
     --noheadings         don't print headings
     --notruncate         don't truncate output
     --time-format=<type> display dates in short, full or iso format
 -b, --bytes              print SIZE in bytes rather than in human readable format
 -c, --creator            show creator and owner
 -e, --export             display in an export-able output format
 -J, --json               use the JSON output format
 -n, --newline            display each piece of information on a new line
 -l, --list               force list output format (for example with --id)
 -o, --output <list>      define the columns to output; +<list> adds to the default
 -P, --numeric-perms      print numeric permissions (PERMS column)
 -r, --raw                display in raw mode
 -t, --time               show attach, detach and change times
 -y, --shell              use column names to be usable as shell variable identifiers

 -h, --help               display this help
 -V, --version            display version
"
    )?;
    for (scope, title) in [
        (Scope::Generic, "Generic columns:"),
        (Scope::Segment, "Shared-memory columns (--shmems):"),
        (Scope::Limits, "Summary columns (--global):"),
    ] {
        writeln!(out, "\n{title}")?;
        for column in columns::COLUMNS
            .iter()
            .filter(|column| column.scope == scope)
        {
            writeln!(out, "{:>15}  {}", column.name, column.meaning)?;
        }
    }
    write!(
        out,
        "
GNU/Hurd has no System V message queues and semaphores: unlike util-linux's, this
program shows none of their limits, and a note when asked for them. It fails when the
system gives no answer about shared memory. It finds no segment for a negative <id>,
and names the list in JSON even if it is empty.

For more details see lsipc(1).
"
    )?;
    Ok(Verdict::Done)
}

/// The names of all columns that the tool shows.
#[cfg(test)]
pub fn column_names() -> impl Iterator<Item = &'static str> {
    let shown = |column: &&Column| column.scope != Scope::Other;
    columns::COLUMNS
        .iter()
        .filter(shown)
        .map(|column| column.name)
}
