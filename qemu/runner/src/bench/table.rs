// SPDX-License-Identifier: GPL-2.0-or-later
//! The tables of `qemu/bench`, and the budgets.

use std::fmt::{self, Write as _};

use super::{Figure, Figures, Side, size};

/// The calls by size: what `bench/` names them.
const CALLS: [&str; 10] = [
    "shmget",
    "IPC_STAT",
    "shmat",
    "IPC_STAT attached",
    "shmdt",
    "IPC_RMID",
    "touch",
    "shmdt touched",
    "IPC_RMID touched",
    "life",
];
const LIMITS: [&str; 7] = [
    "null",
    "mmap",
    "munmap",
    "null touched",
    "anonymous touch",
    "munmap touched",
    "anonymous life",
];

/// Calls measured while there are many segments, many attachments, many clients.
const GROWTH: [&str; 11] = [
    "segments: shmget",
    "segments: shmat",
    "segments: IPC_STAT",
    "segments: shmdt",
    "segments: IPC_RMID",
    "attachments: shmat",
    "attachments: IPC_STAT",
    "attachments: shmdt",
    "attachments: mmap",
    "clients: calls of whole lives",
    "clients: IPC_STAT",
];

const MIB: u64 = 1 << 20;

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = format!(
            "{} ({}-{})",
            number(self.median),
            number(self.least),
            number(self.most)
        );
        f.pad(&text)
    }
}

/// Three digits that matter.
pub(super) fn number(value: f64) -> String {
    match value {
        ..10.0 => format!("{value:.2}"),
        10.0..100.0 => format!("{value:.1}"),
        _ => format!("{value:.0}"),
    }
}

fn cell(figure: Option<Figure>) -> String {
    figure.map_or_else(|| "-".to_owned(), |figure| figure.to_string())
}

/// How many times one figure is another: by their medians, and by their least, which a busy
/// host disturbs less.
#[derive(Debug, Clone, Copy)]
struct Ratio {
    medians: f64,
    least: f64,
}

fn ratio(over: Option<Figure>, under: Option<Figure>) -> Option<Ratio> {
    let (over, under) = (over?, under?);
    Some(Ratio {
        medians: over.median / under.median,
        least: over.least / under.least,
    })
}

/// One row: both sides, and how many times ours is faster.
fn row(text: &mut String, name: &str, incumbent: Option<Figure>, ours: Option<Figure>) {
    let ratio = ratio(incumbent, ours).map_or(String::new(), |Ratio { medians, least }| {
        format!("{medians:>8.2} {least:>8.2}")
    });
    let line = format!(
        "{name:22} {:>28} {:>28} {ratio}",
        cell(incumbent),
        cell(ours)
    );
    let _ = writeln!(text, "{}", line.trim_end());
}

/// The same of rates: the more the better.
fn rates(text: &mut String, name: &str, incumbent: Option<Figure>, ours: Option<Figure>) {
    let ratio = ratio(ours, incumbent);
    let ratio = ratio.map_or(String::new(), |ratio| format!("{:>8.2}", ratio.medians));
    let line = format!(
        "{name:22} {:>28} {:>28} {ratio}",
        cell(incumbent),
        cell(ours)
    );
    let _ = writeln!(text, "{}", line.trim_end());
}

fn head(text: &mut String, title: &str) {
    let _ = writeln!(
        text,
        "\n{title:22} {:>28} {:>28} {:>8} {:>8}",
        Side::Incumbent.name(),
        Side::Ours.name(),
        "ratio",
        "of least"
    );
}

/// All tables of a run.
#[must_use]
pub fn tables(figures: &Figures) -> String {
    let mut text =
        "microseconds: median (least-most); touch: per page; clients: calls per second\n\
         Calls on segments that nobody touches, but in `touched' and `life'.\n"
            .to_owned();
    for bytes in figures.parameters("shmget") {
        head(&mut text, &size(bytes));
        for name in CALLS {
            let of = |side| figures.get(side, name, bytes);
            row(&mut text, name, of(Side::Incumbent), of(Side::Ours));
        }
        for name in LIMITS {
            let limit = format!("limit: {name}");
            let line = format!("{limit:22} {:>28}", cell(figures.both(name, bytes)));
            let _ = writeln!(text, "{line}");
        }
    }
    head(&mut text, "any size");
    for (name, parameter, shown) in [
        ("shmget by key", 0, "shmget by key"),
        ("fork", 0, "fork, shm never used"),
        ("fork", 1, "fork, 1 attachment"),
        ("fork and wait", 0, "  until the child's end"),
        ("fork and wait", 1, "  with 1 attachment"),
    ] {
        let of = |side| figures.get(side, name, parameter);
        row(&mut text, shown, of(Side::Incumbent), of(Side::Ours));
    }
    for name in GROWTH {
        head(&mut text, name);
        for parameter in figures.parameters(name) {
            let of = |side| figures.get(side, name, parameter);
            let shown = format!("{parameter:>12}");
            let (incumbent, ours) = (of(Side::Incumbent), of(Side::Ours));
            match name.starts_with("clients") {
                true => rates(&mut text, &shown, incumbent, ours),
                false => row(&mut text, &shown, incumbent, ours),
            }
        }
    }
    let _ = writeln!(text, "\nRPCs without libc, in a row, 1 MiB");
    for (name, parameter) in figures.names("raw: ") {
        let figure = cell(figures.get(Side::Ours, &name, parameter));
        let _ = writeln!(text, "{:28} {figure:>28}", name.trim_start_matches("raw: "));
    }
    for remark in &figures.remarks {
        let _ = writeln!(text, "remark: {remark}");
    }
    text
}

