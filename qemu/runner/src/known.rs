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
suite runs again, and a run with a filter adds to it. Figures are from QEMU without hardware
virtualization: the ratios matter. The *incumbent* is libc's own shared memory, over files.
";

/// A program, and what a suite saw of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
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

impl Known {
    /// Adds what a run with a filter left out and a former run has seen: figures of the same version,
    /// and what held of the same steps.
    fn or_as_before(mut self, before: &Self) -> Self {
        if self.version != before.version {
            return self;
        }
        if self.gains.is_empty() {
            self.gains.clone_from(&before.gains);
        }
        if self.held == before.held {
            self.with.extend(before.with.iter().cloned());
            // As the suites order them: the preloaded client first.
            self.with.sort_by(|one, other| other.cmp(one));
            self.with.dedup();
            self.incumbent = self.incumbent.or_else(|| before.incumbent.clone());
        }
        self
    }
}

/// Puts sections in the place of those of the same programs. What a run saw in part is added to its
/// section. A program that no libc of ours ran to the end has none.
///
/// # Errors
/// The file cannot be written.
pub fn update(file: &Path, seen: &[(Known, bool)]) -> Result<()> {
    let text = fs::read_to_string(file).unwrap_or_default();
    let mut sections = parse(&text);
    for (known, in_part) in seen {
        let before = sections.get(&known.program).filter(|_| *in_part);
        let now = match before {
            Some(before) => known.clone().or_as_before(before),
            None => known.clone(),
        };
        if !now.with.is_empty() {
            sections.insert(now.program.clone(), now);
        } else if !in_part {
            sections.remove(&now.program);
        }
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

    /// What the page says after each of `runs`.
    fn after(name: &str, runs: &[(Known, bool)]) -> BTreeMap<String, Known> {
        let file = std::env::temp_dir().join(format!("known-{name}-{}", std::process::id()));
        for run in runs {
            update(&file, std::slice::from_ref(run)).unwrap();
        }
        let text = fs::read_to_string(&file).unwrap();
        fs::remove_file(&file).unwrap();
        parse(&text)
    }

    fn in_no_libc() -> Known {
        Known {
            with: Vec::new(),
            ..example()
        }
    }

    #[test]
    fn programs_come_and_go_by_name() {
        let other = Known {
            program: "Other".to_owned(),
            ..example()
        };
        let runs = [(example(), false), (other, false), (in_no_libc(), false)];
        let sections = after("names", &runs);
        assert_eq!(sections.keys().collect::<Vec<_>>(), ["Other"]);
    }

    #[test]
    fn run_with_a_filter_adds_to_the_section() {
        let part = |with: &str| Known {
            with: vec![with.to_owned()],
            gains: Vec::new(),
            incumbent: None,
            ..example()
        };
        let figures = Known {
            gains: vec!["start: 3 times as fast".to_owned()],
            ..in_no_libc()
        };
        let runs = [
            (part("patched"), false),
            (part("preload"), true),
            (figures.clone(), true),
            (in_no_libc(), true),
        ];
        let sections = after("parts", &runs[..3]);
        let expected = Known {
            gains: figures.gains,
            ..example()
        };
        assert_eq!(sections["Example"], expected);
        assert_eq!(after("nothing", &runs[3..]), BTreeMap::new());
    }

    #[test]
    fn other_steps_or_another_version_begin_a_section_anew() {
        let newer = Known {
            version: "1.3".to_owned(),
            with: vec!["patched".to_owned()],
            ..example()
        };
        let more = Known {
            held: vec!["a_step".to_owned(), "another".to_owned()],
            ..newer.clone()
        };
        for (name, now) in [("newer", newer), ("more", more)] {
            let sections = after(name, &[(example(), false), (now.clone(), true)]);
            assert_eq!(sections["Example"], now);
        }
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
