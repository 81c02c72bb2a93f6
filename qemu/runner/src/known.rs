// SPDX-License-Identifier: GPL-2.0-or-later
//! doc/known-to-work.md: the programs that suites ran to the end, as `qemu/test SUITE --known FILE`
//! writes it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crate::Result;

/// What the page begins with.
const HEAD: &str = "\
# Known to work with

Unmodified programs whose every step held inside the Hurd. `qemu/test SUITE --known
doc/known-to-work.md` makes this page from what the suite saw; a section stays as it is until the
suite runs again. Figures are from QEMU without hardware virtualization: the ratios matter. The
*incumbent* is libc's own shared memory, over files.
";

/// A program, and what a suite saw of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Its name, which the section has too.
    pub program: String,
    /// Its version, and where the source is from.
    pub version: String,
    /// The suite that ran it.
    pub suite: String,
    /// The libcs with which every step held, such as "preload".
    pub with: Vec<String>,
    /// Names of the steps.
    pub held: Vec<String>,
    /// Figures, each a line.
    pub gains: Vec<String>,
    /// What the program has to be told for its memory to be in segments.
    pub set: String,
    /// What came of the same steps without us, in a line.
    pub incumbent: Option<String>,
    /// What a user should know, each a line.
    pub notes: Vec<String>,
}

impl Known {
    fn section(&self) -> String {
        let mut text = format!(
            "\n## {}\n\n- Version: {}\n- Run by: `qemu/test {}`, with {}\n- Set: {}\n",
            self.program,
            self.version,
            self.suite,
            self.with.join(", "),
            self.set
        );
        for gain in &self.gains {
            let _ = writeln!(text, "- Gain: {gain}");
        }
        for step in &self.held {
            let _ = writeln!(text, "- Held: `{step}`");
        }
        if let Some(incumbent) = &self.incumbent {
            let _ = writeln!(text, "- Incumbent: {incumbent}");
        }
        for note in &self.notes {
            let _ = writeln!(text, "- Note: {note}");
        }
        text
    }

    /// A section's text, after its title.
    fn parse(program: &str, body: &str) -> Option<Self> {
        let all = |key: &str| -> Vec<String> {
            let lines = body.lines();
            let values = lines.filter_map(|line| line.strip_prefix("- ")?.strip_prefix(key));
            values.map(|value| value.trim().to_owned()).collect()
        };
        let one = |key| all(key).into_iter().next();
        let run_by = one("Run by: ")?;
        let (suite, with) = run_by.strip_prefix("`qemu/test ")?.split_once("`, with ")?;
        Some(Self {
            program: program.to_owned(),
            version: one("Version: ")?,
            suite: suite.to_owned(),
            with: with.split(", ").map(str::to_owned).collect(),
            held: all("Held: ")
                .iter()
                .map(|step| step.trim_matches('`').to_owned())
                .collect(),
            gains: all("Gain: "),
            set: one("Set: ")?,
            incumbent: one("Incumbent: "),
            notes: all("Note: "),
        })
    }
}

/// The sections of a page by program.
fn parse(text: &str) -> BTreeMap<String, Known> {
    let sections = text.split("\n## ").skip(1);
    let parsed = sections.filter_map(|section| {
        let (program, body) = section.split_once('\n')?;
        Some((program.to_owned(), Known::parse(program, body)?))
    });
    parsed.collect()
}

fn page(sections: &BTreeMap<String, Known>) -> String {
    let text: String = sections.values().map(Known::section).collect();
    format!("{HEAD}{text}")
}

/// Puts sections in the place of those of the same programs, and takes out the programs of
/// `failed`.
///
/// # Errors
/// The file cannot be written.
pub fn update(file: &Path, known: &[Known], failed: &[String]) -> Result<()> {
    let before = fs::read_to_string(file).unwrap_or_default();
    let mut sections = parse(&before);
    for program in failed {
        sections.remove(program);
    }
    for it in known {
        sections.insert(it.program.clone(), it.clone());
    }
    fs::write(file, page(&sections)).map_err(|error| format!("{}: {error}", file.display()))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hurd::{foreign, postgres, x11};
    use crate::suites::SUITES;
    use crate::workspace;

    fn example() -> Known {
        Known {
            program: "Example".to_owned(),
            version: "1.2".to_owned(),
            suite: "foreign".to_owned(),
            with: vec!["preload".to_owned(), "patched".to_owned()],
            held: vec!["a_step".to_owned()],
            gains: vec!["start: 2 times as fast".to_owned()],
            set: "nothing".to_owned(),
            incumbent: Some("0 of 1 steps held, not `a_step`".to_owned()),
            notes: vec!["slow".to_owned()],
        }
    }

    #[test]
    fn page_can_be_read_back() {
        let one = BTreeMap::from([("Example".to_owned(), example())]);
        assert_eq!(parse(&page(&one)), one);
    }

    #[test]
    fn programs_come_and_go_by_name() {
        let file = std::env::temp_dir().join(format!("known-{}", std::process::id()));
        update(&file, &[example()], &[]).unwrap();
        let other = Known {
            program: "Other".to_owned(),
            ..example()
        };
        update(&file, &[other], &["Example".to_owned()]).unwrap();
        let text = fs::read_to_string(&file).unwrap();
        fs::remove_file(&file).unwrap();
        assert!(text.contains("## Other\n") && !text.contains("## Example\n"));
    }

    #[test]
    fn page_is_the_one_that_the_suites_make() {
        let text = fs::read_to_string(workspace().join("doc/known-to-work.md")).unwrap();
        let sections = parse(&text);
        assert!(!sections.is_empty());
        assert_eq!(page(&sections), text, "doc/known-to-work.md was edited");
        for known in sections.values() {
            let suite = &known.suite;
            assert!(SUITES.iter().any(|it| it.name == suite), "{suite}");
            let steps = match suite.as_str() {
                "foreign" => foreign::step_names(),
                "postgres" => postgres::step_names(),
                "x11" => x11::step_names(),
                other => panic!("{other} runs no program of others"),
            };
            for step in &known.held {
                assert!(steps.contains(step), "{suite} has no step {step}");
            }
        }
        let readme = fs::read_to_string(workspace().join("README.md")).unwrap();
        assert!(readme.contains("(doc/known-to-work.md)"));
    }
}
