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
    /// Tests that did not, or a suite that never came to its end: the name, and below it what the
    /// test said.
    pub failures: Vec<String>,
    /// Tests that did not run, each with the reason.
    pub skipped: Vec<String>,
    /// Tests that the filter left out.
    pub filtered: u32,
}

impl Counts {
    /// One check that held or not.
    #[must_use]
    pub fn check(name: &str, held: bool) -> Self {
        let mut counts = Self::default();
        counts.add(name, held);
        counts
    }

    /// Adds one check that held or not.
    pub fn add(&mut self, name: &str, held: bool) {
        match held {
            true => self.passed += 1,
            false => self.failures.push(name.to_owned()),
        }
    }

    /// Adds steps that an earlier one kept from running.
    pub fn add_not_run(&mut self, steps: usize) {
        let failures = (0..steps).map(|_| "a step that did not run".to_owned());
        self.failures.extend(failures);
    }

    /// Adds all that `others` count.
    pub fn join(&mut self, others: Self) {
        self.passed += others.passed;
        self.failures.extend(others.failures);
        self.skipped.extend(others.skipped);
        self.filtered += others.filtered;
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
                _ => match (failed(outcome), outcome.strip_prefix("skipped")) {
                    (Some(why), _) => counts.failures.push(failure(name, [why])),
                    (None, Some(why)) => counts.skipped.push(format!("{name}{why}")),
                    (None, None) => {
                        return Err(format!("not understood: test {name} ... {outcome}"));
                    }
                },
            }
        }
        let said = (
            number_before(verdict, " passed"),
            number_before(verdict, " failed"),
        );
        let nothing = said == (0, 0) && counts.filtered == 0;
        let failed = counts.failures.len();
        if said.0 != counts.passed || usize::try_from(said.1) != Ok(failed) || nothing {
            return Err(format!(
                "the verdict is \"{verdict}\", but the lines say {} passed, {failed} failed",
                counts.passed
            ));
        }
        Ok(counts)
    }
}

/// Reads the output of programs of libtest, and of several one after the other.
#[derive(Debug, Default)]
pub struct Libtest {
    counts: Counts,
    /// Where in the output the next line stands.
    place: Place,
    /// The failed tests of the program at hand: those whose line says so, and those that the list
    /// at the end names. A test that prints something spoils its line.
    failed: Vec<String>,
    /// What these tests printed: the name, and the first lines.
    said: Vec<(String, Vec<String>)>,
}

/// The parts of libtest's output that matter here.
#[derive(Debug, Default, PartialEq, Eq)]
enum Place {
    #[default]
    Elsewhere,
    /// Below `---- NAME stdout ----`.
    Output,
    /// Below `failures:`.
    Failures,
}

/// More lines of a failed test are not repeated in the report.
const SAID_LINES: usize = 8;

impl Libtest {
    /// Reads a line: `test result: ok. 3 passed; 0 failed; 1 ignored; ...`, or
    /// `test name ... ignored, why`, or a line of the failures.
    pub fn line(&mut self, line: &str) {
        if let Some(result) = line.trim().strip_prefix("test result:") {
            self.counts.passed += number_before(result, " passed");
            self.counts.filtered += number_before(result, " filtered out");
            self.end_program(number_before(result, " failed"));
        } else if let Some(skipped) = line.strip_prefix("skip: ") {
            // libtest cannot skip a test that has begun: it counts as passed there.
            self.counts.passed = self.counts.passed.saturating_sub(1);
            self.counts.skipped.push(skipped.to_owned());
        } else if let Some((name, outcome)) = test_line(line) {
            if let Some(why) = outcome.strip_prefix("ignored") {
                self.counts.skipped.push(format!("{name}{why}"));
            } else if let Some(why) = failed(outcome) {
                self.has_failed(name);
                if !why.is_empty() {
                    self.said.push((name.to_owned(), vec![why.to_owned()]));
                }
            }
        } else if line == "failures:" {
            self.place = Place::Failures;
        } else if let Some(name) = line
            .strip_prefix("---- ")
            .and_then(|rest| rest.strip_suffix(" stdout ----"))
        {
            self.place = Place::Output;
            self.said.push((name.to_owned(), Vec::new()));
        } else {
            self.line_of_failures(line);
        }
    }

    fn line_of_failures(&mut self, line: &str) {
        match self.place {
            Place::Elsewhere => {}
            Place::Failures => {
                if let Some(name) = line.strip_prefix("    ") {
                    self.has_failed(name);
                }
            }
            Place::Output => {
                if let Some((_, lines)) = self.said.last_mut()
                    && lines.len() < SAID_LINES
                    && !line.trim().is_empty()
                    && !line.starts_with("note: run with `RUST_BACKTRACE")
                {
                    lines.push(line.to_owned());
                }
            }
        }
    }

    fn has_failed(&mut self, name: &str) {
        if !self.failed.iter().any(|other| other == name) {
            self.failed.push(name.to_owned());
        }
    }