/// What is done with files of both sides for `--files`.
const FILES: [&str; 2] = ["ls -l", "cat"];

/// The figures of tmpfs and of shmfs.
fn both_files(figures: &Figures, what: &str, parameter: u64) -> (Option<Figure>, Option<Figure>) {
    let of = |side| figures.get(Side::Ours, &format!("files: {what}, {side}"), parameter);
    (of("tmpfs"), of("shmfs"))
}

fn files_name(what: &str, parameter: u64) -> String {
    match what {
        "cat" => format!("{what}, {}", size(parameter)),
        _ => format!("{what} of {parameter}"),
    }
}

/// The table of `--files`.
#[must_use]
pub fn files(figures: &Figures) -> String {
    let mut text =
        "microseconds: median (least-most); ratio: how many times shmfs is as fast\n".to_owned();
    let _ = writeln!(
        text,
        "\n{:22} {:>28} {:>28} {:>8} {:>8}",
        "", "tmpfs", "shmfs", "ratio", "of least"
    );
    for what in FILES {
        for parameter in figures.parameters(&format!("files: {what}, shmfs")) {
            let (tmpfs, shmfs) = both_files(figures, what, parameter);
            row(&mut text, &files_name(what, parameter), tmpfs, shmfs);
        }
    }
    text
}

/// Its budgets: at least as fast as tmpfs.
#[must_use]
pub fn files_budgets(figures: &Figures) -> Vec<Budget> {
    let wanted = [("ls -l", 10_000), ("cat", 64 * MIB)];
    let budget = |(what, parameter)| {
        let (tmpfs, shmfs) = both_files(figures, what, parameter);
        Budget {
            what: format!("{}: shmfs / tmpfs", files_name(what, parameter)),
            ratio: ratio(shmfs, tmpfs),
            bound: Bound::AtMost(1.0),
        }
    };
    wanted.map(budget).into()
}

/// A ratio that is to stay on one side of a bound.
#[derive(Debug)]
pub struct Budget {
    what: String,
    /// `None`: not measured.
    ratio: Option<Ratio>,
    bound: Bound,
}

#[derive(Debug)]
enum Bound {
    AtMost(f64),
    AtLeast(f64),
}

impl Budget {
    /// Whether it holds, by the medians; not if it was not measured.
    #[must_use]
    pub fn met(&self) -> bool {
        self.ratio.is_some_and(|ratio| match self.bound {
            Bound::AtMost(bound) => ratio.medians <= bound,
            Bound::AtLeast(bound) => ratio.medians >= bound,
        })
    }
}

impl fmt::Display for Budget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bound = match self.bound {
            Bound::AtMost(bound) => format!("<= {bound}"),
            Bound::AtLeast(bound) => format!(">= {bound}"),
        };
        let Some(Ratio { medians, least }) = self.ratio else {
            return write!(f, "{:52} {bound:>8}  not measured", self.what);
        };
        let verdict = if self.met() { "met" } else { "MISSED" };
        write!(
            f,
            "{:52} {bound:>8} {medians:>8.2} {least:>8.2}  {verdict}",
            self.what
        )
    }
}

