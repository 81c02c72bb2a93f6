// SPDX-License-Identifier: GPL-2.0-or-later
//! The suites of `qemu/test`: one table, [`SUITES`]. A new suite is a line of it.

use std::fmt::Write as _;
use std::time::Instant;

use crate::boot::Echo;
use crate::hurd::{self, Root};
use crate::known::Known;
use crate::packages::Packages;
use crate::report::{Counts, Report};
use crate::{Result, bare, host, readme};

/// A row of the table.
pub struct Suite {
    /// Its name on the command line and in the report.
    pub name: &'static str,
    /// One line for `--list`: what it shows.
    pub about: &'static str,
    /// Whether `qemu/test` without a name, and so `.ci/run`, runs it.
    pub default: bool,
    /// Whether its tests can be chosen by a part of their names.
    pub filters: bool,
    /// Where it runs, and the function.
    pub bed: Bed,
}

/// Where a suite runs. The function adds its own rows to the report; an error that it returns is
/// a failed test of the suite.
pub enum Bed {
    /// On this machine.
    Host(fn(&mut Run<'_>) -> Result<()>),
    /// On GNU Mach in QEMU.
    Bare(fn(&mut Run<'_>) -> Result<()>),
    /// Inside a Hurd in QEMU. Without a tree in `HURD_ROOT` the suite is skipped, and one line
    /// says so.
    Hurd(fn(&Root, &mut Run<'_>) -> Result<()>),
}

impl Bed {
    /// As the report names it.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Host(_) => "host",
            Self::Bare(_) => "bare",
            Self::Hurd(_) => "hurd",
        }
    }
}

/// All suites, in the order in which they run.
pub const SUITES: &[Suite] = &[
    Suite {
        name: "format",
        about: "rustfmt has nothing to change, and each source file names its licence",
        default: true,
        filters: false,
        bed: Bed::Host(host::format),
    },
    Suite {
        name: "lints",
        about: "clippy has nothing to say",
        default: true,
        filters: false,
        bed: Bed::Host(host::lints),
    },
    Suite {
        name: "unit",
        about: "all tests of the workspace on this machine; as root also against Linux's own shm",
        default: true,
        filters: true,
        bed: Bed::Host(host::unit),
    },
    Suite {
        name: "model",
        about: "the pager against a model of the kernel, driven from a seed: 1.2 million steps",
        default: true,
        filters: false,
        bed: Bed::Host(host::model),
    },
    Suite {
        name: "runtime",
        about: "the run time of boot modules",
        default: true,
        filters: true,
        bed: Bed::Bare(|run| bare::test(&bare::RUNTIME, run)),
    },
    Suite {
        name: "bare",
        about: "the server and its clients, hostile ones among them",
        default: true,
        filters: true,
        bed: Bed::Bare(|run| bare::test(&bare::BARE, run)),
    },
    Suite {
        name: "bare-sid",
        about: "the suite bare on Debian's newest kernel, in place of the pinned one",
        default: true,
        filters: true,
        bed: Bed::Bare(bare::newest),
    },
    Suite {
        name: "pressure",
        about: "the server on a machine with little memory",
        default: true,
        filters: true,
        bed: Bed::Bare(|run| bare::test(&bare::PRESSURE, run)),
    },
    Suite {
        name: "demo",
        about: "qemu/demo comes to its end",
        default: true,
        filters: false,
        bed: Bed::Bare(readme::demo),
    },
    Suite {
        name: "ends",
        about: "the bed tells every way a program can end from the others",
        default: true,
        filters: true,
        bed: Bed::Hurd(hurd::tests::ends),
    },
    Suite {
        name: "hurd-unit",
        about: "the server's unit tests",
        default: true,
        filters: true,
        bed: Bed::Hurd(hurd::tests::unit),
    },
    Suite {
        name: "translator",
        about: "the translator, talked to by shm.defs",
        default: true,
        filters: true,
        bed: Bed::Hurd(hurd::tests::translator),
    },
    Suite {
        name: "siege",
        about: "the translator attacked by three users while a fourth works; the size is short",
        default: true,
        filters: true,
        bed: Bed::Hurd(hurd::tests::siege),
    },
    Suite {
        name: "siege-whole",
        about: "the same with a million messages, 1000 kills and 10,000 segments; 40 minutes",
        default: false,
        filters: true,
        bed: Bed::Hurd(hurd::tests::siege_whole),
    },
    Suite {
        name: "shmfs",
        about: "segments as files, compared with shmat and shmctl",
        default: true,
        filters: true,
        bed: Bed::Hurd(hurd::tests::shmfs),
    },
    Suite {
        name: "versions",
        about: "a client of version 1 of shm.defs with today's server, today's with a server of 1",
        default: true,
        filters: true,
        bed: Bed::Hurd(hurd::versions::suite),
    },
    Suite {
        name: "example",
        about: "the example translator of the crate trivfs; without a Hurd it is compiled only",
        default: true,
        filters: true,
        bed: Bed::Host(hurd::tests::example),
    },
    Suite {
        name: "package",
        about: "the Debian package, from installation to purge",
        default: true,
        filters: false,
        bed: Bed::Hurd(hurd::package::suite),
    },
    Suite {
        name: "readme",
        about: "README.md's commands for a Hurd",
        default: true,
        filters: false,
        bed: Bed::Hurd(readme::guest),
    },
    Suite {
        name: "develop",
        about: "README.md's commands for developers",
        default: true,
        filters: false,
        bed: Bed::Hurd(readme::develop),
    },
    Suite {
        name: "preload",
        about: "conformance with our client preloaded into the root's libc",
        default: true,
        filters: true,
        bed: Bed::Hurd(hurd::conformance::preload),
    },
    Suite {
        name: "patched",
        about: "conformance with the libc that glibc/build makes",
        default: true,
        filters: true,
        bed: Bed::Hurd(hurd::conformance::patched),
    },
    Suite {
        name: "own",
        about: "conformance as an ordinary user with a server of their own, by remap",
        default: false,
        filters: true,
        bed: Bed::Hurd(hurd::conformance::own),
    },
    Suite {
        name: "incumbent",
        about: "conformance of the root's libc alone, for comparison: its failures count for nothing",
        default: true,
        filters: true,
        bed: Bed::Hurd(hurd::conformance::incumbent),
    },
    Suite {
        name: "client",
        about: "the C client: ids given up, forks, and the scheme it uses, preloaded and patched",
        default: true,
        filters: true,
        bed: Bed::Hurd(hurd::client::suite),
    },
    Suite {
        name: "swap",
        about: "segments larger than the memory, on a machine with paging space (17 minutes)",
        default: false,
        filters: true,
        bed: Bed::Hurd(hurd::swap::short),
    },
    Suite {
        name: "swap-long",
        about: "the same for minutes: a crowd, 3 GiB in turn, sparse segments of 6 GiB (13 minutes)",
        default: false,
        filters: true,
        bed: Bed::Hurd(hurd::swap::long),
    },
    Suite {
        name: "newcomer",
        about: "from dpkg -i to purge as README says: perl, PostgreSQL, a leak, limits, a namespace (6 minutes, more cold)",
        default: false,
        filters: false,
        bed: Bed::Hurd(hurd::newcomer::suite),
    },
    Suite {
        name: "foreign",
        about: "util-linux, perl, PHP, APR, mm, unmodified; a fork server, locks (about 5 minutes, 26 cold)",
        default: false,
        filters: true,
        bed: Bed::Hurd(hurd::foreign::suite),
    },
    Suite {
        name: "postgres",
        about: "PostgreSQL, unmodified: queries, crashes and restarts on segments (about 45 minutes, 53 cold)",
        default: false,
        filters: true,
        bed: Bed::Hurd(hurd::postgres::suite),
    },
    Suite {
        name: "x11",
        about: "an X server with MIT-SHM, unmodified: pixels, crashes, two users (10 minutes, 18 cold)",
        default: false,
        filters: true,
        bed: Bed::Hurd(hurd::x11::suite),
    },
];

/// What a suite is given, and where it leaves its counts.
pub struct Run<'a> {
    /// Kernel, headers and MIG.
    pub packages: &'a Packages,
    /// What to show of a boot.
    pub echo: Echo,
    /// The suite's name.
    pub name: &'static str,
    bed: &'static str,
    filter: Option<&'a str>,
    report: &'a mut Report,
    began: Instant,
}

impl Run<'_> {
    /// Tests run whose names contain this; `None`: all.
    #[must_use]
    pub fn filter(&self) -> Option<&str> {
        self.filter
    }

    /// Whether the filter lets this test run.
    #[must_use]
    pub fn wants(&self, test: &str) -> bool {
        self.filter.is_none_or(|part| test.contains(part))
    }

    /// The command that runs this suite again.
    #[must_use]
    pub fn rerun(&self) -> String {
        let filter = self.filter.map(hurd::session::shell_word);
        let filter = filter.map_or(String::new(), |word| format!(" {word}"));
        format!("qemu/test {}{filter}", self.name)
    }

    /// Adds the row of this suite.
    pub fn add(&mut self, counts: Counts) {
        self.add_row(self.name, counts);
    }

    /// Adds a row of another name; its time runs from the row before.
    pub fn add_row(&mut self, name: &str, counts: Counts) {
        let took = self.began.elapsed();
        self.began = Instant::now();
        self.report.add(name, self.bed, counts, took);
    }

    /// Tells what was seen of a program, for doc/known-to-work.md. A run with a filter has not seen
    /// all of it.
    pub fn known(&mut self, known: Known) {
        self.report.known(known, self.filter.is_some());
    }

    /// Notes a part of the suite that did not take place.
    pub fn skip(&mut self, why: impl Into<String>) {
        self.report.skip(why);
    }

    /// Adds a line that counts for nothing.
    pub fn note(&mut self, what: impl Into<String>) {
        self.report.note(what);
    }
}

/// What `qemu/test` was asked for.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Choice {
    /// Names of suites; none: those that run by default.
    pub suites: Vec<&'static str>,
    /// A part of the names of the tests to run.
    pub filter: Option<String>,
}

impl Choice {
    /// Reads names of suites. One more word after the name of a single suite is a filter.
    ///
    /// # Errors
    /// A word that is no suite, or a filter that no test can match: for the reader.
    pub fn parse(words: &[String], filter: Option<String>) -> Result<Self, String> {
        let known = |word: &String| SUITES.iter().find(|suite| suite.name == word);
        let mut choice = Self {
            filter,
            ..Self::default()
        };
        for word in words {
            match known(word) {
                Some(suite) => choice.suites.push(suite.name),
                None if words.len() == 2 && choice.suites.len() == 1 && choice.filter.is_none() => {
                    choice.filter = Some(word.clone());
                }
                None => return Err(format!("{word}: no such suite\n{}", names())),
            }
        }
        let whole = |name: &&&str| SUITES.iter().any(|it| it.name == **name && !it.filters);
        match (&choice.filter, choice.suites.iter().find(whole)) {
            (Some(filter), Some(name)) => Err(format!(
                "{filter}: no such suite, and {name} does not run by single tests\n{}",
                names()
            )),
            (Some(_), None) if choice.suites.is_empty() => {
                Err("a filter needs the name of a suite".to_owned())
            }
            _ => Ok(choice),
        }
    }