    /// The program says that so many of its tests failed.
    fn end_program(&mut self, count: u32) {
        self.place = Place::Elsewhere;
        let mut names = std::mem::take(&mut self.failed).into_iter();
        let said = std::mem::take(&mut self.said);
        for _ in 0..count {
            let name = names
                .next()
                .unwrap_or_else(|| "a test that the output does not name".to_owned());
            let lines = said
                .iter()
                .find(|(of, _)| *of == name)
                .map_or(&[][..], |(_, lines)| lines);
            let failure = failure(&name, lines.iter().map(String::as_str));
            self.counts.failures.push(failure);
        }
    }

    /// Adds a failure unless the output has told of one itself: a program that was killed says
    /// nothing.
    pub fn must_have_failed(&mut self, name: &str) {
        if self.counts.failures.is_empty() {
            self.counts.add(name, false);
        }
    }

    /// The sums.
    #[must_use]
    pub fn finish(self) -> Counts {
        self.counts
    }
}

/// A failed test, and what it said below its name.
fn failure<'a>(name: &str, said: impl IntoIterator<Item = &'a str>) -> String {
    said.into_iter()
        .filter(|line| !line.is_empty())
        .fold(name.to_owned(), |text, line| format!("{text}\n    {line}"))
}

/// The parts of `test NAME ... OUTCOME`.
fn test_line(line: &str) -> Option<(&str, &str)> {
    let (name, outcome) = line.trim().strip_prefix("test ")?.split_once(" ... ")?;
    Some((name.trim_end(), outcome))
}

/// What a test that failed says of it on its line, or nothing.
fn failed(outcome: &str) -> Option<&str> {
    let why = outcome.strip_prefix("FAILED")?;
    Some(why.strip_prefix(": ").unwrap_or_default())
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
        sum.failures.is_empty() && sum.passed > 0
    }

    fn sum(&self) -> Counts {
        let mut sum = Counts::default();
        for Row { counts, .. } in &self.rows {
            sum.join(counts.clone());
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
                counts.failures.len(),
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
        for Row { name, counts, .. } in &self.rows {
            for failure in &counts.failures {
                writeln!(f, "failed: {name}: {failure}")?;
            }
        }
        let sum = self.sum();
        let failed = sum.failures.len();
        write!(f, "{} passed, {failed} failed", sum.passed)?;
        if !sum.skipped.is_empty() {
            write!(f, ", {} skipped", sum.skipped.len())?;
        }
        if sum.filtered > 0 {
            write!(f, ", {} left out by the filter", sum.filtered)?;
        }
        let took: Duration = self.rows.iter().map(|row| row.took).sum();
        write!(f, ", in {:.0} s", took.as_secs_f64())?;
        if sum.passed == 0 && failed == 0 {
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

    fn libtest(text: &str) -> Libtest {
        let mut libtest = Libtest::default();
        for line in text.lines() {
            libtest.line(line);
        }
        libtest
    }

    #[test]
    fn libtest_results_add_up() {
        let counts = libtest(
            "test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured\n\
             test result: FAILED. 12 passed; 2 failed; 0 ignored\n\
             test a ... ignored, needs root\n\
             skip: b: no second user",
        )
        .finish();
        assert_eq!((counts.passed, counts.failures.len()), (14, 2));
        assert_eq!(counts.skipped, ["a, needs root", "b: no second user"]);
    }

    /// As libtest of Rust 1.95 prints it.
    const FAILED: &str = "\
running 3 tests
test a ... ok
test b ... FAILED
test c ... printed by the test
FAILED

failures:

---- b stdout ----

thread 'b' (3) panicked at tests/b.rs:1:2:
assertion failed: held
note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace


failures:
    b
    c

test result: FAILED. 1 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s
";

    #[test]
    fn failed_tests_are_told_by_name_with_what_they_said() {
        let counts = libtest(FAILED).finish();
        let said = "b\n    thread 'b' (3) panicked at tests/b.rs:1:2:\n    assertion failed: held";
        assert_eq!(counts.failures, [said, "c"]);
        let mut report = Report::default();
        report.add("unit", "host", counts, Duration::ZERO);
        assert!(report.to_string().contains("\nfailed: unit: b\n    thread"));
        assert!(report.to_string().contains("\nfailed: unit: c\n"));
    }

    #[test]
    fn failures_of_one_program_are_not_taken_for_the_next_ones() {
        let twice = FAILED.to_owned() + "test result: FAILED. 0 passed; 1 failed; 0 ignored";
        let counts = libtest(&twice).finish();
        assert_eq!(counts.failures.len(), 3);
        assert!(counts.failures[2].contains("does not name"));
    }

    #[test]
    fn a_program_that_dies_without_a_word_has_failed_once() {
        let mut killed = libtest("running 3 tests");
        killed.must_have_failed("killed");
        assert_eq!(killed.finish().failures, ["killed"]);
        let mut told = libtest(FAILED);
        told.must_have_failed("status 101");
        assert_eq!(told.finish().failures.len(), 2);
    }

    #[test]
    fn boot_lines_are_counted() {
        let log = log("GNU Mach\ntest a ... ok\ntest b ... FAILED: why\ntest c ... skipped: later");
        let counts = Counts::of_boot(&log, "1 passed, 1 failed").unwrap();
        assert_eq!(
            (counts.passed, &counts.failures[..]),
            (1, &["b\n    why".to_owned()][..])
        );
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
        report.add("format", "host", Counts::check("rustfmt", true), second);
        report.add("runtime", "bare", Counts::check("it", false), 2 * second);
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
