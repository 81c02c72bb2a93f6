//! The tables of `qemu/bench`, and the budgets.

use std::fmt::{self, Write as _};

use super::{Figure, Figures, Side, size};

/// The calls by size: what `bench/` names them.
const CALLS: [&str; 8] = [
    "shmget",
    "IPC_STAT",
    "shmat",
    "touch",
    "IPC_STAT attached",
    "shmdt",
    "IPC_RMID",
    "life",
];
const LIMITS: [&str; 5] = [
    "null",
    "mmap",
    "anonymous touch",
    "munmap",
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

/// One row: both sides, and how many times ours is faster.
fn row(text: &mut String, name: &str, incumbent: Option<Figure>, ours: Option<Figure>) {
    ratio_row(text, name, incumbent, ours, false);
}

/// The same; the figures may be rates, the more the better.
fn ratio_row(
    text: &mut String,
    name: &str,
    incumbent: Option<Figure>,
    ours: Option<Figure>,
    rate: bool,
) {
    let ratio = match (incumbent, ours) {
        (Some(incumbent), Some(ours)) if rate => {
            format!("{:.2}", ours.median / incumbent.median)
        }
        (Some(incumbent), Some(ours)) => format!("{:.2}", incumbent.median / ours.median),
        _ => String::new(),
    };
    let line = format!(
        "{name:22} {:>28} {:>28} {ratio:>8}",
        cell(incumbent),
        cell(ours)
    );
    let _ = writeln!(text, "{}", line.trim_end());
}

fn head(text: &mut String, title: &str) {
    let _ = writeln!(
        text,
        "\n{title:22} {:>28} {:>28} {:>8}",
        Side::Incumbent.name(),
        Side::Ours.name(),
        "ratio"
    );
}

/// All tables of a run.
#[must_use]
pub fn tables(figures: &Figures) -> String {
    let mut text =
        "microseconds: median (least-most); touch: per page; clients: calls per second\n"
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
            ratio_row(
                &mut text,
                &shown,
                incumbent,
                ours,
                name.starts_with("clients"),
            );
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

/// A figure that is to stay on one side of a bound.
#[derive(Debug)]
pub struct Budget {
    what: String,
    /// `None`: not measured.
    value: Option<f64>,
    bound: Bound,
}

#[derive(Debug)]
enum Bound {
    AtMost(f64),
    AtLeast(f64),
}

impl Budget {
    /// Whether it holds; not if it was not measured.
    #[must_use]
    pub fn met(&self) -> bool {
        self.value.is_some_and(|value| match self.bound {
            Bound::AtMost(bound) => value <= bound,
            Bound::AtLeast(bound) => value >= bound,
        })
    }
}

impl fmt::Display for Budget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bound = match self.bound {
            Bound::AtMost(bound) => format!("<= {bound}"),
            Bound::AtLeast(bound) => format!(">= {bound}"),
        };
        let value = self
            .value
            .map_or("-".to_owned(), |value| format!("{value:.2}"));
        let verdict = match (self.value, self.met()) {
            (None, _) => "not measured",
            (_, true) => "met",
            (_, false) => "MISSED",
        };
        write!(f, "{:58} {value:>8} {bound:>8}  {verdict}", self.what)
    }
}

/// The budgets of design.md, section 9, in ratios of medians.
#[must_use]
pub fn budgets(figures: &Figures) -> Vec<Budget> {
    let mut all = Vec::new();
    let mut add = |what: String, value, bound| all.push(Budget { what, value, bound });
    let median = |side, name: &str, parameter| {
        figures
            .get(side, name, parameter)
            .map(|figure| figure.median)
    };
    let faster = |name: &str, parameter| {
        Some(median(Side::Incumbent, name, parameter)? / median(Side::Ours, name, parameter)?)
    };
    for name in ["shmget", "shmat", "IPC_STAT", "IPC_RMID"] {
        let what = format!("{name}, 1 MiB: incumbent / shm");
        add(what, faster(name, MIB), Bound::AtLeast(8.0));
    }
    let what = "shmdt, 1 MiB: shm / incumbent (a bare munmap)".to_owned();
    add(
        what,
        faster("shmdt", MIB).map(f64::recip),
        Bound::AtMost(3.0),
    );
    let what = "first touch, 1 MiB: incumbent / shm".to_owned();
    add(what, faster("touch", MIB), Bound::AtLeast(5.0));
    for bytes in [4096, MIB] {
        let what = format!("whole life, {}: incumbent / shm", size(bytes));
        add(what, faster("life", bytes), Bound::AtLeast(8.0));
    }
    let what = "fork of a process that never used shm: shm / incumbent".to_owned();
    add(what, faster("fork", 0).map(f64::recip), Bound::AtMost(1.05));

    let raw = |name: &str, parameter| median(Side::Ours, &format!("raw: {name}"), parameter);
    let rpc = raw("proc_task2pid", 0);
    let of = |value: Option<f64>, limit: Option<f64>| Some(value? / limit?);
    let both = || Some(rpc? + raw("vm_map", MIB)?);
    for (name, limit, shown, bound) in [
        ("sysvshm_attach", both(), "proc_task2pid + vm_map", 1.5),
        (
            "sysvshm_attach, first",
            both(),
            "proc_task2pid + vm_map",
            1.5,
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
        add(what, of(raw(name, MIB), limit), Bound::AtMost(bound));
    }
    for name in &GROWTH[..5] {
        let grown = of(
            median(Side::Ours, name, 10_000),
            median(Side::Ours, name, 1),
        );
        let what = format!("{name} with 10,000 / with 1");
        add(what, grown, Bound::AtMost(1.2));
    }
    let name = "attachments: shmat";
    let grown = of(median(Side::Ours, name, 1_000), median(Side::Ours, name, 1));
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
            row.contains("1500 (1500-1500)") && row.ends_with("75.00"),
            "{row}"
        );
    }
}
