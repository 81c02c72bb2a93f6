// SPDX-License-Identifier: GPL-2.0-or-later
//! Counting: what suites say of themselves, and the table that closes a run.

use std::fmt;
use std::time::Duration;

use crate::known::Known;

/// What one suite came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts {
    /// Tests that held.
    pub passed: u32,
    /// Tests that did not, or a suite that never came to its end.
    pub failed: u32,
    /// Tests that did not run, each with the reason.
    pub skipped: Vec<String>,
    /// Tests that the filter left out.
    pub filtered: u32,
}

impl Counts {
    /// One check that held or not.
    #[must_use]
    pub fn check(held: bool) -> Self {
        Self {
            passed: held.into(),
            failed: (!held).into(),
            ..Self::default()
        }
    }

    /// Adds a line of libtest: `test result: ok. 3 passed; 0 failed; 1 ignored; ...`, or
    /// `test name ... ignored, why`.
    pub fn add_libtest(&mut self, line: &str) {
        if let Some(result) = line.trim().strip_prefix("test result:") {
            self.passed += number_before(result, " passed");
            self.failed += number_before(result, " failed");
            self.filtered += number_before(result, " filtered out");
        } else if let Some(skipped) = line.strip_prefix("skip: ") {
            // libtest cannot skip a test that has begun: it counts as passed there.
            self.passed = self.passed.saturating_sub(1);
            self.skipped.push(skipped.to_owned());
        } else if let Some((name, outcome)) = test_line(line)
            && let Some(why) = outcome.strip_prefix("ignored")
        {
            self.skipped.push(format!("{name}{why}"));
        }
    }

    /// Counts the lines of a boot, and checks that they agree with its verdict.
    ///
    /// # Errors
    /// The verdict does not add up: a suite that miscounts is not trusted.
    pub fn of_boot(log: &[String], verdict: &str) -> Result<Self, String> {
        let mut counts = Self {
            filtered: number_before(verdict, " filtered out"),
            ..Self::default()
        };
        for (name, outcome) in log.iter().filter_map(|line| test_line(line)) {
            match outcome {
                "ok" => counts.passed += 1,
                _ if outcome.starts_with("FAILED") => counts.failed += 1,
                _ => match outcome.strip_prefix("skipped") {
                    Some(why) => counts.skipped.push(format!("{name}{why}")),
                    None => return Err(format!("not understood: test {name} ... {outcome}")),
                },
            }
        }
        let said = (
            number_before(verdict, " passed"),
            number_before(verdict, " failed"),
        );
        let nothing = said == (0, 0) && counts.filtered == 0;
        if said != (counts.passed, counts.failed) || nothing {
            return Err(format!(
                "the verdict is \"{verdict}\", but the lines say {} passed, {} failed",
                counts.passed, counts.failed
            ));
        }
        Ok(counts)
    }
}

/// The parts of `test NAME ... OUTCOME`.
fn test_line(line: &str) -> Option<(&str, &str)> {
    let (name, outcome) = line.trim().strip_prefix("test ")?.split_once(" ... ")?;
    Some((name.trim_end(), outcome))
}

/// The number that stands right before `word`.
fn number_before(text: &str, word: &str) -> u32 {
    let Some((before, _)) = text.split_once(word) else {
        return 0;
    };
    before
        .rsplit(|c: char| !c.is_ascii_digit())
        .next()
        .and_then(|n| n.parse().ok())
        .unwrap_or(0)
}

/// A suite, or a part of one.
#[derive(Debug)]
struct Row {
    name: String,
    bed: &'static str,
    counts: Counts,
    took: Duration,
}

/// The suites of a run, in order.
#[derive(Debug, Default)]
pub struct Report {
    rows: Vec<Row>,
    skipped: Vec<String>,
    skipped_suites: Vec<(Vec<String>, String)>,
    notes: Vec<String>,
    known: Vec<(Known, bool)>,
}

impl Report {
    /// Adds what was seen of a program, and whether a filter left out some of it.
    pub fn known(&mut self, known: Known, in_part: bool) {
        self.known.push((known, in_part));
    }

    /// What was seen of programs, and whether a filter left out some of it.
    #[must_use]
    pub fn programs(&self) -> &[(Known, bool)] {
        &self.known
    }

    /// Adds a suite's counts, and how long it took by the wall clock.
    pub fn add(
        &mut self,
        name: impl Into<String>,
        bed: &'static str,
        counts: Counts,
        took: Duration,
    ) {
        let name = name.into();
        self.rows.push(Row {
            name,
            bed,
            counts,
            took,
        });
    }

    /// Notes a part of the run that did not take place.
    pub fn skip(&mut self, what: impl Into<String>) {
        self.skipped.push(what.into());
    }

    /// Notes a suite that did not take place. Suites skipped for the same reason share a line.
    pub fn skip_suite(&mut self, name: &str, why: &str) {
        match self
            .skipped_suites
            .iter_mut()
            .find(|(_, other)| other == why)
        {
            Some((names, _)) => names.push(name.to_owned()),
            None => self
                .skipped_suites
                .push((vec![name.to_owned()], why.to_owned())),
        }
    }

