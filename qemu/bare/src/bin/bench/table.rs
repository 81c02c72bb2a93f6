// SPDX-License-Identifier: GPL-2.0-or-later
//! Samples taken by turns, and the table they end in.

use alloc::string::String;
use alloc::vec::Vec;

use bare::client::Answer;
use bare_rt::clock::Instant;
use bare_rt::println;

/// Turns that are run before those that count.
const WARM_UP: usize = 3;

/// Nanoseconds of one thing, many times.
#[derive(Clone, Default)]
pub struct Series(Vec<u64>);

impl Series {
    /// One more sample.
    pub fn add(&mut self, nanoseconds: u64) {
        self.0.push(nanoseconds);
    }

    /// More samples of the same thing.
    pub fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// The sample in the middle; the lower one of two.
    #[must_use]
    pub fn median(&self) -> u64 {
        let mut sorted = self.0.clone();
        sorted.sort_unstable();
        sorted
            .get(sorted.len().saturating_sub(1) / 2)
            .copied()
            .unwrap_or(0)
    }

    /// The median, in thousandths, of each sample against that of the same turn in `other`:
    /// what slows a whole turn down moves neither.
    #[must_use]
    pub fn against(&self, other: &Self) -> u64 {
        let pairs = self.0.iter().zip(&other.0);
        Self(
            pairs
                .map(|(one, other)| one * 1000 / other.max(&1))
                .collect(),
        )
        .median()
    }

    /// What both take together, turn by turn.
    #[must_use]
    pub fn plus(&self, other: &Self) -> Self {
        let pairs = self.0.iter().zip(&other.0);
        Self(pairs.map(|(one, other)| one + other).collect())
    }

    /// `factor` tenths of each sample.
    #[must_use]
    pub fn tenths(&self, factor: u64) -> Self {
        Self(self.0.iter().map(|one| one * factor / 10).collect())
    }

    fn ends(&self) -> (u64, u64) {
        let least = self.0.iter().min().copied().unwrap_or(0);
        (least, self.0.iter().max().copied().unwrap_or(0))
    }
}

/// How long `work` takes, in nanoseconds, and what it answers.
pub fn timed<T>(work: impl FnOnce() -> T) -> (u64, T) {
    let began = Instant::now();
    let answer = work();
    (began.elapsed().as_nanos() as u64, answer)
}

/// As [`timed`], for what may fail.
///
/// # Errors
/// Those of `work`.
pub fn timed_call<T>(work: impl FnOnce() -> Answer<T>) -> Answer<(u64, T)> {
    let (nanoseconds, answer) = timed(work);
    Ok((nanoseconds, answer?))
}

/// Runs all `calls` in turn, so many times over, so that whatever disturbs the machine
/// disturbs all of them alike. Each answers how long it took, without its preparations.
///
/// # Errors
/// That of the first call that fails.
pub fn turns<const N: usize>(
    count: usize,
    mut calls: [&mut dyn FnMut() -> Answer<u64>; N],
) -> Answer<[Series; N]> {
    let mut series: [Series; N] = core::array::from_fn(|_| Series::default());
    for turn in 0..count + WARM_UP {
        for (call, series) in calls.iter_mut().zip(&mut series) {
            let sample = call()?;
            if turn >= WARM_UP {
                series.add(sample);
            }
        }
    }
    Ok(series)
}

/// A ratio that is asked for, in hundredths; 0: none is.
pub type Budget = u64;

/// Prints the table's head, and counts what its rows say.
#[derive(Default)]
pub struct Table {
    met: u32,
    missed: Vec<String>,
}

impl Table {
    /// Begins a part of the table.
    pub fn part(&self, title: &str, unit: &str) {
        println!("\n{title}");
        println!(
            "  {:33} {:>8} {:>8} {:>8}  {:>8} {:>5}  {:>6}",
            unit, "median", "min", "max", "limit", "ratio", "budget"
        );
    }

    /// A row without a comparison.
    pub fn plain(&self, name: &str, series: &Series) {
        let (least, most) = series.ends();
        println!(
            "  {name:33} {} {} {}",
            Micro(series.median()),
            Micro(least),
            Micro(most)
        );
    }

    /// A row: what was measured against what its limit took in the same turn.
    pub fn row(&mut self, name: &str, series: &Series, limit: &Series, budget: Budget) {
        self.line(name, series, limit.median(), series.against(limit), budget);
    }

    /// A row: the same call in two states of the server, each in units of the null RPC of its
    /// own turn, since the turns are far apart.
    pub fn grown(&mut self, name: &str, many: [&Series; 2], few: [&Series; 2], budget: Budget) {
        let [many, few] = [many, few].map(|[call, null]| (call, call.against(null)));
        let limit = few.0.median();
        self.line(name, many.0, limit, many.1 * 1000 / few.1.max(1), budget);
    }

    fn line(&mut self, name: &str, series: &Series, limit: u64, ratio: u64, budget: Budget) {
        let (least, most) = series.ends();
        let median = series.median();
        let ratio = ratio.div_ceil(10);
        let verdict = self.judge(name, ratio, budget);
        println!(
            "  {name:33} {} {} {}  {} {:2}.{:02}  {verdict}",
            Micro(median),
            Micro(least),
            Micro(most),
            Micro(limit),
            ratio / 100,
            ratio % 100,
        );
    }

    /// A row of bytes.
    pub fn bytes(&mut self, name: &str, each: u64, budget: u64, how: &str) {
        let met = each <= budget;
        self.count(name, met);
        let word = if met { "met" } else { "MISSED" };
        println!("  {name:33} {each:8} bytes, budget {budget}: {word} ({how})");
    }

    fn judge(&mut self, name: &str, ratio: u64, budget: Budget) -> String {
        if budget == 0 {
            return String::new();
        }
        self.count(name, ratio <= budget);
        let word = if ratio <= budget { "met" } else { "MISSED" };
        alloc::format!("{:3}.{:02}  {word}", budget / 100, budget % 100)
    }

    fn count(&mut self, name: &str, met: bool) {
        if met {
            self.met += 1;
        } else {
            self.missed.push(name.into());
        }
    }

    /// What came of the budgets.
    pub fn sum_up(&self) {
        println!("\n{} budgets met, {} missed", self.met, self.missed.len());
        for name in &self.missed {
            println!("  missed: {name}");
        }
    }
}

/// Nanoseconds shown as microseconds, in eight columns.
struct Micro(u64);

impl core::fmt::Display for Micro {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{:6}.{}", self.0 / 1000, self.0 / 100 % 10)
    }
}