/// The budgets of the design, as ratios in one boot.
#[must_use]
pub fn budgets(figures: &Figures) -> Vec<Budget> {
    let mut all = Vec::new();
    let mut add = |what: String, ratio, bound| all.push(Budget { what, ratio, bound });
    let theirs = |name: &str, parameter| figures.get(Side::Incumbent, name, parameter);
    let ours = |name: &str, parameter| figures.get(Side::Ours, name, parameter);
    for (name, bytes, bound) in [
        ("shmget", MIB, 8.0),
        ("shmat", MIB, 8.0),
        ("IPC_STAT", MIB, 8.0),
        ("IPC_RMID", MIB, 8.0),
        ("touch", MIB, 5.0),
        ("life", 4096, 8.0),
        ("life", MIB, 8.0),
    ] {
        let what = format!("{name}, {}: incumbent / shm", size(bytes));
        let faster = ratio(theirs(name, bytes), ours(name, bytes));
        add(what, faster, Bound::AtLeast(bound));
    }
    for (name, parameter, shown, bound) in [
        ("shmdt", MIB, "shmdt, 1 MiB: shm / incumbent's munmap", 3.0),
        ("fork", 0, "fork, shm never used: shm / incumbent", 1.05),
        ("fork", 1, "fork, 1 attachment: shm / incumbent", 1.5),
    ] {
        let slower = ratio(ours(name, parameter), theirs(name, parameter));
        add(shown.to_owned(), slower, Bound::AtMost(bound));
    }

    let raw = |name: &str, parameter| ours(&format!("raw: {name}"), parameter);
    let rpc = raw("proc_task2pid", 0);
    let sum = |one: Option<Figure>, other: Option<Figure>| {
        let (one, other) = (one?, other?);
        Some(Figure {
            median: one.median + other.median,
            least: one.least + other.least,
            most: one.most + other.most,
        })
    };
    // Whatever a server does, it is asked four times, two of them after the touching, and the kernel
    // makes the pages one by one.
    let limits = ["null", "null", "null touched", "null touched"];
    let life = limits
        .into_iter()
        .map(|name| figures.both(name, MIB))
        .fold(figures.both("anonymous life", MIB), sum);
    add(
        "life, 1 MiB: shm / anonymous life + 4 null".to_owned(),
        ratio(ours("life", MIB), life),
        Bound::AtMost(1.5),
    );
    let both = sum(rpc, raw("vm_map", MIB));
    let unmap = sum(rpc, raw("vm_deallocate", MIB));
    for (name, limit, shown, bound) in [
        ("sysvshm_attach", both, "proc_task2pid + vm_map", 1.5),
        ("sysvshm_attach, first", both, "proc_task2pid + vm_map", 1.5),
        (
            "sysvshm_detach",
            unmap,
            "proc_task2pid + vm_deallocate",
            1.2,
        ),
        ("sysvshm_get", rpc, "proc_task2pid", 3.0),
        ("sysvshm_stat", rpc, "proc_task2pid", 1.3),
        (
            "touch",
            raw("anonymous touch", MIB),
            "anonymous touch",
            1.25,
        ),
    ] {
        let what = format!("{name} / {shown}");
        add(what, ratio(raw(name, MIB), limit), Bound::AtMost(bound));
    }
    for name in &GROWTH[..5] {
        let what = format!("{name} with 10,000 / with 1");
        let grown = ratio(ours(name, 10_000), ours(name, 1));
        add(what, grown, Bound::AtMost(1.2));
    }
    let name = "attachments: shmat";
    let grown = ratio(ours(name, 1_000), ours(name, 1));
    add(
        format!("{name} with 1,000 / with 1"),
        grown,
        Bound::AtMost(1.2),
    );
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figures(lines: &[(Side, &str, u64, f64)]) -> Figures {
        let mut figures = Figures::default();
        for (side, name, parameter, value) in lines {
            let line = format!("{name}\t{parameter}\tus\t0\t0\t0\t{value}");
            figures.add(*side, &line).unwrap();
        }
        figures
    }

    #[test]
    fn budgets_are_met_missed_or_not_measured() {
        let figures = figures(&[
            (Side::Incumbent, "shmget", MIB, 80.0),
            (Side::Ours, "shmget", MIB, 10.0),
            (Side::Incumbent, "shmdt", MIB, 10.0),
            (Side::Ours, "shmdt", MIB, 31.0),
        ]);
        let all = budgets(&figures);
        let said = |what: &str| {
            let budget = all
                .iter()
                .find(|budget| budget.what.starts_with(what))
                .unwrap();
            budget.to_string().rsplit("  ").next().unwrap().to_owned()
        };
        assert_eq!(said("shmget, 1 MiB"), "met");
        assert_eq!(said("shmdt, 1 MiB"), "MISSED");
        assert_eq!(said("shmat, 1 MiB"), "not measured");
    }

    #[test]
    fn files_are_held_against_tmpfs() {
        let figures = figures(&[
            (Side::Ours, "files: ls -l, tmpfs", 10_000, 300.0),
            (Side::Ours, "files: ls -l, shmfs", 10_000, 200.0),
            (Side::Ours, "files: cat, tmpfs", 64 * MIB, 10.0),
            (Side::Ours, "files: cat, shmfs", 64 * MIB, 12.0),
        ]);
        let said: Vec<String> = files_budgets(&figures)
            .iter()
            .map(|it| it.to_string())
            .collect();
        assert!(
            said[0].ends_with(" met") && said[1].ends_with(" MISSED"),
            "{said:?}"
        );
        let text = files(&figures);
        let row = text.lines().find(|line| line.starts_with("ls -l of 10000"));
        assert!(
            row.is_some_and(|row| row.ends_with("1.50     1.50")),
            "{text}"
        );
        assert!(text.contains("cat, 64 MiB "), "{text}");
    }

    #[test]
    fn a_row_shows_how_many_times_faster() {
        let figures = figures(&[
            (Side::Incumbent, "shmget", 4096, 1500.0),
            (Side::Ours, "shmget", 4096, 20.0),
        ]);
        let text = tables(&figures);
        let row = text
            .lines()
            .find(|line| line.starts_with("shmget "))
            .unwrap();
        assert!(
            row.contains("1500 (1500-1500)") && row.ends_with("75.00    75.00"),
            "{row}"
        );
    }
}