    fn wants(&self, suite: &Suite) -> bool {
        match self.suites.is_empty() {
            true => suite.default,
            false => self.suites.contains(&suite.name),
        }
    }
}

fn names() -> String {
    let names: Vec<&str> = SUITES.iter().map(|suite| suite.name).collect();
    format!("suites: {}", names.join(" "))
}

/// The lines of `qemu/test --list`.
#[must_use]
pub fn list() -> String {
    let mut text = format!("{:11} {:6} {:8} shows\n", "suite", "needs", "default");
    for suite in SUITES {
        let needs = match suite.bed {
            Bed::Host(_) => "-",
            Bed::Bare(_) => "QEMU",
            Bed::Hurd(_) => "Hurd",
        };
        let default = if suite.default { "yes" } else { "no" };
        let filter = if suite.filters { "" } else { " (no filter)" };
        let _ = writeln!(
            text,
            "{:11} {needs:6} {default:8} {}{filter}",
            suite.name, suite.about
        );
    }
    text + "\nneeds: QEMU is installed by qemu/test if it can; Hurd is a tree that HURD_ROOT names \
            (qemu/hurd-root makes\none) and QEMU. default: run by qemu/test without a name, and by \
            continuous integration.\n"
}

/// Runs the chosen suites.
#[must_use]
pub fn run(choice: &Choice, packages: &Packages, echo: Echo) -> Report {
    let mut report = Report::default();
    let wanted: Vec<&Suite> = SUITES.iter().filter(|suite| choice.wants(suite)).collect();
    let mut root = None;
    for suite in wanted {
        let mut run = Run {
            packages,
            echo,
            name: suite.name,
            bed: suite.bed.name(),
            filter: choice.filter.as_deref(),
            report: &mut report,
            began: Instant::now(),
        };
        let done = match &suite.bed {
            Bed::Host(function) | Bed::Bare(function) => {
                println!("==> {}", suite.name);
                function(&mut run)
            }
            Bed::Hurd(function) => match root.get_or_insert_with(Root::find) {
                Ok(root) => {
                    println!("==> {}, in the Hurd", suite.name);
                    function(root, &mut run)
                }
                Err(missing) => {
                    run.report.skip_suite(suite.name, missing);
                    continue;
                }
            },
        };
        if let Err(error) = done {
            println!("{error}");
            run.add(Counts::check(&error.to_string(), false));
        }
    }
    report
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Choice, String> {
        let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        Choice::parse(&words, None)
    }

    #[test]
    fn names_choose_suites() {
        let choice = parse("bare unit").unwrap();
        assert_eq!(choice.suites, ["bare", "unit"]);
        assert_eq!(choice.filter, None);
    }

    #[test]
    fn a_word_after_one_suite_is_a_filter() {
        let choice = parse("bare hostile").unwrap();
        assert_eq!(choice.suites, ["bare"]);
        assert_eq!(choice.filter.as_deref(), Some("hostile"));
    }

    #[test]
    fn an_unknown_suite_is_refused_with_the_known_ones() {
        for line in [
            "units",
            "unit bare hostile",
            "hostile bare",
            "format hostile",
        ] {
            let error = parse(line).unwrap_err();
            assert!(error.contains("no such suite"), "{line}: {error}");
            assert!(error.contains("suites: format lints unit"), "{error}");
        }
    }

    #[test]
    fn a_filter_alone_is_refused() {
        assert!(Choice::parse(&[], Some("x".to_owned())).is_err());
    }

    #[test]
    fn every_suite_has_a_name_of_its_own_and_a_line() {
        for (index, suite) in SUITES.iter().enumerate() {
            assert!(!SUITES[..index].iter().any(|other| other.name == suite.name));
            assert!(list().contains(suite.about));
        }
    }
}
