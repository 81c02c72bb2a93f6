// SPDX-License-Identifier: GPL-2.0-or-later
//! ipcs(1), lsipc(1), ipcrm(1) and ipcmk(1) for systems whose System V IPC is shared
//! memory alone, in one binary: started under one of these names, or with one
//! as its first argument.
//!
//! Options, output and words are those of util-linux. Where the tools differ
//! from it, `--help` says so.

mod clock;
mod getopt;
mod holders;
mod ipcmk;
mod ipcrm;
mod ipcs;
mod lsipc;
mod names;
mod number;
mod output;
mod process;
mod segments;
mod server;
mod size;

use std::io::{BufWriter, stdout};
use std::process::ExitCode;

use output::{Name, Out, Stop, Verdict};

type Tool = fn(&Name, Vec<String>, Out<'_>) -> Result<Verdict, Stop>;

const TOOLS: [(&str, Tool); 4] = [
    ("ipcs", ipcs::run),
    ("lsipc", lsipc::run),
    ("ipcrm", ipcrm::run),
    ("ipcmk", ipcmk::run),
];

// The library has to come before libhurduser, whose stubs it stands in front of. So this crate, the
// first on the linker's line, links it, and needs a function of it.
#[cfg(linked_with_shm_hurd)]
#[link(name = "shm-hurd")]
unsafe extern "C" {
    fn shmget(key: libc::key_t, size: libc::size_t, flags: libc::c_int) -> libc::c_int;
}

#[cfg(linked_with_shm_hurd)]
#[used]
static FIRST: unsafe extern "C" fn(libc::key_t, libc::size_t, libc::c_int) -> libc::c_int = shmget;

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
 {name} ipcs|lsipc|ipcrm|ipcmk [options]

Show, remove and create System V shared memory segments. A link to this program
named ipcs, lsipc, ipcrm or ipcmk is that tool.

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

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    type Letters = Vec<(Option<char>, &'static str)>;
    /// A tool's name, its options, its manual page.
    type Page = (&'static str, Letters, &'static str);

    fn pages() -> [Page; 4] {
        [
            ("ipcs", ipcs::options(), include_str!("../../doc/ipcs.1")),
            ("lsipc", lsipc::options(), include_str!("../../doc/lsipc.1")),
            ("ipcrm", ipcrm::options(), include_str!("../../doc/ipcrm.1")),
            ("ipcmk", ipcmk::options(), include_str!("../../doc/ipcmk.1")),
        ]
    }

    fn shown(short: Option<char>, long: &str) -> String {
        match short {
            Some(short) => format!("-{short}, --{long}"),
            None => format!("--{long}"),
        }
    }

    /// The options that lines of `text` begin with, where `read` knows such a line.
    fn listed(text: &str, read: impl Fn(&str) -> Option<String>) -> BTreeSet<String> {
        text.lines().filter_map(read).collect()
    }

    #[test]
    fn options_are_the_same_in_table_help_and_manual_page() {
        for (tool, options, page) in pages() {
            let table: BTreeSet<String> = options
                .iter()
                .map(|&(short, long)| shown(short, long))
                .collect();
            let mut help = Vec::new();
            assert_eq!(
                dispatch(named(tool.to_owned()), vec!["-h".to_owned()], &mut help),
                0
            );
            let help = listed(&String::from_utf8(help).unwrap(), |line| {
                let line = line.trim_start();
                let words: Vec<&str> = line.split([' ', '=', '[']).collect();
                match *words.as_slice() {
                    [short, long, ..] if short.starts_with('-') && long.starts_with("--") => {
                        Some(format!("{short} {long}"))
                    }
                    [long, ..] if long.starts_with("--") => Some(long.to_owned()),
                    _ => None,
                }
            });
            assert_eq!(help, table, "{tool} --help");
            // .It Fl x , Fl Fl word, and more behind it.
            let manual = listed(page, |line| {
                let words: Vec<&str> = line.strip_prefix(".It ")?.split(' ').collect();
                match *words.as_slice() {
                    ["Fl", short, ",", "Fl", "Fl", long, ..] => Some(format!("-{short}, --{long}")),
                    ["Fl", "Fl", long, ..] => Some(format!("--{long}")),
                    _ => None,
                }
            });
            let absent = |option: &&String| {
                ["queue", "semaphore"]
                    .iter()
                    .any(|word| option.contains(word))
            };
            let table: BTreeSet<&String> = table.iter().filter(|it| !absent(it)).collect();
            let manual: BTreeSet<&String> = manual.iter().filter(|it| !absent(it)).collect();
            assert_eq!(manual, table, "doc/{tool}.1");
        }
    }

    #[test]
    fn every_column_of_lsipc_is_in_its_manual_page() {
        let page = include_str!("../../doc/lsipc.1");
        let documented = listed(page, |line| line.strip_prefix(".It Cm ").map(str::to_owned));
        let columns: BTreeSet<String> = lsipc::column_names().map(str::to_owned).collect();
        assert_eq!(documented, columns);
    }
}