    /// Adds a line that counts for nothing.
    pub fn note(&mut self, what: impl Into<String>) {
        self.notes.push(what.into());
    }

    /// Whether something ran, and nothing failed.
    #[must_use]
    pub fn holds(&self) -> bool {
        let sum = self.sum();
        sum.failed == 0 && sum.passed > 0
    }

    fn sum(&self) -> Counts {
        let mut sum = Counts::default();
        for Row { counts, .. } in &self.rows {
            sum.passed += counts.passed;
            sum.failed += counts.failed;
            sum.filtered += counts.filtered;
            sum.skipped.extend_from_slice(&counts.skipped);
        }
        sum
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self
            .rows
            .iter()
            .map(|row| row.name.len())
            .max()
            .unwrap_or(0)
            .max(5);
        writeln!(
            f,
            "{:width$}  bed   passed  failed  skipped  seconds",
            "suite"
        )?;
        for Row {
            name,
            bed,
            counts,
            took,
        } in &self.rows
        {
            writeln!(
                f,
                "{name:width$}  {bed:4}  {:6}  {:6}  {:7}  {:7.1}",
                counts.passed,
                counts.failed,
                counts.skipped.len(),
                took.as_secs_f64()
            )?;
            for why in &counts.skipped {
                writeln!(f, "{:width$}  skipped: {why}", "")?;
            }
        }
        for (suites, why) in &self.skipped_suites {
            writeln!(f, "skipped: {}: {why}", suites.join(", "))?;
        }
        for what in &self.skipped {
            writeln!(f, "skipped: {what}")?;
        }
        for what in &self.notes {
            writeln!(f, "note: {what}")?;
        }
        let sum = self.sum();
        write!(f, "{} passed, {} failed", sum.passed, sum.failed)?;
        if !sum.skipped.is_empty() {
            write!(f, ", {} skipped", sum.skipped.len())?;
        }
        if sum.filtered > 0 {
            write!(f, ", {} left out by the filter", sum.filtered)?;
        }
        let took: Duration = self.rows.iter().map(|row| row.took).sum();
        write!(f, ", in {:.0} s", took.as_secs_f64())?;
        if sum.passed + sum.failed == 0 {
            write!(f, "; nothing ran, so this run counts as failed")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log(text: &str) -> Vec<String> {
        text.lines().map(str::to_owned).collect()
    }

    #[test]
    fn libtest_results_add_up() {
        let mut counts = Counts::default();
        counts.add_libtest("test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured");
        counts.add_libtest("test result: FAILED. 12 passed; 2 failed; 0 ignored");
        counts.add_libtest("test a ... ignored, needs root");
        counts.add_libtest("skip: b: no second user");
        assert_eq!((counts.passed, counts.failed), (14, 2));
        assert_eq!(counts.skipped, ["a, needs root", "b: no second user"]);
    }

    #[test]
    fn boot_lines_are_counted() {
        let log = log("GNU Mach\ntest a ... ok\ntest b ... FAILED: why\ntest c ... skipped: later");
        let counts = Counts::of_boot(&log, "1 passed, 1 failed").unwrap();
        assert_eq!((counts.passed, counts.failed), (1, 1));
        assert_eq!(counts.skipped, ["c: later"]);
    }

    #[test]
    fn verdict_that_does_not_match_the_lines_is_refused() {
        assert!(Counts::of_boot(&log("test a ... ok"), "2 passed, 0 failed").is_err());
        assert!(Counts::of_boot(&log("test a ... FAILED: x"), "1 passed, 0 failed").is_err());
    }

    #[test]
    fn verdict_of_nothing_is_refused() {
        assert!(Counts::of_boot(&[], "0 passed, 0 failed").is_err());
        assert!(Counts::of_boot(&[], "").is_err());
    }

    #[test]
    fn report_closes_with_the_sums() {
        let mut report = Report::default();
        let second = Duration::from_secs(1);
        report.add("format", "host", Counts::check(true), second);
        report.add("runtime", "bare", Counts::check(false), 2 * second);
        let text = report.to_string();
        assert_eq!(text.lines().last(), Some("1 passed, 1 failed, in 3 s"));
        assert!(!report.holds());
    }

    #[test]
    fn a_filter_that_no_test_matches_fails_the_run() {
        let counts = Counts::of_boot(&[], "0 passed, 0 failed, 7 filtered out").unwrap();
        let mut report = Report::default();
        report.add("bare", "bare", counts, Duration::ZERO);
        assert!(!report.holds());
        assert!(report.to_string().contains("7 left out by the filter"));
    }

    #[test]
    fn suites_that_lack_the_same_thing_share_a_line() {
        let mut report = Report::default();
        report.skip_suite("ends", "no Hurd");
        report.skip_suite("patched", "no Hurd");
        assert!(
            report
                .to_string()
                .contains("skipped: ends, patched: no Hurd\n")
        );
    }
}
