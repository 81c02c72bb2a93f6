// SPDX-License-Identifier: GPL-2.0-or-later
//! ipcs(1), ipcrm(1) and ipcmk(1) for systems whose System V IPC is shared
//! memory alone, in one binary: started under one of these names, or with one
//! as its first argument.
//!
//! Options, output and words are those of util-linux. Where the tools differ
//! from it, `--help` says so.

mod clock;
mod getopt;
mod ipcmk;
mod ipcrm;
mod ipcs;
mod names;
mod number;
mod output;
mod segments;
mod size;

use std::io::{BufWriter, stdout};
use std::process::ExitCode;

use output::{Name, Out, Stop, Verdict};

type Tool = fn(&Name, Vec<String>, Out<'_>) -> Result<Verdict, Stop>;

const TOOLS: [(&str, Tool); 3] = [
    ("ipcs", ipcs::run),
    ("ipcrm", ipcrm::run),
    ("ipcmk", ipcmk::run),
];

fn main() -> ExitCode {
    // Ids, keys, sizes and options are all ASCII: a word that is not text fits
    // none of them, and shows its odd bytes replaced where it is complained about.
    let mut words = std::env::args_os().map(|word| word.to_string_lossy().into_owned());
    let name = named(words.next().unwrap_or_else(|| "ipctools".to_owned()));
    let words = words.collect();
    let mut out = BufWriter::new(stdout().lock());
    ExitCode::from(dispatch(name, words, &mut out))
}

fn named(typed: String) -> Name {
    let short = typed.rsplit('/').next().unwrap_or_default().to_owned();
    Name { typed, short }
}

fn tool(name: &str) -> Option<Tool> {
    TOOLS
        .iter()
        .find(|(known, _)| *known == name)
        .map(|&(_, tool)| tool)
}

fn dispatch(name: Name, mut words: Vec<String>, out: Out<'_>) -> u8 {
    if let Some(tool) = tool(&name.short) {
        let end = tool(&name, words, out);
        return name.finish(end, out);
    }
    if let Some(tool) = words.first().and_then(|first| tool(first)) {
        let name = named(words.remove(0));
        let end = tool(&name, words, out);
        return name.finish(end, out);
    }
    let end = match words.first().map(String::as_str) {
        Some("-h" | "--help") => help(&name, out),
        Some("-V" | "--version") => version(&name, out),
        Some(other) => Err(Stop::Usage(format!("no such tool: {other}"))),
        None => Err(Stop::Usage("which tool?".to_owned())),
    };
    name.finish(end, out)
}

fn help(name: &Name, out: Out<'_>) -> Result<Verdict, Stop> {
    let name = &name.short;
    write!(
        out,
        "
Usage:
 {name} ipcs|ipcrm|ipcmk [options]

Show, remove and create System V shared memory segments. A link to this program
named ipcs, ipcrm or ipcmk is that tool.

For the options of each see '{name} ipcs --help' and so on.
"
    )?;
    Ok(Verdict::Done)
}

fn version(name: &Name, out: Out<'_>) -> Result<Verdict, Stop> {
    writeln!(
        out,
        "{} from GNU/Hurd shm {}",
        name.short,
        env!("CARGO_PKG_VERSION")
    )?;
    Ok(Verdict::Done)
}
