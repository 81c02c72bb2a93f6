//! Counting: what suites say of themselves, and the table that closes a run.

use std::fmt;

/// What one suite came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts {
    /// Tests that held.
    pub passed: u32,
    /// Tests that did not, or a suite that never came to its end.
    pub failed: u32,
    /// Tests that did not run, each with the reason.
    pub skipped: Vec<String>,
}

impl Counts {
    /// One check that held or not.
    #[must_use]
    pub fn check(held: bool) -> Self {
        Self {
            passed: held.into(),
            failed: (!held).into(),
            skipped: Vec::new(),
        }
    }

    /// Adds a line of libtest: `test result: ok. 3 passed; 0 failed; 1 ignored; ...`, or
    /// `test name ... ignored, why`.
    pub fn add_libtest(&mut self, line: &str) {
        if let Some(result) = line.trim().strip_prefix("test result:") {
            self.passed += number_before(result, " passed");
            self.failed += number_before(result, " failed");
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

    /// Counts the lines of a boot, and holds its verdict against them.
    ///
    /// # Errors
    /// The verdict does not add up: a suite that miscounts is not trusted.
    pub fn of_boot(log: &[String], verdict: &str) -> Result<Self, String> {
        let mut counts = Self::default();
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
        if said != (counts.passed, counts.failed) || said == (0, 0) {
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
    line.trim().strip_prefix("test ")?.split_once(" ... ")
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

/// The suites of a run, in order.
#[derive(Debug, Default)]
pub struct Report {
    rows: Vec<(String, &'static str, Counts)>,
    skipped: Vec<String>,
    notes: Vec<String>,
}

impl Report {
    /// Adds a suite's counts.
    pub fn add(&mut self, suite: impl Into<String>, bed: &'static str, counts: Counts) {
        self.rows.push((suite.into(), bed, counts));
    }

    /// Notes a part of the run that did not take place.
    pub fn skip(&mut self, what: impl Into<String>) {
        self.skipped.push(what.into());
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
        for (_, _, counts) in &self.rows {
            sum.passed += counts.passed;
            sum.failed += counts.failed;
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
            .map(|(suite, ..)| suite.len())
            .max()
            .unwrap_or(0)
            .max(5);
        writeln!(f, "{:width$}  bed   passed  failed  skipped", "suite")?;
        for (suite, bed, counts) in &self.rows {
            let Counts {
                passed,
                failed,
                skipped,
            } = counts;
            writeln!(
                f,
                "{suite:width$}  {bed:4}  {passed:6}  {failed:6}  {:7}",
                skipped.len()
            )?;
            for why in skipped {
                writeln!(f, "{:width$}  skipped: {why}", "")?;
            }
        }
        for what in &self.skipped {
            writeln!(f, "skipped: {what}")?;
        }
        for what in &self.notes {
            writeln!(f, "note: {what}")?;
        }
        let sum = self.sum();
        write!(f, "{} passed, {} failed", sum.passed, sum.failed)?;
        match sum.skipped.len() {
            0 => Ok(()),
            count => write!(f, ", {count} skipped"),
        }
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
        report.add("format", "host", Counts::check(true));
        report.add("runtime", "bare", Counts::check(false));
        let text = report.to_string();
        assert_eq!(text.lines().last(), Some("1 passed, 1 failed"));
        assert!(!report.holds());
    }
}
